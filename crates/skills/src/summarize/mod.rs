//! Summarizes documents of any length: part by part, then the whole from the parts, every sentence aligned.

mod shapes;

use std::path::Path;
use std::sync::LazyLock;

use deskmate_core::{
    Anchor, Block, BlockContent, Chunk, Citation, Document, ErrorCode, GenerationRequest, JobEvent,
    Message, Progress, StoredChunk, Usage, WireError,
};
use deskmate_knowledge::{
    Aligner, ChunkOptions, Language, Markers, chunk_document, language_of, sentences,
};

use crate::extract::telling_sentences;
use crate::grounding::{Grounded, ground};
use crate::skill::{Artifact, Check, Skill, SkillContext, SkillInput, SkillOutput, SkillSource};
use crate::spec::SkillSpec;

static SPEC: LazyLock<SkillSpec> = LazyLock::new(|| {
    toml::from_str(include_str!("skill.toml")).expect("a test reads every skill.toml")
});

/// Tokens of a part: large enough for a section, small enough that a small model misses nothing in it.
const PART_TOKENS: usize = 1_200;

/// Tokens that a part's summary may have.
const PART_SUMMARY_TOKENS: usize = 220;
const OVERVIEW_TOKENS: usize = 320;
const SENTENCE_TOKENS: usize = 80;

/// The skill.
pub(crate) struct Summarize;

impl Skill for Summarize {
    fn spec(&self) -> &SkillSpec {
        &SPEC
    }

    fn run(
        &self,
        context: &SkillContext<'_>,
        input: &SkillInput,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<SkillOutput, WireError> {
        let mut work = Work {
            context,
            markers: Markers::default(),
            usage: Usage::default(),
            supported: 0,
            unsupported: 0,
            blocks: Vec::new(),
        };
        let is =
            |key: &str, choice: &str| input.values.get(key).is_some_and(|value| value == choice);
        let form = if is("shape", "sentence") {
            Form::Sentence
        } else if is("length", "short") || is("shape", "paragraph") {
            Form::Paragraph
        } else {
            Form::Sections
        };
        let shape = input
            .values
            .get("shape")
            .and_then(|shape| shapes::Shape::of(shape));
        for source in &input.sources {
            let language = match input.values.get("language").map(String::as_str) {
                Some("zh") => Language::Chinese,
                Some("en") => Language::English,
                Some(_) | None => language_of(&sample(&source.document)),
            };
            match shape {
                Some(shape) => work.shape(source, language, shape, sink)?,
                None => work.summarize(source, language, form, sink)?,
            }
        }
        Ok(work.finish())
    }
}

/// The running forms, from long to short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Sections,
    Paragraph,
    Sentence,
}

fn sample(document: &Document) -> String {
    document.text().chars().take(4_000).collect()
}

struct Work<'a> {
    context: &'a SkillContext<'a>,
    markers: Markers,
    usage: Usage,
    supported: usize,
    unsupported: usize,
    blocks: Vec<Block>,
}

/// Consecutive chunks of a document that are summarized together.
struct Part {
    heading: String,
    chunks: Vec<StoredChunk>,
}

