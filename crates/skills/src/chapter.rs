//! A source as sections: what an outline, a slide or a test item is made from.

use deskmate_core::{Block, BlockContent, Document, ErrorCode, StoredChunk, WireError};
use deskmate_knowledge::{ChunkOptions, Language, chunk_document, language_of};

use crate::skill::{SkillContext, SkillInput, SkillSource};

/// Tokens of a chunk within a section: a few sentences, so that a citation is narrow.
const CHUNK: ChunkOptions = ChunkOptions {
    max_tokens: 320,
    min_tokens: 60,
};

/// What a section is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Says something.
    Content,
    /// Lists what is to be learned.
    Goals,
    /// Questions for the reader.
    Exercises,
    /// Their answers.
    Answers,
    /// Tables of contents, references, thanks.
    Matter,
}

/// A stretch of a source under one heading.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) purpose: Purpose,
    /// Headings one level below, in order, each with the index of its first block.
    pub(crate) children: Vec<(String, usize)>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) chunks: Vec<StoredChunk>,
}

impl Section {
    /// Its text as it is shown to a model.
    pub(crate) fn text(&self) -> String {
        text_of(&self.chunks)
    }
}

/// Texts of chunks, one below the other.
pub(crate) fn text_of(chunks: &[StoredChunk]) -> String {
    let texts: Vec<&str> = chunks
        .iter()
        .map(|stored| stored.chunk.text.as_str())
        .collect();
    texts.join("\n")
}

/// The language to write in: the one asked for, else that of the sources, else that of the topic.
pub(crate) fn language(input: &SkillInput) -> Language {
    match input.values.get("language").map(String::as_str) {
        Some("zh") => Language::Chinese,
        Some("en") => Language::English,
        Some(_) | None => {
            let sample: String = match input.sources.first() {
                Some(source) => source.document.text().chars().take(4_000).collect(),
                None => input.values.values().cloned().collect(),
            };
            language_of(&sample)
        }
    }
}

/// A language as a tag for files.
pub(crate) fn tag(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh-CN",
        Language::English => "en-US",
    }
}

/// Name of a source: the document's own title, else the file's.
pub(crate) fn title_of(source: &SkillSource) -> String {
    let own = source
        .document
        .title
        .as_deref()
        .map(str::trim)
        .unwrap_or_default();
    let is_usable = !own.is_empty() && own.chars().count() <= 60;
    let first_heading = || {
        source
            .document
            .blocks
            .iter()
            .take(3)
            .find_map(|block| match &block.content {
                BlockContent::Heading { text, .. } if !text.trim().is_empty() => {
                    Some(text.trim().to_string())
                }
                _ => None,
            })
    };
    if is_usable {
        return own.to_string();
    }
    first_heading()
        .filter(|heading| heading.chars().count() <= 40)
        .unwrap_or_else(|| source.title.clone())
}

/// The sections of all sources, each source divided into at most `most`.
///
/// # Errors
/// As [`sections`].
pub(crate) fn all_sections(
    context: &SkillContext<'_>,
    input: &SkillInput,
    most: usize,
) -> Result<Vec<Section>, WireError> {
    let mut all = Vec::new();
    for source in &input.sources {
        all.extend(sections(context, source, most)?);
    }
    Ok(all)
}

/// Divides a source into at most `most` sections with text; the second value tells how many headings were joined.
///
/// # Errors
/// `EmptyFile` when it holds no text; those of the engine, which counts tokens.
pub(crate) fn sections(
    context: &SkillContext<'_>,
    source: &SkillSource,
    most: usize,
) -> Result<Vec<Section>, WireError> {
    let title = title_of(source);
    let mut groups = groups_of(&source.document, &title);
    groups.retain(|group| group.blocks.iter().any(has_text));
    if groups.is_empty() {
        return Err(WireError::new(
            ErrorCode::EmptyFile,
            format!("`{}` holds no text", source.path.display()),
        ));
    }
    let groups = joined(groups, most);
    let count = |texts: &[String]| context.generator.count_tokens(texts);
    let mut out = Vec::with_capacity(groups.len());
    let mut id = 0;
    for group in groups {
        if context.cancel.is_cancelled() {
            return Err(WireError::cancelled());
        }
        let part = Document {
            blocks: group.blocks.clone(),
            ..Document::default()
        };
        let chunks = chunk_document(&part, &title, CHUNK, &count)?
            .into_iter()
            .map(|chunk| {
                id += 1;
                StoredChunk {
                    id,
                    source_id: 0,
                    path: source.path.clone(),
                    chunk,
                }
            })
            .collect();
        out.push(Section {
            purpose: purpose_of(&group.title),
            title: group.title,
            children: group.children,
            blocks: group.blocks,
            chunks,
        });
    }
    Ok(out)
}

