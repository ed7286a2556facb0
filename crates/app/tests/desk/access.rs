//! What the window may name: files of the library, whatever else a name looks like.

use std::path::{Path, PathBuf};

use deskmate_app::App;
use deskmate_core::CancelToken;

use super::{POLICY, Place, add};

const SECRET: &str = "not for the window";

/// Ways out of a folder, and names that some system takes for something else than they say.
const NAMES: &[&str] = &[
    "../secret.txt",
    "../../secret.txt",
    "./../secret.txt",
    "..//secret.txt",
    "....//secret.txt",
    "sub/../../secret.txt",
    "差旅.txt/../../secret.txt",
    "..\\secret.txt",
    "..\\..\\secret.txt",
    "..%2fsecret.txt",
    "..%5csecret.txt",
    "%2e%2e/secret.txt",
    "..;/secret.txt",
    "..\u{2215}secret.txt",
    "..\u{ff0f}secret.txt",
    "．．/secret.txt",
    "secret.txt",
    "SECRET.TXT",
    "Secret.txt",
    "secret.txt.",
    "secret.txt ",
    " secret.txt",
    "secret.txt::$DATA",
    "差旅.txt:secret.txt",
    "差旅.txt::$DATA",
    "link.txt",
    "link.txt/",
    "folder/secret.txt",
    "folder/./secret.txt",
    "folder/../secret.txt",
    "loop/loop/loop/secret.txt",
    "hard.txt",
    "//server/share/secret.txt",
    "\\\\server\\share\\secret.txt",
    "\\\\?\\C:\\secret.txt",
    "\\\\.\\pipe\\secret",
    "C:\\secret.txt",
    "C:secret.txt",
    "c:/secret.txt",
    "CON",
    "NUL.txt",
    "COM1",
    "aux.md",
    "file:///secret.txt",
    "file://localhost/secret.txt",
    "smb://server/secret.txt",
    "~/secret.txt",
    "$HOME/secret.txt",
    "%APPDATA%\\secret.txt",
    "{{secret.txt}}",
    "`cat secret.txt`",
    "$(cat secret.txt)",
    "|cat secret.txt",
    "-r secret.txt",
    "--read=secret.txt",
    "secret\u{202e}txt.exe",
    "secret\u{200b}.txt",
    "secret\u{0000}.txt",
    "差旅.txt\u{0000}.pdf",
    "secre\u{0301}t.txt",
    "🧾🗂️.txt",
    "𠀀𠮷.txt",
    "\u{fffd}.txt",
    "*",
    "?ecret.txt",
    "s*t.txt",
    "[s]ecret.txt",
    "",
    ".",
    "..",
    "/",
    "//",
];

/// Files of the system that an open of would show or hang.
const ABSOLUTE: &[&str] = &[
    "/etc/passwd",
    "/etc/./passwd",
    "/proc/self/environ",
    "/proc/self/cmdline",
    "/proc/self/fd/0",
    "/proc/1/environ",
    "/dev/zero",
    "/dev/stdin",
    "/dev/null",
    "/etc/shadow",
    "/var/log/syslog",
];

/// Every name as it is, below the folder, below a folder in it, and behind the folder's own file.
fn every_name(place: &Place) -> Vec<PathBuf> {
    let docs = place.docs();
    let mut names: Vec<PathBuf> = ABSOLUTE.iter().map(PathBuf::from).collect();
    let long = "长".repeat(85);
    let deep = "a/".repeat(600);
    for name in NAMES.iter().copied().chain([long.as_str(), deep.as_str()]) {
        names.push(PathBuf::from(name));
        names.push(docs.join(name));
        names.push(docs.join("sub").join(name));
        names.push(docs.join("差旅.txt").join(name));
        names.push(PathBuf::from(format!("{}{name}", docs.display())));
    }
    names
}

/// What any of the functions gives of a file, as text.
fn shown(app: &App, path: &Path) -> String {
    let mut shown = String::new();
    if let Ok(content) = app.source_content(path, &CancelToken::new()) {
        shown.push_str(&format!("{:?}", content.blocks));
    }
    if let Ok(bytes) = app.source_bytes(path) {
        shown.push_str(&String::from_utf8_lossy(&bytes));
    }
    for given in [app.opened_file(path), app.revealed_path(path)] {
        if let Ok(given) = given
            && let Ok(text) = std::fs::read_to_string(given)
        {
            shown.push_str(&text);
        }
    }
    shown
}

pub(super) fn no_name_leads_to_a_file_outside_of_the_library() {
    let place = Place::new();
    let app = place.open();
    place.write("差旅.txt", POLICY);
    std::fs::create_dir(place.docs().join("sub")).unwrap();
    let secret = place.folder.path().join("secret.txt");
    std::fs::write(&secret, SECRET).unwrap();
    add(&app, &[place.docs()]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(&secret, place.docs().join("link.txt")).unwrap();
        symlink(place.folder.path(), place.docs().join("folder")).unwrap();
        symlink(place.docs(), place.docs().join("loop")).unwrap();
    }
    let names = every_name(&place);
    assert!(names.len() > 300, "{}", names.len());
    for name in names {
        let shown = shown(&app, &name);
        let is_ours = shown.is_empty() || shown.contains("出差人员");
        assert!(
            is_ours && !shown.contains(SECRET),
            "{}: {shown}",
            name.display()
        );
    }
}

/// A file of the library whose place somebody gave to a link to another one.
#[cfg(unix)]
pub(super) fn a_file_that_became_a_link_to_another_is_not_followed() {
    let place = Place::new();
    let app = place.open();
    let path = place.write("差旅.txt", POLICY);
    let secret = place.folder.path().join("secret.txt");
    std::fs::write(&secret, SECRET).unwrap();
    add(&app, &[place.docs()]);
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(&secret, &path).unwrap();
    assert!(!shown(&app, &path).contains(SECRET));
    app.sync(&CancelToken::new(), &mut |_| {}).unwrap();
    assert!(!shown(&app, &path).contains(SECRET));
    assert!(
        app.search("window", 5, &[], &CancelToken::new())
            .is_ok_and(|found| { !format!("{found:?}").contains(SECRET) })
    );
}
