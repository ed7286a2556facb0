use super::*;

fn check(text: &str, source: &str, expected: &str) {
    let found = match wording(text, source) {
        Wording::Stands => text.to_owned(),
        Wording::Restored(text) => text,
        Wording::Altered => "(altered)".to_owned(),
    };
    assert_eq!(found, expected, "of `{text}` by `{source}`");
}

fn left_alone(text: &str, source: &str) {
    assert_eq!(
        wording(text, source),
        Wording::Stands,
        "of `{text}` by `{source}`"
    );
}

const ALLOWANCE: &str = "伙食补助费按出差自然（日历）天数计算，每人每天100元，包干使用。";

#[test]
fn a_noun_in_another_place_is_the_sources_again() {
    check(
        "工资补助费按出差自然天数计算，每人每天100元",
        ALLOWANCE,
        "伙食补助费按出差自然天数计算，每人每天100元",
    );
    check(
        "工资补助费每人每天100元",
        ALLOWANCE,
        "伙食补助费每人每天100元",
    );
    check(
        "出差人员应当在返回后15个工作日内办理请假手续",
        "出差人员应当在返回后15个工作日内办理报销手续。",
        "出差人员应当在返回后15个工作日内办理报销手续",
    );
    check(
        "物体的质量越大，速度越大",
        "惯性的大小只与质量有关：物体的质量越大，惯性越大。",
        "物体的质量越大，惯性越大",
    );
}

#[test]
fn an_english_noun_in_another_place_is_the_sources_again() {
    check(
        "The wage allowance is paid for each calendar day of a trip.",
        "The meal allowance is paid for each calendar day of a trip.",
        "The meal allowance is paid for each calendar day of a trip.",
    );
    check(
        "Invoices are sent to the legal department within five days",
        "Invoices are sent to the finance department within five days of the purchase.",
        "Invoices are sent to the finance department within five days",
    );
    check(
        "Salary allowances are paid monthly by the company",
        "Meal allowances are paid monthly by the company.",
        "Meal allowances are paid monthly by the company",
    );
}

#[test]
fn a_negation_that_went_comes_back() {
    check(
        "员工可以将涉密文件带离办公区",
        "员工不得将涉密文件带离办公区。",
        "员工不得将涉密文件带离办公区",
    );
    check(
        "未经批准的支出予以报销",
        "未经批准的支出不予报销。",
        "未经批准的支出不予报销",
    );
    check(
        "合格产品应当退回供应商",
        "不合格产品应当退回供应商。",
        "不合格产品应当退回供应商",
    );
    check(
        "携带易燃物品进入库房",
        "任何人不得携带易燃物品进入库房。",
        "不得携带易燃物品进入库房",
    );
    check(
        "Visitors may enter the laboratory without a badge",
        "Visitors may not enter the laboratory without a badge.",
        "Visitors may not enter the laboratory without a badge",
    );
}

#[test]
fn a_negation_that_came_goes() {
    check(
        "出差人员不需要事先填写申请单",
        "出差人员需要事先填写申请单。",
        "出差人员需要事先填写申请单",
    );
    check(
        "The deposit is not returned within ten days",
        "The deposit is returned within ten days.",
        "The deposit is returned within ten days",
    );
}

#[test]
fn a_clause_that_begins_behind_an_english_not_has_no_support() {
    assert_eq!(
        wording(
            "Carry lighters into the storage room",
            "Staff must not carry lighters into the storage room."
        ),
        Wording::Altered
    );
}

#[test]
fn names_that_changed_places_change_back() {
    check(
        "乙方应当向甲方支付货款",
        "甲方应当向乙方支付货款。",
        "甲方应当向乙方支付货款",
    );
    check(
        "县教育局向市财政局拨付专项资金",
        "市财政局向县教育局拨付专项资金。",
        "市财政局向县教育局拨付专项资金",
    );
    check(
        "Bob Jones reports to Alice Smith every month",
        "Alice Smith reports to Bob Jones every month.",
        "Alice Smith reports to Bob Jones every month",
    );
    check(
        "The tenant pays the landlord a deposit of 500 yuan",
        "The landlord pays the tenant a deposit of 500 yuan.",
        "The landlord pays the tenant a deposit of 500 yuan",
    );
}

