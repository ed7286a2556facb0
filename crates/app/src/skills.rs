//! Runs skills: reads the files, gives the engines, writes the artifact.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deskmate_core::{
    ArtifactKind, CancelToken, Citation, Embedder, ErrorCode, JobEvent, TextGenerator, Usage,
    WireError,
};
use deskmate_skills::{Artifact, Check, SkillContext, SkillInput, SkillSource, SkillSpec};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::ingest::Sink;
use crate::parse::read_file;

/// Which skill to run, on what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct SkillParams {
    /// The skill.
    pub id: String,
    /// Its inputs.
    pub inputs: BTreeMap<String, String>,
    /// The files it works on; they need not be in the library.
    pub files: Vec<PathBuf>,
    /// Where to write the result; absent: a new file in the library's `exports`.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub out: Option<PathBuf>,
}

/// What a skill made.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SkillResult {
    /// The file.
    pub artifact: SkillArtifact,
    /// Its text.
    pub text: String,
    /// The places behind its markers.
    pub citations: Vec<Citation>,
    /// What was checked.
    pub checks: Vec<Check>,
    /// What it took.
    pub usage: Usage,
}

/// A produced file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SkillArtifact {
    /// What it is.
    pub kind: ArtifactKind,
    /// Where it lies.
    pub path: PathBuf,
}

/// The skills there are.
pub fn skills() -> Vec<SkillSpec> {
    deskmate_skills::registry()
        .iter()
        .map(|skill| skill.spec().clone())
        .collect()
}

impl App {
    /// Runs a skill and writes what it made; an existing file is never overwritten.
    ///
    /// # Errors
    /// `NotFound` for an unknown skill or file, `InvalidInput` for wrong inputs or an output that exists or is not
    /// Markdown; those of reading, of the engines, of writing.
    pub fn run_skill(
        &self,
        params: &SkillParams,
        cancel: &CancelToken,
        sink: Sink<'_>,
    ) -> Result<SkillResult, WireError> {
        let skill = deskmate_skills::find(&params.id).ok_or_else(|| {
            WireError::new(
                ErrorCode::NotFound,
                format!("there is no skill `{}`", params.id),
            )
            .with_hint("`deskmate skill list` shows all")
        })?;
        let values = skill.spec().complete(&params.inputs, params.files.len())?;
        let path = self.output_path(params)?;
        let sources = params
            .files
            .iter()
            .map(|file| read_source(file, cancel))
            .collect::<Result<Vec<SkillSource>, WireError>>()?;
        let chat = self.chat()?;
        let embedder = self.embedder();
        let context = SkillContext {
            generator: &*chat as &dyn TextGenerator,
            embedder: embedder.as_deref().map(|e| e as &dyn Embedder),
            cancel,
        };
        let output = skill.run(&context, &SkillInput { values, sources }, &mut *sink)?;
        let Artifact::Document(document) = &output.artifact;
        let mut text = deskmate_formats::render_markdown(document);
        text.push_str(&sources_list(&output.citations));
        write_new(&path, &text)?;
        let kind = output.artifact.kind();
        sink(JobEvent::Artifact {
            path: path.clone(),
            kind,
        });
        Ok(SkillResult {
            artifact: SkillArtifact { kind, path },
            text,
            citations: output.citations,
            checks: output.checks,
            usage: output.usage,
        })
    }

    fn output_path(&self, params: &SkillParams) -> Result<PathBuf, WireError> {
        if let Some(out) = &params.out {
            if out.extension().is_none_or(|extension| extension != "md") {
                return Err(WireError::new(
                    ErrorCode::InvalidInput,
                    format!("`{}` is not a Markdown file name", out.display()),
                )
                .with_hint("name it `….md`"));
            }
            return Ok(out.clone());
        }
        let folder = self.home().root().join("exports");
        let stem = params
            .files
            .first()
            .and_then(|file| file.file_stem())
            .map_or_else(
                || params.id.clone(),
                |stem| stem.to_string_lossy().into_owned(),
            );
        let name = |number: usize| match number {
            1 => format!("{stem}-{}.md", params.id),
            _ => format!("{stem}-{}-{number}.md", params.id),
        };
        Ok((1..10_000)
            .map(|number| folder.join(name(number)))
            .find(|path| !path.exists())
            .unwrap_or_else(|| folder.join(name(1))))
    }
}

fn read_source(file: &Path, cancel: &CancelToken) -> Result<SkillSource, WireError> {
    let parsed = read_file(file, cancel)?;
    let title = file
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok(SkillSource {
        path: std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf()),
        title,
        document: parsed.document,
    })
}

fn sources_list(citations: &[Citation]) -> String {
    let mut out = String::from("\n---\n\n");
    for citation in citations {
        let name = citation
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let anchor = &citation.anchor;
        let page = anchor.page.map(|page| format!(", p. {page}"));
        let slide = anchor.slide.map(|slide| format!(", slide {slide}"));
        let heading = anchor
            .heading
            .last()
            .map(|heading| format!(", § {heading}"));
        let place: String = [page, slide, heading].into_iter().flatten().collect();
        let quote = citation.quote.replace('\n', " ");
        out.push_str(&format!(
            "[{}] {name}{place}: “{quote}”\n\n",
            citation.marker
        ));
    }
    out
}

fn write_new(path: &Path, text: &str) -> Result<(), WireError> {
    use std::io::Write;
    let failed = |error: std::io::Error| {
        let code = match error.kind() {
            std::io::ErrorKind::AlreadyExists => ErrorCode::InvalidInput,
            _ => ErrorCode::of_io(&error),
        };
        WireError::new(
            code,
            format!("could not write `{}`: {error}", path.display()),
        )
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}
