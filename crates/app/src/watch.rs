//! Watched folders: what changes on the disk below what the user added is looked at by itself.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use deskmate_core::{CancelToken, WireError};
use notify::{EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{
    DebounceEventResult, DebouncedEvent, Debouncer, RecommendedCache, new_debouncer,
};

use crate::app::App;
use crate::changes::Changed;
use crate::ingest::{self, FileStatus, Sink};
use crate::jobs::{JobKind, JobSpec};

/// Programs save in several steps; a change counts when it has been quiet for so long.
const QUIET: Duration = Duration::from_secs(2);

/// Over so many changed paths, looking at everything is quicker.
const MANY_PATHS: usize = 2_000;

/// The folders that are watched.
pub(crate) struct Watcher {
    debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
    targets: HashMap<PathBuf, RecursiveMode>,
}

impl Watcher {
    /// Watches these and nothing else. The system's limit on watches may be reached: then the rest is not watched.
    fn watch_only(&mut self, wanted: &HashMap<PathBuf, RecursiveMode>) {
        for (target, mode) in self.targets.clone() {
            if wanted.get(&target) != Some(&mode) {
                // What went away from the disk is not watched any more.
                let _ = self.debouncer.unwatch(&target);
                self.targets.remove(&target);
            }
        }
        for (target, mode) in wanted {
            if !self.targets.contains_key(target) && self.debouncer.watch(target, *mode).is_ok() {
                self.targets.insert(target.clone(), *mode);
            }
        }
    }
}

/// What to watch for a root: a folder with all below it; for a file its folder, since programs save by putting a new
/// file in the place of the old one.
fn target_of(root: &Path) -> (PathBuf, RecursiveMode) {
    match root.parent() {
        Some(parent) if root.is_file() => (parent.to_path_buf(), RecursiveMode::NonRecursive),
        Some(_) | None => (root.to_path_buf(), RecursiveMode::Recursive),
    }
}

/// Paths that changed and have not been looked at.
type Dirty = Arc<Mutex<HashSet<PathBuf>>>;

impl App {
    /// Looks at everything added for what changed while the program did not run, and watches it from now on. Returns at
    /// once; what cannot be watched is looked at again at the next start.
    pub fn follow_the_disk(self: &Arc<Self>) {
        let dirty = Dirty::default();
        // One waiting signal stands for any number of changes.
        let (signal, signals) = sync_channel(1);
        *self.watcher() = start(&dirty, &signal, self.home().root(), self.models().dir());
        self.watch_roots();
        let app = Arc::downgrade(self);
        // Without the thread the next start finds what changed.
        let _ = std::thread::Builder::new()
            .name("watch".to_string())
            .spawn(move || {
                if let Some(app) = app.upgrade() {
                    app.look_at_everything();
                }
                follow(&app, &dirty, &signals);
            });
    }

    /// Watches what was added since, and lets go of what was forgotten.
    pub(crate) fn watch_roots(&self) {
        let Ok(wanted) = self.library().roots() else {
            return;
        };
        let mut guard = self.watcher();
        let Some(watcher) = guard.as_mut() else {
            return;
        };
        let mut targets = HashMap::new();
        for root in wanted.iter().filter(|root| root.exists()) {
            let (target, mode) = target_of(root);
            let kept = targets.entry(target).or_insert(mode);
            // A folder that was added itself is watched with all below it.
            if mode == RecursiveMode::Recursive {
                *kept = mode;
            }
        }
        watcher.watch_only(&targets);
    }

    /// True when changes of a root are seen at once.
    pub(crate) fn is_watched(&self, root: &Path) -> bool {
        let (target, _) = target_of(root);
        let guard = self.watcher();
        guard
            .as_ref()
            .is_some_and(|watcher| watcher.targets.contains_key(&target))
    }

    fn look_at_everything(&self) {
        if self.library().roots().is_ok_and(|roots| !roots.is_empty()) {
            self.sync_job(&mut |cancel, sink| {
                let report = self.sync(cancel, sink)?;
                let read = report.added.files.iter();
                Ok(!report.removed.is_empty() || read.map(|f| f.status).any(is_news))
            });
        }
    }

    fn look_at(&self, paths: &[PathBuf]) {
        self.sync_job(&mut |cancel, sink| self.sync_changed(paths, cancel, sink));
    }

    /// Runs a sync as a job; one that found nothing leaves no trace in the list.
    fn sync_job(&self, work: &mut dyn FnMut(&CancelToken, Sink<'_>) -> Result<bool, WireError>) {
        let spec = JobSpec {
            kind: JobKind::Sync,
            title: String::new(),
            params: serde_json::json!({ "job": "sync" }),
        };
        let mut id = None;
        let found = self.run_job(
            &spec,
            &CancelToken::new(),
            &mut |event| {
                if let deskmate_core::JobEvent::Started { job_id } = event {
                    id = i64::try_from(job_id).ok();
                }
            },
            &mut |cancel, sink| work(cancel, sink).map(|found| (found, Default::default())),
        );
        if let (Ok(false), Some(id)) = (found, id) {
            let _ = self.library().remove_job(id);
            self.changes().tell(Changed::Jobs);
        }
    }

    /// Looks at these paths: reads what is new or changed, follows what was moved, takes out what is gone. `false` when
    /// there was nothing to do.
    ///
    /// # Errors
    /// As [`App::sync`].
    pub fn sync_changed(
        &self,
        paths: &[PathBuf],
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<bool, WireError> {
        let roots: Vec<PathBuf> = self
            .library()
            .roots()?
            .into_iter()
            .filter(|root| root.exists())
            .collect();
        let root_of = |path: &Path| roots.iter().find(|root| path.starts_with(root)).cloned();
        let (mut here, mut gone) = (Vec::new(), Vec::new());
        for path in paths {
            // Below a drive that is not plugged in, nothing is gone.
            let Some(root) = root_of(path) else { continue };
            if path.exists() {
                if !is_hidden_below(&root, path) {
                    here.push(path.clone());
                }
            } else if *path != root {
                gone.push(path.clone());
            }
        }
        // First what is there, so that a moved file is known again before its old place is given up.
        let added = ingest::add_changed(&self.tools(), &here, cancel, sink)?;
        let mut left = Vec::new();
        for path in gone {
            let sources = self.library().sources_under(&path)?;
            left.extend(
                sources
                    .into_iter()
                    .map(|source| source.path)
                    .filter(|path| !path.exists()),
            );
        }
        if !left.is_empty() {
            self.library().forget_all(&left)?;
        }
        let has_news = !left.is_empty() || added.files.iter().any(|file| is_news(file.status));
        if has_news {
            self.changes().tell(Changed::Library);
        }
        Ok(has_news)
    }
}

fn is_news(status: FileStatus) -> bool {
    match status {
        FileStatus::Ready => true,
        FileStatus::Failed | FileStatus::Skipped | FileStatus::Unchanged => false,
    }
}

/// Hidden files, and lock files of office programs, as a scan of their folder would leave them out.
fn is_hidden_below(root: &Path, path: &Path) -> bool {
    let Ok(rest) = path.strip_prefix(root) else {
        return false;
    };
    rest.components().any(|component| match component {
        Component::Normal(name) => {
            let name = name.to_string_lossy();
            name.starts_with('.') || name.starts_with("~$")
        }
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => {
            false
        }
    })
}

fn start(dirty: &Dirty, signal: &SyncSender<()>, home: &Path, models: &Path) -> Option<Watcher> {
    let dirty = Arc::clone(dirty);
    let signal = signal.clone();
    // What Deskmate writes itself is no news.
    let own = [home.to_path_buf(), models.to_path_buf()];
    let debouncer = new_debouncer(QUIET, None, move |result: DebounceEventResult| {
        // Errors are about folders that went away while they were watched.
        let Ok(events) = result else { return };
        let mut dirty = dirty.lock().unwrap_or_else(PoisonError::into_inner);
        let before = dirty.len();
        dirty.extend(
            events
                .iter()
                .filter(|event| is_change(event))
                .flat_map(|event| event.paths.iter())
                .filter(|path| !own.iter().any(|own| path.starts_with(own)))
                .cloned(),
        );
        if dirty.len() > before {
            // A signal that waits already is enough.
            let _ = signal.try_send(());
        }
    });
    Some(Watcher {
        debouncer: debouncer.ok()?,
        targets: HashMap::new(),
    })
}

fn is_change(event: &DebouncedEvent) -> bool {
    match event.kind {
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Any => true,
        // Reading a file for the library is such an event itself.
        EventKind::Access(_) | EventKind::Other => false,
    }
}

fn follow(app: &Weak<App>, dirty: &Dirty, signals: &Receiver<()>) {
    while signals.recv().is_ok() {
        let Some(app) = app.upgrade() else { return };
        let paths: Vec<PathBuf> = dirty
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain()
            .collect();
        if paths.len() > MANY_PATHS {
            app.look_at_everything();
        } else {
            app.look_at(&paths);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_scan_leaves_out_is_left_out_here() {
        let root = Path::new("/data/.me/资料");
        for (path, hidden) in [
            ("/data/.me/资料/a.docx", false),
            ("/data/.me/资料/~$a.docx", true),
            ("/data/.me/资料/.git/index", true),
            ("/data/.me/资料", false),
        ] {
            assert_eq!(is_hidden_below(root, Path::new(path)), hidden, "{path}");
        }
    }
}
