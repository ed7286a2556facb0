//! Words and limits that the skill itself sets, per language.

use deskmate_knowledge::Language;

/// What stands on slides and in notes without the model.
pub(super) struct Words {
    pub(super) agenda: &'static str,
    pub(super) closing: &'static str,
    pub(super) gap: &'static str,
    pub(super) talk: &'static str,
    pub(super) chart_note: &'static str,
    pub(super) unsourced: &'static str,
    pub(super) comparison: &'static str,
    pub(super) comma: &'static str,
    pub(super) between_sentences: &'static str,
    /// Parts of a deck on a topic when the model names none.
    pub(super) usual_parts: &'static [&'static str],
    /// Longest point, in characters.
    pub(super) point_characters: usize,
    is_chinese: bool,
}

static CHINESE: Words = Words {
    agenda: "目录",
    closing: "小结",
    gap: "（本页内容未能生成，请补充）",
    talk: "讲解：",
    chart_note: "图中数据取自原文表格，双击图表可编辑数据。",
    unsourced: "本页由模型根据主题撰写，没有引用文件，数字和名称请核对。",
    comparison: "比较",
    comma: "、",
    between_sentences: "",
    usual_parts: &["背景", "现状", "主要问题", "措施与建议"],
    point_characters: 48,
    is_chinese: true,
};

static ENGLISH: Words = Words {
    agenda: "Contents",
    closing: "Summary",
    gap: "(This slide could not be written; please fill it in.)",
    talk: "Talk: ",
    chart_note: "The figures come from the table in the source; double-click the chart to edit its data.",
    unsourced: "Written by the model from the topic alone, without a source; check figures and names.",
    comparison: "comparison",
    comma: ", ",
    between_sentences: " ",
    usual_parts: &[
        "Background",
        "Where we stand",
        "Main issues",
        "Measures and proposals",
    ],
    point_characters: 130,
    is_chinese: false,
};

impl Words {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Chinese => &CHINESE,
            Language::English => &ENGLISH,
        }
    }

    pub(super) fn rows_left_out(&self, shown: usize, omitted: usize) -> String {
        if self.is_chinese {
            format!("表格较长，这里显示前{shown}行，其余{omitted}行见原文。")
        } else {
            format!(
                "The table is long: the first {shown} rows are shown, {omitted} more are in the source."
            )
        }
    }

    pub(super) fn table_left_out(&self, section: &str) -> String {
        if self.is_chinese {
            format!("“{section}”中有表格未放入幻灯片")
        } else {
            format!("a table of “{section}” is not on the slides")
        }
    }

    pub(super) fn shortened(&self, section: &str, percent: usize) -> String {
        if self.is_chinese {
            format!("“{section}”较长，未读其中{percent}%的文字")
        } else {
            format!("“{section}” is long: {percent} % of its text was not read")
        }
    }

    pub(super) fn chart_title(&self, table: &str, name: &str) -> String {
        if self.is_chinese {
            format!("{table}：{name}")
        } else {
            format!("{table}: {name}")
        }
    }
}
