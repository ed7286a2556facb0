//! Which column is meant by a word that is not its name.

use super::Reading;
use crate::tables::quoted;
use crate::value::{base_unit, is_identifier_header, unit_scale};
use crate::{Column, ColumnKind};

/// Headers whose amounts are not added up.
pub(super) const NOT_ADDED: [&str; 16] = [
    "单价", "价格", "率", "比例", "占比", "均", "年龄", "温度", "评分", "得分", "身高", "体重",
    "排名", "名次", "折扣", "售价",
];

impl Reading<'_> {
    pub(super) fn only_numeric(&self, is: impl Fn(&Column) -> bool) -> Option<usize> {
        let mut found = (0..self.table.columns.len()).filter(|index| {
            let column = self.column(*index);
            column.is_numeric() && column.place != u32::MAX && is(column)
        });
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    pub(super) fn money(&self) -> Option<String> {
        let is_price = |column: &Column| NOT_ADDED.iter().any(|word| column.header.contains(word));
        self.only_numeric(|column| has_unit(column, "元") && !is_price(column))
            .map(|index| self.name(index))
    }

    pub(super) fn pieces(&self) -> Option<String> {
        self.only_numeric(|column| {
            ["数量", "件数", "销量", "台数", "个数"]
                .iter()
                .any(|word| column.header.contains(word))
        })
        .map(|index| self.name(index))
    }

    /// What an amount is multiplied by to be in the unit asked for.
    pub(super) fn factor(&self, amount: &str, unit: &str) -> f64 {
        self.table
            .columns
            .iter()
            .find(|column| quoted(&column.name) == amount)
            .and_then(|column| column.unit.as_deref())
            .filter(|own| base_unit(own) == base_unit(unit))
            .map_or(1.0, |own| unit_scale(own) / unit_scale(unit))
    }

    pub(super) fn is_never_added(&self, amount: &str) -> bool {
        self.table.columns.iter().any(|column| {
            quoted(&column.name) == amount
                && NOT_ADDED.iter().any(|word| column.header.contains(word))
        })
    }

    /// The column of people's names.
    pub(super) fn person(&self) -> Option<usize> {
        let texts = || {
            (0..self.table.columns.len()).filter(|index| {
                let column = self.column(*index);
                column.kind == ColumnKind::Text && column.place != u32::MAX
            })
        };
        let is_name = |index: &usize| {
            let header = self.column(*index).header.to_lowercase();
            header.contains("姓名")
                || ["name", "employee", "person", "member", "student", "staff"]
                    .contains(&header.as_str())
        };
        let is_person = |index: &usize| {
            ["员", "人", "者", "师"]
                .iter()
                .any(|ending| self.column(*index).header.ends_with(ending))
        };
        texts().find(is_name).or_else(|| {
            let found: Vec<usize> = texts().filter(is_person).collect();
            match found.as_slice() {
                [only] => Some(*only),
                _ => None,
            }
        })
    }

    /// The column that tells people of one name apart.
    pub(super) fn identity_of(&self, index: usize) -> Option<String> {
        if !self.column(index).header.contains("姓名") {
            return None;
        }
        self.identity().map(|identity| self.name(identity))
    }

    pub(super) fn identity(&self) -> Option<usize> {
        (0..self.table.columns.len()).find(|index| {
            [
                "工号",
                "学号",
                "员工编号",
                "人员编号",
                "员工号",
                "职工号",
                "身份证号",
            ]
            .contains(&self.column(*index).header.as_str())
        })
    }

    /// Names may repeat; where a number tells apart what they name, it is counted: `物料编码` for `物料名称`.
    pub(super) fn number_of(&self, index: usize) -> usize {
        let stem = |header: &str| {
            ["名称", "编码", "编号", "代码", "号", "名"]
                .iter()
                .find_map(|ending| header.strip_suffix(ending))
                .map(ToOwned::to_owned)
        };
        let header = &self.column(index).header;
        let Some(own) = stem(header).filter(|own| !own.is_empty()) else {
            return index;
        };
        (0..self.table.columns.len())
            .find(|other| {
                let other = &self.column(*other).header;
                is_identifier_header(other) && stem(other).as_ref() == Some(&own)
            })
            .unwrap_or(index)
    }
}

/// Whether a column is counted in a unit: it says so, or is money by its name.
pub(super) fn has_unit(column: &Column, unit: &str) -> bool {
    match column.unit.as_deref() {
        Some(own) => base_unit(own) == unit,
        None if unit == "元" => [
            "金额", "费", "款", "价", "额", "工资", "奖金", "成本", "收入",
        ]
        .iter()
        .any(|word| column.header.contains(word)),
        None => false,
    }
}
