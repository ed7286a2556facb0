//! One section: asked for, continued while it is short, cut at the end of a sentence, each sentence held against the sources.

use deskmate_core::{StoredChunk, WireError};
use deskmate_knowledge::{Aligner, Language, Support, content_terms, language_of, sentences};
use serde::Deserialize;

use super::Brief;
use super::value::{DraftSection, length};
use crate::extract::telling_sentences;
use crate::facts::{Known, unknown_figures};
use crate::grounding::{ground, is_repeat};
use crate::rewrite::circles;
use crate::step::{Model, Step, list, object};

/// Tokens of source text that a section may see.
const MATERIAL_TOKENS: usize = 700;
/// How often a section that is too short is continued.
const MORE_ROUNDS: usize = 3;
/// Sentences of the sources that a continuation is pointed to; more of them and a small model lists instead of writing.
const MOST_UNUSED: usize = 6;

/// A sentence of a section, with the paragraph it stands in.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    pub(super) text: String,
    pub(super) paragraph: usize,
    pub(super) support: Option<Support>,
    /// Figures that nothing gives.
    pub(super) unverified: Vec<String>,
}

/// A section while it is written.
#[derive(Debug, Clone, Default)]
pub(super) struct Writing {
    pub(super) sentences: Vec<Sentence>,
    pub(super) chunks: Vec<StoredChunk>,
    pub(super) is_gap: bool,
}

#[derive(Deserialize)]
struct Reply {
    paragraphs: Vec<String>,
}

/// Writes sections of one draft.
pub(super) struct Writer<'a, 'b> {
    pub(super) brief: &'a Brief<'a>,
    pub(super) title: &'a str,
    pub(super) model: &'a mut Model<'b>,
}

impl Writer<'_, '_> {
    /// Writes a section of about `target` characters or words; `said` are the sentences of the sections around it.
    ///
    /// # Errors
    /// `Cancelled`; those of an engine that is not there.
    pub(super) fn section(
        &mut self,
        section: &DraftSection,
        target: usize,
        said: &[String],
    ) -> Result<Writing, WireError> {
        let mut writing = Writing {
            chunks: self.chunks_for(section)?,
            ..Writing::default()
        };
        self.add(section, target, said, &mut writing)?;
        if writing.sentences.is_empty() {
            // What the sources say of it is more than a gap.
            self.fill_from_sources(target, said, &mut writing);
            writing.is_gap = writing.sentences.is_empty();
            return Ok(writing);
        }
        self.lengthen(section, target, said, &mut writing, MORE_ROUNDS)?;
        Ok(writing)
    }

    /// Continues a section until it has nine tenths of its length, at most so many times.
    ///
    /// # Errors
    /// As [`Writer::section`].
    pub(super) fn lengthen(
        &mut self,
        section: &DraftSection,
        target: usize,
        said: &[String],
        writing: &mut Writing,
        rounds: usize,
    ) -> Result<(), WireError> {
        for _ in 0..rounds {
            let now = self.length(writing);
            if now * 10 >= target * 9 {
                return Ok(());
            }
            let before = writing.sentences.len();
            self.add(section, target - now, said, writing)?;
            if writing.sentences.len() == before {
                break;
            }
        }
        self.fill_from_sources(target, said, writing);
        Ok(())
    }

    /// Length of what is written, in characters or words.
    pub(super) fn length(&self, writing: &Writing) -> usize {
        let texts = writing.sentences.iter();
        texts
            .map(|sentence| length(&sentence.text, self.brief.language))
            .sum()
    }

