//! The library through its public door, on real SQLite and LanceDB files.
#![expect(clippy::unwrap_used, reason = "tests")]

mod bulk;
mod catalogue;
mod conversations;
mod crash;
mod forget;
mod groups;
mod manuscripts;
mod restore;
mod search;
mod staged;
mod support;
