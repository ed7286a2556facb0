//! Values looked up by the names that a question says, in forms and in tables of many makes, without a model.

#![expect(clippy::unwrap_used, reason = "tests")]

use deskmate_core::CancelToken;
use deskmate_sheets::{CellRange, Shape, Tables, Workbook, ask_by_code};

fn tables(rows: &[&[&str]], merged: &[&str]) -> Tables {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    let mut book = Workbook::from_rows("a.xlsx", "Sheet1", &rows);
    book.sheets[0].merged = merged
        .iter()
        .map(|range| CellRange::parse(range).unwrap())
        .collect();
    Tables::understand(&[book], &CancelToken::new()).unwrap()
}

/// The values that code alone answers with; none where it leaves the question to the model.
fn check(tables: &Tables, question: &str, expected: &[&str]) {
    let answer = ask_by_code(question, tables, &CancelToken::new()).unwrap();
    let values = answer.map(|answer| answer.values).unwrap_or_default();
    assert_eq!(values, expected, "{question}");
}

fn visit() -> Tables {
    tables(
        &[
            &["来访单位", "青石机械厂", "陪同人员", "周遥"],
            &["停留时段", "进厂时间", "上午九点", ""],
            &["", "离厂时间", "上午十一点", ""],
            &["携带物品", "样品两箱", "", ""],
            &["来访单位地址", "江宁路十八号", "", ""],
            &["随行车辆", "苏F20119", "车辆类型", "厢式货车"],
        ],
        &["A2:A3", "C2:D2", "C3:D3", "B4:D4", "B5:D5"],
    )
}

#[test]
fn a_form_of_uneven_rows_is_read_in_pairs_and_groups() {
    let form = visit();
    assert_eq!(form.understanding().tables[0].shape, Shape::Form);
    check(&form, "离厂时间是几点？", &["上午十一点"]);
    check(
        &form,
        "停留时段是从几点到几点？",
        &["上午九点", "上午十一点"],
    );
    check(&form, "这次来访的车辆类型是什么？", &["厢式货车"]);
}

#[test]
fn the_words_that_ask_stand_for_the_last_word_of_a_name() {
    let form = visit();
    check(&form, "是谁陪同的？", &["周遥"]);
    check(&form, "来访单位在哪里？", &["江宁路十八号"]);
    check(&form, "来访单位的地址是什么？", &["江宁路十八号"]);
}

#[test]
fn what_a_form_does_not_hold_is_not_answered_by_its_like() {
    let form = visit();
    check(&form, "陪同人员的办公室在哪里？", &[]);
    check(&form, "谁陪同的，带了什么证件？", &[]);
    let orders = tables(
        &[
            &["供应商", "采购金额", "付款方式"],
            &["青石机械厂", "1200", "转账"],
            &["南桥五金店", "800", "现金"],
        ],
        &[],
    );
    check(&orders, "青石机械厂的采购数量是多少？", &[]);
    check(&orders, "青石机械厂的采购金额是多少？", &["1200"]);
}

fn pumps() -> Tables {
    tables(
        &[
            &["设备名称", "购置日期", "主要参数", ""],
            &["一号水泵", "2020年1月", "型号", "ISG-40"],
            &["", "", "扬程", "32米"],
            &["", "", "电机功率", "4千瓦"],
            &["12号水泵", "2021年3月", "型号", "ISG-65"],
            &["", "", "扬程", "50米"],
            &["", "", "电机功率", "7.5千瓦"],
        ],
        &["C1:D1", "A2:A4", "B2:B4", "A5:A7", "B5:B7"],
    )
}

#[test]
fn parameters_of_several_records_need_the_record() {
    let pumps = pumps();
    check(&pumps, "一号水泵的扬程是多少？", &["32米"]);
    check(
        &pumps,
        "12号水泵的型号和电机功率是多少？",
        &["ISG-65", "7.5千瓦"],
    );
    check(&pumps, "一号水泵是什么时候购置的？", &["2020年1月"]);
    check(&pumps, "扬程是多少？", &[]);
    check(&pumps, "三号水泵的扬程是多少？", &[]);
}

