//! Charts of ranges that stand in a workbook: what is drawn, and how it looks.

use serde::{Deserialize, Serialize};

use crate::address::{CellAddress, CellRange};

/// Kind of a chart over ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlotKind {
    /// Upright bars.
    Column,
    /// Bars that lie.
    Bar,
    /// A line over labels.
    Line,
    /// Shares of a whole.
    Pie,
    /// Filled below the line.
    Area,
    /// Points of two numbers.
    Scatter,
}

impl PlotKind {
    /// The name in interfaces: `column`, `bar`, `line`, `pie`, `area`, `scatter`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Bar => "bar",
            Self::Line => "line",
            Self::Pie => "pie",
            Self::Area => "area",
            Self::Scatter => "scatter",
        }
    }
}

/// Several series at one label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stacking {
    /// Each from the axis on.
    #[default]
    Beside,
    /// One upon the other.
    Stacked,
    /// One upon the other, as shares of their sum.
    Percent,
}

impl Stacking {
    /// The name in interfaces: `beside`, `stacked`, `percent`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Beside => "beside",
            Self::Stacked => "stacked",
            Self::Percent => "percent",
        }
    }
}

/// What joins the points of a scatter chart or of a line chart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Joined {
    /// As is usual: points alone in a scatter chart, straight lines in a line chart.
    #[default]
    Usual,
    /// Straight lines.
    Straight,
    /// Smooth curves.
    Smooth,
}

impl Joined {
    /// The name in interfaces: `usual`, `straight`, `smooth`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Straight => "straight",
            Self::Smooth => "smooth",
        }
    }
}

/// Where the legend stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegendPlace {
    /// Below the chart.
    Bottom,
    /// Above it.
    Top,
    /// To its left.
    Left,
    /// To its right.
    Right,
}

impl LegendPlace {
    /// The name in interfaces: `bottom`, `top`, `left`, `right`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bottom => "bottom",
            Self::Top => "top",
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// Shape of the points of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Marker {
    /// Circles.
    Circle,
    /// Squares.
    Square,
    /// Triangles.
    Triangle,
    /// Diamonds.
    Diamond,
    /// Crosses.
    Cross,
}

/// Curve fitted to a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrendKind {
    /// A straight line.
    Linear,
    /// A polynomial of this degree, 2 to 6.
    Polynomial(u8),
    /// An exponential curve.
    Exponential,
    /// A logarithmic curve.
    Logarithmic,
    /// A power.
    Power,
}

impl TrendKind {
    /// The name in interfaces: `linear`, `polynomial`, `exponential`, `logarithmic`, `power`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Polynomial(_) => "polynomial",
            Self::Exponential => "exponential",
            Self::Logarithmic => "logarithmic",
            Self::Power => "power",
        }
    }
}

/// A trend line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trend {
    /// Its kind.
    pub kind: TrendKind,
    /// Its equation stands in the chart.
    pub shows_equation: bool,
}

/// One series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeSeries {
    /// Cell with its name.
    pub name: Option<CellAddress>,
    /// Labels, or the x values of a scatter chart; one column or row. Without any, the points are numbered.
    pub x: Option<CellRange>,
    /// Values; one column or row.
    pub y: CellRange,
    /// Shape of its points.
    pub marker: Option<Marker>,
    /// Its trend line.
    pub trend: Option<Trend>,
}

/// All that is not the ranges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartLook {
    /// Kind.
    pub kind: PlotKind,
    /// Title; without one, programs write the name of an only series.
    pub title: Option<String>,
    /// Title of the axis of labels, or of x.
    pub x_title: Option<String>,
    /// Title of the axis of values.
    pub y_title: Option<String>,
    /// The axis of labels is not shown.
    pub hides_x_axis: bool,
    /// The axis of values is not shown.
    pub hides_y_axis: bool,
    /// The legend; none for none.
    pub legend: Option<LegendPlace>,
    /// The values stand at the points.
    pub has_data_labels: bool,
    /// Several series at one label.
    pub stacking: Stacking,
    /// What joins the points.
    pub joined: Joined,
}

impl ChartLook {
    /// A chart of this kind without titles, its legend below it.
    pub fn of(kind: PlotKind) -> Self {
        Self {
            kind,
            title: None,
            x_title: None,
            y_title: None,
            hides_x_axis: false,
            hides_y_axis: false,
            legend: Some(LegendPlace::Bottom),
            has_data_labels: false,
            stacking: Stacking::Beside,
            joined: Joined::Usual,
        }
    }
}

/// A chart of ranges of one sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeChart {
    /// Its looks.
    pub look: ChartLook,
    /// Its series, one at least.
    pub series: Vec<RangeSeries>,
}
