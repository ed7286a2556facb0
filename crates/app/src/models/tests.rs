//! The models folder through its public door: a small web server on this machine and synthetic packages stand for
//! the network.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use deskmate_core::{CancelToken, ErrorCode, Progress, WireError};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

use super::fetch::Fetch;
use super::testing::{sha256_of, tiny_e5, tiny_gguf};
use super::wheel::{WheelOrder, WheelSource};
use super::{Catalog, FetchOptions, ModelKind, ModelStatus, ModelStore, SourcePreference};

// A whole GGUF file of 300 KB, so that it comes in several pieces.
fn model() -> Vec<u8> {
    let mut bytes = tiny_gguf("llama");
    bytes.extend((0..300_000_u32).map(|i| (i * 7 % 251) as u8));
    bytes
}

fn catalog(file: &[u8], sha256: Option<&str>, sources: &str) -> Catalog {
    let sha256 = sha256.map_or(String::new(), |sha256| format!("sha256 = \"{sha256}\""));
    Catalog::parse(&format!(
        r#"
        [[bases]]
        name = "nowhere"
        template = "http://127.0.0.1:9/{{file}}"
        [[models]]
        id = "m-1"
        kind = "chat"
        name = "M"
        file = "m.gguf"
        bytes = {}
        {sha256}
        licence = "MIT"
        languages = ["zh"]
        tier = "test"
        tried = true
        sources = [{sources}]
        "#,
        file.len()
    ))
    .unwrap()
}

const URL: &str = r#"{ type = "url", repository = "a/b", revision = "main", file = "m.gguf" }"#;
const WHEELS: &str =
    r#"{ type = "wheels", package = "w{n}", version = "1", parts = 3, member = "/part{nn}.bin" }"#;

struct Room {
    dir: TempDir,
    store: ModelStore,
}

fn room(catalog: Catalog) -> Room {
    let dir = tempfile::tempdir().unwrap();
    let store = ModelStore::with_catalog(dir.path().join("models"), catalog);
    Room { dir, store }
}

impl Room {
    fn get(&self, server: &Server) -> Result<ModelStatus, WireError> {
        let options = FetchOptions {
            base: Some(server.base.clone()),
            source: SourcePreference::Url,
            python: None,
        };
        self.store
            .get("m-1", &options, &CancelToken::new(), &mut |_| {})
    }

    fn get_wheels(
        &self,
        wheels: &dyn WheelSource,
        cancel: &CancelToken,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<ModelStatus, WireError> {
        self.store.get_by("m-1", cancel, tell, &mut |entry, tell| {
            Fetch::new(&self.store, entry, wheels, cancel).run(&FetchOptions::default(), tell)
        })
    }

    fn file(&self) -> PathBuf {
        self.store.dir().join("m-1.gguf")
    }

    fn part(&self) -> PathBuf {
        self.store.dir().join("m-1.gguf.part")
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn quiet() -> (CancelToken, impl FnMut(Progress)) {
    (CancelToken::new(), |_: Progress| {})
}

// ---- a web server -------------------------------------------------------------------------------------------

struct Server {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone, Copy)]
struct Manners {
    // Ends every answer after so many bytes.
    most: usize,
    knows_ranges: bool,
    tells_sha256: bool,
}

const GOOD: Manners = Manners {
    most: usize::MAX,
    knows_ranges: true,
    tells_sha256: true,
};

fn serve(file: Vec<u8>, manners: Manners) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let request = lines.next().unwrap().unwrap();
            let headers: Vec<String> = lines
                .map(Result::unwrap)
                .take_while(|line| !line.is_empty())
                .collect();
            let from: Option<usize> = headers.iter().find_map(|line| {
                let range = line.to_lowercase();
                let range = range.strip_prefix("range: bytes=")?;
                range.trim_end_matches('-').parse().ok()
            });
            log.lock().unwrap().push(format!(
                "{} {}",
                request.split(' ').next().unwrap(),
                from.unwrap_or(0)
            ));
            let from = from.filter(|_| manners.knows_ranges);
            let start = from.unwrap_or(0);
            let status = match from {
                Some(_) => format!(
                    "206 Partial Content\r\ncontent-range: bytes {start}-{}/{}",
                    file.len() - 1,
                    file.len()
                ),
                None => "200 OK".to_string(),
            };
            let etag = if manners.tells_sha256 {
                format!("x-linked-etag: \"{}\"\r\n", sha256_of(&file))
            } else {
                String::new()
            };
            let length = file.len() - start;
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{etag}connection: close\r\n\r\n"
            );
            // A client that stopped reading is its own affair.
            let _ = stream.write_all(head.as_bytes());
            if !request.starts_with("HEAD") {
                let end = file.len().min(start.saturating_add(manners.most));
                let _ = stream.write_all(&file[start..end]);
            }
        }
    });
    Server { base, asked }
}

