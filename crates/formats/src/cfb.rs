//! Compound files (the container of .doc, .xls, .ppt and of encrypted Office files): names, streams, positions.

use std::collections::HashMap;

const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Sector numbers from here on are marks, not sectors.
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
const DIRECTORY_ENTRY: usize = 128;
/// Streams below this size lie in small sectors inside the root's stream.
const SMALL_STREAM: usize = 4096;
const SMALL_SECTOR: usize = 64;
/// Entries beyond this are not looked at.
const MAX_ENTRIES: usize = 100_000;

/// A compound file's directory and allocation.
pub(crate) struct CompoundFile<'a> {
    bytes: &'a [u8],
    sector_size: usize,
    allocation: Vec<u32>,
    /// Allocation of the small sectors, and the stream of the root that they lie in.
    small_allocation: Vec<u32>,
    small_sectors: Vec<u32>,
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
            small_allocation: Vec::new(),
            small_sectors: Vec::new(),
            streams: HashMap::new(),
        };
        file.read_allocation()?;
        file.small_allocation = file
            .chain(double(bytes, 60)?)
            .into_iter()
            .filter_map(|number| file.sector(number))
            .flat_map(numbers)
            .collect();
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

    /// Keeps the streams and storages right below the root: what is embedded deeper belongs to other documents.
    fn read_directory(&mut self, start: u32) {
        let mut entries = Vec::new();
        for number in self.chain(start) {
            let Some(sector) = self.sector(number) else {
                break;
            };
            entries.extend(
                sector
                    .chunks_exact(DIRECTORY_ENTRY)
                    .map(DirectoryEntry::read),
            );
            if entries.len() > MAX_ENTRIES {
                break;
            }
        }
        let mut unseen: Vec<Option<DirectoryEntry>> = entries;
        let root = unseen.first_mut().and_then(Option::take);
        if let Some(root) = &root {
            self.small_sectors = self.chain(root.stream.start);
        }
        let mut pending: Vec<u32> = root.map(|root| root.child).into_iter().collect();
        while let Some(index) = pending.pop() {
            let entry = usize::try_from(index)
                .ok()
                .and_then(|index| unseen.get_mut(index))
                .and_then(Option::take);
            if let Some(entry) = entry {
                pending.extend([entry.left, entry.right]);
                self.streams.insert(entry.name.to_lowercase(), entry.stream);
            }
        }
        if self.streams.is_empty() {
            // The tree is broken: better all names than none.
            for entry in unseen.into_iter().flatten() {
                self.streams
                    .entry(entry.name.to_lowercase())
                    .or_insert(entry.stream);
            }
        }
    }

    /// Sectors of a stream in order; a loop ends after as many sectors as the file can have.
    fn chain(&self, start: u32) -> Vec<u32> {
        follow(start, &self.allocation, |number| {
            self.sector_start(number).is_some()
        })
    }

    /// True when a stream or storage of this name exists; case does not matter.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.streams.contains_key(&name.to_lowercase())
    }

    /// A stream with the position in the file of each of its pieces.
    pub(crate) fn stream(&self, name: &str) -> Option<MappedStream> {
        let stream = self.streams.get(&name.to_lowercase())?;
        let piece_size = if stream.size < SMALL_STREAM {
            SMALL_SECTOR
        } else {
            self.sector_size
        };
        let positions: Vec<usize> = if stream.size < SMALL_STREAM {
            follow(stream.start, &self.small_allocation, |_| true)
                .into_iter()
                .map_while(|number| self.small_sector_start(number))
                .collect()
        } else {
            self.chain(stream.start)
                .into_iter()
                .map_while(|number| self.sector_start(number))
                .collect()
        };
        let mut content = Vec::new();
        for position in &positions {
            let rest = &self.bytes[*position..];
            content.extend_from_slice(&rest[..rest.len().min(piece_size)]);
            if content.len() >= stream.size {
                break;
            }
        }
        content.truncate(stream.size);
        Some(MappedStream {
            content,
            positions,
            piece_size,
        })
    }

    fn small_sector_start(&self, number: u32) -> Option<usize> {
        let offset = usize::try_from(number).ok()?.checked_mul(SMALL_SECTOR)?;
        let sector = self.small_sectors.get(offset / self.sector_size)?;
        Some(self.sector_start(*sector)? + offset % self.sector_size)
            .filter(|start| *start < self.bytes.len())
    }
}

/// Follows an allocation chain; a loop ends after as many sectors as the table has.
fn follow(start: u32, table: &[u32], exists: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut sectors = Vec::new();
    let mut next = start;
    while next <= LAST_SECTOR && exists(next) && sectors.len() <= table.len() {
        sectors.push(next);
        next = usize::try_from(next)
            .ok()
            .and_then(|index| table.get(index))
            .copied()
            .unwrap_or(u32::MAX);
    }
    sectors
}

/// A stream's bytes and where they lie in the file.
pub(crate) struct MappedStream {
    /// The bytes.
    pub(crate) content: Vec<u8>,
    positions: Vec<usize>,
    piece_size: usize,
}

impl MappedStream {
    /// Where in the file the stream's byte at `offset` lies.
    pub(crate) fn position(&self, offset: usize) -> Option<usize> {
        let piece = self.positions.get(offset / self.piece_size)?;
        Some(piece + offset % self.piece_size)
    }
}

struct DirectoryEntry {
    name: String,
    left: u32,
    right: u32,
    child: u32,
    stream: Stream,
}

impl DirectoryEntry {
    /// `None` for an unused entry.
    fn read(entry: &[u8]) -> Option<Self> {
        let length = usize::from(word(entry, 64)?);
        let kind = *entry.get(66)?;
        // 1 storage, 2 stream, 5 root.
        if !matches!(kind, 1 | 2 | 5) || length > 64 {
            return None;
        }
        let units: Vec<u16> = entry[..length.saturating_sub(2)]
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        Some(Self {
            name: String::from_utf16_lossy(&units),
            left: double(entry, 68)?,
            right: double(entry, 72)?,
            child: double(entry, 76)?,
            stream: Stream {
                start: double(entry, 116)?,
                size: usize::try_from(double(entry, 120)?).ok()?,
            },
        })
    }
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
