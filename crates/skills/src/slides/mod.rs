//! Slides from documents or a topic: outline by code, points by the model, tables and charts from the source's own cells.

mod data;
mod points;
mod words;

use std::sync::LazyLock;

use deskmate_core::{
    Bullet, Chart, ChartKind, Deck, ErrorCode, JobEvent, Progress, Slide, SlideColumn,
    SlideContent, SlideTable, WireError,
};
use deskmate_knowledge::Language;

use crate::chapter::{Purpose, Section, language, sections, tag, title_of};
use crate::extract::{clause, definitions, telling_sentences};
use crate::grounding::Grounding;
use crate::skill::{Artifact, Check, Skill, SkillContext, SkillInput, SkillOutput, SkillSource};
use crate::spec::SkillSpec;
use crate::step::Model;
use data::{SourceTable, table_of};
use points::Points;
pub(crate) use points::material;
use words::Words;

static SPEC: LazyLock<SkillSpec> = LazyLock::new(|| {
    toml::from_str(include_str!("skill.toml")).expect("a test reads every skill.toml")
});

/// A deck has at least and at most this many slides, divided ones aside.
const FEWEST: usize = 6;
const MOST: usize = 20;
/// Definitions set as quotations; more would tire.
const MAX_QUOTES: usize = 2;
const MAX_TABLES: usize = 4;
const MAX_CHARTS: usize = 2;

/// The skill.
pub(crate) struct Slides;

impl Skill for Slides {
    fn spec(&self) -> &SkillSpec {
        &SPEC
    }

    fn run(
        &self,
        context: &SkillContext<'_>,
        input: &SkillInput,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<SkillOutput, WireError> {
        let topic = input
            .values
            .get("topic")
            .map(|topic| topic.trim())
            .unwrap_or_default();
        let language = language(input);
        let wanted = input
            .values
            .get("slides")
            .and_then(|count| count.parse::<usize>().ok());
        let mut work = Work {
            model: Model::new(context),
            grounding: Grounding::new(context),
            language,
            words: Words::of(language),
            slides: Vec::new(),
            gaps: 0,
            extracted: 0,
            omitted: Vec::new(),
        };
        let title = if input.sources.is_empty() {
            if topic.is_empty() {
                return Err(WireError::new(
                    ErrorCode::InvalidInput,
                    "there is neither a topic nor a file",
                )
                .with_hint("say what the deck is about, or choose a file"));
            }
            work.slides_of_topic(topic, wanted, sink)?
        } else {
            work.slides_of_sources(&input.sources, topic, wanted, sink)?
        };
        Ok(work.finish(title, input.sources.is_empty()))
    }
}

/// Tells how far the deck is.
pub(super) fn progress(sink: &mut dyn FnMut(JobEvent), done: usize, total: usize, item: &str) {
    sink(JobEvent::Progress(Progress {
        stage: "writing_slides".to_string(),
        done: done as u64,
        total: Some(total as u64),
        eta_ms: None,
        item: Some(item.to_string()),
    }));
}

struct Work<'a> {
    model: Model<'a>,
    grounding: Grounding<'a>,
    language: Language,
    words: &'static Words,
    slides: Vec<Slide>,
    /// Slides that say that they are empty.
    gaps: usize,
    /// Slides made of the source's own sentences.
    extracted: usize,
    /// What was left out, in words.
    omitted: Vec<String>,
}

