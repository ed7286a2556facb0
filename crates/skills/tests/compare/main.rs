//! Comparing two versions: a fixture pair with forty known changes, the two sample regulations, small cases.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod fixture;
mod pair;
mod samples;
mod skill;