struct Group {
    title: String,
    children: Vec<(String, usize)>,
    blocks: Vec<Block>,
}

fn has_text(block: &Block) -> bool {
    match block.content {
        BlockContent::Heading { .. }
        | BlockContent::Image { .. }
        | BlockContent::Slide { .. }
        | BlockContent::Sheet { .. } => false,
        _ => !block.text().trim().is_empty(),
    }
}

/// The level that divides a document best: the outermost with three headings or more.
fn dividing_level(document: &Document) -> Option<u8> {
    let mut counts = [0_usize; 10];
    for block in &document.blocks {
        if let Some((level, _)) = heading_of(block) {
            counts[usize::from(level.min(9))] += 1;
        }
    }
    let first = (1..10).find(|level| counts[*level] >= 3);
    let any = || (1..10).rev().find(|level| counts[*level] > 0);
    first.or_else(any).map(|level| level as u8)
}

/// A heading's level and text; slides and sheets begin sections like headings of the first level.
fn heading_of(block: &Block) -> Option<(u8, &str)> {
    match &block.content {
        BlockContent::Heading { level, text } => Some((*level, text.trim())),
        BlockContent::Slide { title, .. } if !title.trim().is_empty() => Some((1, title.trim())),
        BlockContent::Sheet { name, .. } => Some((1, name.trim())),
        _ => None,
    }
}

fn groups_of(document: &Document, title: &str) -> Vec<Group> {
    let Some(level) = dividing_level(document) else {
        return by_length(document, title);
    };
    let mut groups: Vec<Group> = vec![Group {
        title: title.to_string(),
        children: Vec::new(),
        blocks: Vec::new(),
    }];
    for block in &document.blocks {
        match heading_of(block) {
            Some((own, text)) if own <= level => groups.push(Group {
                title: text.to_string(),
                children: Vec::new(),
                blocks: vec![block.clone()],
            }),
            found => {
                if let Some(group) = groups.last_mut() {
                    if let Some((own, text)) = found.filter(|(own, _)| *own == level + 1) {
                        debug_assert!(own > level);
                        group.children.push((text.to_string(), group.blocks.len()));
                    }
                    group.blocks.push(block.clone());
                }
            }
        }
    }
    groups
}

/// Without headings: runs of about a page each.
fn by_length(document: &Document, title: &str) -> Vec<Group> {
    const CHARACTERS: usize = 1_500;
    let mut groups: Vec<Group> = Vec::new();
    let mut length = CHARACTERS;
    for block in &document.blocks {
        let own = block.text().chars().count();
        if length + own > CHARACTERS && length > CHARACTERS / 3 {
            groups.push(Group {
                title: title.to_string(),
                children: Vec::new(),
                blocks: Vec::new(),
            });
            length = 0;
        }
        length += own;
        if let Some(group) = groups.last_mut() {
            group.blocks.push(block.clone());
        }
    }
    groups
}

/// Neighbours joined evenly until at most `most` are left; sections that say nothing by themselves stay apart.
fn joined(groups: Vec<Group>, most: usize) -> Vec<Group> {
    let content = groups
        .iter()
        .filter(|group| purpose_of(&group.title) == Purpose::Content)
        .count();
    if content <= most {
        return groups;
    }
    let size = content.div_ceil(most.max(1));
    let mut out: Vec<Group> = Vec::new();
    let mut filled = size;
    for group in groups {
        if purpose_of(&group.title) != Purpose::Content {
            out.push(group);
            filled = size;
            continue;
        }
        match out.last_mut().filter(|_| filled < size) {
            Some(last) => {
                last.children.push((group.title, last.blocks.len()));
                last.blocks.extend(group.blocks);
                filled += 1;
            }
            None => {
                out.push(group);
                filled = 1;
            }
        }
    }
    out
}

/// What a heading says of the text below it.
pub(crate) fn purpose_of(title: &str) -> Purpose {
    let title = title.to_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| title.contains(word));
    if holds(&[
        "参考答案",
        "答案与提示",
        "习题答案",
        "answer key",
        "answers",
        "solutions to",
    ]) {
        Purpose::Answers
    } else if holds(&[
        "习题",
        "练习",
        "思考题",
        "复习题",
        "作业",
        "exercise",
        "problems",
        "review questions",
        "critical thinking",
        "conceptual questions",
        "test prep",
    ]) {
        Purpose::Exercises
    } else if holds(&[
        "学习目标",
        "教学目标",
        "learning objectives",
        "section objectives",
        "chapter objectives",
    ]) {
        Purpose::Goals
    } else if holds(&[
        "目录",
        "参考文献",
        "致谢",
        "索引",
        "table of contents",
        "references",
        "acknowledg",
        "bibliography",
    ]) {
        Purpose::Matter
    } else {
        Purpose::Content
    }
}