#[test]
fn a_name_of_somebody_else_is_the_sources_again() {
    check(
        "张三丰负责仓库的日常管理",
        "李四负责仓库的日常管理。",
        "李四负责仓库的日常管理",
    );
    check(
        "Mr Brown chairs the safety committee",
        "Mr Green chairs the safety committee.",
        "Mr Green chairs the safety committee",
    );
}

#[test]
fn a_place_within_a_term_is_the_sources_again() {
    check(
        "上午九点至十二点召开周例会",
        "下午九点至十二点召开周例会。",
        "下午九点至十二点召开周例会",
    );
    check(
        "省外出差每人每天补助80元",
        "省内出差每人每天补助80元。",
        "省内出差每人每天补助80元",
    );
}

#[test]
fn a_copy_and_a_shortened_copy_stand() {
    left_alone("伙食补助费按出差自然（日历）天数计算", ALLOWANCE);
    left_alone("伙食补助费按天数计算，包干使用", ALLOWANCE);
    left_alone("每人每天100元，包干使用", ALLOWANCE);
    left_alone(
        "The allowance is paid for each day of a trip",
        "The meal allowance is paid for each calendar day of a trip.",
    );
}

#[test]
fn an_honest_paraphrase_stands() {
    let source = "出差人员应当在返回后15个工作日内办理报销手续。";
    left_alone("员工返回后15个工作日内须办完报销", source);
    left_alone("出差回来后，15个工作日内要报销", source);
    left_alone("报销手续应在返回后15个工作日内办理", source);
    left_alone("出差人员须在返回后15个工作日内办理报销手续", source);
    left_alone(
        "Staff have fifteen working days after a trip to claim their costs",
        "Travellers shall submit their claims within 15 working days of their return.",
    );
    left_alone("伙食费每天补贴100元", ALLOWANCE);
}

#[test]
fn other_forms_of_a_word_stand() {
    left_alone(
        "Costs are reimbursed after approval by the manager",
        "Costs will be reimbursed after the approval of the manager.",
    );
    left_alone(
        "The company reimburses travel costs within ten days",
        "The company shall reimburse travel cost within ten days.",
    );
    left_alone(
        "出差人员需填写申请单并报部门批准",
        "出差人员需要填写申请单并报部门审批。",
    );
}

#[test]
fn a_part_that_stands_elsewhere_in_the_sentence_stands() {
    left_alone("审核报销单由财务部负责", "由财务部负责审核报销单。");
    left_alone(
        "within ten days the company reimburses travel costs",
        "The company reimburses travel costs within ten days.",
    );
}

#[test]
fn a_clause_behind_its_number_is_a_clause() {
    check(
        "工资补助费包干使用",
        "（一）伙食补助费包干使用。",
        "伙食补助费包干使用",
    );
    check(
        "银行票据由出纳保管",
        "第十二条 现金票据由出纳保管。",
        "现金票据由出纳保管",
    );
}

#[test]
fn a_name_for_a_word_that_points_to_it_stands() {
    left_alone("住宿费由公司统一结算", "其由公司统一结算。");
    left_alone("差旅费办法适用于全体员工", "本办法适用于全体员工。");
    left_alone(
        "Maria hopes to live with the manager for a while",
        "I'm hoping to live with the manager for a while.",
    );
    left_alone(
        "Newton formulated the three laws of motion",
        "He formulated the three laws of motion.",
    );
}

#[test]
fn figures_are_left_to_their_own_check() {
    left_alone("每人每天一百元，包干使用", ALLOWANCE);
    left_alone("每人每天100元，总计包干使用", ALLOWANCE);
}

#[test]
fn a_text_that_draws_two_sentences_together_stands() {
    left_alone(
        "住宿费和伙食补助费按标准执行",
        "住宿费按标准执行。伙食补助费按标准执行。",
    );
    left_alone(
        "不得超过600元，超过部分自理",
        "住宿费每晚不得超过600元，超过部分由本人自理。",
    );
}

#[test]
fn a_row_of_a_table_is_no_running_text() {
    left_alone(
        "经理级住宿费每晚450元",
        "职级 | 一类城市 | 二类城市\n经理级 | 550 | 450",
    );
}
