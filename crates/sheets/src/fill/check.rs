//! A reply against the type asked for, and against the row where it was to be taken out of it.

use deskmate_core::{Generation, StopReason};

use super::prompt::yes_no;
use super::{FillGap, FillKind, FillRow, FillTask, Filled};
use crate::output::OutputValue;
use crate::written::stands_in;

/// What the model writes where the row does not tell.
pub(super) const NOT_TOLD: char = '?';

/// The cell that a reply makes.
pub(super) fn filled(task: &FillTask, row: &FillRow, reply: &Generation) -> Filled {
    let text = reply.text.trim();
    if reply.stop_reason == StopReason::MaxTokens {
        return Filled::Empty(FillGap::TooLong);
    }
    if text.chars().all(|c| matches!(c, NOT_TOLD | '？')) {
        return Filled::Empty(FillGap::NotTold);
    }
    let Some(value) = typed(task, text) else {
        return Filled::Empty(FillGap::WrongType);
    };
    let stands = |(_, field): &(String, String)| stands_in(&value, text, field);
    if task.is_extraction && !row.fields.iter().any(stands) {
        return Filled::Empty(FillGap::NotInRow);
    }
    Filled::Value(value)
}

fn typed(task: &FillTask, text: &str) -> Option<OutputValue> {
    match &task.kind {
        FillKind::Choice(choices) => choices
            .iter()
            .find(|choice| *choice == text)
            .map(|choice| OutputValue::Text(choice.clone())),
        FillKind::Number => {
            let number: f64 = text.parse().ok()?;
            number.is_finite().then_some(OutputValue::Number(number))
        }
        FillKind::Date => {
            let mut parts = text.split('-').map(|part| part.parse::<u32>().ok());
            let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
            OutputValue::date(i32::try_from(year).ok()?, month, day)
        }
        FillKind::YesNo => yes_no(task.language)
            .contains(&text)
            .then(|| OutputValue::Text(text.to_owned())),
        FillKind::Text => {
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            (!line.is_empty()).then_some(OutputValue::Text(line))
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::fill::FillWish;

    fn check(ask: &str, field: &str, reply: &str) -> Filled {
        let task = FillTask::of(ask, &FillWish::default()).unwrap();
        let row = FillRow {
            row: 1,
            fields: vec![("说明".into(), field.into())],
        };
        let reply = Generation {
            text: reply.into(),
            stop_reason: StopReason::EndOfTurn,
            usage: deskmate_core::Usage::default(),
        };
        filled(&task, &row, &reply)
    }

    #[test]
    fn a_reply_becomes_a_value_of_its_type() {
        for (ask, field, reply, value) in [
            (
                "分类：质量、物流",
                "坏了",
                " 质量 ",
                OutputValue::Text("质量".into()),
            ),
            (
                "提取金额",
                "合同价 1,200.50 元",
                "1200.5",
                OutputValue::Number(1200.5),
            ),
            (
                "提取金额",
                "约3.2万元",
                "32000",
                OutputValue::Number(32000.0),
            ),
            ("提取金额", "占比12%", "0.12", OutputValue::Number(0.12)),
            (
                "提取开工日期",
                "2024年3月5日开工",
                "2024-03-05",
                OutputValue::date(2024, 3, 5).unwrap(),
            ),
            (
                "提取开工日期",
                "定于3月5日开工",
                "2024-03-05",
                OutputValue::date(2024, 3, 5).unwrap(),
            ),
            (
                "extract the date",
                "due March 5, 2024",
                "2024-03-05",
                OutputValue::date(2024, 3, 5).unwrap(),
            ),
            (
                "提取客户名称",
                "客户：北京 新星公司",
                "北京新星公司",
                OutputValue::Text("北京新星公司".into()),
            ),
            ("是否退款", "要求退钱", "是", OutputValue::Text("是".into())),
            (
                "翻译成英文",
                "坏了",
                "It  broke",
                OutputValue::Text("It broke".into()),
            ),
        ] {
            assert_eq!(
                check(ask, field, reply),
                Filled::Value(value),
                "{ask} {field}"
            );
        }
    }

    #[test]
    fn what_cannot_be_taken_leaves_the_cell_empty_and_says_why() {
        for (ask, field, reply, gap) in [
            ("分类：质量、物流", "坏了", "售后", FillGap::WrongType),
            ("分类：质量、物流", "坏了", "?", FillGap::NotTold),
            ("提取金额", "价格面议", "5000", FillGap::NotInRow),
            ("提取金额", "3 万元", "30", FillGap::NotInRow),
            (
                "提取开工日期",
                "2024年3月5日",
                "2024-03-06",
                FillGap::NotInRow,
            ),
            (
                "提取开工日期",
                "2024年3月5日",
                "2024-02-31",
                FillGap::WrongType,
            ),
            (
                "提取客户名称",
                "客户：新星公司",
                "新生公司",
                FillGap::NotInRow,
            ),
            ("翻译成英文", "坏了", "", FillGap::NotTold),
        ] {
            assert_eq!(
                check(ask, field, reply),
                Filled::Empty(gap),
                "{ask} {reply}"
            );
        }
    }
}
