//! app

#[cfg(feature = "engines")]
pub mod graphics;
pub mod models;
