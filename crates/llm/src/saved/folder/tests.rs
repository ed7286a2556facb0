#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use super::super::{Holds, assemble, open};
use super::*;

/// Bytes of the state of each prefix here.
const STATE: u64 = 1_000;

fn head(engine: &str, tokens: &[i32], holds: Holds) -> Head {
    Head {
        engine: engine.to_owned(),
        tokens: tokens.to_vec(),
        holds,
        state_bytes: STATE,
    }
}

fn put(folder: &Folder, head: &Head) -> bool {
    let mut writing = folder.begin().unwrap();
    let bytes = assemble(head, |state| {
        state.fill(7);
        true
    });
    // In pieces, as they come from a worker.
    let whole = bytes.unwrap();
    assert!(whole.chunks(300).all(|piece| writing.write(piece)));
    folder.put(writing)
}

fn of(path: &str) -> Holds {
    Holds::files(&[PathBuf::from(path)])
}

fn files(root: &Path) -> usize {
    fs::read_dir(root).map_or(0, Iterator::count)
}

fn folder() -> (tempfile::TempDir, Folder) {
    let root = tempfile::tempdir().unwrap();
    let folder = Folder::new(root.path().join("kv"), 1 << 20);
    (root, folder)
}

#[test]
fn the_prefix_with_most_in_common_is_found_also_by_the_next_start() {
    let (root, folder) = folder();
    assert!(put(&folder, &head("m", &[1, 2, 3, 9], of("/a"))));
    assert!(put(&folder, &head("m", &[1, 2, 3, 4, 5, 9], of("/a"))));
    assert!(put(&folder, &head("other", &[1, 2, 3, 4, 5, 6], of("/a"))));
    let again = Folder::new(root.path().join("kv"), 1 << 20);
    for folder in [&folder, &again] {
        let found = folder.longest("m", &[1, 2, 3, 4, 5, 6, 7], 2).unwrap();
        assert_eq!(found.common, 5);
        let bytes = fs::read(&found.path).unwrap();
        assert_eq!(open(&bytes).unwrap().0.tokens, [1, 2, 3, 4, 5, 9]);
        assert_eq!(folder.longest("m", &[1, 2, 3, 4, 5, 6, 7], 6), None);
        assert_eq!(folder.longest("third", &[1, 2, 3], 1), None);
        assert!(folder.has_any("other") && !folder.has_any("third"));
    }
}

#[test]
fn a_prefix_takes_the_place_of_those_it_goes_on_from() {
    let (_root, folder) = folder();
    assert!(put(&folder, &head("m", &[1, 2], of("/a"))));
    assert!(put(&folder, &head("m", &[1, 2, 3], of("/a"))));
    assert_eq!(folder.held().prefixes, 1);
    // Of another file, it would be lost with that one.
    assert!(put(&folder, &head("m", &[1, 2, 3, 4], of("/b"))));
    assert_eq!(folder.held().prefixes, 2);
}

#[test]
fn what_was_not_used_for_longest_goes_first() {
    let (root, folder) = folder();
    let tokens = [[1, 1], [2, 2], [3, 3]];
    let later = |n: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(n);
    for (n, tokens) in (1..).zip(&tokens) {
        assert!(put(&folder, &head("m", tokens, of("/a"))));
        let path = folder.longest("m", tokens, 2).unwrap().path;
        let file = OpenOptions::new().append(true).open(path).unwrap();
        file.set_modified(later(n)).unwrap();
    }
    let one = folder.held().bytes / 3;
    let folder = Folder::new(root.path().join("kv"), one * 3 + 100);
    folder.used(&folder.longest("m", &tokens[0], 2).unwrap().path);
    assert!(put(&folder, &head("m", &[4, 4], of("/a"))));
    let there = |tokens: &[i32]| folder.longest("m", tokens, 2).is_some();
    assert_eq!(
        [
            there(&[1, 1]),
            there(&[2, 2]),
            there(&[3, 3]),
            there(&[4, 4])
        ],
        [true, false, true, true]
    );
    assert_eq!(files(&root.path().join("kv")), 3);
    folder.set_limit_bytes(one + 50);
    assert!(there(&[4, 4]) && folder.held().prefixes == 1);
    folder.set_limit_bytes(0);
    assert!(folder.begin().is_none());
    assert_eq!(files(&root.path().join("kv")), 0);
}

