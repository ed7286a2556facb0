//! The words of questions about tables, and the question as they are looked for in it.

use crate::value::plain;

/// What a word does in a question.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Names a column, by its index.
    Column(usize),
    /// Stands in cells of these columns.
    Value(Vec<(usize, String)>),
    /// A number with the factor of its unit worked in, and that unit.
    Number(f64, String),
    /// A comparison before its number: `超过`.
    Compare(&'static str),
    /// A comparison after its number: `以上`.
    Bound(&'static str),
    /// A comparison with its number: `不及格`.
    Judged(&'static str, f64),
    /// Adds up.
    Sum,
    /// Adds up what was said of each: `各店收入的总和`.
    Altogether,
    /// Takes the mean.
    Average,
    /// The largest (true) or smallest.
    Extreme(bool),
    /// Asks for an amount, with the word that counts it: `多少笔`.
    HowMany(String),
    /// Asks for a name.
    Which,
    /// Asks for a person.
    Who,
    /// Asks for a month.
    WhichMonth,
    /// Counts what happened: `次数`.
    Times,
    /// Counts persons: `人数`.
    Heads,
    /// People, whatever the table calls them.
    Person,
    /// What a row stands for: `记录`, `订单`.
    Entry,
    /// One row and not a sum of rows: `单笔`.
    Single,
    /// `占`.
    Of,
    /// Asks for a share: `百分之几`.
    Percent,
    /// A value for each: `按`, `各`.
    Each,
    /// Sorted, downwards when true.
    Sorted(bool),
    /// So many of them.
    Top(usize),
    /// A month of the year.
    Month(u32),
    /// Months of the year, both ends included.
    Months(u32, u32),
    /// A year.
    Year(u32),
    /// The sum of so many numeric columns of a row.
    TotalOf(usize),
    /// What is in stock at the end: before, plus in, minus out.
    Stock,
    /// Reports what was sold or moved: an amount of pieces.
    Moved,
    /// Reports what was paid.
    Paid,
    /// Money, where no column has that name: `销售额`.
    Money,
    /// Pieces, where no column has that name: `销量`.
    Pieces,
    /// `分别`: only where a value for each is wanted.
    Respectively,
    /// `每月`, `每季度`: months put together.
    EachTime(u32),
    /// An amount made of columns, as SQL with its name.
    Expression(String),
    /// `+`, `-`, `*`, `/`.
    Sign(char),
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// Joins names: `和`.
    And,
    /// `的`.
    Link,
    /// Ends a clause.
    Stop,
    /// Means nothing here.
    Filler,
    /// Named by the title, the sheet or the file.
    Topic,
    /// Not understood.
    Unknown,
}

/// Words and what they do; the longest that fits is taken.
#[rustfmt::skip]
pub(super) fn lexicon() -> &'static [(&'static [&'static str], Kind)] {
    #[allow(clippy::enum_glob_use, reason = "every kind is named")]
    use Kind::*;
    &[
        (&["大于等于", "不低于", "不少于", "不小于", "至少", ">=", "at least"], Compare(">=")),
        (&["小于等于", "不超过", "不高于", "不大于", "不多于", "至多", "<=", "at most"], Compare("<=")),
        (&[
            "超过", "大于", "高于", "多于", "超出", ">", "more than", "greater than", "larger than", "higher than", "over",
            "above", "exceeding"
        ], Compare(">")),
        (&[
            "低于", "小于", "少于", "不足", "不到", "<", "less than", "fewer than", "lower than", "smaller than", "below",
            "under"
        ], Compare("<")),
        (&["等于", "为", "="], Compare("=")),
        (&["及以上", "或以上", "以上"], Bound(">=")),
        (&["及以下", "或以下", "以下"], Bound("<=")),
        (&["不及格"], Judged("<", 60.0)),
        (&["及格"], Judged(">=", 60.0)),
        (&[
            "合计", "总计", "总额", "总数", "总量", "共计", "一共", "总共", "累计", "总", "共", "total number of", "total",
            "sum of", "sum"
        ], Sum),
        (&["总和", "之和", "加起来", "加总", "in total", "altogether", "combined"], Altogether),
        (&["平均值", "平均数", "平均分", "平均", "均值", "均分", "average", "mean"], Average),
        (&[
            "最高", "最大", "最多", "最贵", "最长", "最晚", "排第一", "排名第一", "第一名", "居首", "the most", "most",
            "the highest", "highest", "the largest", "largest", "the biggest", "biggest", "the greatest", "greatest",
            "latest", "longest"
        ], Extreme(true)),
        (&[
            "最低", "最小", "最少", "最便宜", "最短", "最早", "the least", "least", "the fewest", "fewest", "the lowest",
            "lowest", "the smallest", "smallest", "earliest", "shortest"
        ], Extreme(false)),
        (&[
            "哪一个", "哪一种", "哪一家", "哪一位", "哪一项", "哪一类", "哪一笔", "哪个", "哪些", "哪种", "哪家", "哪位",
            "哪项", "哪类", "哪台", "哪几个", "哪几种", "哪几家", "哪笔", "哪条", "哪天", "什么", "哪", "which"
        ], Which),
        (&["谁", "哪个人", "哪些人", "何人", "who"], Who),
        (&["哪个月份", "哪个月", "哪月", "哪一个月", "几月份", "几月"], WhichMonth),
        (&["次数", "人次", "笔数", "单数", "张数", "条数", "件数", "记录数", "行数", "个数", "总次数"], Times),
        (&["人数"], Heads),
        (&[
            "员工", "职工", "学生", "同学", "人员", "职员", "同事", "people", "persons", "person", "employees", "employee",
            "staff", "students", "student"
        ], Person),
        (&[
            "记录", "订单", "单据", "单子", "数据", "明细", "条目", "报销单", "业务", "rows", "records", "entries",
            "orders", "items"
        ], Entry),
        (&[
            "单笔", "单张", "单个", "单条", "单次", "一笔", "一张", "一条", "的一个", "每张", "每笔", "每单", "每条",
            "每次"
        ], Single),
        (&["占"], Of),
        (&["百分之几", "百分之多少", "百分比", "比例", "比重", "占比", "比率"], Percent),
        (&["按照", "按", "各个", "各", "每个", "每种", "每家", "每一个"], Each),
        (&["从高到低", "从大到小", "由高到低", "由大到小", "从多到少", "降序"], Sorted(true)),
        (&["从低到高", "从小到大", "由低到高", "由小到大", "从少到多", "升序"], Sorted(false)),
        (&["期末结存数量", "期末库存数量", "期末结存", "期末库存", "结存数量", "期末数量", "结存"], Stock),
        (&["卖出了", "卖出", "卖了", "售出了", "售出", "销售了", "售卖", "采购了", "购进", "生产了"], Moved),
        (&["报销了", "花了", "花费", "支出了", "支付了", "付了"], Paid),
        (&["销售额", "营业额", "销售收入", "销售总额", "花费", "开支", "支出", "费用", "营收"], Money),
        (&["销售量", "销量", "件数", "出货量"], Pieces),
        (&["分别", "各自"], Respectively),
        (&["每个月", "每月", "各月份", "各月", "按月份", "按月", "月度", "逐月"], EachTime(1)),
        (&["每个季度", "每季度", "各季度", "各个季度", "按季度", "逐季"], EachTime(3)),
        (&["("], Open),
        (&[")"], Close),
        (&["和", "与", "及", "以及", "、", "且", "并且", "都", "均", "同时", "and", "both"], And),
        (&["的", "of"], Link),
        (&[",", ";", "。", "?", "!", ":"], Stop),
        (&[
            "是", "了", "在", "有", "中", "里", "内", "其中", "请问", "请", "一下", "全部", "所有", "整个", "全年",
            "全年度", "全公司", "本月", "当月", "本期", "本年", "本年度", "本季度", "全表", "表里", "表中", "列出", "给出",
            "列举", "统计", "汇总", "计算", "算一下", "依次", "分组", "排序", "排列", "被", "要", "以", "来", "到底",
            "多大", "目前", "现在", "\"", "“", "”", "'", "「", "」", "《", "》", "的是", "共有", "当中", "属于", "处于",
            "达到", "成绩", "分数", "得分", "分", "份", "一", "把", "它", "们", "请列出", "请给出", "告诉我", "我想知道",
            "情况", "负责", "元", "名称", "本", " ", "-", "what", "is", "are", "was", "were", "the", "in", "a", "an",
            "all", "does", "do", "did", "to", "for", "with", "have", "has", "had", "there", "listed", "work", "works",
            "worked", "belong", "belongs", "that", "whose", "by", "on", "at", "please"
        ], Filler),
    ]
}

/// Words that count after `多少` or `几`.
pub(super) const CLASSIFIERS: [&str; 37] = [
    "个人", "万元", "亿元", "千元", "人次", "名", "位", "人", "笔", "张", "个", "种", "家", "条",
    "项", "件", "台", "份", "单", "起", "次", "套", "辆", "箱", "吨", "公斤", "千克", "元", "钱",
    "分", "小时", "行", "科", "门", "类", "本", "只",
];

/// Units that may follow a number.
pub(super) const UNITS: [&str; 28] = [
    "万元",
    "亿元",
    "千元",
    "元",
    "万",
    "亿",
    "分",
    "件",
    "台",
    "个",
    "人",
    "次",
    "天",
    "岁",
    "小时",
    "吨",
    "公斤",
    "千克",
    "%",
    "套",
    "箱",
    "辆",
    "平方米",
    "米",
    "公里",
    "笔",
    "张",
    "本",
];

/// The question, plain and in lower case, without spaces and without the remarks that code obeys elsewhere.
pub(super) struct Asked {
    pub(super) text: Vec<char>,
    /// Nothing found counts as zero.
    pub(super) nothing_is_zero: bool,
}

impl Asked {
    pub(super) fn new(question: &str) -> Self {
        let text: String = plain(question)
            .to_lowercase()
            .chars()
            .map(|character| match character {
                '，' => ',',
                '；' => ';',
                '？' => '?',
                '！' => '!',
                '：' => ':',
                '（' => '(',
                '）' => ')',
                '×' => '*',
                '÷' => '/',
                '－' | '—' | '−' => '-',
                '＋' => '+',
                other => other,
            })
            .collect();
        let text: String = closed_up(&text).into_iter().collect();
        let nothing_is_zero = [
            "没有则回答0",
            "没有则为0",
            "没有则回答零",
            "没有就回答0",
            "没有则填0",
        ]
        .iter()
        .any(|remark| text.contains(remark));
        Self {
            text: without_remarks(&text).chars().collect(),
            nothing_is_zero,
        }
    }
}

/// A text without its spaces, save those between two Latin words.
pub(super) fn closed_up(text: &str) -> Vec<char> {
    let mut found: Vec<char> = Vec::new();
    let mut is_spaced = false;
    for character in text.chars() {
        if character.is_whitespace() {
            is_spaced = true;
            continue;
        }
        let joins = |character: char| character.is_ascii_alphanumeric();
        if is_spaced && joins(character) && found.last().copied().is_some_and(joins) {
            found.push(' ');
        }
        is_spaced = false;
        found.push(character);
    }
    found
}

/// Takes out what says how to write the answer and not what to calculate.
fn without_remarks(text: &str) -> String {
    let mut text = text.to_owned();
    let numbers = ["0", "1", "2", "3", "4", "一", "两", "二", "三", "四"];
    let mut remarks: Vec<String> = numbers
        .iter()
        .flat_map(|number| {
            [
                format!("四舍五入保留{number}位小数"),
                format!("结果保留{number}位小数"),
                format!("保留{number}位小数"),
            ]
        })
        .collect();
    remarks.extend(
        [
            "没有则回答0",
            "没有则为0",
            "没有则回答零",
            "没有就回答0",
            "没有则填0",
            "并列时全部列出",
            "并列的全部列出",
            "如有并列全部列出",
            "如有并列请全部列出",
            "有并列全部列出",
            "请回答月份",
            "只回答月份",
            "只回答数字",
            "只需回答数字",
            "请回答名称",
            "只回答姓名",
            "按顺序回答",
            "四舍五入",
            "单位:元",
        ]
        .map(str::to_owned),
    );
    remarks.sort_by_key(|remark| std::cmp::Reverse(remark.len()));
    for remark in remarks {
        text = text.replace(&remark, "");
    }
    text.replace("()", "")
        .replace("(,)", "")
        .replace("(、)", "")
}
