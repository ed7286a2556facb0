//! Runs skills: reads the files, gives the engines, writes the artifact.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deskmate_core::{
    ArtifactKind, CancelToken, Citation, Embedder, ErrorCode, JobEvent, TextGenerator, Usage,
    WireError,
};
use deskmate_skills::{
    Artifact, Check, Draft, EXTENSIONS, NoGenerator, OfficialInspection, RenderedFile, Rewrite,
    SkillContext, SkillInput, SkillSource, SkillSpec,
};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::ingest::Sink;
use crate::parse::{inspect_official, read_file};

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
    /// The changes of a rewrite, each to be taken or left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub rewrite: Option<Rewrite>,
    /// A draft as a value, of which one section can be written again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub draft: Option<Draft>,
}

/// Which changes of a rewrite to take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ApplyRewriteParams {
    /// The rewrite, as the result of the skill has it.
    pub rewrite: Rewrite,
    /// The numbers of the changes to take; all others are left.
    pub accepted: Vec<u32>,
    /// Where to write the text; absent: a new file in the library's `exports`.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub out: Option<PathBuf>,
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
    /// `NotFound` for an unknown skill or file, `InvalidInput` for wrong inputs or an output that exists or has an
    /// extension that the result cannot be written with; those of reading, of the engines, of writing.
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
        if let Some(out) = &params.out {
            check_output(out, skill.spec().makes_pack)?;
        }
        let template = read_template(&values)?;
        let inspects = skill.spec().inspects_official;
        let sources = params
            .files
            .iter()
            .map(|file| read_source(file, inspects, cancel))
            .collect::<Result<Vec<SkillSource>, WireError>>()?;
        // A skill that needs no model runs on a machine that has none.
        let chat = match skill.spec().needs_model {
            true => Some(self.chat()?),
            false => None,
        };
        let embedder = self.embedder();
        let files = absolute(&params.files);
        let chat = chat.as_ref().map(|chat| chat.for_work_on(&files));
        let generator: &dyn TextGenerator = match &chat {
            Some(chat) => chat,
            None => &NoGenerator,
        };
        let context = SkillContext {
            generator,
            embedder: embedder.as_deref().map(|e| e as &dyn Embedder),
            cancel,
        };
        let output = skill.run(&context, &SkillInput { values, sources }, &mut *sink)?;
        let path = self.output_path(params, &output.artifact)?;
        let files =
            output
                .artifact
                .files(&extension_of(&path), &output.citations, template.as_deref())?;
        for warning in files.iter().flat_map(|file| &file.warnings) {
            sink(JobEvent::Warning {
                code: warning.code,
                message: warning.message.clone(),
            });
        }
        for (path, kind) in write_files(&path, &files)? {
            sink(JobEvent::Artifact { path, kind });
        }
        let text = output.artifact.text(&output.citations);
        let kind = output.artifact.kind();
        let (rewrite, draft) = match output.artifact {
            Artifact::Rewrite(rewrite) => (Some(*rewrite), None),
            Artifact::Draft(draft) => (None, Some(*draft)),
            _ => (None, None),
        };
        Ok(SkillResult {
            artifact: SkillArtifact { kind, path },
            text,
            citations: output.citations,
            checks: output.checks,
            usage: output.usage,
            rewrite,
            draft,
        })
    }

    /// Writes a rewritten text with just the changes that the user took.
    ///
    /// # Errors
    /// `InvalidInput` for an output that exists or has an extension that a text cannot be written with; those of writing.
    pub fn apply_rewrite(&self, params: &ApplyRewriteParams) -> Result<SkillResult, WireError> {
        let given = SkillParams {
            id: "rewrite".to_owned(),
            out: params.out.clone(),
            files: match params.rewrite.title.as_str() {
                "" => Vec::new(),
                title => vec![PathBuf::from(format!("{title}.docx"))],
            },
            ..SkillParams::default()
        };
        if let Some(out) = &params.out {
            check_output(out, false)?;
        }
        let accepted = params.accepted.iter().copied().collect();
        let applied = params.rewrite.apply(&accepted);
        let artifact = Artifact::Document(applied.document);
        let path = self.output_path(&given, &artifact)?;
        let files = artifact.files(&extension_of(&path), &[], None)?;
        write_files(&path, &files)?;
        let flags: Vec<String> = applied
            .flags
            .iter()
            .flat_map(|(paragraph, flag)| {
                let facts = flag.facts.iter();
                facts.map(move |fact| format!("{}: {}", paragraph + 1, fact.text))
            })
            .collect();
        let check = Check {
            name: "facts_kept".to_owned(),
            passed: applied.flags.is_empty(),
            detail: match applied.flags.is_empty() {
                true => format!(
                    "{} of {} changes taken",
                    params.accepted.len(),
                    params.rewrite.change_ids().len()
                ),
                false => format!("look at these paragraphs: {}", flags.join("; ")),
            },
        };
        Ok(SkillResult {
            artifact: SkillArtifact {
                kind: artifact.kind(),
                path,
            },
            text: artifact.text(&[]),
            citations: Vec::new(),
            checks: vec![check],
            usage: Usage::default(),
            rewrite: None,
            draft: None,
        })
    }

    fn output_path(&self, params: &SkillParams, artifact: &Artifact) -> Result<PathBuf, WireError> {
        if let Some(out) = &params.out {
            return Ok(out.clone());
        }
        // A pack is a folder.
        let extension = artifact.extensions().first();
        let extension = extension
            .map(|extension| format!(".{extension}"))
            .unwrap_or_default();
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
            1 => format!("{stem}-{}{extension}", params.id),
            _ => format!("{stem}-{}-{number}{extension}", params.id),
        };
        Ok((1..10_000)
            .map(|number| folder.join(name(number)))
            .find(|path| !path.exists())
            .unwrap_or_else(|| folder.join(name(1))))
    }
}