#[test]
fn one_that_is_larger_than_the_limit_is_not_kept_and_takes_nobodys_place() {
    let (root, folder) = folder();
    assert!(put(&folder, &head("m", &[1], of("/a"))));
    let mut large = head("m", &[2], of("/a"));
    large.state_bytes = 2 << 20;
    assert!(!put(&folder, &large));
    assert_eq!(folder.held().prefixes, 1);
    assert_eq!(files(&root.path().join("kv")), 1);
}

#[test]
fn forgetting_takes_what_quotes_a_file_or_may_quote_it() {
    let (root, folder) = folder();
    assert!(put(&folder, &head("m", &[1], of("/files/secret/a.docx"))));
    assert!(put(&folder, &head("m", &[2], of("/files/b.docx"))));
    assert!(put(&folder, &head("m", &[3], Holds::conversation())));
    assert!(put(&folder, &head("m", &[4], Holds::files(&[]))));
    assert_eq!(folder.forget(Path::new("/files/secret")), 1);
    assert_eq!(folder.held().prefixes, 1);
    assert!(folder.longest("m", &[2], 1).is_some());
    assert_eq!(folder.forget(Path::new("/files/b.docx")), 1);
    assert_eq!(files(&root.path().join("kv")), 0);
}

#[test]
fn deleting_a_conversation_takes_what_was_said_and_no_document() {
    let (_root, folder) = folder();
    assert!(put(&folder, &head("m", &[1], Holds::conversation())));
    assert!(put(&folder, &head("m", &[2], of("/a"))));
    assert_eq!(folder.forget_conversations(), 1);
    assert!(folder.longest("m", &[2], 1).is_some());
    assert_eq!(folder.clear(), 1);
}

#[test]
fn what_was_begun_before_a_file_was_forgotten_is_not_put_down_after() {
    let (root, folder) = folder();
    let mut writing = folder.begin().unwrap();
    let bytes = assemble(&head("m", &[1], of("/a")), |_| true).unwrap();
    assert!(writing.write(&bytes));
    folder.forget(Path::new("/a"));
    assert!(!folder.put(writing));
    assert_eq!(files(&root.path().join("kv")), 0);
}

#[test]
fn a_writing_that_breaks_off_leaves_nothing() {
    let (root, folder) = folder();
    let mut writing = folder.begin().unwrap();
    assert!(writing.write(b"DESKKV01 and then nothing"));
    assert_eq!(files(&root.path().join("kv")), 1);
    drop(writing);
    assert_eq!(files(&root.path().join("kv")), 0);
    let mut cut = folder.begin().unwrap();
    let bytes = assemble(&head("m", &[1], of("/a")), |_| true).unwrap();
    assert!(cut.write(&bytes[..bytes.len() - 1]));
    assert!(!folder.put(cut));
    assert_eq!(files(&root.path().join("kv")), 0);
}

#[test]
fn a_start_clears_away_what_is_damaged_and_nothing_else() {
    let (root, folder) = folder();
    assert!(put(&folder, &head("m", &[1], of("/a"))));
    let whole = fs::read(folder.longest("m", &[1], 1).unwrap().path).unwrap();
    let at = root.path().join("kv");
    fs::write(at.join("cut.kv"), &whole[..whole.len() - 5]).unwrap();
    fs::write(
        at.join("other.kv"),
        b"something else entirely, and long enough",
    )
    .unwrap();
    fs::write(at.join("1-0.part"), b"half").unwrap();
    fs::write(at.join("README"), b"not ours").unwrap();
    let again = Folder::new(at.clone(), 1 << 20);
    assert_eq!(again.held().prefixes, 1);
    assert_eq!(files(&at), 2);
}

#[test]
fn a_folder_that_cannot_be_written_keeps_nothing_and_harms_nothing() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("kv");
    fs::write(&file, b"a file in the way").unwrap();
    let folder = Folder::new(file, 1 << 20);
    let mut writing = folder.begin().unwrap();
    assert!(!writing.write(b"x"));
    assert!(!folder.put(writing));
    assert_eq!(folder.held().prefixes, 0);
}