#[test]
fn names_side_by_side_share_what_they_have_in_common() {
    let flows = tables(
        &[
            &[
                "项目",
                "经营活动现金流入",
                "投资活动现金流入",
                "筹资活动现金流入",
            ],
            &["本期金额", "310", "220", "130"],
            &["上期金额", "300", "200", "100"],
        ],
        &[],
    );
    check(
        &flows,
        "本期经营、筹资活动现金流入分别是多少？",
        &["310", "130"],
    );
    check(&flows, "上期投资活动现金流入是多少？", &["200"]);
}

#[test]
fn who_asks_for_a_change_asks_for_neither_amount() {
    let profit = tables(
        &[
            &[
                "项目",
                "本期金额",
                "上年同期金额",
                "本期与上年同期金额变动比例%",
            ],
            &["营业成本", "310", "300", "3.33"],
            &["营业利润", "120", "100", "20"],
        ],
        &[],
    );
    check(
        &profit,
        "营业利润本期与上年同期相比变动了百分之多少？",
        &["20"],
    );
    check(
        &profit,
        "营业利润的本期金额和上年同期金额分别是多少？",
        &["120", "100"],
    );
}

#[test]
fn lists_side_by_side_are_two() {
    let store = tables(
        &[
            &["品名", "存放数量", "品名", "存放数量"],
            &["螺丝", "100", "螺母", "80"],
            &["垫片", "60", "轴承", "12"],
        ],
        &[],
    );
    check(&store, "轴承的存放数量是多少？", &["12"]);
    check(&store, "垫片的存放数量是多少？", &["60"]);
}

#[test]
fn records_in_columns_are_named_by_any_row_above() {
    let suppliers = tables(
        &[
            &["序号", "1", "2", "3"],
            &["供应商", "青石机械厂", "南桥五金店", "东湾木器行"],
            &["采购额", "1200", "800", "450"],
            &["是否存在关联关系", "否", "是", "否"],
        ],
        &[],
    );
    check(&suppliers, "南桥五金店的采购额是多少？", &["800"]);
    check(&suppliers, "本公司与南桥五金店是否存在关联关系？", &["是"]);
    check(&suppliers, "西山铁铺的采购额是多少？", &[]);
}

#[test]
fn a_share_that_the_table_tells_is_not_counted_from_its_rows() {
    let assets = tables(
        &[
            &["资产名称", "受限类型", "账面价值", "占总资产的比例%"],
            &["厂房", "抵押", "500", "7.5"],
            &["仓库", "抵押", "200", "3.1"],
            &["机床", "质押", "100", "1.2"],
        ],
        &[],
    );
    check(&assets, "厂房占总资产的比例是多少？", &["7.5"]);
    check(&assets, "机床占全部资产的百分之多少？", &[]);
}

#[test]
fn a_small_table_within_a_form_keeps_its_own_header() {
    let report = tables(
        &[
            &["单位名称", "青石机械厂", "负责人", "周遥"],
            &["联系电话", "0513-8899", "成立年份", "1998"],
            &["开户银行", "江宁支行", "", ""],
            &["登记事项", "登记内容", "", "变更内容"],
            &["经营范围", "机床销售", "", "机床维修"],
            &["主管部门", "工业局", "", "经信局"],
        ],
        &["B3:D3", "B4:C4", "B5:C5", "B6:C6"],
    );
    assert_eq!(report.understanding().tables[0].shape, Shape::Form);
    check(&report, "主管部门的登记内容是什么？", &["工业局"]);
    check(&report, "经营范围的变更内容是什么？", &["机床维修"]);
    check(&report, "主管部门是什么？", &[]);
    check(&report, "负责人是谁？", &["周遥"]);
}
