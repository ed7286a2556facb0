//! What people must be able to rely on, tried the hard way on the real program: kill -9 at random instants, broken
//! files, bombs. Each has a short form for every run and a long one, which `./x torture` starts.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr, dead_code, unreachable_pub)]

mod bombs;
mod folder;
mod kill;
mod memory;
mod model;
mod pdf_bombs;
#[path = "../program/mod.rs"]
mod program;
mod watch;

/// Instants that differ from run to run; `TORTURE_SEED` repeats one.
pub struct Random(u64);

impl Random {
    /// With the seed of the environment, else one that is printed.
    pub fn seeded() -> Self {
        let seed = number("TORTURE_SEED").unwrap_or_else(|| {
            let now = std::time::SystemTime::now();
            let since = now.duration_since(std::time::UNIX_EPOCH).unwrap();
            since.as_nanos() as u64
        });
        eprintln!("TORTURE_SEED={seed}");
        Self(seed | 1)
    }

    /// A number below 1. Source: xorshift64*, Vigna 2016.
    pub fn share(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D);
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A number from the environment.
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
