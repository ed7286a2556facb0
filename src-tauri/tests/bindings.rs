//! The types that cross to the window, as TypeScript: `ui/src/backend/bindings.gen.ts` is what this test writes.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use deskmate_app as app;
use deskmate_core as core;
use ts_rs::{Config, TS};

const HEAD: &str = "// Made from the Rust types by `DESKMATE_WRITE_BINDINGS=1 cargo test --workspace --test bindings`.\n\
    // Not to be edited: a test compares it with the types.\n\n";

/// Every type that a command takes or gives, and those inside them.
fn bindings() -> String {
    // JSON numbers are numbers there; none of ours comes near 2^53.
    let config = Config::default().with_large_int("number");
    let mut out = String::from(HEAD);
    macro_rules! put {
        ($($type:ty),* $(,)?) => {
            $(
                out.push_str("export ");
                out.push_str(&<$type>::decl(&config));
                out.push_str("\n\n");
            )*
        };
    }
    put!(
        core::Anchor,
        core::ArtifactKind,
        core::Block,
        core::BlockContent,
        core::Citation,
        core::Comment,
        core::Entry,
        core::ErrorCode,
        core::JobEvent,
        core::ListItem,
        core::Manuscript,
        core::Passage,
        core::Progress,
        core::ReadWarning,
        core::Run,
        core::Usage,
        core::WireError,
        app::AppInfo,
        app::ApplyRewriteParams,
        app::Changed,
        app::BackupSummary,
        app::CellChange,
        app::Check,
        app::ChartChoice,
        app::ChartParams,
        app::ChartPoint,
        app::ChartProposal,
        app::ChartSeries,
        app::Choice,
        app::ColumnParams,
        app::ColumnProposal,
        app::ContentView,
        app::ContextUse,
        app::ConversationPage,
        app::ConversationQuery,
        app::ConversationSummary,
        app::ConversationView,
        app::ConverseParams,
        app::ConverseResult,
        app::Draft,
        app::DraftKind,
        app::DraftSection,
        app::EmptyCell,
        app::Estimate,
        app::ExplainedChunk,
        app::ExplainedState,
        app::Explanation,
        app::ExportFormat,
        app::ExportManuscriptParams,
        app::ExportedManuscript,
        app::Exported,
        app::Fact,
        app::FactFlag,
        app::FactKind,
        app::FactProblem,
        app::Feedback,
        app::ImportedManuscript,
        app::FillParams,
        app::FillProposal,
        app::ImportReport,
        app::InputKind,
        app::InputSpec,
        app::JobKind,
        app::JobState,
        app::JobView,
        app::Language,
        app::LibraryStatus,
        app::MachineView,
        app::ManuscriptSummary,
        app::ManuscriptVersion,
        app::MessageView,
        app::models::ModelKind,
        app::ModelView,
        app::NetworkFeature,
        app::NetworkReport,
        app::NewManuscriptParams,
        app::Outcome,
        app::Persona,
        app::Piece,
        app::RestoreReport,
        app::ResultParams,
        app::ResultProposal,
        app::PromptEntry,
        app::PromptFile,
        app::PromptVariable,
        app::Rewrite,
        app::RewriteMode,
        app::RewrittenParagraph,
        app::RootView,
        app::SaveManuscriptParams,
        app::Scope,
        app::SearchHit,
        app::SendWith,
        app::Settings,
        app::SkillArtifact,
        app::SkillParams,
        app::SkillResult,
        app::SkillSpec,
        app::SourceContent,
        app::SourcePage,
        app::SourceQuery,
        app::SourceState,
        app::SourceView,
        app::StateFilter,
        app::Stopped,
        app::StoppedBy,
        app::StoredManuscript,
        app::Theme,
        app::Verdict,
        app::VersionReason,
        app::WorkbookChange,
    );
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[test]
fn the_bindings_of_the_window_are_those_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/backend/bindings.gen.ts");
    let made = bindings();
    if std::env::var_os("DESKMATE_WRITE_BINDINGS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "`{}` is not what the types make: DESKMATE_WRITE_BINDINGS=1 cargo test --workspace --test bindings",
        path.display()
    );
}
