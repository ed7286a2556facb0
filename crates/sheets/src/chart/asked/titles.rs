//! Titles and names of sheets that an ask spells out, taken out of it so that their words name no columns.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::mentions::column_of_letters;

/// The title of an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AxisTitle {
    /// These words.
    Text(String),
    /// The header of this column, from 0.
    HeaderOf(u32),
    /// The headers of what the axis shows.
    Headers,
}

/// Titles that an ask spells out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Titles {
    /// Of the chart.
    pub(super) chart: Option<String>,
    /// Of the axis of labels, or of x.
    pub(super) x: Option<AxisTitle>,
    /// Of the axis of values.
    pub(super) y: Option<AxisTitle>,
    /// Name of the sheet for the chart.
    pub(super) sheet: Option<String>,
}

/// Words in quotes, with them; one group. A quotation ends with the quote of its kind, and `'` and `’` within a word
/// are apostrophes.
const QUOTED: &str = concat!(
    r#"("[^"]{1,120}?"|“[^“”]{1,120}?”|「[^「」]{1,120}?」|『[^『』]{1,120}?』|"#,
    r"‘[^‘\n]{1,120}?’(?-u:\b{end-half})|(?-u:\b{start-half})'[^\n]{1,120}?'(?-u:\b{end-half}))",
);

fn pattern(text: &str) -> Regex {
    Regex::new(&text.replace("QUOTED", QUOTED)).expect("the pattern is valid")
}

static SHEETS: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        pattern(r"(?i)\b(?:work)?sheet\s+(?:named\s+|called\s+|titled\s+)?QUOTED"),
        pattern(r"(?:名为|叫做|叫|命名为)\s*QUOTED\s*的(?:新)?(?:工作表|表单)"),
        // Behind a comma and without such a word, the quotation is of a column.
        pattern(r"(?:工作表|表单)(?:[，,]?\s*(?:名为|名称为|名字叫|叫做|叫|命名为))?\s*QUOTED"),
    ]
});
static AXIS: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [
        pattern(concat!(
            r"(?i)(?:set\s+)?(?:the\s+)?\b(x|y|horizontal|vertical|category|value)[\s-]*axis\s+(?:title|label|name)\s*",
            r"(?:as|to|is|be|of|=|:|named|called)?\s*(?:be\s+)?(?:as\s+)?",
            r"(?:QUOTED|(?:the\s+)?(?:header\s+of\s+)?column\s+([a-z]{1,2})(?:\s+header|\b)|(?:the\s+)?(?:corresponding\s+)?(?:column\s+)?headers?)",
        )),
        pattern(concat!(
            r"([xXyY]\s*轴|横轴|纵轴|横坐标轴?|纵坐标轴?)的?(?:标题|名称|标签)\s*(?:设置为|设为|改为|命名为|为|叫|是|用|：|:)?\s*",
            r"(?:QUOTED|([A-Za-z]{1,2})\s*列的?(?:表头|列名|标题)|(?:对应的?)?(?:表头|列名))",
        )),
    ]
});
static BOTH: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        pattern(
            r"(?i)(?:set\s+)?(?:the\s+)?\baxis\s+(?:titles|labels|names)\s+(?:as|to|be|with|from)\s+(?:the\s+)?(?:corresponding\s+)?(?:column\s+)?headers?",
        ),
        pattern(
            r"(?i)(?:with\s+|using\s+|use\s+)?(?:the\s+)?(?:corresponding\s+)?(?:column\s+)?headers?\s+as\s+(?:the\s+)?axis\s+(?:titles|labels|names)",
        ),
        pattern(
            r"(?:坐标轴|两轴|轴)的?标题\s*(?:设置为|设为|使用|用|取|为)\s*(?:各自的?|对应的?|相应的?)?(?:表头|列名|列标题)|(?:用|以)(?:各自的?|对应的?)?(?:表头|列名|列标题)(?:作为|做|当作|当)(?:坐标)?轴的?标题",
        ),
    ]
});
static CHART: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [
        pattern(
            r"(?i)(?:set\s+)?(?:the\s+)?(?:chart\s+|graph\s+)?\b(?:title|titled|entitled)\s*(?:of\s+the\s+chart\s+)?(?:as|to|is|be|=|:)?\s*QUOTED",
        ),
        pattern(
            r"(?:图表|图)?的?标题\s*(?:设置为|设为|改为|写成|写|为|叫|是|用|：|:)?\s*QUOTED|题为\s*QUOTED",
        ),
    ]
});

