//! Drafts over fakes: outline, sections, length, gaps, figures, one section again.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Mutex;

use deskmate_core::{
    Anchor, Block, BlockContent, CancelToken, Constraint, Document, ErrorCode, Generation,
    GenerationRequest, ReadLimits, StopReason, TextGenerator, Usage, WireError,
};
use deskmate_skills::{Artifact, Draft, SkillContext, SkillInput, SkillOutput, SkillSource, find};

/// Sentences that have nothing in common, to be put together to texts of any length.
const SENTENCES: [&str; 30] = [
    "各部门负责人应当亲自检查办公区域的门窗和电源。",
    "值班人员到岗后先与上一班交接记录簿。",
    "遇到火情立即拨打消防电话并疏散楼内人员。",
    "机房的空调和配电柜每班巡视。",
    "外来车辆凭预约单登记后方可驶入院内。",
    "食堂在假期提供简餐，菜单提前公布。",
    "信息中心安排技术骨干远程待命。",
    "保洁公司按约定清运垃圾并消毒电梯。",
    "财务印章封存于保险柜，钥匙分人保管。",
    "重要邮件由秘书科统一收取后转交。",
    "节后首个工作日召开碰头会通报情况。",
    "绿化养护单位做好防冻覆盖。",
    "档案库房保持恒温恒湿，禁止带入水杯。",
    "职工返乡途中注意交通安全。",
    "会议室预订系统暂停开放，恢复时间另告。",
    "志愿者队伍走访慰问退休老同志。",
    "安保岗亭增配对讲设备和强光手电。",
    "宣传栏更换节日海报，突出廉洁主题。",
    "工会组织书画展览丰富文化生活。",
    "锅炉房操作工持证上岗，严禁脱岗睡岗。",
    "快递统一放置西侧货架，领取须核对姓名。",
    "实验室危化品逐瓶清点，双锁管理。",
    "公务用车加油卡停用，车辆封存入库。",
    "网络安全监测平台全天运行，告警即时处置。",
    "地下车库排水泵试运转，防止倒灌。",
    "审批窗口设置延时服务，方便群众办事。",
    "图书阅览区照常借还，自助机备足纸卷。",
    "幼儿园放假前完成玩具清洗和床品晾晒。",
    "基建工地停止吊装作业，塔机断电锁臂。",
    "法务人员梳理到期合同，提醒业务部门续签。",
];

const OUTLINE: &str = r#"{"title":"关于做好春节值班工作的通知","sections":[{"heading":"一、总体要求","points":["提高认识"]},{"heading":"值班安排","points":["落实人员"]},{"heading":"纪律要求","points":["严格执行"]}]}"#;

/// Answers by what the request is: an outline, or the paragraphs of a section.
struct Author<F: Fn(&str, usize) -> Option<String> + Send + Sync> {
    /// The paragraphs of the n-th request for this prompt; `None` for the next fresh sentences.
    section: F,
    next: Mutex<usize>,
    requests: Mutex<Vec<String>>,
}

impl<F: Fn(&str, usize) -> Option<String> + Send + Sync> Author<F> {
    fn new(section: F) -> Self {
        Self {
            section,
            next: Mutex::default(),
            requests: Mutex::default(),
        }
    }

    fn outlines(&self) -> usize {
        let requests = self.requests.lock().unwrap();
        requests
            .iter()
            .filter(|one| one.as_str() == "outline")
            .count()
    }
}

