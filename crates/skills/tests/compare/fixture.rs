//! A procurement regulation in two versions: unchanged clauses, and forty known changes among them.

use deskmate_skills::{ChangeKind, ObligationDirection};

/// What a row must say beside its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flag {
    None,
    Amount,
    Date,
    Body,
    Weaker,
    Stronger,
}

impl Flag {
    pub(crate) fn direction(self) -> Option<ObligationDirection> {
        match self {
            Self::Weaker => Some(ObligationDirection::Weakened),
            Self::Stronger => Some(ObligationDirection::Strengthened),
            Self::None | Self::Amount | Self::Date | Self::Body => None,
        }
    }
}

/// A clause in both versions.
pub(crate) struct Clause {
    pub(crate) old: Option<&'static str>,
    pub(crate) new: Option<&'static str>,
    pub(crate) change: Option<(ChangeKind, Flag)>,
}

const fn same(text: &'static str) -> Clause {
    Clause {
        old: Some(text),
        new: Some(text),
        change: None,
    }
}

const fn added(text: &'static str) -> Clause {
    Clause {
        old: None,
        new: Some(text),
        change: Some((ChangeKind::Added, Flag::None)),
    }
}

const fn removed(text: &'static str) -> Clause {
    Clause {
        old: Some(text),
        new: None,
        change: Some((ChangeKind::Removed, Flag::None)),
    }
}

const fn changed(old: &'static str, new: &'static str, flag: Flag) -> Clause {
    Clause {
        old: Some(old),
        new: Some(new),
        change: Some((ChangeKind::Substance, flag)),
    }
}

const fn worded(old: &'static str, new: &'static str) -> Clause {
    Clause {
        old: Some(old),
        new: Some(new),
        change: Some((ChangeKind::Wording, Flag::None)),
    }
}

/// The text that stands in the second chapter of the older and in the last of the newer version.
pub(crate) const MOVED: &str =
    "供应商名录由采购中心建立并维护，名录内容包括供应商名称、经营范围、资质证书和以往履约情况。";
/// The same with a change in it.
pub(crate) const MOVED_OLD: &str = "采购文件应当自采购活动结束之日起妥善保存15年，保存期满后经批准方可销毁，任何人不得擅自涂改或者毁损。";
pub(crate) const MOVED_NEW: &str = "采购文件应当自采购活动结束之日起妥善保存10年，保存期满后经批准方可销毁，任何人不得擅自涂改或者毁损。";