impl Work<'_> {
    fn slides_of_sources(
        &mut self,
        sources: &[SkillSource],
        topic: &str,
        wanted: Option<usize>,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<String, WireError> {
        let limit = wanted.unwrap_or(MOST).clamp(FEWEST, MOST);
        // Title, agenda and closing are there anyway.
        let share = ((limit - 3) / sources.len()).max(1);
        let mut all: Vec<Section> = Vec::new();
        for source in sources {
            let found = sections(self.model.context, source, share)?;
            let (kept, dropped): (Vec<Section>, Vec<Section>) = found
                .into_iter()
                .partition(|section| section.purpose == Purpose::Content);
            if kept.is_empty() {
                all.extend(dropped);
            } else {
                all.extend(kept);
            }
        }
        let title = if topic.is_empty() {
            title_of(&sources[0])
        } else {
            topic.to_string()
        };
        let names: Vec<String> = sources.iter().map(title_of).collect();
        let subtitle = if names.len() > 1 || names[0] != title {
            names.join(self.words.comma)
        } else {
            String::new()
        };
        self.push(SlideContent::Title {
            title: title.clone(),
            subtitle,
        });
        self.agenda(&all);
        let mut spare = limit.saturating_sub(all.len() + 3);
        let (mut quotes, mut tables, mut charts) = (0, 0, 0);
        let total = all.len() + 1;
        for (done, section) in all.iter().enumerate() {
            progress(sink, done, total, &section.title);
            let first = self.slides.len();
            self.content(section)?;
            for table in section
                .blocks
                .iter()
                .filter_map(|block| table_of(&block.content))
            {
                if spare == 0 || tables >= MAX_TABLES {
                    self.omitted.push(self.words.table_left_out(&section.title));
                    break;
                }
                tables += 1;
                spare -= 1;
                let chart = table
                    .chart
                    .clone()
                    .filter(|_| spare > 0 && charts < MAX_CHARTS);
                self.table(section, &table);
                if let Some(chart) = chart {
                    charts += 1;
                    spare -= 1;
                    self.chart(section, &table, chart);
                }
            }
            let definition = definitions(&section.chunks).into_iter().next();
            if let Some(definition) = definition.filter(|_| spare > 0 && quotes < MAX_QUOTES) {
                quotes += 1;
                spare -= 1;
                let marker = self.grounding.marker(&definition.support, &section.chunks);
                let text = definition
                    .support
                    .quote
                    .split_once(['：', ':'])
                    .map_or("", |(_, words)| words.trim());
                let slide = Slide {
                    content: SlideContent::Quote {
                        text: text.to_string(),
                        attribution: definition.term,
                    },
                    notes: String::new(),
                    markers: vec![marker],
                };
                // What a term means stands before what is said of it.
                self.slides.insert(first, slide);
            }
        }
        progress(sink, total - 1, total, self.words.closing);
        self.closing(&all)?;
        progress(sink, total, total, &title);
        Ok(title)
    }

    fn push(&mut self, content: SlideContent) {
        self.slides.push(Slide::new(content));
    }

    fn agenda(&mut self, sections: &[Section]) {
        let mut titles: Vec<&str> = sections
            .iter()
            .map(|section| section.title.as_str())
            .collect();
        titles.dedup();
        if titles.len() < 3 {
            return;
        }
        self.push(SlideContent::Bullets {
            title: self.words.agenda.to_string(),
            items: titles.into_iter().map(Bullet::new).collect(),
        });
    }

    /// The slide that says what a section says.
    fn content(&mut self, section: &Section) -> Result<(), WireError> {
        let (points, is_extract) =
            match points::of_section(&mut self.model, &self.grounding, section, self.language)? {
                Some(points) => (points, false),
                None => (self.extract(section), true),
            };
        self.extracted += usize::from(is_extract);
        self.grounding.unsupported += points.unsupported;
        if points.omitted_share > 0 {
            self.omitted
                .push(self.words.shortened(&section.title, points.omitted_share));
        }
        let mut markers: Vec<u32> = Vec::new();
        for support in &points.supports {
            let marker = self.grounding.marker(support, &section.chunks);
            if !markers.contains(&marker) {
                markers.push(marker);
            }
        }
        self.grounding.supported +=
            points.left.len() + points.right.as_ref().map_or(0, |right| right.1.len());
        let bullets =
            |texts: Vec<String>| texts.into_iter().map(Bullet::new).collect::<Vec<Bullet>>();
        let content = match points.right {
            Some((left_heading, right)) => SlideContent::TwoColumns {
                title: points.title,
                left: SlideColumn {
                    heading: left_heading.0,
                    items: bullets(points.left),
                },
                right: SlideColumn {
                    heading: left_heading.1,
                    items: bullets(right),
                },
            },
            None if points.left.is_empty() => {
                self.gaps += 1;
                SlideContent::Bullets {
                    title: points.title,
                    items: vec![Bullet::new(self.words.gap)],
                }
            }
            None => SlideContent::Bullets {
                title: points.title,
                items: bullets(points.left),
            },
        };
        self.slides.push(Slide {
            content,
            notes: self.talk(section),
            markers,
        });
        Ok(())
    }

    /// The source's own telling sentences as points.
    fn extract(&self, section: &Section) -> Points {
        let limit = self.words.point_characters;
        let mut points = Points::new(section.title.clone());
        // Captions, rows and questions to the reader are no points.
        let is_point = |quote: &str| {
            !quote.starts_with(['图', '表'])
                && !quote.contains(" | ")
                && !quote.ends_with(['？', '?'])
        };
        let found = telling_sentences(&section.chunks, 8).into_iter();
        for support in found.filter(|support| is_point(&support.quote)).take(4) {
            // A sentence without a clause that ends in time stands whole: half a clause says something else.
            let text =
                clause(&support.quote, limit).unwrap_or_else(|| support.quote.replace('\n', " "));
            points.left.push(text);
            points.supports.push(support);
        }
        if points.left.is_empty() {
            // Only headings, lists or a table: the first lines as they are.
            let lines = section
                .chunks
                .iter()
                .flat_map(|stored| stored.chunk.text.lines());
            points.left = lines
                .map(|line| line.trim().to_string())
                .filter(|line| !line.is_empty() && !line.contains(" | "))
                .take(4)
                .collect();
        }
        points
    }

    /// What the speaker can say: sentences of the source behind the points.
    fn talk(&self, section: &Section) -> String {
        let sentences: Vec<String> = telling_sentences(&section.chunks, 3)
            .into_iter()
            .map(|support| support.quote.replace('\n', " "))
            .collect();
        if sentences.is_empty() {
            return String::new();
        }
        format!(
            "{}{}",
            self.words.talk,
            sentences.join(self.words.between_sentences)
        )
    }

    fn table(&mut self, section: &Section, table: &SourceTable) {
        let notes = if table.omitted > 0 {
            let note = self
                .words
                .rows_left_out(table.table.rows.len(), table.omitted);
            self.omitted.push(format!("{}: {note}", section.title));
            note
        } else {
            String::new()
        };
        let markers = self.row_markers(section, &table.table);
        self.slides.push(Slide {
            content: SlideContent::Table {
                title: self.table_title(section, table),
                table: table.table.clone(),
            },
            notes,
            markers,
        });
    }

    fn chart(&mut self, section: &Section, table: &SourceTable, chart: Chart) {
        let names: Vec<&str> = chart
            .series
            .iter()
            .map(|series| series.name.as_str())
            .collect();
        let title = match (names.as_slice(), chart.kind) {
            ([name], ChartKind::Bar | ChartKind::Line | ChartKind::Pie) if !name.is_empty() => self
                .words
                .chart_title(&self.table_title(section, table), name),
            _ => self
                .words
                .chart_title(&self.table_title(section, table), self.words.comparison),
        };
        let markers = self.row_markers(section, &table.table);
        self.slides.push(Slide {
            content: SlideContent::Chart { title, chart },
            notes: self.words.chart_note.to_string(),
            markers,
        });
    }

    fn table_title(&self, section: &Section, table: &SourceTable) -> String {
        table
            .caption
            .clone()
            .unwrap_or_else(|| section.title.clone())
    }

    /// The place of a table: that of its first row of values.
    fn row_markers(&mut self, section: &Section, table: &SlideTable) -> Vec<u32> {
        let Some(row) = table.rows.get(table.header_rows) else {
            return Vec::new();
        };
        let line = row.join(" | ");
        let found = section
            .chunks
            .iter()
            .enumerate()
            .find_map(|(passage, stored)| {
                let at = stored.chunk.text.find(&line)?;
                Some(deskmate_knowledge::Support {
                    passage,
                    anchor: stored.chunk.anchor_at(at),
                    quote: line.clone(),
                    score: 1.0,
                })
            });
        found
            .map(|support| self.grounding.marker(&support, &section.chunks))
            .into_iter()
            .collect()
    }

    fn closing(&mut self, sections: &[Section]) -> Result<(), WireError> {
        let points: Vec<String> = self
            .slides
            .iter()
            .skip(2)
            .filter_map(|slide| match &slide.content {
                SlideContent::Bullets { items, .. } => Some(
                    items
                        .iter()
                        .map(|item| item.text.clone())
                        .collect::<Vec<_>>(),
                ),
                _ => None,
            })
            .flatten()
            .filter(|text| text != self.words.gap)
            .collect();
        let chunks: Vec<_> = sections
            .iter()
            .flat_map(|section| section.chunks.clone())
            .collect();
        let lines = points::takeaways(
            &mut self.model,
            &self.grounding,
            &points,
            &chunks,
            self.language,
        )?;
        let (lines, supports) = lines.unwrap_or_else(|| {
            // The first point of slides spread over the deck.
            let step = (points.len() / 3).max(1);
            (
                points.iter().step_by(step).take(3).cloned().collect(),
                Vec::new(),
            )
        });
        let mut markers: Vec<u32> = supports
            .iter()
            .map(|support| self.grounding.marker(support, &chunks))
            .collect();
        markers.dedup();
        if lines.is_empty() {
            return Ok(());
        }
        self.slides.push(Slide {
            content: SlideContent::Closing {
                title: self.words.closing.to_string(),
                lines,
            },
            notes: String::new(),
            markers,
        });
        Ok(())
    }

    fn slides_of_topic(
        &mut self,
        topic: &str,
        wanted: Option<usize>,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<String, WireError> {
        let most = wanted.unwrap_or(10).clamp(FEWEST, MOST) - 3;
        progress(sink, 0, most, topic);
        let (title, mut names) = points::outline(&mut self.model, topic, self.language)?
            .unwrap_or_else(|| {
                let names = self
                    .words
                    .usual_parts
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                (
                    clause(topic, 40).unwrap_or_else(|| topic.chars().take(40).collect()),
                    names,
                )
            });
        names.truncate(most.max(3));
        self.push(SlideContent::Title {
            title: title.clone(),
            subtitle: String::new(),
        });
        self.push(SlideContent::Bullets {
            title: self.words.agenda.to_string(),
            items: names.iter().map(Bullet::new).collect(),
        });
        let total = names.len();
        let mut firsts = Vec::new();
        for (done, name) in names.iter().enumerate() {
            progress(sink, done, total, name);
            let points = points::of_topic(&mut self.model, topic, name, self.language)?;
            let items = match points {
                Some(points) => {
                    firsts.extend(points.first().cloned());
                    points
                }
                None => {
                    self.gaps += 1;
                    vec![self.words.gap.to_string()]
                }
            };
            self.slides.push(Slide {
                content: SlideContent::Bullets {
                    title: name.clone(),
                    items: items.into_iter().map(Bullet::new).collect(),
                },
                notes: self.words.unsourced.to_string(),
                markers: Vec::new(),
            });
        }
        if !firsts.is_empty() {
            firsts.truncate(3);
            self.push(SlideContent::Closing {
                title: self.words.closing.to_string(),
                lines: firsts,
            });
        }
        Ok(title)
    }

    fn finish(self, title: String, is_topic: bool) -> SkillOutput {
        let (supported, unsupported) = (self.grounding.supported, self.grounding.unsupported);
        let citations = self.grounding.into_citations();
        let mut checks = Vec::new();
        if is_topic {
            checks.push(Check::new(
                "every_point_cited",
                false,
                "made from a topic alone: no point has a source; check figures and names",
            ));
        } else {
            checks.push(Check::new(
                "every_point_cited",
                !citations.is_empty(),
                format!(
                    "{supported} points have a place in the sources; {unsupported} others that the model wrote were left out; {} slides take the sources' own sentences",
                    self.extracted
                ),
            ));
        }
        checks.push(Check::new(
            "no_gaps",
            self.gaps == 0,
            format!("{} slides say that they are still to be filled", self.gaps),
        ));
        let omitted = if self.omitted.is_empty() {
            "nothing was left out for length".to_string()
        } else {
            self.omitted.join("; ")
        };
        checks.push(Check::new(
            "nothing_omitted",
            self.omitted.is_empty(),
            omitted,
        ));
        SkillOutput {
            artifact: Artifact::Deck(Deck {
                title,
                language: tag(self.language).to_string(),
                slides: self.slides,
                citations: citations.clone(),
            }),
            citations,
            checks,
            usage: self.model.usage,
        }
    }
}