impl<F: Fn(&str, usize) -> Option<String> + Send + Sync> TextGenerator for Author<F> {
    fn generate(
        &self,
        request: &GenerationRequest,
        _cancel: &CancelToken,
        _on_text: &mut dyn FnMut(&str),
    ) -> Result<Generation, WireError> {
        let Some(Constraint::JsonSchema(schema)) = &request.constraint else {
            panic!("a draft asks under a schema")
        };
        let prompt = request.messages.last().unwrap().content.clone();
        let text = if schema["properties"].get("sections").is_some() {
            self.requests.lock().unwrap().push("outline".into());
            OUTLINE.to_string()
        } else {
            let mut requests = self.requests.lock().unwrap();
            let count = requests.iter().filter(|one| **one == prompt).count();
            requests.push(prompt.clone());
            let texts = (self.section)(&prompt, count).unwrap_or_else(|| {
                let mut next = self.next.lock().unwrap();
                *next += 3;
                (*next - 3..*next)
                    .map(|at| SENTENCES[at % SENTENCES.len()])
                    .collect()
            });
            serde_json::json!({ "paragraphs": [texts] }).to_string()
        };
        Ok(Generation {
            text,
            stop_reason: StopReason::EndOfTurn,
            usage: Usage::default(),
        })
    }

    fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WireError> {
        Ok(texts.iter().map(|text| text.chars().count()).collect())
    }

    fn context_window(&self) -> Result<usize, WireError> {
        Ok(4_096)
    }
}

fn run(
    generator: &dyn TextGenerator,
    inputs: &[(&str, &str)],
    sources: Vec<SkillSource>,
) -> Result<SkillOutput, WireError> {
    let given: BTreeMap<String, String> = inputs
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect();
    let skill = find("draft").unwrap();
    let context = SkillContext {
        generator,
        embedder: None,
        cancel: &CancelToken::new(),
    };
    let input = SkillInput {
        values: skill.spec().complete(&given, sources.len())?,
        sources,
    };
    skill.run(&context, &input, &mut |_| {})
}

fn draft(output: &SkillOutput) -> &Draft {
    match &output.artifact {
        Artifact::Draft(draft) => draft,
        other => panic!("{other:?}"),
    }
}

fn source(text: &str) -> SkillSource {
    SkillSource {
        path: "值班安排说明.txt".into(),
        title: "值班安排说明".into(),
        document: Document {
            blocks: text
                .lines()
                .map(|line| {
                    let content = BlockContent::Paragraph { text: line.into() };
                    Block::new(Anchor::default(), content)
                })
                .collect(),
            ..Document::default()
        },
        inspection: None,
    }
}

const GIVEN: [(&str, &str); 6] = [
    ("topic", "春节值班"),
    ("points", "值班电话保持畅通\n每班两人"),
    ("length", "300"),
    ("recipients", "机关各处室"),
    ("sender", "××市教育局办公室"),
    ("date", "2025年1月20日"),
];

#[test]
fn a_notice_has_its_length_its_points_and_passes_the_official_checker() {
    let author = Author::new(|_, _| None);
    let output = run(&author, &GIVEN, Vec::new()).unwrap();
    assert!(
        output.checks.iter().all(|check| check.passed),
        "{:?}",
        output.checks
    );
    let draft = draft(&output);
    assert!((255..=345).contains(&draft.length()), "{}", draft.length());
    assert_eq!(draft.sections[0].heading, "总体要求");
    let points: Vec<&String> = draft.sections.iter().flat_map(|s| &s.points).collect();
    assert!(points.iter().any(|point| *point == "值班电话保持畅通"));
    assert!(points.iter().any(|point| *point == "每班两人"));
    let docx = output.artifact.render("docx", &output.citations).unwrap();
    let report = deskmate_formats::check_official(&docx, &ReadLimits::default()).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    for extension in ["md", "html"] {
        assert!(
            !output
                .artifact
                .render(extension, &output.citations)
                .unwrap()
                .is_empty()
        );
    }
}

#[test]
fn lengths_from_short_to_long_are_kept() {
    for length in [120_usize, 300, 450] {
        let mut given = GIVEN.to_vec();
        let text = length.to_string();
        given[2] = ("length", &text);
        let author = Author::new(|_, _| None);
        let output = run(&author, &given, Vec::new()).unwrap();
        let found = draft(&output).length();
        assert!(
            found * 100 >= length * 85 && found * 100 <= length * 115,
            "{found} of {length}"
        );
    }
}