pub(crate) const CLAUSES: &[Clause] = &[
    same("为规范公司采购行为，提高资金使用效益，维护公司利益，根据国家有关法律法规，制定本办法。"),
    changed(
        "本办法适用于公司总部各部门的货物和服务采购。",
        "本办法适用于公司总部各部门以及全资企业的货物、服务和工程采购。",
        Flag::None,
    ),
    same("采购活动应当遵循公开透明、公平竞争、公正和诚实信用的原则。"),
    changed(
        "采购工作由采购管理办公室统一归口，办公室设在财务部。",
        "采购工作由采购管理委员会统一归口，日常事务由运营部承担。",
        Flag::Body,
    ),
    added(
        "公司设立采购监督员三名，由职工代表大会推选产生，对采购活动的全过程进行监督并有权列席评审会议。",
    ),
    worded(
        "各部门应当按照本办法的规定开展采购活动。",
        "各部门须依照本办法规定组织实施采购活动。",
    ),
    same("参与采购活动的人员与供应商存在利害关系的，应当主动申请回避。"),
    removed(
        "采购计划确需调整的，由需求部门填写调整申请表，经分管领导签字后交采购管理办公室备案，调整不超过两次。",
    ),
    changed(
        "单项采购预算在20万元以上的，应当采用公开招标方式。",
        "单项采购预算在50万元以上的，应当采用公开招标方式。",
        Flag::Amount,
    ),
    changed(
        "预算在五万元以上不足二十万元的，采用询价方式采购。",
        "预算在10万元以上不足50万元的，采用询价方式采购。",
        Flag::Amount,
    ),
    same("采用单一来源方式采购的，需求部门应当书面说明唯一性理由并附相关证明材料。"),
    changed(
        "询价应当向不少于3家供应商发出询价通知书。",
        "询价应当向不少于5家供应商发出询价通知书。",
        Flag::Amount,
    ),
    changed(
        "采购公告的期限不少于5个工作日。",
        "采购公告的期限不少于7个工作日。",
        Flag::Date,
    ),
    worded(
        "供应商有弄虚作假情形的，立即取消其参加资格。",
        "供应商有弄虚作假情况的，即刻取消其参加资格。",
    ),
    same("评审小组由技术、财务和需求部门的代表组成，成员人数为单数。"),
    changed(
        "评审小组成员应当独立评审，并在评审报告上签字。",
        "评审小组成员可以独立评审，并在评审报告上签字。",
        Flag::Weaker,
    ),
    changed(
        "需求部门可以参加履约验收。",
        "需求部门必须参加履约验收。",
        Flag::Stronger,
    ),
    added("评审过程应当全程录音录像，录音录像资料作为采购档案的组成部分一并归档。"),
    same("评审结果应当在公司内部网站公示，公示内容包括成交供应商名称和成交金额。"),
    changed(
        "成交通知书发出后30日内应当签订书面合同。",
        "成交通知书发出后15日内应当签订书面合同。",
        Flag::Date,
    ),
    removed(
        "履约保证金由供应商以转账形式缴纳，合同履行完毕并验收合格后无息退还，逾期退还的承担资金占用费。",
    ),
    worded(
        "合同的相关资料由采购部保存，供审计人员查阅。",
        "合同的有关资料由采购部保管，供审计人员查询。",
    ),
    changed(
        "预付款的比例不得超过合同金额的30%。",
        "预付款的比例不得超过合同金额的百分之二十。",
        Flag::Amount,
    ),
    same("合同变更涉及金额调整的，应当重新履行审批程序。"),
    changed(
        "合同专用章由法务部负责人保管和使用。",
        "合同专用章由综合管理部负责人保管和使用。",
        Flag::Body,
    ),
    worded(
        "验收人员发现质量问题的，应当立即向采购部门报告。",
        "验收人员发觉质量问题的，应立即报告采购单位。",
    ),
    changed(
        "质量保证期内出现故障的，供应商应当在48小时内到场维修。",
        "质量保证期内出现故障的，供应商应当在二十四小时内到场维修。",
        Flag::Date,
    ),
    same("验收不合格的货物不得入库，财务部不得办理付款。"),
    removed("零星采购可以由需求部门使用备用金直接购买，每月末凭发票和清单到财务部集中报销一次。"),
    changed(
        "采购部每年对供应商进行一次履约评价。",
        "采购部每半年对供应商进行一次履约评价。",
        Flag::Date,
    ),
    added(
        "供应商在评价中连续两次不合格的，自第二次评价结果公布之日起三年内不得参加公司的任何采购活动。",
    ),
    worded(
        "根据评价结果，采购部可以对供应商名单进行调整。",
        "依据评价结果，采购部可对供应商名单做出调整。",
    ),
    same("采购人员应当每年参加不少于两次的业务培训。"),
    changed(
        "供应商提出质疑的，采购部应当予以书面答复。",
        "供应商提出质疑的，鼓励采购部予以书面答复。",
        Flag::Weaker,
    ),
    changed(
        "供应商对答复不满意的，不得再次提出质疑。",
        "供应商对答复不满意的，可以再次提出质疑。",
        Flag::Weaker,
    ),
    worded(
        "公司纪检部门负责对采购活动开展监督检查。",
        "公司纪检部门承担对采购活动的监督核查。",
    ),
    added(
        "采购活动中知悉的商业秘密和个人信息，知情人应当严格保密，未经授权不得向第三人透露或者提供。",
    ),
    changed(
        "违反本办法规定造成损失的，处500元以上2000元以下罚款。",
        "违反本办法规定造成损失的，处1000元以上5000元以下罚款。",
        Flag::Amount,
    ),
    removed(
        "举报查证属实的，由公司对举报人给予不低于挽回损失百分之五的奖励，并对举报人的身份严格保密。",
    ),
    worded(
        "采购人员不得接受供应商的宴请，也不得收受礼品。",
        "采购人员禁止接受供应商的宴请，也严禁收受礼品。",
    ),
    changed(
        "涉嫌犯罪的，依法移送司法机关处理。",
        "情节严重或者涉嫌犯罪的，依法移送司法机关处理。",
        Flag::None,
    ),
    changed(
        "投标保证金由采购部收取。",
        "投标保证金由财务部收取，中标结果确定后五个工作日内退还。",
        Flag::Body,
    ),
    same("国家法律法规对采购另有规定的，从其规定。"),
    added("重大采购项目应当在立项前开展风险评估，评估报告报董事会审议，未经审议不得启动采购程序。"),
    changed(
        "应急采购不受本办法限制。",
        "应急采购不受本办法第九条限制，但事后应当补办手续。",
        Flag::None,
    ),
    added("本办法施行前已经签订的合同，继续按照原办法执行，续签时适用本办法。"),
    worded("本办法由采购部负责解释。", "本办法由采购部承担解释工作。"),
    changed(
        "本办法自2021年3月1日起施行。",
        "本办法自2024年7月1日起施行。",
        Flag::Date,
    ),
];