#[test]
fn a_model_is_fetched_verified_and_then_listed_as_whole() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), URL));
    let before = room.store.list().unwrap();
    assert_eq!((before[0].installed, before[0].sha256_ok), (false, None));
    let status = room.get(&serve(file.clone(), GOOD)).unwrap();
    assert_eq!((status.installed, status.sha256_ok), (true, Some(true)));
    assert_eq!(std::fs::read(room.file()).unwrap(), file);
    assert_eq!(room.store.list().unwrap(), vec![status]);
    assert!(!room.part().exists());
}

#[test]
fn an_interrupted_download_goes_on_where_it_was() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), URL));
    std::fs::create_dir_all(room.store.dir()).unwrap();
    std::fs::write(room.part(), &file[..100_000]).unwrap();
    let server = serve(file.clone(), GOOD);
    room.get(&server).unwrap();
    assert_eq!(*server.asked.lock().unwrap(), ["GET 100000"]);
    assert_eq!(std::fs::read(room.file()).unwrap(), file);
}

#[test]
fn a_connection_that_breaks_again_and_again_is_taken_up_again() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), URL));
    let server = serve(
        file.clone(),
        Manners {
            most: 200_000,
            ..GOOD
        },
    );
    room.get(&server).unwrap();
    assert_eq!(server.asked.lock().unwrap().len(), 2);
    assert_eq!(std::fs::read(room.file()).unwrap(), file);
}

#[test]
fn a_server_without_ranges_is_read_from_the_start() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), URL));
    std::fs::create_dir_all(room.store.dir()).unwrap();
    std::fs::write(room.part(), &file[..100_000]).unwrap();
    let manners = Manners {
        knows_ranges: false,
        ..GOOD
    };
    room.get(&serve(file.clone(), manners)).unwrap();
    assert_eq!(std::fs::read(room.file()).unwrap(), file);
}

#[test]
fn a_wrong_beginning_left_by_an_earlier_try_is_thrown_away() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), URL));
    std::fs::create_dir_all(room.store.dir()).unwrap();
    std::fs::write(room.part(), vec![0; 1_000]).unwrap();
    let server = serve(file.clone(), GOOD);
    room.get(&server).unwrap();
    assert_eq!(*server.asked.lock().unwrap(), ["GET 1000", "GET 0"]);
}

#[test]
fn a_file_with_another_checksum_is_removed_and_both_checksums_are_named() {
    let file = model();
    let mut other = file.clone();
    other[200_000] ^= 1;
    let room = room(catalog(&file, Some(&sha256_of(&file)), URL));
    let error = room.get(&serve(other.clone(), GOOD)).unwrap_err();
    assert_eq!(error.code, ErrorCode::ModelDamaged);
    assert!(error.message.contains(&sha256_of(&file)));
    assert!(error.message.contains(&sha256_of(&other)));
    assert!(!room.file().exists() && !room.part().exists());
}

