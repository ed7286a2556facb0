//! Gets a file of known size over HTTP, resuming where an earlier try ended. The only code of the project that
//! opens a socket to another machine.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use deskmate_core::{CancelToken, ErrorCode, WireError};
use ureq::Agent;
use ureq::http::{HeaderMap, StatusCode};

use super::catalog::is_sha256;
use super::record::{Meter, io_error};

const CONNECT: Duration = Duration::from_secs(15);
const SILENCE: Duration = Duration::from_secs(30);
const LOOK_AROUND: Duration = Duration::from_millis(100);
// Tries in a row that bring no byte.
const MAX_FRUITLESS: u32 = 4;
const PIECE_BYTES: usize = 256 << 10;
// 16 pieces are 4 MiB: enough that the network does not wait for the disk.
const PIECES_IN_FLIGHT: usize = 16;

enum Event {
    // The body begins at this byte of the file.
    Begins(u64),
    Data(Vec<u8>),
    Failed { why: String, for_good: bool },
}

/// Gets the file into `part`, whose content so far is taken as its beginning.
///
/// # Errors
/// `DownloadFailed` when the source does not give it; `Cancelled` at once; those of the disk. What came stays.
pub(super) fn download(
    url: &str,
    part: &Path,
    total: u64,
    cancel: &CancelToken,
    meter: &mut Meter<'_>,
) -> Result<(), WireError> {
    let fail = |error: std::io::Error| io_error("could not write", part, &error);
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(part)
        .map_err(fail)?;
    let mut have = file.metadata().map_err(fail)?.len();
    if have > total {
        have = 0;
        file.set_len(0).map_err(fail)?;
    }
    let mut fruitless = 0;
    while have < total {
        let before = have;
        let (to_us, events) = sync_channel(PIECES_IN_FLIGHT);
        let address = url.to_string();
        // A thread of its own, so that a stop is heard while the network is silent. It ends with its channel.
        std::thread::spawn(move || stream(&address, before, total, &to_us));
        let outcome = take(&events, &mut file, &mut have, total, cancel, meter);
        match outcome {
            Ok(()) => {}
            Err(Stop::Now(error)) => return Err(error),
            Err(Stop::Disk(error)) => return Err(fail(error)),
            Err(Stop::Interrupted(why)) => {
                fruitless = if have > before { 0 } else { fruitless + 1 };
                if fruitless >= MAX_FRUITLESS {
                    return Err(failed(url, &why));
                }
                pause(Duration::from_secs(1 << fruitless.min(3)), cancel)?;
            }
        }
    }
    file.sync_all().map_err(fail)
}

enum Stop {
    Now(WireError),
    Disk(std::io::Error),
    Interrupted(String),
}

fn take(
    events: &Receiver<Event>,
    file: &mut File,
    have: &mut u64,
    total: u64,
    cancel: &CancelToken,
    meter: &mut Meter<'_>,
) -> Result<(), Stop> {
    let mut heard = Instant::now();
    loop {
        if cancel.is_cancelled() {
            return Err(Stop::Now(WireError::cancelled()));
        }
        let event = match events.recv_timeout(LOOK_AROUND) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) if heard.elapsed() < CONNECT + SILENCE => continue,
            Err(RecvTimeoutError::Timeout) => {
                return Err(Stop::Interrupted("nothing came for too long".to_string()));
            }
            Err(RecvTimeoutError::Disconnected) if *have == total => return Ok(()),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Stop::Interrupted("the connection ended early".to_string()));
            }
        };
        heard = Instant::now();
        match event {
            Event::Begins(at) => {
                *have = at;
                file.set_len(at)
                    .and_then(|()| file.seek(SeekFrom::Start(at)))
                    .map_err(Stop::Disk)?;
            }
            Event::Data(piece) => {
                *have += piece.len() as u64;
                file.write_all(&piece).map_err(Stop::Disk)?;
            }
            Event::Failed { why, for_good } if for_good => {
                return Err(Stop::Now(WireError::new(ErrorCode::DownloadFailed, why)));
            }
            Event::Failed { why, .. } => return Err(Stop::Interrupted(why)),
        }
        meter.set(*have);
    }
}