impl Titles {
    /// Takes the titles out; the rest is the ask without them.
    pub(super) fn take(ask: &str) -> (Self, String) {
        let mut titles = Self::default();
        let mut rest = ask.to_string();
        for sheet in &*SHEETS {
            rest = cut(sheet, &rest, |found| {
                if !is_read(found, &rest) {
                    titles.sheet = titles.sheet.take().or_else(|| quoted(found, 1));
                }
                without_quotation(found)
            });
        }
        for axis in &*AXIS {
            rest = cut(axis, &rest, |found| {
                let name = found.get(1).map_or("", |m| m.as_str()).to_lowercase();
                let title = match (quoted(found, 2), found.get(3)) {
                    (Some(text), _) => AxisTitle::Text(text),
                    (None, Some(letters)) => column_of_letters(letters.as_str())
                        .map_or(AxisTitle::Headers, AxisTitle::HeaderOf),
                    (None, None) => AxisTitle::Headers,
                };
                let is_x = name.starts_with(['x', 'h', 'c', '横']);
                let place = if is_x { &mut titles.x } else { &mut titles.y };
                *place = Some(title);
                String::new()
            });
        }
        for both in &*BOTH {
            rest = cut(both, &rest, |_| {
                titles.x = Some(AxisTitle::Headers);
                titles.y = Some(AxisTitle::Headers);
                String::new()
            });
        }
        for chart in &*CHART {
            rest = cut(chart, &rest, |found| {
                titles.chart = quoted(found, 1).or_else(|| quoted(found, 2));
                String::new()
            });
        }
        (titles, rest)
    }
}

fn quoted(found: &Captures<'_>, group: usize) -> Option<String> {
    let mut inside = found.get(group)?.as_str().chars();
    inside.next();
    inside.next_back();
    let words: Vec<&str> = inside.as_str().split_whitespace().collect();
    let text = words.join(" ");
    (!text.is_empty()).then_some(text)
}

/// What was found without its quotation: the words `new sheet` stay, only the name goes.
fn without_quotation(found: &Captures<'_>) -> String {
    let (Some(whole), Some(name)) = (found.get(0), found.get(1)) else {
        return String::new();
    };
    let text = whole.as_str();
    let before = &text[..name.start() - whole.start()];
    let after = &text[name.end() - whole.start()..];
    format!("{before}{after}")
}

/// Whether a sheet is named for the data on it, not for the chart: `用工作表“销售”的数据`, `from the sheet "Sales"`.
fn is_read(found: &Captures<'_>, ask: &str) -> bool {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?:\b(?:from|using|use|of|read)|\bdata\s+(?:in|on))\s+(?:the\s+|my\s+)?(?:existing\s+)?$|(?:用|从|根据|基于|依据|按照?|取自|来自|读取)\s*(?:现有的?|原有的?)?$",
        )
    });
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i)^\s*(?:中|里|上|内)?的?(?:数据|内容|数字|记录)|^(?:['’]s)?\s+data\b")
    });
    found.get(0).is_some_and(|whole| {
        BEFORE.is_match(&ask[..whole.start()]) || AFTER.is_match(&ask[whole.end()..])
    })
}

fn cut(pattern: &Regex, text: &str, mut with: impl FnMut(&Captures<'_>) -> String) -> String {
    pattern
        .replace_all(text, |found: &Captures<'_>| format!("{} ", with(found)))
        .into_owned()
}