#[test]
fn a_model_without_pinned_checksum_takes_the_one_its_source_tells() {
    let file = model();
    let told = room(catalog(&file, None, URL));
    assert_eq!(
        told.get(&serve(file.clone(), GOOD)).unwrap().sha256_ok,
        Some(true)
    );
    let silent = room(catalog(&file, None, URL));
    let manners = Manners {
        tells_sha256: false,
        ..GOOD
    };
    let error = silent.get(&serve(file, manners)).unwrap_err();
    assert_eq!(error.code, ErrorCode::DownloadFailed);
    assert!(!silent.file().exists());
}

#[test]
fn a_model_that_is_there_already_is_not_fetched_again() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), URL));
    std::fs::create_dir_all(room.store.dir()).unwrap();
    std::fs::write(room.file(), &file).unwrap();
    let server = serve(file, GOOD);
    assert_eq!(room.get(&server).unwrap().sha256_ok, Some(true));
    assert!(server.asked.lock().unwrap().is_empty());
}

#[test]
fn an_unknown_model_is_not_found() {
    let file = model();
    let room = room(catalog(&file, None, URL));
    let (cancel, mut tell) = quiet();
    let error = room
        .store
        .get("other", &FetchOptions::default(), &cancel, &mut tell)
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

// ---- packages -----------------------------------------------------------------------------------------------

struct Packages {
    parts: Vec<(String, Vec<u8>)>,
    asked: RefCell<Vec<String>>,
    fails_at: Option<usize>,
}

impl Packages {
    fn of(file: &[u8]) -> Self {
        let third = file.len() / 3;
        let parts = [&file[..third], &file[third..2 * third], &file[2 * third..]];
        Self {
            parts: (1..)
                .zip(parts)
                .map(|(n, part)| (format!("w{n}/data/part{n:02}.bin"), part.to_vec()))
                .collect(),
            asked: RefCell::new(Vec::new()),
            fails_at: None,
        }
    }
}

impl WheelSource for Packages {
    fn download(
        &self,
        order: &WheelOrder,
        into: &Path,
        _cancel: &CancelToken,
        on_bytes: &mut dyn FnMut(u64),
    ) -> Result<(), WireError> {
        self.asked.borrow_mut().push(order.package.clone());
        let number: usize = order.package[1..].parse().unwrap();
        if self.fails_at == Some(number) {
            return Err(WireError::new(ErrorCode::DownloadFailed, "no network"));
        }
        let (member, bytes) = &self.parts[number - 1];
        let file = std::fs::File::create(into.join(format!("{}.whl", order.package))).unwrap();
        let mut wheel = zip::ZipWriter::new(file);
        for (name, bytes) in [("w/METADATA", b"x".as_slice()), (member, bytes)] {
            wheel
                .start_file(name, SimpleFileOptions::default())
                .unwrap();
            wheel.write_all(bytes).unwrap();
        }
        wheel.finish().unwrap();
        on_bytes(bytes.len() as u64);
        Ok(())
    }
}

#[test]
fn the_parts_of_packages_are_joined_in_order() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), WHEELS));
    let packages = Packages::of(&file);
    let mut seen: Vec<Progress> = Vec::new();
    let status = room
        .get_wheels(&packages, &CancelToken::new(), &mut |p| seen.push(p))
        .unwrap();
    assert_eq!(status.sha256_ok, Some(true));
    assert_eq!(*packages.asked.borrow(), ["w1", "w2", "w3"]);
    assert_eq!(std::fs::read(room.file()).unwrap(), file);
    let last = seen.last().unwrap();
    assert_eq!(
        Some(last.done),
        last.total,
        "the last word is that all is done"
    );
    let left: Vec<String> = std::fs::read_dir(room.store.dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.ends_with(".lock"))
        .collect();
    assert_eq!(
        left.len(),
        2,
        "the file and its record, no leftovers: {left:?}"
    );
}

