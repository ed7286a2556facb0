//! Questions whose every word has a part in a query: no model is asked. Whatever is half understood goes to the model.

#![expect(clippy::unwrap_used, reason = "tests")]

use deskmate_core::CancelToken;
use deskmate_core::testing::ScriptedGenerator;
use deskmate_sheets::{AskOptions, SheetAnswer, Tables, Workbook, ask};

/// Repairs of a workshop: two machines repaired twice, one person with two repairs.
const REPAIRS: &[&[&str]] = &[
    &[
        "维修单号",
        "报修日期",
        "车间",
        "维修员",
        "设备",
        "工时",
        "单价",
        "费用(元)",
        "状态",
    ],
    &[
        "W001",
        "2024-01-05",
        "一车间",
        "李明",
        "车床",
        "3",
        "120",
        "360",
        "已完成",
    ],
    &[
        "W002",
        "2024-02-11",
        "二车间",
        "王芳",
        "铣床",
        "5",
        "100",
        "500",
        "已完成",
    ],
    &[
        "W003",
        "2024-04-20",
        "一车间",
        "李明",
        "车床",
        "2",
        "120",
        "240",
        "未完成",
    ],
    &[
        "W004",
        "2024-05-02",
        "三车间",
        "赵强",
        "磨床",
        "8",
        "150",
        "1200",
        "已驳回",
    ],
    &[
        "W005",
        "2024-05-30",
        "二车间",
        "孙丽",
        "铣床",
        "1",
        "100",
        "100",
        "已完成",
    ],
    &[
        "W006",
        "2024-07-08",
        "一车间",
        "赵强",
        "钻床",
        "4",
        "150",
        "1200",
        "已完成",
    ],
];

fn tables(path: &str, rows: &[&[&str]]) -> Tables {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    Tables::understand(
        &[Workbook::from_rows(path, "Sheet1", &rows)],
        &CancelToken::new(),
    )
    .unwrap()
}

/// Asks with a model that says nothing: what is answered was answered by code.
fn answer(tables: &Tables, question: &str) -> SheetAnswer {
    let silent = ScriptedGenerator::new(&[], 100_000);
    ask(
        question,
        tables,
        &[],
        &silent,
        AskOptions::default(),
        &CancelToken::new(),
    )
    .unwrap()
}

#[test]
fn sums_counts_and_means_need_no_model() {
    let tables = tables("2024年设备维修台账.xlsx", REPAIRS);
    for (question, wanted) in [
        ("全年维修费用合计是多少元？", "3600"),
        ("一车间的费用一共是多少元？", "1800"),
        ("二车间的铣床一共花了多少元？", "600"),
        ("第2季度的费用合计是多少？", "1540"),
        ("5月份一共有多少张维修单？", "2"),
        ("2024年上半年的工时合计是多少？", "19"),
        ("李明在一车间的维修单有几张？", "2"),
        ("被驳回的维修单有多少张？", "1"),
        ("平均每张维修单多少元？", "600"),
        ("费用超过300元且已完成的维修单有几张？", "3"),
        ("工时和单价都在100以上（含100）的有几张？", "0"),
        ("费用在500元及以上的维修单有几张？", "3"),
        ("一共有几个车间？", "3"),
        ("最高的单价是多少？", "150"),
        ("W003的工时是多少？", "2"),
        ("未完成的费用占总费用的百分之几？（保留一位小数）", "6.7%"),
        (
            "状态为“已完成”的记录占全部记录的百分之几？（保留两位小数）",
            "66.67%",
        ),
        ("三车间的车床一共花了多少元？没有则回答0。", "0"),
        ("工时费（工时×单价）合计是多少元？", "3000"),
    ] {
        let answer = answer(&tables, question);
        assert_eq!(answer.value, wanted, "{question}: {}", answer.sql);
        assert!(answer.is_sure(), "{question}: {:?}", answer.checks);
    }
}

#[test]
fn rankings_name_all_that_stand_equal() {
    let tables = tables("2024年设备维修台账.xlsx", REPAIRS);
    for (question, wanted) in [
        ("每个月的费用合计是多少？", "1, 2, 4, 5, 7"),
        ("费用最高的车间是哪个？", "一车间"),
        ("维修费用最高的维修员是谁？", "赵强"),
        ("维修次数最多的设备是哪个？", "车床, 铣床"),
        ("费用最大的一张维修单的维修单号是什么？", "W004, W006"),
        ("按车间统计费用，从高到低列出前两个车间。", "一车间, 三车间"),
        ("哪个月的费用最高？", "5"),
        ("单价最高的设备是哪个？", "磨床, 钻床"),
        ("已完成费用最少的维修员是谁？", "孙丽"),
    ] {
        let answer = answer(&tables, question);
        let mut values = answer.values.clone();
        let mut wanted: Vec<&str> = wanted.split(", ").collect();
        values.sort();
        wanted.sort_unstable();
        assert_eq!(values, wanted, "{question}: {}", answer.sql);
    }
}

#[test]
fn english_words_are_taken_whole() {
    let tables = tables(
        "timesheet.xlsx",
        &[
            &["Employee", "Team", "Hours", "Rate"],
            &["Ada", "Sales", "40", "55"],
            &["Ben", "Research", "38", "60"],
            &["Cy", "Sales", "45", "50"],
        ],
    );
    for (question, wanted) in [
        ("What is the total number of hours?", "123"),
        ("How many people are in the Sales team?", "2"),
        ("Who has the most hours?", "Cy"),
        ("How many people work more than 39 hours?", "2"),
        ("What are the total hours of the Research team?", "38"),
        ("What is the average rate of the Sales team?", "52.5"),
        ("Which team has the highest total hours?", "Sales"),
    ] {
        let answer = answer(&tables, question);
        assert_eq!(answer.value, wanted, "{question}: {}", answer.sql);
    }
    for question in [
        "How many people are not in the Sales team?",
        "What is the total of hours per person excluding Ada?",
        "How many hours did Ada work more than Ben?",
    ] {
        let answer = answer(&tables, question);
        assert!(
            answer.abstained,
            "{question}: {} {}",
            answer.value, answer.sql
        );
    }
}