fn read_source(
    file: &Path,
    inspects: bool,
    cancel: &CancelToken,
) -> Result<SkillSource, WireError> {
    let parsed = read_file(file, cancel)?;
    let inspection = match inspects.then(|| inspect_official(file, cancel)) {
        Some(Ok((report, correction))) => Some(OfficialInspection { report, correction }),
        // The skill itself says what to do with a file of another format.
        Some(Err(error)) if error.code == ErrorCode::UnsupportedFormat => None,
        Some(Err(error)) => return Err(error),
        None => None,
    };
    let title = file
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok(SkillSource {
        path: std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf()),
        title,
        document: parsed.document,
        inspection,
    })
}

/// Said before the work begins, not after it.
fn absolute(files: &[PathBuf]) -> Vec<PathBuf> {
    files
        .iter()
        .map(|file| std::path::absolute(file).unwrap_or_else(|_| file.clone()))
        .collect()
}

fn check_output(path: &Path, is_folder: bool) -> Result<(), WireError> {
    if path.exists() {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("`{}` exists already", path.display()),
        )
        .with_hint("choose another name; an existing file is never overwritten"));
    }
    let extension = extension_of(path);
    if is_folder {
        return Ok(());
    }
    if !EXTENSIONS.contains(&extension.as_str()) {
        return Err(WireError::new(
            ErrorCode::InvalidInput,
            format!(
                "`{}` has no extension that a result can be written with",
                path.display()
            ),
        )
        .with_hint(format!("choose among: {}", EXTENSIONS.join(", "))));
    }
    Ok(())
}

/// The presentation that slides are built on, refused before the work begins when it is none.
fn read_template(values: &BTreeMap<String, String>) -> Result<Option<Vec<u8>>, WireError> {
    let Some(path) = values.get("template").filter(|path| !path.is_empty()) else {
        return Ok(None);
    };
    let bytes = std::fs::read(path).map_err(|error| {
        WireError::new(
            ErrorCode::of_io(&error),
            format!("could not read the template `{path}`: {error}"),
        )
    })?;
    deskmate_formats::check_template(&bytes)?;
    Ok(Some(bytes))
}

/// Writes the one file of an artifact to `path`, or the files of a pack into the folder `path`: all of them or none.
fn write_files(
    path: &Path,
    files: &[RenderedFile],
) -> Result<Vec<(PathBuf, ArtifactKind)>, WireError> {
    let mut written: Vec<(PathBuf, ArtifactKind)> = Vec::with_capacity(files.len());
    for file in files {
        let own = match file.name.as_str() {
            "" => path.to_path_buf(),
            name => path.join(format!("{name}.{}", file.extension)),
        };
        if let Err(error) = write_new(&own, &file.bytes) {
            for (done, _) in &written {
                // What cannot be removed again is whole at least.
                let _ = std::fs::remove_file(done);
            }
            return Err(error);
        }
        written.push((own, file.kind));
    }
    Ok(written)
}

pub(crate) fn extension_of(path: &Path) -> String {
    path.extension()
        .map(|extension| extension.to_string_lossy().to_lowercase())
        .unwrap_or_default()
}

/// Writes a new file under a temporary name beside its place and moves it there when it is whole.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), WireError> {
    use std::io::Write;
    let failed = |error: &std::io::Error| {
        let code = match error.kind() {
            std::io::ErrorKind::AlreadyExists => ErrorCode::InvalidInput,
            _ => ErrorCode::of_io(error),
        };
        WireError::new(
            code,
            format!("could not write `{}`: {error}", path.display()),
        )
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".deskmate-");
    // A temporary file is for its owner alone; a result has the rights of any new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder
        .tempfile_in(folder)
        .map_err(|error| failed(&error))?;
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| failed(&error))?;
    file.persist_noclobber(path)
        .map(drop)
        .map_err(|error| failed(&error.error))
}