#[test]
fn finished_packages_are_not_fetched_again_after_an_interruption() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), WHEELS));
    let mut packages = Packages::of(&file);
    packages.fails_at = Some(3);
    let (cancel, mut tell) = quiet();
    let error = room.get_wheels(&packages, &cancel, &mut tell).unwrap_err();
    assert_eq!(error.code, ErrorCode::DownloadFailed);
    // A half-written third part must not disturb.
    std::fs::OpenOptions::new()
        .append(true)
        .open(room.part())
        .unwrap()
        .write_all(b"half")
        .unwrap();
    packages.fails_at = None;
    packages.asked.borrow_mut().clear();
    room.get_wheels(&packages, &cancel, &mut tell).unwrap();
    assert_eq!(*packages.asked.borrow(), ["w3"]);
    assert_eq!(std::fs::read(room.file()).unwrap(), file);
}

#[test]
fn a_stop_keeps_what_is_finished() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), WHEELS));
    let packages = Packages::of(&file);
    let cancel = CancelToken::new();
    let third = (file.len() / 3) as u64;
    let error = room
        .get_wheels(&packages, &cancel, &mut |progress| {
            if progress.done >= third {
                cancel.cancel();
            }
        })
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::Cancelled);
    let (cancel, mut tell) = quiet();
    room.get_wheels(&packages, &cancel, &mut tell).unwrap();
    assert_eq!(std::fs::read(room.file()).unwrap(), file);
}

#[test]
fn a_package_without_the_member_is_a_failed_download() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), WHEELS));
    let mut packages = Packages::of(&file);
    packages.parts[1].0 = "w2/other.bin".to_string();
    let (cancel, mut tell) = quiet();
    let error = room.get_wheels(&packages, &cancel, &mut tell).unwrap_err();
    assert_eq!(error.code, ErrorCode::DownloadFailed);
    assert!(error.message.contains("w2"), "{error}");
}

#[test]
fn when_no_address_answers_the_packages_are_used() {
    let file = model();
    let both = format!("{URL}, {WHEELS}");
    let room = room(catalog(&file, Some(&sha256_of(&file)), &both));
    let (cancel, mut tell) = quiet();
    let status = room
        .get_wheels(&Packages::of(&file), &cancel, &mut tell)
        .unwrap();
    assert_eq!(status.sha256_ok, Some(true));
}

#[test]
fn a_packaged_file_of_another_format_is_converted() {
    let bin = tiny_e5();
    let mut gguf = Vec::new();
    super::e5::convert_e5(&bin, &mut gguf).unwrap();
    let source = format!(
        r#"{{ type = "wheels", package = "w{{n}}", version = "1", parts = 3, member = "/part{{nn}}.bin",
           convert = {{ from = "e5", bytes = {}, sha256 = "{}" }} }}"#,
        bin.len(),
        sha256_of(&bin)
    );
    let source = source.replace('\n', " ");
    let room = room(catalog(&gguf, Some(&sha256_of(&gguf)), &source));
    let (cancel, mut tell) = quiet();
    room.get_wheels(&Packages::of(&bin), &cancel, &mut tell)
        .unwrap();
    assert_eq!(std::fs::read(room.file()).unwrap(), gguf);
}

#[test]
fn a_missing_python_is_told_with_a_way_out() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), WHEELS));
    let options = FetchOptions {
        python: Some(room.dir.path().join("no-python")),
        ..FetchOptions::default()
    };
    let (cancel, mut tell) = quiet();
    let error = room
        .store
        .get("m-1", &options, &cancel, &mut tell)
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::DownloadFailed);
    assert!(error.hint.contains("models add"), "{}", error.hint);
}

// ---- adding and verifying -----------------------------------------------------------------------------------

