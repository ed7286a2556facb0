//! What a changed clause means: values, bodies, duty, and whether anything but the words changed.

use std::borrow::Cow;
use std::sync::LazyLock;

use deskmate_knowledge::numbers;
use regex::Regex;

use super::unit::Unit;
use super::words::{self, Duty};
use super::{
    ChangeKind, ComparisonRow, ComparisonSide, ObligationChange, ObligationDirection, ValueChange,
};

/// Judges an aligned pair; `None` when both sides say the same at the same place.
pub(super) fn judge(old: Option<&Unit>, new: Option<&Unit>, moved: bool) -> Option<ComparisonRow> {
    let mut row = ComparisonRow {
        kind: ChangeKind::Substance,
        moved,
        old: old.map(side),
        new: new.map(side),
        obligation: None,
        amounts: Vec::new(),
        dates: Vec::new(),
        bodies: Vec::new(),
    };
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (Some(_), None) => {
            row.kind = ChangeKind::Removed;
            return Some(row);
        }
        (None, _) => {
            row.kind = ChangeKind::Added;
            return Some(row);
        }
    };
    if words::plain(&old.text) == words::plain(&new.text) {
        row.kind = ChangeKind::Moved;
        return moved.then_some(row);
    }
    // A clause that is only cited under its new number says what it said.
    let (before, after) = (without_references(&old.text), without_references(&new.text));
    row.dates = value_changes(&times(&before), &times(&after));
    row.amounts = value_changes(&amounts(&before), &amounts(&after));
    row.bodies = body_changes(&before, &after);
    row.obligation = obligation(&before, &after);
    let has_flag = row.obligation.is_some()
        || !row.amounts.is_empty()
        || !row.dates.is_empty()
        || !row.bodies.is_empty();
    let same_meaning = words::is_same_meaning(&before, &after);
    row.kind = if has_flag || !same_meaning {
        ChangeKind::Substance
    } else {
        ChangeKind::Wording
    };
    Some(row)
}

fn side(unit: &Unit) -> ComparisonSide {
    ComparisonSide {
        label: unit.label.clone(),
        text: unit.text.clone(),
        anchor: unit.anchor.clone(),
    }
}

static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"第[零〇一二三四五六七八九十百千0-9]+[条款项章节]|\b(?:Article|Section|Clause|Chapter)s? \d+(?:\.\d+)*")
        .expect("the tests use every pattern")
});

fn without_references(text: &str) -> Cow<'_, str> {
    REFERENCE.replace_all(text, "§")
}

/// A value as written and in the form in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Value {
    written: String,
    key: String,
    unit: String,
}

const FIGURE: &str =
    r"(?:[0-9][0-9,，]*(?:\.[0-9]+)?\s*[万亿千百]{0,2}|[零〇一二两三四五六七八九十百千万亿]+|半)";
const PERIOD: &str = r"(?:个工作日|个自然日|工作日|自然日|个小时|小时|分钟|个月|个季度|季度|年度|周年|年|月|日|天|周|星期)";

static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)(?:[0-9〇零一二三四五六七八九]{{4}}年(?:[0-9一二三四五六七八九十]{{1,3}}月(?:[0-9一二三四五六七八九十]{{1,3}}[日号])?)?)|[0-9一二三四五六七八九十]{{1,3}}月[0-9一二三四五六七八九十]{{1,3}}日|每(?:{FIGURE})?{PERIOD}|(?:{FIGURE}){PERIOD}|\b[0-9]+ (?:working |business |calendar )?(?:minutes?|hours?|days?|weeks?|months?|years?)\b|\b(?:[0-9]{{1,2}} )?(?:January|February|March|April|May|June|July|August|September|October|November|December) [0-9]{{1,4}}(?:, [0-9]{{4}})?|\b(?:annually|quarterly|monthly|weekly|daily|yearly|every (?:year|quarter|month|week|day|six months)|once a (?:year|quarter|month|week|day))\b"
    ))
    .expect("the tests use every pattern")
});
static AMOUNTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)百分之{FIGURE}|(?:{FIGURE}\s*(?:美元|欧元|港元|元|人民币|[%％‰]|个百分点|人次|人|名|条|次|倍|份|台|件|项|个|家|种|级|册|套|辆|处|平方米|公里|公斤|吨|米|GB|MB|TB|分|位))|(?:US\$|USD|RMB|CNY|EUR|GBP|[$¥€£])\s?[0-9][0-9,]*(?:\.[0-9]+)?(?:\s(?:thousand|million|billion))?|\b[0-9][0-9,]*(?:\.[0-9]+)?\s?(?:%|percent|per cent|records|copies|persons|people|employees|members|times|items|points|dollars|euros|yuan)"
    ))
    .expect("the tests use every pattern")
});