/// The checksum that a source tells for its file, where it does.
pub(super) fn told_sha256(url: &str) -> Option<String> {
    // The header stands on the answer that redirects to the storage, not on that of the storage.
    let agent = agent(0);
    let response = agent.head(url).call().ok()?;
    ["x-linked-etag", "etag"]
        .iter()
        .filter_map(|name| header(response.headers(), name))
        .map(|value| {
            value
                .trim_start_matches("W/")
                .trim_matches('"')
                .to_lowercase()
        })
        .find(|value| is_sha256(value))
}

fn agent(max_redirects: u32) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(max_redirects)
        .max_redirects_will_error(max_redirects > 0)
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(SILENCE))
        .timeout_per_read(Some(SILENCE))
        .accept_encoding("identity")
        .user_agent(concat!("deskmate/", env!("CARGO_PKG_VERSION")))
        .build()
        .into()
}

fn stream(url: &str, from: u64, total: u64, to: &SyncSender<Event>) {
    if let Err(event) = try_stream(url, from, total, to) {
        // Nobody listens any more after a stop.
        let _ = to.send(event);
    }
}

fn try_stream(url: &str, from: u64, total: u64, to: &SyncSender<Event>) -> Result<(), Event> {
    let passing = |why: String| Event::Failed {
        why,
        for_good: false,
    };
    let for_good = |why: String| Event::Failed {
        why,
        for_good: true,
    };
    let mut request = agent(10).get(url);
    if from > 0 {
        request = request.header("range", format!("bytes={from}-"));
    }
    let response = request.call().map_err(|error| Event::Failed {
        why: format!("could not reach `{url}`: {error}"),
        // A server that cannot be reached at the start is left for the next source at once.
        for_good: from == 0,
    })?;
    let status = response.status();
    let begins = match status {
        StatusCode::PARTIAL_CONTENT => {
            let range = header(response.headers(), "content-range").unwrap_or_default();
            if range != format!("bytes {from}-{}/{total}", total - 1) {
                return Err(for_good(format!(
                    "`{url}` gave `{range}` when asked for the bytes from {from} of {total}"
                )));
            }
            from
        }
        StatusCode::OK => {
            let length = header(response.headers(), "content-length");
            if length.as_deref().is_some_and(|n| n != total.to_string()) {
                return Err(for_good(format!(
                    "`{url}` has {} bytes, expected {total}",
                    length.unwrap_or_default()
                )));
            }
            0
        }
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            return Err(passing(format!("the server answered {status}")));
        }
        status => return Err(for_good(format!("`{url}` answered {status}"))),
    };
    if to.send(Event::Begins(begins)).is_err() {
        return Ok(());
    }
    let mut left = total - begins;
    let mut body = response.into_body().into_reader();
    let mut buffer = vec![0; PIECE_BYTES];
    loop {
        let count = body
            .read(&mut buffer)
            .map_err(|error| passing(error.to_string()))?;
        if count == 0 {
            return Ok(());
        }
        left = left
            .checked_sub(count as u64)
            .ok_or_else(|| for_good(format!("`{url}` gave more than {total} bytes")))?;
        if to.send(Event::Data(buffer[..count].to_vec())).is_err() {
            return Ok(());
        }
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_string())
}

fn pause(length: Duration, cancel: &CancelToken) -> Result<(), WireError> {
    let start = Instant::now();
    while start.elapsed() < length {
        if cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        std::thread::sleep(LOOK_AROUND);
    }
    Ok(())
}

fn failed(url: &str, why: &str) -> WireError {
    WireError::new(
        ErrorCode::DownloadFailed,
        format!("could not get `{url}`: {why}"),
    )
}
