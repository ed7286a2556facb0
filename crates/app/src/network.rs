//! What of this program is connected to anything beyond this machine.

use serde::Serialize;

use deskmate_core::WireError;
use deskmate_store::JobState;

use crate::app::App;
use crate::jobs::JobKind;

/// Everything that could ever use the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NetworkReport {
    /// Connections of this program and its workers to other machines, as the system lists them.
    pub open_connections: usize,
    /// Attempts to reach other machines that were not let.
    pub refused_attempts: u64,
    /// Whatever may open a connection, and whether it does.
    pub features: Vec<NetworkFeature>,
}

/// Something that may open a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NetworkFeature {
    /// What it is: `model_download` is the only one there is.
    #[cfg_attr(feature = "typescript", ts(type = "\"model_download\""))]
    pub id: String,
    /// It runs now.
    pub running: bool,
}

impl App {
    /// What is connected to anything beyond this machine.
    ///
    /// # Errors
    /// Those of the store.
    pub fn network(&self) -> Result<NetworkReport, WireError> {
        let downloads = self
            .jobs()?
            .iter()
            .filter(|job| job.kind == JobKind::ModelGet && job.state == JobState::Running)
            .count();
        Ok(NetworkReport {
            // Where the system cannot be asked, what is known to be open is what is open.
            open_connections: connections::open().unwrap_or(downloads),
            refused_attempts: self.refused_attempts(),
            features: vec![NetworkFeature {
                id: "model_download".to_string(),
                running: downloads > 0,
            }],
        })
    }
}

#[cfg(not(target_os = "linux"))]
mod connections {
    /// Connections to other machines; none where the system cannot be asked.
    pub(super) fn open() -> Option<usize> {
        None
    }
}

#[cfg(target_os = "linux")]
mod connections {
    //! Sockets of this process and those below it, from the system's own tables.

    use std::collections::{HashMap, HashSet};

    /// Connections to other machines; none where the system cannot be asked.
    pub(super) fn open() -> Option<usize> {
        let held = sockets_of_family()?;
        let mut count = 0;
        for table in ["tcp", "tcp6", "udp", "udp6"] {
            let text = std::fs::read_to_string(format!("/proc/self/net/{table}")).ok()?;
            count += text
                .lines()
                .skip(1)
                .filter_map(remote_socket)
                .filter(|inode| held.contains(inode))
                .count();
        }
        Some(count)
    }

    /// The number of a socket that is connected to another machine.
    pub(super) fn remote_socket(line: &str) -> Option<u64> {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (address, _port) = fields.get(2)?.split_once(':')?;
        // Listening, closing and closed sockets talk to nobody.
        let is_connected = matches!(*fields.get(3)?, "01" | "02" | "03");
        let is_local = address.bytes().all(|byte| byte == b'0')
            || (address.len() == 8 && address.ends_with("7F"))
            || address == "00000000000000000000000001000000"
            || address.starts_with("0000000000000000FFFF0000") && address.ends_with("7F");
        if !is_connected || is_local {
            return None;
        }
        fields.get(9)?.parse().ok()
    }

    fn sockets_of_family() -> Option<HashSet<u64>> {
        let mut sockets = HashSet::new();
        for process in family(std::process::id())? {
            let Ok(entries) = std::fs::read_dir(format!("/proc/{process}/fd")) else {
                continue;
            };
            for entry in entries.flatten() {
                let Ok(target) = std::fs::read_link(entry.path()) else {
                    continue;
                };
                let name = target.to_string_lossy();
                let inode = name
                    .strip_prefix("socket:[")
                    .and_then(|rest| rest.strip_suffix(']'));
                sockets.extend(inode.and_then(|inode| inode.parse::<u64>().ok()));
            }
        }
        Some(sockets)
    }

    /// A process and all below it.
    fn family(root: u32) -> Option<Vec<u32>> {
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        for entry in std::fs::read_dir("/proc").ok()?.flatten() {
            let Some(process) = entry.file_name().to_str().and_then(|n| n.parse().ok()) else {
                continue;
            };
            let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            // The name in brackets may hold spaces; the parent is the second field behind it.
            let parent = stat
                .rsplit_once(')')
                .and_then(|(_, rest)| rest.split_whitespace().nth(1))
                .and_then(|parent| parent.parse().ok());
            if let Some(parent) = parent {
                children.entry(parent).or_default().push(process);
            }
        }
        let mut family = vec![root];
        let mut next = 0;
        while let Some(process) = family.get(next).copied() {
            family.extend(children.remove(&process).unwrap_or_default());
            next += 1;
        }
        Some(family)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_what_is_connected_to_another_machine_counts() {
            let line = |remote: &str, state: &str| {
                format!(
                    "0: 0100007F:1F90 {remote} {state} 00000000:00000000 00:00000000 00000000 0 0 4711 1"
                )
            };
            assert_eq!(remote_socket(&line("0A01A8C0:01BB", "01")), Some(4711));
            assert_eq!(remote_socket(&line("0100007F:01BB", "01")), None);
            assert_eq!(remote_socket(&line("00000000:0000", "0A")), None);
            assert_eq!(remote_socket(&line("0A01A8C0:01BB", "06")), None);
            let loopback = "00000000000000000000000001000000:01BB";
            assert_eq!(remote_socket(&line(loopback, "01")), None);
        }

        #[test]
        fn a_connection_of_our_own_is_seen_in_the_family() {
            let family = family(std::process::id()).unwrap_or_default();
            assert!(family.contains(&std::process::id()));
        }
    }
}