#[test]
fn a_file_of_the_users_own_is_added_under_its_name_and_kind() {
    let room = room(catalog(&model(), None, URL));
    let file = room.put("我的 模型 v2.gguf", &tiny_gguf("bert"));
    let (cancel, mut tell) = quiet();
    let status = room.store.add(&file, &cancel, &mut tell).unwrap();
    assert_eq!(status.id, "我的-模型-v2");
    assert_eq!((status.kind, status.own), (ModelKind::Embedding, true));
    assert_eq!(status.sha256_ok, Some(true));
    assert_eq!(room.store.list().unwrap()[1], status);
    assert!(file.exists(), "the user's file stays");
    let path = room.store.path(&status.id, &cancel, &mut tell).unwrap();
    assert_eq!(std::fs::read(path).unwrap(), tiny_gguf("bert"));
    // Adding it once more changes nothing.
    assert_eq!(room.store.add(&file, &cancel, &mut tell).unwrap(), status);
}

#[test]
fn a_known_model_from_a_stick_is_recognized_whatever_its_name() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), URL));
    let stick = room.put("download(1).gguf", &file);
    let (cancel, mut tell) = quiet();
    let status = room.store.add(&stick, &cancel, &mut tell).unwrap();
    assert_eq!((status.id.as_str(), status.own), ("m-1", false));
    assert_eq!(status.sha256_ok, Some(true));
}

#[test]
fn a_truncated_file_is_not_added() {
    let room = room(catalog(&model(), None, URL));
    let whole = tiny_gguf("llama");
    let file = room.put("short.gguf", &whole[..whole.len() - 40]);
    let (cancel, mut tell) = quiet();
    let error = room.store.add(&file, &cancel, &mut tell).unwrap_err();
    assert_eq!(error.code, ErrorCode::ModelDamaged);
    assert!(error.message.contains("short.gguf"), "{error}");
}

#[test]
fn a_changed_file_is_noticed_and_not_used() {
    let file = model();
    let room = room(catalog(&file, Some(&sha256_of(&file)), URL));
    room.get(&serve(file.clone(), GOOD)).unwrap();
    let (cancel, mut tell) = quiet();
    // Of another size: seen without reading it.
    std::fs::write(room.file(), &file[..1_000]).unwrap();
    assert_eq!(room.store.status("m-1").unwrap().sha256_ok, Some(false));
    // Of the same size at another time: not known until it is read.
    let mut other = file.clone();
    other[200_000] ^= 1;
    std::fs::write(room.file(), &other).unwrap();
    assert_eq!(room.store.status("m-1").unwrap().sha256_ok, None);
    let error = room.store.path("m-1", &cancel, &mut tell).unwrap_err();
    assert_eq!(error.code, ErrorCode::ModelDamaged);
    assert_eq!(room.store.status("m-1").unwrap().sha256_ok, Some(false));
    let verified = room.store.verify(None, &cancel, &mut tell).unwrap();
    assert_eq!(verified[0].sha256_ok, Some(false));
}

#[test]
fn a_model_that_is_not_here_says_how_to_get_it() {
    let room = room(catalog(&model(), None, URL));
    let (cancel, mut tell) = quiet();
    let error = room.store.path("m-1", &cancel, &mut tell).unwrap_err();
    assert_eq!(error.code, ErrorCode::ModelNotInstalled);
    assert!(error.hint.contains("deskmate models get m-1"));
}

#[test]
#[ignore = "needs a package registry and a minute"]
fn the_real_embedding_model_comes_from_its_package() {
    let dir = tempfile::tempdir().unwrap();
    let store = ModelStore::new(dir.path().to_path_buf());
    let (cancel, mut tell) = quiet();
    let options = FetchOptions {
        source: SourcePreference::Wheels,
        ..FetchOptions::default()
    };
    let status = store
        .get("multilingual-e5-small", &options, &cancel, &mut tell)
        .unwrap();
    assert_eq!(status.sha256_ok, Some(true));
    let mut head = [0; 4];
    std::fs::File::open(status.path)
        .unwrap()
        .read_exact(&mut head)
        .unwrap();
    assert_eq!(&head, b"GGUF");
}
