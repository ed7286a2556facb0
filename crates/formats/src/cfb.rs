//! Compound files (the container of .doc, .xls, .ppt and of encrypted Office files): names, streams, positions.

use std::collections::HashMap;

const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Sector numbers from here on are marks, not sectors.
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
const DIRECTORY_ENTRY: usize = 128;
/// Entries beyond this are not looked at.
const MAX_ENTRIES: usize = 100_000;

/// A compound file's directory and allocation.
pub(crate) struct CompoundFile<'a> {
    bytes: &'a [u8],
    sector_size: usize,
    allocation: Vec<u32>,
    streams: HashMap<String, Stream>,
}

struct Stream {
    start: u32,
    size: usize,
}

/// True when the bytes begin as a compound file.
pub(crate) fn looks_like_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

impl<'a> CompoundFile<'a> {
    /// Reads the directory; `None` when this is no compound file or its directory is unreadable.
    pub(crate) fn open(bytes: &'a [u8]) -> Option<Self> {
        if !looks_like_compound(bytes) {
            return None;
        }
        let shift = word(bytes, 30)?;
        if !(7..=16).contains(&shift) {
            return None;
        }
        let mut file = Self {
            bytes,
            sector_size: 1 << shift,
            allocation: Vec::new(),
            streams: HashMap::new(),
        };
        file.read_allocation()?;
        file.read_directory(double(bytes, 48)?);
        (!file.streams.is_empty()).then_some(file)
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = self.sector_start(number)?;
        let rest = self.bytes.get(start..)?;
        Some(&rest[..rest.len().min(self.sector_size)])
    }

    fn sector_start(&self, number: u32) -> Option<usize> {
        if number > LAST_SECTOR {
            return None;
        }
        usize::try_from(number)
            .ok()?
            .checked_add(1)?
            .checked_mul(self.sector_size)
            .filter(|start| *start < self.bytes.len())
    }

    fn read_allocation(&mut self) -> Option<()> {
        let sectors_in_file = self.bytes.len() / self.sector_size + 1;
        let mut table: Vec<u32> = (0..109)
            .filter_map(|index| double(self.bytes, 76 + 4 * index))
            .filter(|number| *number <= LAST_SECTOR)
            .collect();
        let mut next = double(self.bytes, 68)?;
        for _ in 0..sectors_in_file {
            let Some(sector) = self.sector(next) else {
                break;
            };
            let mut numbers: Vec<u32> = numbers(sector).collect();
            next = numbers.pop().unwrap_or(u32::MAX);
            table.extend(numbers.into_iter().filter(|number| *number <= LAST_SECTOR));
            if table.len() > sectors_in_file {
                break;
            }
        }
        for number in table.into_iter().take(sectors_in_file) {
            if let Some(sector) = self.sector(number) {
                self.allocation.extend(numbers(sector));
            }
        }
        Some(())
    }

    fn read_directory(&mut self, start: u32) {
        for number in self.chain(start) {
            let Some(sector) = self.sector(number) else {
                break;
            };
            for entry in sector.chunks_exact(DIRECTORY_ENTRY) {
                let Some((name, stream)) = directory_entry(entry) else {
                    continue;
                };
                self.streams.entry(name).or_insert(stream);
                if self.streams.len() > MAX_ENTRIES {
                    return;
                }
            }
        }
    }

    /// Sectors of a stream in order; a loop ends after as many sectors as the file can have.
    fn chain(&self, start: u32) -> Vec<u32> {
        let mut sectors = Vec::new();
        let mut next = start;
        while self.sector_start(next).is_some() && sectors.len() <= self.allocation.len() {
            sectors.push(next);
            next = usize::try_from(next)
                .ok()
                .and_then(|index| self.allocation.get(index))
                .copied()
                .unwrap_or(u32::MAX);
        }
        sectors
    }

    /// True when a stream or storage of this name exists anywhere in the file.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.streams.contains_key(name)
    }

    /// A stream that lies in ordinary sectors, with the position in the file of each of its sectors.
    ///
    /// Small streams (below 4096 bytes) lie elsewhere and are not found.
    pub(crate) fn stream(&self, name: &str) -> Option<MappedStream> {
        let stream = self
            .streams
            .get(name)
            .filter(|stream| stream.size >= 4096)?;
        let mut content = Vec::new();
        let mut positions = Vec::new();
        for number in self.chain(stream.start) {
            positions.push(self.sector_start(number)?);
            content.extend_from_slice(self.sector(number)?);
            if content.len() >= stream.size {
                break;
            }
        }
        content.truncate(stream.size);
        Some(MappedStream {
            content,
            positions,
            sector_size: self.sector_size,
        })
    }
}

/// A stream's bytes and where they lie in the file.
pub(crate) struct MappedStream {
    /// The bytes.
    pub(crate) content: Vec<u8>,
    positions: Vec<usize>,
    sector_size: usize,
}

impl MappedStream {
    /// Where in the file the stream's byte at `offset` lies.
    pub(crate) fn position(&self, offset: usize) -> Option<usize> {
        let sector = self.positions.get(offset / self.sector_size)?;
        Some(sector + offset % self.sector_size)
    }
}

fn directory_entry(entry: &[u8]) -> Option<(String, Stream)> {
    let length = usize::from(word(entry, 64)?);
    let kind = *entry.get(66)?;
    // 1 storage, 2 stream, 5 root.
    if !matches!(kind, 1 | 2 | 5) || !(2..=64).contains(&length) {
        return None;
    }
    let units: Vec<u16> = entry[..length - 2]
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    Some((
        String::from_utf16_lossy(&units),
        Stream {
            start: double(entry, 116)?,
            size: usize::try_from(double(entry, 120)?).ok()?,
        },
    ))
}

fn numbers(sector: &[u8]) -> impl Iterator<Item = u32> {
    sector
        .chunks_exact(4)
        .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn double(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
