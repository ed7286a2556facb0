//! The API of the window on a real library: jobs, watched folders, lists, content. No language model needed.
//!
//! Workers are this very program in another role, so this test has a `main` of its own.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests, and their own runner"
)]

#[path = "desk/access.rs"]
mod access;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use deskmate_app::{
    App, Changed, ContentView, ConversationQuery, ConverseParams, ExplainedState, Home, JobKind,
    JobRequest, JobState, Scope, SourceQuery, SourceState, StateFilter, Theme,
};
use deskmate_core::{Anchor, CancelToken, Citation, ErrorCode, JobEvent, Role};
use deskmate_llm::saved::{Head, Holds, assemble};
use deskmate_store::NewMessage;

/// Long enough for a busy machine; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

const POLICY: &str = "第一条 出差人员应当在返回后15个工作日内办理报销手续。\n\n第二条 一线城市住宿费每人每天600元。\n";

type Test = (&'static str, fn());

const TESTS: &[Test] = &[
    (
        "files_are_listed_with_how_far_they_are",
        files_are_listed_with_how_far_they_are,
    ),
    (
        "a_paused_job_goes_on_where_it_was",
        a_paused_job_goes_on_where_it_was,
    ),
    (
        "a_job_that_a_restart_cut_short_can_be_resumed",
        a_job_that_a_restart_cut_short_can_be_resumed,
    ),
    (
        "a_watched_folder_follows_the_disk",
        a_watched_folder_follows_the_disk,
    ),
    (
        "a_file_that_failed_is_read_again_when_asked",
        a_file_that_failed_is_read_again_when_asked,
    ),
    (
        "what_was_not_found_is_explained",
        what_was_not_found_is_explained,
    ),
    (
        "only_files_of_the_library_are_shown",
        only_files_of_the_library_are_shown,
    ),
    (
        "no_name_leads_to_a_file_outside_of_the_library",
        access::no_name_leads_to_a_file_outside_of_the_library,
    ),
    #[cfg(unix)]
    (
        "a_file_that_became_a_link_to_another_is_not_followed",
        access::a_file_that_became_a_link_to_another_is_not_followed,
    ),
    (
        "a_pasted_file_is_kept_and_can_be_added",
        a_pasted_file_is_kept_and_can_be_added,
    ),
    (
        "a_forgotten_file_is_gone_from_conversations_and_from_the_disk",
        a_forgotten_file_is_gone_from_conversations_and_from_the_disk,
    ),
    (
        "a_file_that_is_gone_from_the_disk_leaves_conversations_as_they_are",
        a_file_that_is_gone_from_the_disk_leaves_conversations_as_they_are,
    ),
    (
        "settings_have_defaults_and_are_kept",
        settings_have_defaults_and_are_kept,
    ),
    (
        "without_a_model_a_question_leaves_nothing_behind",
        without_a_model_a_question_leaves_nothing_behind,
    ),
    (
        "the_network_page_counts_what_was_refused",
        the_network_page_counts_what_was_refused,
    ),
];

fn main() -> ExitCode {
    if let Some(code) = deskmate_app::play_role(std::env::args()) {
        return code;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        TESTS.iter().for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    let chosen = TESTS
        .iter()
        .filter(|(name, _)| filter.is_none_or(|filter| name.contains(filter.as_str())));
    let mut failed = 0;
    for (name, test) in chosen {
        let begun = Instant::now();
        let ok = std::panic::catch_unwind(test).is_ok();
        let word = if ok { "ok" } else { "FAILED" };
        println!(
            "test {name} ... {word} ({:.1} s)",
            begun.elapsed().as_secs_f64()
        );
        failed += u32::from(!ok);
    }
    ExitCode::from(u8::from(failed > 0))
}

/// A library of its own, on a machine without any model.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("资料")).unwrap();
        Self { folder }
    }

    /// Puts down what a model computed for a prompt, as it does itself.
    fn keep_prompt(&self, name: &str, holds: Holds) -> PathBuf {
        let state = format!("{CANARY} {name}");
        let head = Head {
            engine: "e".to_owned(),
            tokens: name.bytes().map(i32::from).collect(),
            holds,
            state_bytes: state.len() as u64,
        };
        let bytes = assemble(&head, |place| {
            place.copy_from_slice(state.as_bytes());
            true
        });
        let folder = self.folder.path().join("library/cache/kv");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{name}.kv"));
        std::fs::write(&path, bytes.unwrap()).unwrap();
        path
    }

    fn open(&self) -> Arc<App> {
        let home = Home::locate(Some(&self.folder.path().join("library")));
        let home = home.with_models(&self.folder.path().join("no-models"));
        Arc::new(App::open(&home).unwrap())
    }

    fn docs(&self) -> PathBuf {
        // The temporary folder may be reached over a link; the watcher tells real paths.
        self.folder.path().canonicalize().unwrap().join("资料")
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.docs().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

fn add(app: &App, paths: &[PathBuf]) {
    app.add(paths, &CancelToken::new(), &mut |_| {}).unwrap();
}

fn listed(app: &App, state: StateFilter) -> Vec<(String, SourceState)> {
    let query = SourceQuery {
        state,
        limit: 1_000,
        ..SourceQuery::default()
    };
    let page = app.sources(&query).unwrap();
    assert_eq!(page.total, page.sources.len());
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let sources = page.sources.iter();
    sources
        .map(|source| (name(&source.path), source.state))
        .collect()
}

fn names(app: &App) -> Vec<String> {
    let all = listed(app, StateFilter::All).into_iter();
    all.map(|(name, _)| name).collect()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < until, "{what} did not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn files_are_listed_with_how_far_they_are() {
    let place = Place::new();
    let app = place.open();
    place.write("差旅.txt", POLICY);
    place.write("empty.txt", "");
    place.write("photo.png", "no text");
    add(&app, &[place.docs()]);
    let states = listed(&app, StateFilter::All);
    let expected = [
        ("empty.txt", SourceState::Failed),
        ("差旅.txt", SourceState::Words),
    ];
    let expected = expected.map(|(name, state)| (name.to_string(), state));
    assert_eq!(states, expected);
    let failed = listed(&app, StateFilter::Only(SourceState::Failed));
    assert_eq!(failed, expected[..1]);
    let status = app.library_status().unwrap();
    assert_eq!(
        (
            status.files_ready,
            status.files_failed,
            status.files_pending
        ),
        (1, 1, 0)
    );
    assert_eq!(status.roots.len(), 1);
    assert!(status.roots[0].present);
    let estimate = app.estimate(&[place.docs()], &CancelToken::new()).unwrap();
    assert_eq!((estimate.files, estimate.unsupported), (2, 1));
}

/// Begins to add many files, and asks for `wish` as soon as the first progress comes.
fn add_many(
    app: &Arc<App>,
    place: &Place,
    wish: impl FnOnce(&App, i64) + Send + 'static,
) -> std::thread::JoinHandle<Vec<JobEvent>> {
    for number in 0..400 {
        place.write(&format!("{number}.txt"), &POLICY.repeat(20));
    }
    let request = JobRequest::Add {
        paths: vec![place.docs()],
    };
    let app = Arc::clone(app);
    std::thread::spawn(move || {
        let mut events = Vec::new();
        let mut wish = Some(wish);
        let mut job = 0;
        let shared = Arc::clone(&app);
        // How it ends stands in the events.
        let _ = shared.run_request(&request, &CancelToken::new(), &mut |event| {
            match &event {
                JobEvent::Started { job_id } => job = i64::try_from(*job_id).unwrap(),
                JobEvent::Progress(_) => {
                    if let Some(wish) = wish.take() {
                        wish(&app, job);
                    }
                }
                _ => {}
            }
            events.push(event);
        });
        events
    })
}

fn a_paused_job_goes_on_where_it_was() {
    let place = Place::new();
    let app = place.open();
    let running = add_many(&app, &place, |app, job| app.pause_job(job).unwrap());
    wait_until("the pause", || {
        app.jobs()
            .unwrap()
            .iter()
            .any(|job| job.state == JobState::Paused)
    });
    let before = listed(&app, StateFilter::Only(SourceState::Words)).len();
    assert!(before < 400, "{before} files were read before the pause");
    // What waits is seen.
    assert_eq!(names(&app).len(), 400);
    let job = app.jobs().unwrap()[0].id;
    app.resume_job(job).unwrap();
    let events = running.join().unwrap();
    assert!(
        matches!(events.last(), Some(JobEvent::Finished { .. })),
        "{:?}",
        events.last()
    );
    let ends = events.iter().filter(|event| {
        matches!(
            event,
            JobEvent::Finished { .. } | JobEvent::Failed(_) | JobEvent::Cancelled
        )
    });
    assert_eq!(ends.count(), 1);
    assert_eq!(
        listed(&app, StateFilter::Only(SourceState::Words)).len(),
        400
    );
    let jobs = app.jobs().unwrap();
    assert_eq!(
        (jobs.len(), jobs[0].state, jobs[0].kind),
        (1, JobState::Finished, JobKind::Add)
    );
}

fn a_job_that_a_restart_cut_short_can_be_resumed() {
    let place = Place::new();
    let app = place.open();
    let running = add_many(&app, &place, |app, _| app.stop_jobs());
    let events = running.join().unwrap();
    assert!(
        matches!(events.last(), Some(JobEvent::Cancelled)),
        "{:?}",
        events.last()
    );
    drop(app);
    let app = place.open();
    let jobs = app.jobs().unwrap();
    assert_eq!(jobs[0].state, JobState::Paused);
    assert_eq!(jobs[0].title, "资料");
    app.resume_job(jobs[0].id).unwrap();
    wait_until("the end of the job", || {
        app.jobs().unwrap()[0].state == JobState::Finished
    });
    assert_eq!(
        listed(&app, StateFilter::Only(SourceState::Words)).len(),
        400
    );
    app.clear_jobs().unwrap();
    assert!(app.jobs().unwrap().is_empty());
}

fn a_watched_folder_follows_the_disk() {
    let place = Place::new();
    let app = place.open();
    let first = place.write("差旅.txt", POLICY);
    add(&app, &[place.docs()]);
    let (sender, changes) = sync_channel(1_000);
    app.on_changed(move |changed| {
        let _ = sender.try_send(changed);
    });
    app.follow_the_disk();
    wait_until("the watch", || {
        app.library_status().unwrap().roots[0].watched
    });
    let id = app.library().source_by_path(&first).unwrap().unwrap().id;
    // Renamed: the same file, not read anew.
    std::fs::rename(&first, place.docs().join("差旅2025.txt")).unwrap();
    wait_until("the renamed file", || names(&app) == ["差旅2025.txt"]);
    let renamed = place.docs().join("差旅2025.txt");
    assert_eq!(
        app.library().source_by_path(&renamed).unwrap().unwrap().id,
        id
    );
    // Moved into a new folder below.
    let below = place.docs().join("旧");
    std::fs::create_dir(&below).unwrap();
    std::fs::rename(&renamed, below.join("差旅.txt")).unwrap();
    wait_until("the moved file", || {
        app.library()
            .source_by_path(&below.join("差旅.txt"))
            .unwrap()
            .is_some()
            && names(&app).len() == 1
    });
    // A new one, and one that is none of ours.
    place.write("食堂.txt", "食堂的菜单安排：周一面条。");
    place.write("~$食堂.docx", "lock");
    wait_until("the new file", || {
        names(&app).contains(&"食堂.txt".to_string())
    });
    assert_eq!(names(&app).len(), 2);
    std::fs::remove_dir_all(&below).unwrap();
    wait_until("the deletion", || names(&app) == ["食堂.txt"]);
    assert!(
        changes
            .try_iter()
            .any(|changed| changed == Changed::Library)
    );
    // Syncs that changed something are listed, the others leave no trace.
    let jobs = app.jobs().unwrap();
    assert!(jobs.iter().all(|job| job.kind == JobKind::Sync), "{jobs:?}");
    app.forget(&place.docs(), &mut |_| {}).unwrap();
    assert!(app.library_status().unwrap().roots.is_empty());
}

fn a_file_that_failed_is_read_again_when_asked() {
    let place = Place::new();
    let app = place.open();
    let path = place.write("差旅.txt", POLICY);
    add(&app, &[place.docs()]);
    let before = app.library().source_by_path(&path).unwrap().unwrap();
    let request = JobRequest::Retry { path: path.clone() };
    app.run_request(&request, &CancelToken::new(), &mut |_| {})
        .unwrap();
    let after = app.library().source_by_path(&path).unwrap().unwrap();
    assert_eq!((after.size, after.mtime_ns), (before.size, before.mtime_ns));
    assert_eq!(after.state, before.state);
    let elsewhere = JobRequest::Retry {
        path: "/nowhere.txt".into(),
    };
    let error = app
        .run_request(&elsewhere, &CancelToken::new(), &mut |_| {})
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
    assert_eq!(app.jobs().unwrap()[0].error, Some(error));
}

fn what_was_not_found_is_explained() {
    let place = Place::new();
    let app = place.open();
    let path = place.write("差旅.txt", POLICY);
    place.write("食堂.txt", "食堂的菜单安排。");
    add(&app, &[place.docs()]);
    let cancel = CancelToken::new();
    let found = app.explain("住宿费和VPN", &path, &cancel).unwrap();
    assert_eq!(found.state, ExplainedState::Known(SourceState::Words));
    assert_eq!(found.words_found, ["住宿费"]);
    assert!(
        found.words_missing.contains(&"vpn".to_string()),
        "{found:?}"
    );
    assert_eq!(found.chunks[0].rank, Some(1));
    assert!(found.chunks[0].bm25.is_some());
    let unknown = app
        .explain("住宿费", Path::new("/nowhere.txt"), &cancel)
        .unwrap();
    assert_eq!(unknown.state, ExplainedState::Unknown);
}

fn only_files_of_the_library_are_shown() {
    let place = Place::new();
    let app = place.open();
    let path = place.write("差旅.txt", POLICY);
    let foreign = place.folder.path().join("secret.txt");
    std::fs::write(&foreign, "not for the window").unwrap();
    add(&app, &[place.docs()]);
    let cancel = CancelToken::new();
    let content = app.source_content(&path, &cancel).unwrap();
    assert_eq!(content.view, ContentView::Blocks);
    assert!(!content.blocks.is_empty());
    let again = app.source_content(&path, &cancel).unwrap();
    assert!(Arc::ptr_eq(&content, &again), "it was read a second time");
    for error in [
        app.source_content(&foreign, &cancel).unwrap_err(),
        app.source_bytes(&foreign).unwrap_err(),
        app.opened_file(&foreign).unwrap_err(),
        app.revealed_path(&foreign).unwrap_err(),
    ] {
        assert_eq!(error.code, ErrorCode::NotFound);
    }
    let around = place.docs().join("../secret.txt");
    assert!(app.source_content(&around, &cancel).is_err());
    // Text is no PDF, whatever its name.
    let error = app.source_bytes(&path).unwrap_err();
    assert_eq!(error.code, ErrorCode::UnsupportedFormat);
    assert_eq!(app.revealed_path(&place.docs()).unwrap(), place.docs());
}

fn a_pasted_file_is_kept_and_can_be_added() {
    let place = Place::new();
    let app = place.open();
    let kept = app
        .keep_attachment("../报告.txt", POLICY.as_bytes())
        .unwrap();
    assert!(kept.starts_with(app.home().root()));
    assert_eq!(
        kept,
        app.keep_attachment("报告.txt", POLICY.as_bytes()).unwrap()
    );
    let cancel = CancelToken::new();
    assert!(
        !app.source_content(&kept, &cancel)
            .unwrap()
            .blocks
            .is_empty()
    );
    add(&app, std::slice::from_ref(&kept));
    assert_eq!(names(&app), ["报告.txt"]);
}

fn settings_have_defaults_and_are_kept() {
    let place = Place::new();
    let app = place.open();
    let mut settings = app.settings().unwrap();
    let prompt = place.keep_prompt("p", Holds::conversation());
    app.set_settings(&settings).unwrap();
    assert!(prompt.exists());
    settings.saved_prompts_mib = 0;
    app.set_settings(&settings).unwrap();
    assert!(!prompt.exists());
    assert_eq!((settings.persona, settings.text_size), (None, 100));
    settings.theme = Theme::Dark;
    settings.text_size = 1_000;
    app.set_settings(&settings).unwrap();
    drop(app);
    let app = place.open();
    let kept = app.info().unwrap().settings;
    assert_eq!((kept.theme, kept.text_size), (Theme::Dark, 160));
    // What a later version wrote is not lost on the way, and what is not understood is a default.
    app.library()
        .set_setting("desktop", &serde_json::json!({"theme": "dark", "later": 1}))
        .unwrap();
    assert_eq!(app.settings().unwrap().theme, Theme::Dark);
    app.library()
        .set_setting("desktop", &serde_json::json!({"theme": "violet"}))
        .unwrap();
    assert_eq!(app.settings().unwrap().theme, Theme::System);
}

fn without_a_model_a_question_leaves_nothing_behind() {
    let place = Place::new();
    let app = place.open();
    let params = ConverseParams {
        question: "多少天内报销？".to_string(),
        scope: Scope::default(),
        ..ConverseParams::default()
    };
    let mut events = Vec::new();
    let error = app
        .converse_job(&params, &CancelToken::new(), &mut |event| {
            events.push(event)
        })
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::ModelNotInstalled);
    assert!(matches!(events.last(), Some(JobEvent::Failed(_))));
    let query = ConversationQuery {
        limit: 10,
        ..ConversationQuery::default()
    };
    assert_eq!(app.conversations(&query).unwrap().total, 0);
    let job = &app.jobs().unwrap()[0];
    assert_eq!(
        (job.state, job.title.as_str()),
        (JobState::Failed, "多少天内报销？")
    );
    assert!(app.pause_job(job.id).is_err());
}

fn the_network_page_counts_what_was_refused() {
    let place = Place::new();
    let app = place.open();
    let error = app.opened_address("javascript:alert(1)").unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
    let report = app.network().unwrap();
    assert_eq!((report.open_connections, report.refused_attempts), (0, 1));
    assert_eq!(report.features.len(), 1);
    assert!(!report.features[0].running);
}

const CANARY: &str = "qzx7731";

/// Adds a policy and a secret, and a conversation whose answer rests on both.
fn with_conversation(place: &Place, app: &Arc<App>) -> (PathBuf, i64) {
    let policy = place.write("差旅.txt", POLICY);
    let secret = place.write(
        &format!("机密{CANARY}.txt"),
        &format!("合同{CANARY}的违约金是九百万元。"),
    );
    add(app, &[place.docs()]);
    let citation = |marker, path: &Path, quote: &str| Citation {
        marker,
        path: path.into(),
        anchor: Anchor::default(),
        quote: quote.into(),
    };
    let library = app.library();
    let id = library.create_conversation("违约金").unwrap();
    let message = |role, content: &str, citations| NewMessage {
        role,
        content: content.into(),
        citations,
        extra: serde_json::Value::Null,
    };
    let question = message(Role::User, "违约金和住宿费各是多少？", Vec::new());
    let question = library.append_message(id, None, question).unwrap();
    let answer = message(
        Role::Assistant,
        &format!("住宿费每天600元[1]。合同{CANARY}的违约金是九百万元[2]。"),
        vec![
            citation(1, &policy, "一线城市住宿费每人每天600元"),
            citation(2, &secret, &format!("合同{CANARY}的违约金是九百万元")),
        ],
    );
    library
        .append_message(id, Some(question.id), answer)
        .unwrap();
    (secret, id)
}

/// The files below the library's folder whose bytes hold the canary.
fn holding_canary(place: &Place) -> Vec<PathBuf> {
    let mut open = vec![place.folder.path().join("library")];
    let mut holding = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            if bytes
                .windows(CANARY.len())
                .any(|window| window.eq_ignore_ascii_case(CANARY.as_bytes()))
            {
                holding.push(path);
            }
        }
    }
    holding
}

