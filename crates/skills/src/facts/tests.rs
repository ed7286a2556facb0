use super::*;

fn check(text: &str, expected: &[(FactKind, &str)]) {
    let found: Vec<(FactKind, String)> = facts_of(text)
        .into_iter()
        .map(|fact| (fact.kind, fact.text))
        .collect();
    let expected: Vec<(FactKind, String)> = expected
        .iter()
        .map(|(kind, text)| (*kind, text.to_string()))
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn numbers_are_found_in_both_scripts() {
    use FactKind::Number;
    check(
        "预算三千元，实际支出3,200元。",
        &[(Number, "三千"), (Number, "3,200")],
    );
    check(
        "增长百分之八，占比12.5%。",
        &[(Number, "百分之八"), (Number, "12.5%")],
    );
    check("参会三人，十分重要，统一安排一个会议。", &[(Number, "三")]);
    check(
        "It took three days and 2.5 million dollars.",
        &[(Number, "three"), (Number, "2.5 million")],
    );
    check("one of the twenty-five plans", &[(Number, "twenty-five")]);
}

#[test]
fn dates_are_found_in_both_scripts() {
    use FactKind::Date;
    check(
        "2024年3月5日起施行，二〇二五年十二月结束。",
        &[(Date, "2024年3月5日"), (Date, "二〇二五年十二月")],
    );
    check(
        "due on 5 March 2024 or Mar. 6, 2024",
        &[(Date, "5 March 2024"), (Date, "Mar. 6, 2024")],
    );
    check(
        "in May and on 2024-03-05",
        &[(Date, "in May"), (Date, "2024-03-05")],
    );
}

#[test]
fn names_and_marks_are_found() {
    use FactKind::{Citation, Name};
    check(
        "由王伟牵头[1]，按《差旅费管理办法》执行。",
        &[
            (Name, "王伟"),
            (Citation, "[1]"),
            (Name, "《差旅费管理办法》"),
        ],
    );
    check(
        "请财务部审核，符合GB/T 9704-2012的要求。",
        &[(Name, "财务部"), (Name, "GB/T 9704-2012")],
    );
    check(
        "The plan was approved by Maria Lopez of Tarn Optics (Smith, 2020).",
        &[
            (Name, "Maria Lopez of Tarn Optics"),
            (Citation, "(Smith, 2020)"),
        ],
    );
    check(
        "Revenue rose. The Board agreed with Anna.",
        &[(Name, "Board"), (Name, "Anna")],
    );
}

#[test]
fn other_spellings_of_the_same_fact_are_kept() {
    for (old, new) in [
        ("费用3万元", "费用共计三万元"),
        ("2024年3月5日召开会议", "会议于二〇二四年三月五日召开"),
        ("下降百分之八", "降幅为8%"),
        ("It took three days.", "It needed 3 days."),
    ] {
        let changes = compare_facts(old, new, Languages::Same);
        assert!(changes.is_clean(), "{old} {new} {changes:?}");
    }
    for (old, new) in [
        (
            "2024年3月5日支出3.2亿元",
            "On March 5, 2024, 320 million yuan were spent",
        ),
        ("第三季度共25次", "25 times in the third quarter"),
        ("Sales rose 8% in May 2024", "2024年5月销售额增长8%"),
    ] {
        let changes = compare_facts(old, new, Languages::Across);
        assert!(changes.is_clean(), "{old} {new} {changes:?}");
    }
}

#[test]
fn a_changed_a_lost_and_a_swapped_number_are_told() {
    assert!(!compare_facts("预算3万元", "预算5万元", Languages::Same).is_clean());
    assert!(!compare_facts("预算3万元", "预算充足", Languages::Same).is_clean());
    assert!(!compare_facts("预算3万元", "预算3亿元", Languages::Same).is_clean());
    assert!(compare_facts("由5人变为8人", "由8人变为5人", Languages::Same).reordered);
    assert!(!compare_facts("预算不变", "预算为3万元", Languages::Same).is_clean());
}

#[test]
fn a_name_is_looked_for_but_not_across_languages() {
    assert!(!compare_facts("由王伟负责。", "由李明负责。", Languages::Same).is_clean());
    let changes = compare_facts(
        "由王伟负责。",
        "Wang Wei is responsible.",
        Languages::Across,
    );
    assert!(
        changes.is_clean() && changes.unchecked.len() == 1,
        "{changes:?}"
    );
}

#[test]
fn a_figure_that_nothing_gives_is_unknown() {
    let known = Known::of("预算3万元，2024年5月完成。");
    assert!(unknown_figures("5月用完30000元", &known).is_empty());
    assert_eq!(unknown_figures("共有17人", &known).len(), 1);
}

#[test]
fn figures_are_computed_for_the_other_language() {
    let of = |text, language| -> Vec<String> {
        written_in(text, language)
            .into_iter()
            .map(|(from, to)| format!("{from}={to}"))
            .collect()
    };
    assert_eq!(
        of("2024年3月5日，预算三百二十万元，占8%", Language::English),
        ["2024年3月5日=March 5, 2024", "三百二十万=3,200,000"]
    );
    assert_eq!(
        of(
            "12 August 2024: $3.2 million for twelve sites",
            Language::Chinese
        ),
        [
            "12 August 2024=2024年8月12日",
            "3.2 million=320万",
            "twelve=12"
        ]
    );
}

#[test]
fn a_company_keeps_its_whole_name() {
    check(
        "星河科技有限公司签订合同。",
        &[(FactKind::Name, "星河科技有限公司")],
    );
}