/// Rules of an office, as people write them: half of them begin with what they are for.
const RULES: &str = "工作日夜间值班：18:00至次日8:30。
周末和法定节假日值班：8:30至次日8:30，分为日班和夜班。
每班安排带班领导1名、值班员2名，带班领导由各部门负责人轮流担任。
需要调班的人员应当提前2日在值班系统申请，并告知综合管理部安排人员。
值班员每2小时巡查一次，重点检查配电室、机房、危险品仓库和财务室，并填写《巡查记录表》。
机房温度应当保持在18至27度之间，超过27度的，立即通知信息中心值班电话。
发生火情，先拨打119，再报告带班领导；发生人员受伤，先拨打120。
带班领导接到重大情况报告后，应当在30分钟内到达现场处置。
值班期间禁止饮酒，不得擅自离岗；擅自离岗的，取消当次值班补贴，并在全公司通报。
工作日夜间值班补贴：每次150元，由综合管理部按月登记。
法定节假日值班补贴：每次400元，并可以调休1天。
交接班应当当面进行，交接内容包括巡查记录、钥匙和未处理完的事项。";

#[test]
fn what_a_model_that_has_run_dry_leaves_out_comes_from_the_sources() {
    // Says the same thing whatever it is asked.
    let author = Author::new(|_, _| Some("各处室应当高度重视值班工作。".to_string()));
    let mut given = GIVEN.to_vec();
    given[2] = ("length", "360");
    let output = run(&author, &given, vec![source(RULES)]).unwrap();
    let draft = draft(&output);
    assert!((306..=414).contains(&draft.length()), "{}", draft.length());
    let text = output.artifact.text(&[]);
    assert!(text.contains("值班补贴：每次"), "{text}");
    for check in &output.checks {
        assert!(check.passed, "{check:?}");
    }
}

#[test]
fn a_continuation_is_pointed_to_what_the_sources_say_and_the_draft_does_not() {
    let first =
        "值班员每2小时巡查一次，重点检查配电室、机房、危险品仓库和财务室，并填写《巡查记录表》。";
    let author = Author::new(move |_, _| Some(first.to_string()));
    let mut given = GIVEN.to_vec();
    given[2] = ("length", "600");
    run(&author, &given, vec![source(RULES)]).unwrap();
    let requests = author.requests.lock().unwrap();
    let next = requests.iter().find(|one| one.contains("已写")).unwrap();
    let (_, open) = next.split_once("尚未写到:").unwrap();
    assert!(open.contains("带班领导"), "{open}");
    assert!(!open.contains("每2小时巡查"), "{open}");
    assert_eq!(open.matches("\n- ").count(), 6, "{open}");
}

#[test]
fn an_outline_can_be_had_alone_edited_and_given_back() {
    let author = Author::new(|_, _| None);
    let mut given = GIVEN.to_vec();
    given.push(("part", "outline"));
    let output = run(&author, &given, Vec::new()).unwrap();
    let markdown = output.artifact.text(&[]);
    assert!(markdown.contains("## 值班安排"), "{markdown}");
    let edited = markdown.replace("值班安排", "岗位设置");
    let author = Author::new(|_, _| None);
    let mut given = GIVEN.to_vec();
    given.push(("outline", &edited));
    let output = run(&author, &given, Vec::new()).unwrap();
    assert_eq!(author.outlines(), 0);
    assert_eq!(draft(&output).title, "关于做好春节值班工作的通知");
    assert_eq!(draft(&output).sections[1].heading, "岗位设置");
}

