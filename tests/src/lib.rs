//! What the cross-crate tests need to look at the checkout itself.
//!
//! Here: the files, the manifests and the Rust code of this repository as data. Not here: the tests, which lie
//! beside this folder, and fakes of the engines, which are in `deskmate_core::testing`.

mod checkout;
mod manifest;
mod rust_code;
mod supply;

pub use checkout::Checkout;
pub use manifest::{Dependency, Manifest};
pub use rust_code::{code_only, has_word, lines_without_tests};
pub use supply::{Ecosystem, Part, Supply, can_be_met};