fn times(text: &str) -> Vec<Value> {
    TIMES
        .find_iter(text)
        .map(|found| value(found.as_str()))
        .collect()
}

fn amounts(text: &str) -> Vec<Value> {
    // What is a time is no amount: `12个月` begins like twelve pieces.
    let masked = TIMES.replace_all(text, "§");
    AMOUNTS
        .find_iter(&masked)
        .map(|found| value(found.as_str()))
        .collect()
}

fn value(written: &str) -> Value {
    let figure =
        |c: char| c.is_ascii_digit() || "零〇一二两三四五六七八九十百千万亿半,，. $¥€£".contains(c);
    if let Some(share) = written.strip_prefix("百分之") {
        let value = deskmate_knowledge::parse_han_number(share)
            .map_or_else(|| share.to_owned(), |value| value.to_string());
        return Value {
            written: written.to_owned(),
            key: format!("{value} %"),
            unit: "%".to_owned(),
        };
    }
    let unit: String = written.chars().filter(|c| !figure(*c)).collect();
    let unit = unit
        .replace("个小时", "小时")
        .replace("个月", "月")
        .replace('号', "日")
        .replace('％', "%")
        .to_lowercase();
    let mut values = numbers(written);
    if values.is_empty() {
        let digits: String = written.chars().filter(|c| figure(*c)).collect();
        values = match deskmate_knowledge::parse_han_number(digits.trim()) {
            Some(value) => vec![value.to_string()],
            None => vec![digits.trim().replace([',', '，'], "")],
        };
    }
    Value {
        written: written.trim().to_owned(),
        key: format!("{} {unit}", values.join("-")),
        unit,
    }
}

/// Values of one side that the other lacks, brought together by unit in their order.
fn value_changes(old: &[Value], new: &[Value]) -> Vec<ValueChange> {
    let lacking = |from: &[Value], other: &[Value]| {
        let mut left: Vec<&str> = other.iter().map(|value| value.key.as_str()).collect();
        from.iter()
            .filter(
                |value| match left.iter().position(|key| *key == value.key) {
                    Some(at) => {
                        left.swap_remove(at);
                        false
                    }
                    None => true,
                },
            )
            .cloned()
            .collect::<Vec<Value>>()
    };
    let gone = lacking(old, new);
    let mut come = lacking(new, old);
    let mut changes = Vec::new();
    for value in gone {
        let at = come
            .iter()
            .position(|other| other.unit == value.unit)
            .or_else(|| (!come.is_empty()).then_some(0));
        changes.push(ValueChange {
            old: value.written,
            new: at.map(|at| come.remove(at).written).unwrap_or_default(),
        });
    }
    changes.extend(come.into_iter().map(|value| ValueChange {
        old: String::new(),
        new: value.written,
    }));
    changes
}

fn body_changes(old: &str, new: &str) -> Vec<ValueChange> {
    let only = |from: &str, other: &str| {
        let mut names: Vec<String> = words::bodies(from)
            .into_iter()
            .filter(|name| !other.contains(name.as_str()))
            .collect();
        names.dedup();
        names
    };
    let mut come = only(new, old).into_iter();
    let mut changes: Vec<ValueChange> = only(old, new)
        .into_iter()
        .map(|name| ValueChange {
            old: name,
            new: come.next().unwrap_or_default(),
        })
        .collect();
    changes.extend(come.map(|name| ValueChange {
        old: String::new(),
        new: name,
    }));
    changes
}

/// A duty that took the place of another of different strength.
fn obligation(old: &str, new: &str) -> Option<ObligationChange> {
    let (old, new) = (words::duties(old), words::duties(new));
    let lacking = |from: &[(Duty, String)], other: &[(Duty, String)]| {
        let mut left: Vec<Duty> = other.iter().map(|(duty, _)| *duty).collect();
        from.iter()
            .filter(
                |(duty, _)| match left.iter().position(|other| other == duty) {
                    Some(at) => {
                        left.swap_remove(at);
                        false
                    }
                    None => true,
                },
            )
            .cloned()
            .collect::<Vec<(Duty, String)>>()
    };
    let (gone, come) = (lacking(&old, &new), lacking(&new, &old));
    let ((before, old), (after, new)) = (gone.first()?, come.first()?);
    let rank = |duty: Duty| match duty {
        Duty::May => 0,
        Duty::Should => 1,
        Duty::Must => 2,
        Duty::MustNot => 3,
    };
    let direction = if rank(*after) < rank(*before) {
        ObligationDirection::Weakened
    } else {
        ObligationDirection::Strengthened
    };
    Some(ObligationChange {
        direction,
        old: old.clone(),
        new: new.clone(),
    })
}