    /// Asks once more and takes what is new and usable of the reply.
    fn add(
        &mut self,
        section: &DraftSection,
        wanted: usize,
        said: &[String],
        writing: &mut Writing,
    ) -> Result<(), WireError> {
        let brief = self.brief;
        let unused = match writing.sentences.is_empty() {
            true => Vec::new(),
            false => self.unused(said, writing),
        };
        let material = self.material(section, writing, &unused);
        let request = match (brief.language, writing.sentences.is_empty()) {
            (Language::Chinese, false) if !unused.is_empty() => format!(
                "接着已写的文字往下写大约{wanted}个字，把“尚未写到”的内容写进去，不重复已写的意思。"
            ),
            (Language::English, false) if !unused.is_empty() => format!(
                "Go on from what is written already with about {wanted} words on what stands under “Not said yet”; say nothing twice."
            ),
            (Language::Chinese, true) => format!("写大约{wanted}个字。"),
            (Language::English, true) => format!("Write about {wanted} words."),
            (Language::Chinese, false) => format!(
                "接着已写的文字往下写大约{wanted}个字，写还没有说到的内容，不重复已写的意思。"
            ),
            (Language::English, false) => format!(
                "Go on from what is written already with about {wanted} words on what has not been said yet; say nothing twice."
            ),
        };
        let tokens = match brief.language {
            Language::Chinese => wanted * 11 / 10,
            Language::English => wanted * 16 / 10,
        };
        let step = Step {
            instruction: match brief.language {
                Language::Chinese => include_str!("prompts/section.zh.md"),
                Language::English => include_str!("prompts/section.en.md"),
            },
            material: &material,
            request: &request,
            schema: object(&[(
                "paragraphs",
                list(
                    serde_json::json!({ "type": "string", "minLength": 1 }),
                    1,
                    4,
                ),
            )]),
            max_tokens: (tokens + 60).clamp(120, 1_200),
        };
        let known = Known::of(&format!("{}\n{material}", self.title));
        let mut aligner = Aligner::new(&writing.chunks, "", self.model.context.embedder);
        let cancel = self.model.context.cancel;
        let first = writing
            .sentences
            .last()
            .map_or(0, |last| last.paragraph + 1);
        let old = &writing.sentences;
        let mut asked = 0;
        let found = self.model.ask_open(&step, &mut |reply: Reply| {
            asked += 1;
            let mut new: Vec<Sentence> = Vec::new();
            for (index, paragraph) in reply.paragraphs.iter().enumerate() {
                let paragraph = clean(paragraph, section, brief.language);
                if circles(&paragraph) {
                    continue;
                }
                for range in sentences(&paragraph) {
                    let text = without_list_mark(paragraph[range].trim());
                    let is_new = |other: &str| !is_repeat(other, text);
                    if !is_sentence(text, brief.language)
                        || repeats_request(text, &request)
                        || !said.iter().all(|other| is_new(other))
                        || !old.iter().chain(&new).all(|other| is_new(&other.text))
                    {
                        continue;
                    }
                    let unverified: Vec<String> = unknown_figures(text, &known)
                        .into_iter()
                        .map(|fact| fact.text)
                        .collect();
                    let found = match unverified.is_empty() {
                        true => ground(&mut aligner, text, cancel)?,
                        false => None,
                    };
                    new.push(Sentence {
                        text: found
                            .as_ref()
                            .map_or_else(|| text.to_owned(), |found| found.text.clone()),
                        support: found.map(|found| found.support),
                        paragraph: first + index,
                        unverified,
                    });
                }
            }
            // A figure from nowhere is a reason to ask again; the second time it is marked.
            let is_clean = new.iter().all(|sentence| sentence.unverified.is_empty());
            Ok((!new.is_empty() && (is_clean || asked > 1)).then_some(new))
        })?;
        writing.sentences.extend(found.unwrap_or_default());
        Ok(())
    }

    /// The source's own telling sentences, where the model has no more to say.
    fn fill_from_sources(&self, target: usize, said: &[String], writing: &mut Writing) {
        let language = self.brief.language;
        let paragraph = writing
            .sentences
            .last()
            .map_or(0, |last| last.paragraph + 1);
        for support in telling_sentences(&writing.chunks, 24) {
            if self.length(writing) * 10 >= target * 9 {
                return;
            }
            let text = without_list_mark(&support.quote).replace('\n', " ");
            let fits = length(&text, language) * 2 <= target;
            if fits && is_prose(&text, language) && is_new(&text, said, writing) {
                writing.sentences.push(Sentence {
                    text,
                    paragraph,
                    support: Some(support),
                    unverified: Vec::new(),
                });
            }
        }
    }