impl Work<'_> {
    fn summarize(
        &mut self,
        source: &SkillSource,
        language: Language,
        form: Form,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<(), WireError> {
        let parts = self.parts(source)?;
        let window = self.context.generator.context_window()?;
        let total = parts.len() as u64 + 1;
        if let ([whole], Form::Sentence) = (parts.as_slice(), form) {
            progress(sink, 0, 1, &source.title);
            let sentence = self.sentence(&text_of(&whole.chunks), language, &whole.chunks)?;
            self.push_heading(1, &source.title);
            self.push_paragraph(sentence);
            progress(sink, 1, 1, &source.title);
            return Ok(());
        }
        let mut points: Vec<(String, String)> = Vec::new();
        for (done, part) in parts.iter().enumerate() {
            progress(sink, done as u64, total, &part.heading);
            let instruction = match language {
                Language::Chinese => include_str!("prompts/part.zh.md"),
                Language::English => include_str!("prompts/part.en.md"),
            };
            let material = format!("{}\n{}", part.heading, text_of(&part.chunks));
            let reply = self.generate(instruction, &material, PART_SUMMARY_TOKENS)?;
            let marked = self.mark(&reply, &part.chunks)?;
            points.push((part.heading.clone(), marked));
        }
        progress(sink, total - 1, total, &source.title);
        // What fits one prompt is summarized by it: a summary of its summary only loses and repeats.
        let overview = if let [(_, whole)] = points.as_slice() {
            whole.clone()
        } else {
            let overview = self.overview(&points, language, window)?;
            let all: Vec<StoredChunk> = parts.into_iter().flat_map(|part| part.chunks).collect();
            match form {
                Form::Sentence => self.sentence(&overview, language, &all)?,
                Form::Sections | Form::Paragraph => self.mark(&overview, &all)?,
            }
        };
        self.push_heading(1, &source.title);
        self.push_paragraph(overview);
        if form == Form::Sections && points.len() > 1 {
            for (heading, text) in points {
                self.push_heading(2, &heading);
                self.push_paragraph(text);
            }
        }
        progress(sink, total, total, &source.title);
        Ok(())
    }

    /// What the text says in one sentence, aligned to these chunks.
    fn sentence(
        &mut self,
        text: &str,
        language: Language,
        chunks: &[StoredChunk],
    ) -> Result<String, WireError> {
        let instruction = match language {
            Language::Chinese => include_str!("prompts/sentence.zh.md"),
            Language::English => include_str!("prompts/sentence.en.md"),
        };
        let reply = self.generate(instruction, text, SENTENCE_TOKENS)?;
        // A model that goes on is cut behind the first sentence.
        let first = sentences(reply.trim()).into_iter().next();
        let first = first.map_or("", |range| &reply.trim()[range]);
        self.mark(first, chunks)
    }

    /// The document in parts of which each fits one prompt.
    fn parts(&self, source: &SkillSource) -> Result<Vec<Part>, WireError> {
        let generator = self.context.generator;
        let count = |texts: &[String]| generator.count_tokens(texts);
        let options = ChunkOptions {
            max_tokens: 320,
            min_tokens: 80,
        };
        let chunks = chunk_document(&source.document, &source.title, options, &count)?;
        if chunks.is_empty() {
            return Err(WireError::new(
                ErrorCode::EmptyFile,
                format!("`{}` holds no text", source.path.display()),
            ));
        }
        let window = generator.context_window()?;
        let budget = PART_TOKENS.min(window.saturating_sub(PART_SUMMARY_TOKENS + 200));
        parts_of(&source.path, chunks, budget, &count)
    }

    /// The whole from its parts; parts that do not fit together are first brought together in groups.
    fn overview(
        &mut self,
        points: &[(String, String)],
        language: Language,
        window: usize,
    ) -> Result<String, WireError> {
        let instruction = match language {
            Language::Chinese => include_str!("prompts/overview.zh.md"),
            Language::English => include_str!("prompts/overview.en.md"),
        };
        let mut texts: Vec<String> = points
            .iter()
            .map(|(_, text)| without_markers(text))
            .collect();
        let budget = window.saturating_sub(OVERVIEW_TOKENS + 200).max(200);
        // Each round at least halves the number of texts, so it ends.
        loop {
            let counts = self.context.generator.count_tokens(&texts)?;
            let groups = group(&counts, budget);
            let mut next = Vec::with_capacity(groups.len());
            for range in groups {
                next.push(self.generate(instruction, &texts[range].join("\n"), OVERVIEW_TOKENS)?);
            }
            if next.len() <= 1 {
                return Ok(next.pop().unwrap_or_default());
            }
            texts = next;
        }
    }

    fn generate(
        &mut self,
        instruction: &str,
        material: &str,
        max_tokens: usize,
    ) -> Result<String, WireError> {
        let request = GenerationRequest::greedy(
            vec![
                Message::system(instruction.trim_end()),
                Message::user(material),
            ],
            max_tokens,
        );
        let generation =
            self.context
                .generator
                .generate(&request, self.context.cancel, &mut |_| {})?;
        self.add_usage(&generation.usage);
        Ok(generation.text)
    }

    fn add_usage(&mut self, usage: &Usage) {
        self.usage.prompt_tokens += usage.prompt_tokens;
        self.usage.reused_tokens += usage.reused_tokens;
        self.usage.generated_tokens += usage.generated_tokens;
        self.usage.total_ms += usage.total_ms;
    }

    /// Puts a marker behind each supported sentence and drops those that no place supports.
    fn mark(&mut self, text: &str, chunks: &[StoredChunk]) -> Result<String, WireError> {
        let mut aligner = Aligner::new(chunks, "", self.context.embedder);
        let mut out = String::new();
        for range in sentences(text.trim()) {
            let sentence = text.trim()[range].trim();
            // A list number on its own is no sentence.
            if !sentence.chars().any(char::is_alphabetic) {
                continue;
            }
            match ground(&mut aligner, sentence, self.context.cancel)? {
                Some(Grounded { text, support }) => {
                    self.supported += 1;
                    let marker = self.markers.marker(&support, chunks);
                    if out.chars().last().is_some_and(|c| c.is_ascii()) && sentence.is_ascii() {
                        out.push(' ');
                    }
                    out.push_str(&format!("{text}[{marker}]"));
                }
                None => self.unsupported += 1,
            }
        }
        if out.is_empty() {
            out = self.extract(chunks);
        }
        Ok(out)
    }

    /// Where nothing the model wrote has a place in the source: the source's own most telling sentences.
    fn extract(&mut self, chunks: &[StoredChunk]) -> String {
        let mut out = String::new();
        for support in telling_sentences(chunks, EXTRACT) {
            let marker = self.markers.marker(&support, chunks);
            out.push_str(&format!("{}[{marker}]", support.quote));
        }
        out
    }

    fn push_heading(&mut self, level: u8, text: &str) {
        let content = BlockContent::Heading {
            level,
            text: text.to_string(),
        };
        self.blocks.push(Block::new(Anchor::default(), content));
    }

    fn push_paragraph(&mut self, text: String) {
        let content = BlockContent::Paragraph { text };
        self.blocks.push(Block::new(Anchor::default(), content));
    }

    fn finish(self) -> SkillOutput {
        let all = self.supported + self.unsupported;
        let citations: Vec<Citation> = self.markers.into_citations();
        let check = Check {
            name: "every_sentence_cited".to_string(),
            passed: !citations.is_empty(),
            detail: format!(
                "{} of {all} generated sentences have a place in the source; the other {} were left out",
                self.supported, self.unsupported
            ),
        };
        SkillOutput {
            artifact: Artifact::Document(Document {
                title: None,
                metadata: Default::default(),
                blocks: self.blocks,
            }),
            citations,
            checks: vec![check],
            usage: self.usage,
        }
    }
}