#[test]
fn one_section_is_written_again_and_the_others_stay() {
    let source =
        || source("值班人员每两小时巡查一次办公楼和院区。\n发现漏水应当立即报告物业公司处理。");
    let author = Author::new(|prompt, _| {
        prompt
            .contains("小标题: 值班安排")
            .then(|| "值班人员每两小时巡查一次办公楼和院区。".to_string())
    });
    let first = run(&author, &GIVEN, vec![source()]).unwrap();
    let before = draft(&first).clone();
    let json = serde_json::to_string(&before).unwrap();
    let author = Author::new(|_, _| Some("发现漏水应当立即报告物业公司处理。".to_string()));
    let given = [("previous", json.as_str()), ("section", "2")];
    let second = run(&author, &given, vec![source()]).unwrap();
    let after = draft(&second);
    assert_eq!(after.sections[0], before.sections[0]);
    assert_eq!(after.sections[2], before.sections[2]);
    let new = after.sections[1].paragraphs.concat();
    assert!(new.contains("发现漏水应当立即报告物业公司处理。["), "{new}");
    // Every marker of the text has its place.
    for (index, _) in new.match_indices('[') {
        let marker: u32 = new[index + 1..].split(']').next().unwrap().parse().unwrap();
        assert!(after.citations.iter().any(|one| one.marker == marker));
    }
    let error = run(
        &author,
        &[("previous", &json), ("section", "9")],
        vec![source()],
    )
    .unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
}

#[test]
fn a_section_of_nonsense_is_a_marked_gap_and_the_rest_is_written() {
    let author = Author::new(|prompt, _| {
        prompt
            .contains("小标题: 纪律要求")
            .then(|| "好的好的好的好的好的好的好的好的好的好的好的。".to_string())
    });
    let output = run(&author, &GIVEN, Vec::new()).unwrap();
    let draft = draft(&output);
    assert!(draft.sections[2].is_gap);
    assert!(draft.sections[2].paragraphs[0].contains("此处待补充"));
    assert!(!draft.sections[0].is_gap);
    let check = output
        .checks
        .iter()
        .find(|c| c.name == "sections_written")
        .unwrap();
    assert!(!check.passed && check.detail.contains("纪律要求"));
    assert!(!output.artifact.render("docx", &[]).unwrap().is_empty());
}

#[test]
fn a_figure_from_nowhere_is_asked_for_again_and_then_marked() {
    let author = Author::new(|prompt, asked| {
        let is_first = prompt.contains("小标题: 总体要求") && !prompt.contains("已写");
        (is_first && asked < 2).then(|| "去年节日期间共处理险情37起，经验值得总结。".to_string())
    });
    let output = run(&author, &GIVEN, Vec::new()).unwrap();
    let text = draft(&output).sections[0].paragraphs.concat();
    assert!(
        text.contains("37起") && text.contains("〔数字待核实〕"),
        "{text}"
    );
    let check = output
        .checks
        .iter()
        .find(|c| c.name == "figures_known")
        .unwrap();
    assert!(!check.passed && check.detail.contains("37"), "{check:?}");
    // Asked a second time, a model that mends it is taken.
    let author = Author::new(|prompt, asked| {
        let is_first = prompt.contains("小标题: 总体要求") && !prompt.contains("已写");
        (is_first && asked == 0).then(|| "去年节日期间共处理险情37起。".to_string())
    });
    let output = run(&author, &GIVEN, Vec::new()).unwrap();
    assert!(
        !draft(&output).sections[0]
            .paragraphs
            .concat()
            .contains("37")
    );
}

#[test]
fn figures_of_points_and_sources_are_known() {
    let author = Author::new(|prompt, _| {
        prompt
            .contains("小标题: 总体要求")
            .then(|| "值班人员每两小时巡查一次，补贴每天120元。".to_string())
    });
    let source = source("值班补贴标准为每天120元，每两小时巡查一次。");
    let output = run(&author, &GIVEN, vec![source]).unwrap();
    let check = output
        .checks
        .iter()
        .find(|c| c.name == "figures_known")
        .unwrap();
    assert!(check.passed, "{check:?}");
}

#[test]
fn nothing_to_write_about_is_an_error() {
    let author = Author::new(|_, _| None);
    let error = run(&author, &[], Vec::new()).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
}