    /// The most telling sentences of the sources that nothing written says, in their order.
    fn unused(&self, said: &[String], writing: &Writing) -> Vec<String> {
        telling_sentences(&writing.chunks, 24)
            .iter()
            .map(|support| without_list_mark(&support.quote).replace('\n', " "))
            .filter(|text| is_prose(text, self.brief.language) && is_new(text, said, writing))
            .take(MOST_UNUSED)
            .collect()
    }

    fn material(&self, section: &DraftSection, writing: &Writing, unused: &[String]) -> String {
        let labels = match self.brief.language {
            Language::Chinese => ["小标题", "要点", "资料", "已写", "尚未写到"],
            Language::English => [
                "Heading",
                "Points",
                "Material",
                "Written already",
                "Not said yet",
            ],
        };
        // What is alike for all sections stands first: the engine keeps what it has read of it.
        let mut out = format!("{}\n{}\n", self.brief.head(), self.title);
        if !writing.chunks.is_empty() {
            out.push_str(&format!("{}:\n", labels[2]));
            for stored in &writing.chunks {
                out.push_str(&stored.chunk.text);
                out.push('\n');
            }
        }
        out.push_str(&format!(
            "{}: {}\n{}:\n",
            labels[0], section.heading, labels[1]
        ));
        for point in &section.points {
            out.push_str(&format!("- {point}\n"));
        }
        if !writing.sentences.is_empty() {
            let written: Vec<&str> = writing.sentences.iter().map(|s| s.text.as_str()).collect();
            out.push_str(&format!("{}:\n{}\n", labels[3], written.join("")));
        }
        if !unused.is_empty() {
            out.push_str(&format!("{}:\n- {}\n", labels[4], unused.join("\n- ")));
        }
        out
    }

    /// The chunks that have most of a section's terms, in the order of the sources, as many as there is room for.
    fn chunks_for(&self, section: &DraftSection) -> Result<Vec<StoredChunk>, WireError> {
        let chunks = &self.brief.chunks;
        if chunks.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = content_terms(&format!(
            "{} {} {}",
            section.heading,
            section.points.join(" "),
            self.brief.topic
        ));
        let texts: Vec<String> = chunks.iter().map(|s| s.chunk.text.clone()).collect();
        let counts = self.model.context.generator.count_tokens(&texts)?;
        let mut ranked: Vec<(usize, usize)> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| {
                let has = content_terms(text);
                (
                    wanted.iter().filter(|term| has.contains(term)).count(),
                    index,
                )
            })
            .collect();
        ranked.sort_by_key(|(share, index)| (std::cmp::Reverse(*share), *index));
        let room = self.model.room(1_400, MATERIAL_TOKENS)?;
        let mut taken = Vec::new();
        let mut tokens = 0;
        for (_, index) in ranked {
            if tokens + counts[index] <= room {
                tokens += counts[index];
                taken.push(index);
            }
        }
        taken.sort_unstable();
        Ok(taken
            .into_iter()
            .map(|index| chunks[index].clone())
            .collect())
    }
}

/// Whether nothing written says this already, here or in another section.
fn is_new(text: &str, said: &[String], writing: &Writing) -> bool {
    let quotes = writing.sentences.iter().filter_map(|s| s.support.as_ref());
    said.iter()
        .map(String::as_str)
        .chain(writing.sentences.iter().map(|s| s.text.as_str()))
        .chain(quotes.map(|support| without_list_mark(&support.quote)))
        .all(|other| !is_repeat(other, text))
}

