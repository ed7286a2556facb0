//! A deck of slides as a value: what stands on each slide, what is said with it, and where it comes from.
//!
//! Places, sizes and faces are not here: the writer chooses them from the layouts of the theme or of the user's template.

use serde::{Deserialize, Serialize};

use crate::Citation;

/// Slides in order, with the places behind their markers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Deck {
    /// Name of the deck, for the file's properties.
    pub title: String,
    /// Language of the text as a tag, e.g. `zh-CN` or `en-US`; decides the face and the words of the footer.
    pub language: String,
    /// The slides.
    pub slides: Vec<Slide>,
    /// The places behind the markers of all slides, in order of their markers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
}

/// One slide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slide {
    /// What it shows; the kind decides the layout.
    #[serde(flatten)]
    pub content: SlideContent,
    /// What the speaker says; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Markers of the places it was made from, in [`Deck::citations`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markers: Vec<u32>,
}

/// What a slide shows, one variant per layout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "layout", rename_all = "snake_case")]
pub enum SlideContent {
    /// The first slide.
    Title {
        /// Name of the deck.
        title: String,
        /// Who, when, for whom; may be empty.
        subtitle: String,
    },
    /// Begins a section.
    Section {
        /// Name of the section.
        title: String,
        /// One line on it; may be empty.
        subtitle: String,
    },
    /// A title over points.
    Bullets {
        /// The title.
        title: String,
        /// The points.
        items: Vec<Bullet>,
    },
    /// Two lists beside each other.
    TwoColumns {
        /// The title.
        title: String,
        /// Left.
        left: SlideColumn,
        /// Right.
        right: SlideColumn,
    },
    /// A table.
    Table {
        /// The title.
        title: String,
        /// The cells.
        table: SlideTable,
    },
    /// A chart, with the numbers that it draws.
    Chart {
        /// The title.
        title: String,
        /// The chart.
        chart: Chart,
    },
    /// Somebody's words, or a definition that must be read as it stands.
    Quote {
        /// The words, without quotation marks.
        text: String,
        /// Whose; may be empty.
        attribution: String,
    },
    /// The last slide.
    Closing {
        /// E.g. `小结` or `Summary`.
        title: String,
        /// What to take away.
        lines: Vec<String>,
    },
}

/// A point on a slide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bullet {
    /// Nesting depth, 0 for the outermost.
    #[serde(default)]
    pub level: u8,
    /// The text, without a mark.
    pub text: String,
}

impl Bullet {
    /// A point of the outermost level.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            level: 0,
            text: text.into(),
        }
    }
}

/// One of two columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlideColumn {
    /// Its heading; may be empty.
    pub heading: String,
    /// Its points.
    pub items: Vec<Bullet>,
}

/// A table on a slide. Rows may have different lengths.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlideTable {
    /// How many rows at the top are header rows; they are repeated when the table goes on on another slide.
    pub header_rows: usize,
    /// Cell texts, row by row.
    pub rows: Vec<Vec<String>>,
}

/// Numbers and how they are drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// Which kind.
    pub kind: ChartKind,
    /// Names along the axis or of the slices.
    pub categories: Vec<String>,
    /// The series; a pie shows the first alone.
    pub series: Vec<ChartSeries>,
    /// Unit of the values, e.g. `万元` or `%`; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

/// Kinds of charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Upright bars, for amounts side by side.
    Bar,
    /// Lines, for the course of time.
    Line,
    /// Shares of a whole.
    Pie,
}

/// A row of numbers of a chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartSeries {
    /// Its name.
    pub name: String,
    /// One value per category; `None` where the source has none.
    pub values: Vec<Option<f64>>,
}

impl SlideContent {
    /// The slide's title; for a quotation its source.
    pub fn title(&self) -> &str {
        match self {
            Self::Title { title, .. }
            | Self::Section { title, .. }
            | Self::Bullets { title, .. }
            | Self::TwoColumns { title, .. }
            | Self::Table { title, .. }
            | Self::Chart { title, .. }
            | Self::Closing { title, .. } => title,
            Self::Quote { attribution, .. } => attribution,
        }
    }
}

impl Slide {
    /// A slide without notes and places.
    pub fn new(content: SlideContent) -> Self {
        Self {
            content,
            notes: String::new(),
            markers: Vec::new(),
        }
    }
}