fn text_of(chunks: &[StoredChunk]) -> String {
    let texts: Vec<&str> = chunks
        .iter()
        .map(|stored| stored.chunk.text.as_str())
        .collect();
    texts.join("\n")
}

/// Sentences that an extract takes.
const EXTRACT: usize = 2;

fn progress(sink: &mut dyn FnMut(JobEvent), done: u64, total: u64, item: &str) {
    sink(JobEvent::Progress(Progress {
        stage: "summarizing".to_string(),
        done,
        total: Some(total),
        eta_ms: None,
        item: Some(item.to_string()),
    }));
}

/// Groups chunks into parts: a new top-level section begins one, as does a full budget.
fn parts_of(
    path: &Path,
    chunks: Vec<Chunk>,
    budget: usize,
    count: deskmate_knowledge::CountTokens<'_>,
) -> Result<Vec<Part>, WireError> {
    let texts: Vec<String> = chunks.iter().map(|chunk| chunk.text.clone()).collect();
    let counts = count(&texts)?;
    let mut parts: Vec<Part> = Vec::new();
    let mut tokens = 0;
    for (chunk, size) in chunks.into_iter().zip(counts) {
        let heading = section(&chunk);
        let fits = parts.last().is_some_and(|part| {
            tokens + size <= budget && (part.heading == heading || tokens < budget / 3)
        });
        let stored = StoredChunk {
            id: i64::from(chunk.ordinal),
            source_id: 0,
            path: path.to_path_buf(),
            chunk,
        };
        match parts.last_mut().filter(|_| fits) {
            Some(part) => {
                part.chunks.push(stored);
                tokens += size;
            }
            None => {
                tokens = size;
                parts.push(Part {
                    heading,
                    chunks: vec![stored],
                });
            }
        }
    }
    Ok(parts)
}

/// The name of the section that a chunk belongs to: its first heading below the title, else its page or slide.
fn section(chunk: &Chunk) -> String {
    if let Some(heading) = chunk.heading.get(1) {
        return heading.clone();
    }
    let anchor = chunk.anchor_at(0);
    match (anchor.page, anchor.slide) {
        (Some(page), _) => format!("p. {page}"),
        (None, Some(slide)) => format!("slide {slide}"),
        (None, None) => chunk.heading.first().cloned().unwrap_or_default(),
    }
}

fn without_markers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let close = rest[open..].find(']').map(|at| open + at);
        match close {
            Some(close) if rest[open + 1..close].chars().all(|c| c.is_ascii_digit()) => {
                out.push_str(&rest[..open]);
                rest = &rest[close + 1..];
            }
            Some(_) | None => {
                out.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Ranges of consecutive texts that fit the budget together; at least two texts each, so that rounds end.
fn group(counts: &[usize], budget: usize) -> Vec<std::ops::Range<usize>> {
    let mut groups = Vec::new();
    let (mut start, mut tokens) = (0, 0);
    for (index, count) in counts.iter().enumerate() {
        if index >= start + 2 && tokens + count > budget {
            groups.push(start..index);
            start = index;
            tokens = 0;
        }
        tokens += count;
    }
    if start < counts.len() {
        groups.push(start..counts.len());
    }
    groups
}