/// Whether a sentence of a source can stand in running text as it is: a rule that begins with what it is for and a colon
/// can, a row of a table, a list of names or a line of labels cannot.
fn is_prose(text: &str, language: Language) -> bool {
    let colons = text.matches(['：', ':']).count();
    let times = text
        .as_bytes()
        .windows(3)
        .filter(|w| w[1] == b':' && w[0].is_ascii_digit() && w[2].is_ascii_digit())
        .count();
    text.ends_with(['。', '.', '；', '！'])
        && !text.contains(['|', '\t', '？', '?'])
        && !text.contains("   ")
        && colons - times <= 1
        && language_of(text) == language
}

/// A paragraph of a reply without the heading, bullet or label that a model repeats before it.
fn clean(paragraph: &str, section: &DraftSection, language: Language) -> String {
    let lines: Vec<&str> = paragraph
        .lines()
        .map(|line| line.trim().trim_start_matches(['#', '-', '*', ' ']))
        .filter(|line| !line.is_empty() && *line != section.heading)
        .collect();
    let joined = match language {
        Language::Chinese => lines.concat(),
        Language::English => lines.join(" "),
    };
    let rest = joined
        .strip_prefix(section.heading.as_str())
        .map(|rest| rest.trim_start_matches(['：', ':', '。', ' ']));
    match rest {
        Some(rest) if !section.heading.is_empty() && joined.len() > rest.len() => {
            // The heading may as well be the subject of the first sentence.
            let was_label = joined[section.heading.len()..].starts_with(['：', ':', '。']);
            if was_label { rest.to_owned() } else { joined }
        }
        _ => joined,
    }
}

/// A sentence without the number of the list that it was copied from.
fn without_list_mark(text: &str) -> &str {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = text[digits..].strip_prefix(['.', '、', '．', ')', '）']);
    match rest {
        // `3.5 %` is a figure.
        Some(rest) if digits > 0 && !rest.starts_with(|c: char| c.is_ascii_digit()) => rest.trim(),
        _ => text,
    }
}

/// Small models copy what they are asked to do.
fn repeats_request(text: &str, request: &str) -> bool {
    let core = text.trim_end_matches(['。', '.', '！', '!', '；', ';']);
    request.contains(core) || is_repeat(request, text)
}

/// Whether a text can stand in a document as a sentence.
fn is_sentence(text: &str, language: Language) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let is_ended = text.ends_with(['。', '！', '？', '；', '.', '!', '?', ';', '”', '）', ')']);
    let is_echo = text.contains("<<<") || text.contains("paragraphs") || text.contains("大约");
    let least = match language {
        Language::Chinese => 6,
        Language::English => 12,
    };
    letters >= least && is_ended && !is_echo && language_of(text) == language
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_lists_go_and_figures_stay() {
        assert_eq!(without_list_mark("2. 周末值班。"), "周末值班。");
        assert_eq!(without_list_mark("12、交接班。"), "交接班。");
        assert_eq!(
            without_list_mark("3.5 万元已经到账。"),
            "3.5 万元已经到账。"
        );
        assert_eq!(without_list_mark("2024年国庆。"), "2024年国庆。");
    }

    #[test]
    fn a_rule_with_a_colon_is_prose_and_a_row_is_not() {
        for text in [
            "工作日夜间值班：18:00至次日8:30。",
            "值班员每2小时巡查一次。",
        ] {
            assert!(is_prose(text, Language::Chinese), "{text}");
        }
        for text in [
            "10月1日       程国栋      张一鸣、李静。",
            "姓名：张三，电话：5550。",
            "岗位 | 人数 | 班次。",
            "保修几年？",
        ] {
            assert!(!is_prose(text, Language::Chinese), "{text}");
        }
    }

    #[test]
    fn what_was_asked_is_no_sentence_of_the_document() {
        let request = "接着已写的文字往下写大约200个字，写还没有说到的内容，不重复已写的意思。";
        assert!(repeats_request(
            "写还没有说到的内容，不重复已写的意思。",
            request
        ));
        assert!(!repeats_request("值班员每2小时巡查一次。", request));
    }
}