fn a_forgotten_file_is_gone_from_conversations_and_from_the_disk() {
    let place = Place::new();
    let app = place.open();
    let (secret, id) = with_conversation(&place, &app);
    // Prompts that a model had read: of the file, of another one, and of a conversation, which may quote any.
    let other = place.folder.path().join("资料").join("other.txt");
    place.keep_prompt("of-the-file", Holds::files(std::slice::from_ref(&secret)));
    place.keep_prompt("of-a-talk", Holds::conversation());
    let stays = place.keep_prompt("of-another", Holds::files(&[other]));
    assert!(!holding_canary(&place).is_empty(), "else nothing is proven");
    let mut steps = Vec::new();
    let report = app
        .forget(&secret, &mut |event| {
            if let JobEvent::Progress(progress) = event {
                steps.push((progress.done, progress.total));
            }
        })
        .unwrap();
    assert_eq!((report.forgotten, report.messages), (1, 1));
    assert_eq!(report.saved_prompts, 1);
    assert!(stays.exists());
    std::fs::remove_file(stays).unwrap();
    assert!(
        steps.len() > 3 && steps.last() == Some(&(5, Some(5))),
        "{steps:?}"
    );
    assert_eq!(holding_canary(&place), Vec::<PathBuf>::new());
    let answer = app.conversation(id).unwrap().messages[1].clone();
    assert_eq!(answer.content, "住宿费每天600元[1]。[…]");
    assert!(answer.forgotten);
    assert_eq!(answer.citations.len(), 1);
    drop(app);
    assert_eq!(holding_canary(&place), Vec::<PathBuf>::new());
}

fn a_file_that_is_gone_from_the_disk_leaves_conversations_as_they_are() {
    let place = Place::new();
    let app = place.open();
    let (secret, id) = with_conversation(&place, &app);
    std::fs::remove_file(&secret).unwrap();
    app.sync(&CancelToken::new(), &mut |_| {}).unwrap();
    assert!(app.library().source_by_path(&secret).unwrap().is_none());
    let answer = app.conversation(id).unwrap().messages[1].clone();
    assert!(answer.content.contains(CANARY) && !answer.forgotten);
    // Who wants that gone too can still ask for it.
    let report = app.forget(&secret, &mut |_| {}).unwrap();
    assert_eq!((report.forgotten, report.messages), (0, 1));
    assert_eq!(holding_canary(&place), Vec::<PathBuf>::new());
}
