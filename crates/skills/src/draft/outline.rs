//! The outline of a draft: by the model under a schema, by the user as Markdown, by code where neither gives one.

use deskmate_core::WireError;
use deskmate_knowledge::{Language, content_terms};
use serde::Deserialize;

use super::Brief;
use super::value::DraftSection;
use crate::chapter::title_of;
use crate::extract::{clause, telling_sentences};
use crate::grounding::is_repeat;
use crate::step::{Model, Step, list, object, text};

const MOST_SECTIONS: usize = 12;

/// Title and sections, without texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Outline {
    pub(super) title: String,
    pub(super) sections: Vec<DraftSection>,
    /// Nothing usable came of the model.
    pub(super) is_by_code: bool,
}

#[derive(Deserialize)]
struct Reply {
    title: String,
    sections: Vec<ReplySection>,
}

#[derive(Deserialize)]
struct ReplySection {
    heading: String,
    points: Vec<String>,
}

impl Outline {
    /// Reads an outline as Markdown: `#` title, `##` sections, list items their points. Lines of another form are points.
    pub(super) fn parse(markdown: &str) -> Self {
        let mut outline = Self::default();
        for line in markdown.lines().map(str::trim).filter(|l| !l.is_empty()) {
            if let Some(heading) = line.strip_prefix("##") {
                let heading = heading.trim_start_matches('#').trim();
                outline.sections.push(DraftSection::new(heading));
            } else if let Some(title) = line.strip_prefix('#') {
                outline.title = title.trim().to_owned();
            } else {
                let point = line.trim_start_matches(['-', '*', '+', '•', '·', ' ']);
                if outline.sections.is_empty() {
                    outline.sections.push(DraftSection::new(""));
                }
                if let Some(section) = outline.sections.last_mut() {
                    section.points.push(point.to_owned());
                }
            }
        }
        outline.sections.truncate(MOST_SECTIONS);
        outline
    }

    /// Asks for an outline; the user's points are in it whatever comes back.
    ///
    /// # Errors
    /// `Cancelled`; those of an engine that is not there.
    pub(super) fn ask(model: &mut Model<'_>, brief: &Brief<'_>) -> Result<Self, WireError> {
        let per_section = match brief.language {
            Language::Chinese => 200,
            Language::English => 110,
        };
        let most = (brief.length / per_section).clamp(2, 6);
        let material = format!("{}\n{}", brief.head(), sources(brief));
        let step = Step {
            instruction: match brief.language {
                Language::Chinese => include_str!("prompts/outline.zh.md"),
                Language::English => include_str!("prompts/outline.en.md"),
            },
            material: &material,
            request: "",
            schema: object(&[
                ("title", text(120)),
                (
                    "sections",
                    list(
                        object(&[("heading", text(60)), ("points", list(text(120), 1, 3))]),
                        2,
                        most,
                    ),
                ),
            ]),
            max_tokens: 700,
        };
        let language = brief.language;
        let found = model.ask(&step, &mut |reply: Reply| {
            let mut sections: Vec<DraftSection> = Vec::new();
            for one in reply.sections {
                let heading = without_number(&one.heading);
                let is_good = heading.chars().filter(|c| c.is_alphabetic()).count() >= 2
                    && deskmate_knowledge::language_of(&heading) == language
                    && !sections
                        .iter()
                        .any(|other| is_repeat(&other.heading, &heading));
                if !is_good || sections.len() >= MOST_SECTIONS {
                    continue;
                }
                let mut section = DraftSection::new(&heading);
                section.points = one
                    .points
                    .iter()
                    .map(|point| point.trim().to_owned())
                    .filter(|point| point.chars().count() >= 2)
                    .take(3)
                    .collect();
                sections.push(section);
            }
            let title = reply.title.trim().replace('\n', " ");
            Ok((sections.len() >= 2).then_some((title, sections)))
        })?;
        let mut outline = match found {
            Some((title, sections)) => Self {
                title,
                sections,
                is_by_code: false,
            },
            None => Self {
                title: String::new(),
                sections: brief
                    .kind
                    .usual_headings(language)
                    .iter()
                    .map(|heading| DraftSection::new(heading))
                    .collect(),
                is_by_code: true,
            },
        };
        outline.include(&brief.points);
        Ok(outline)
    }

    /// Adds each of the user's points that no section has to the section that is nearest to it.
    fn include(&mut self, points: &[String]) {
        for (index, point) in points.iter().enumerate() {
            let wanted = content_terms(point);
            let shares: Vec<usize> = self
                .sections
                .iter()
                .map(|section| {
                    let has =
                        content_terms(&format!("{} {}", section.heading, section.points.join(" ")));
                    wanted.iter().filter(|term| has.contains(term)).count()
                })
                .collect();
            let best = shares.iter().copied().max().unwrap_or(0);
            let is_there = self.sections.iter().any(|section| {
                section
                    .points
                    .iter()
                    .any(|other| other.contains(point.as_str()))
            });
            if is_there {
                continue;
            }
            // Of equals the one that keeps the user's order.
            let spread = index * self.sections.len() / points.len().max(1);
            let at = match best {
                0 => spread,
                _ => shares
                    .iter()
                    .position(|share| *share == best)
                    .unwrap_or(spread),
            };
            if let Some(section) = self.sections.get_mut(at) {
                section.points.push(point.clone());
            }
        }
    }
}

/// A heading without the number that a model puts before it.
fn without_number(heading: &str) -> String {
    let heading = heading.trim().replace('\n', " ");
    let rest = heading.trim_start_matches(|c: char| {
        c.is_ascii_digit() || "一二三四五六七八九十（）()#".contains(c)
    });
    let rest = match rest.strip_prefix(['、', '.', '．', ':', '：']) {
        Some(rest) => rest,
        // `一季度情况` begins with a numeral and has no number.
        None if rest.len() < heading.len() && heading.starts_with(['（', '(', '#']) => rest,
        None => heading.as_str(),
    };
    rest.trim().to_owned()
}

/// What the sources are about, in a few lines each.
fn sources(brief: &Brief<'_>) -> String {
    let mut out = String::new();
    for source in brief.sources {
        out.push_str(&format!("\n{}\n", title_of(source)));
        let own: Vec<_> = brief
            .chunks
            .iter()
            .filter(|stored| stored.path == source.path)
            .cloned()
            .collect();
        for support in telling_sentences(&own, 8) {
            let line = clause(&support.quote, 90).unwrap_or(support.quote);
            out.push_str(&format!("- {line}\n"));
        }
    }
    out.chars().take(2_000).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_is_read_from_markdown() {
        let markdown = "# 关于值班的通知\n\n## 总体要求\n\n- 两人一班\n\n## 工作安排\n\n- 报告问题\n- 做好记录\n";
        let outline = Outline::parse(markdown);
        assert_eq!(outline.sections[1].points, ["报告问题", "做好记录"]);
        assert_eq!(outline.title, "关于值班的通知");
    }

    #[test]
    fn numbers_before_headings_are_dropped_and_numerals_in_them_stay() {
        for (given, expected) in [
            ("一、总体要求", "总体要求"),
            ("2. Scope", "Scope"),
            ("（三）分工", "分工"),
            ("一季度情况", "一季度情况"),
        ] {
            assert_eq!(without_number(given), expected);
        }
    }
}
