//! How fast all cores together read memory: generating a token reads every weight once, so this is its ceiling.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Bytes read per pass by all threads together; larger than the third-level caches of desktop processors.
const BUFFER_BYTES: usize = 256 << 20;

/// Measures the bytes per second that `threads` threads read from memory together, in about `duration`.
///
/// `available_bytes` bounds the buffer to an eighth of the free memory, but not below 32 MiB.
pub fn measure_read_bandwidth(threads: usize, available_bytes: u64, duration: Duration) -> u64 {
    let threads = threads.clamp(1, 64);
    let budget = usize::try_from(available_bytes / 8).unwrap_or(usize::MAX);
    let words = budget.clamp(32 << 20, BUFFER_BYTES) / size_of::<u64>();
    // Not zero: untouched zero pages would all be the same page of memory.
    let buffer: Vec<u64> = (0..words as u64).collect();
    let share = words.div_ceil(threads);
    // The first pass brings caches and clock speed to where they stay.
    let started = Instant::now();
    let totals = std::thread::scope(|scope| {
        let running: Vec<_> = buffer
            .chunks(share)
            .map(|part| scope.spawn(move || read_until(part, duration)))
            .collect();
        running
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .collect::<Vec<_>>()
    });
    let elapsed = started.elapsed();
    let bytes: u128 = totals.iter().map(|bytes| u128::from(*bytes)).sum();
    let per_second = bytes * 1_000_000 / elapsed.as_micros().max(1);
    u64::try_from(per_second).unwrap_or(u64::MAX)
}

fn read_until(part: &[u64], duration: Duration) -> u64 {
    let deadline = Instant::now() + duration;
    let mut bytes = 0;
    while Instant::now() < deadline {
        // Pieces, so that the clock is looked at often even on a slow machine.
        for piece in part.chunks(1 << 20) {
            black_box(sum(piece));
            bytes += size_of_val(piece) as u64;
            if Instant::now() >= deadline {
                break;
            }
        }
    }
    bytes
}

/// Eight independent sums, so that the adds do not wait for each other and memory is the limit.
fn sum(piece: &[u64]) -> u64 {
    let mut sums = [0_u64; 8];
    let (blocks, rest) = piece.as_chunks::<8>();
    for block in blocks {
        for (sum, value) in sums.iter_mut().zip(block) {
            *sum = sum.wrapping_add(*value);
        }
    }
    let tail = rest
        .iter()
        .fold(0_u64, |sum, value| sum.wrapping_add(*value));
    sums.iter()
        .fold(tail, |sum, value| sum.wrapping_add(*value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_gives_a_speed_that_memory_can_have() {
        let speed = measure_read_bandwidth(2, 1 << 30, Duration::from_millis(30));
        // Between a very slow and an impossibly fast machine: the figure is bytes per second, not something else.
        assert!(speed > 100_000_000, "{speed}");
        assert!(speed < 5_000_000_000_000, "{speed}");
    }

    #[test]
    fn every_word_is_read() {
        let words: Vec<u64> = (1..=1_003).collect();
        assert_eq!(sum(&words), 1_003 * 1_004 / 2);
    }
}