#[test]
fn what_is_half_understood_goes_to_the_model() {
    let tables = tables("2024年设备维修台账.xlsx", REPAIRS);
    for question in [
        "除了一车间，其他车间的费用合计是多少？",
        "一车间比二车间的费用合计多多少元？",
        "费用的中位数是多少？",
        "费用合计同比增长多少？",
        "没有完成的维修单有几张？",
        "四车间的费用合计是多少元？",
        "2月到5月的费用合计是多少？",
        "费用第二高的车间是哪个？",
        "费用合计和平均分别是多少元？",
        "2023年的费用合计是多少元？",
        // The whole is another than all rows.
        "未完成的费用占一车间费用的百分之几？",
        "未完成的维修单占第2季度维修单的百分之几？",
        "一车间已完成的费用占比是多少？",
        "李明的费用占本车间费用的百分之几？",
    ] {
        let answer = answer(&tables, question);
        assert!(
            answer.abstained,
            "{question}: {} {}",
            answer.value, answer.sql
        );
    }
}

#[test]
fn a_month_of_several_years_needs_its_year() {
    let tables = tables(
        "台账.xlsx",
        &[
            &["单号", "日期", "金额"],
            &["A1", "2023-03-05", "10"],
            &["A2", "2024-03-09", "20"],
            &["A3", "2024-04-01", "40"],
        ],
    );
    for question in [
        "3月的金额合计是多少？",
        "每个月的金额合计是多少？",
        "哪个月的金额最高？",
    ] {
        let answer = answer(&tables, question);
        assert!(
            answer.abstained,
            "{question}: {} {}",
            answer.value, answer.sql
        );
    }
    assert_eq!(answer(&tables, "2024年3月的金额合计是多少？").value, "20");
    assert_eq!(
        answer(&tables, "2024年每个月的金额合计是多少？").value,
        "3, 4"
    );
}

#[test]
fn a_stock_ledger_knows_what_is_left() {
    let tables = tables(
        "库存台账.xlsx",
        &[
            &[
                "物料编码",
                "物料名称",
                "仓库",
                "期初数量",
                "入库数量",
                "出库数量",
                "安全库存",
                "单价",
            ],
            &["M01", "螺栓", "东仓", "10", "5", "3", "20", "2"],
            &["M02", "垫片", "东仓", "40", "0", "10", "20", "1.5"],
            &["M03", "轴承", "西仓", "8", "2", "0", "5", "60"],
        ],
    );
    for (question, wanted) in [
        ("物料编码M01的期末结存数量是多少？", "12"),
        (
            "期末结存（期初+入库-出库）低于安全库存的物料有多少种？",
            "1",
        ),
        ("东仓的期末库存金额（结存×单价）合计是多少元？", "69"),
        ("没有任何出库（出库数量为0）的物料有几种？", "1"),
        ("出库数量最多的物料编码是哪个？", "M02"),
    ] {
        let answer = answer(&tables, question);
        assert_eq!(answer.value, wanted, "{question}: {}", answer.sql);
    }
}

#[test]
fn a_sheet_of_marks_knows_totals_and_rates() {
    let tables = tables(
        "期末成绩.xlsx",
        &[
            &["学号", "姓名", "班级", "语文", "数学", "英语"],
            &["S1", "张三", "一班", "95", "50", "80"],
            &["S2", "李四", "一班", "80", "90", "85"],
            &["S3", "王五", "二班", "91", "55", "99"],
        ],
    );
    for (question, wanted) in [
        ("数学不及格（低于60分）的学生有多少人？", "2"),
        ("数学不及格的有几人？", "2"),
        ("三科总分第一名的学生学号是什么？（并列时全部列出）", "S2"),
        ("学号S1的三科总分是多少？", "225"),
        (
            "语文成绩优秀率（90分及以上人数占比）是百分之几？（保留一位小数）",
            "66.7%",
        ),
        ("数学平均分最高的班级是哪个？", "一班"),
        ("一班的英语平均分是多少？（保留两位小数）", "82.5"),
        ("一班语文和英语都在80分以上（含80）的有几人？", "2"),
    ] {
        let answer = answer(&tables, question);
        assert_eq!(answer.value, wanted, "{question}: {}", answer.sql);
    }
}

#[test]
fn no_string_of_words_brings_it_down() {
    const PIECES: [&str; 44] = [
        "前0个",
        "前3个",
        "(",
        ")",
        "（",
        "）",
        "+",
        "-",
        "×",
        "÷",
        "0",
        "99999999999999999999",
        "1,2,3",
        "%",
        "的",
        "和",
        "为",
        "超过",
        "以上",
        "及以下",
        "（不含",
        "（含80）",
        "最高",
        "最低",
        "合计",
        "平均",
        "占",
        "百分之几",
        "按",
        "各",
        "每个月",
        "费用",
        "工时",
        "单价",
        "一车间",
        "李明",
        "维修单",
        "多少",
        "几张",
        "哪个",
        "谁",
        "5月",
        "第2季度",
        "' OR 1=1; DROP TABLE t; --",
    ];
    let tables = tables("2024年设备维修台账.xlsx", REPAIRS);
    let mut seed = 20_261_127_u64;
    let mut next = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for _ in 0..4_000 {
        let question: String = (0..=next(9)).map(|_| PIECES[next(PIECES.len())]).collect();
        answer(&tables, &question);
    }
}
