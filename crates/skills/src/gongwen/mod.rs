//! Official documents by GB/T 9704-2012: a draft laid out, a docx checked and corrected. No model is asked.

use std::sync::LazyLock;

use deskmate_core::{
    Anchor, Block, BlockContent, Document, ErrorCode, JobEvent, Progress, Usage, WireError,
};
use deskmate_formats::{OfficialBlock, OfficialFinding, SealLayout, parse_official};
use deskmate_knowledge::Language;

use crate::skill::{
    Artifact, Check as SkillCheck, Skill, SkillContext, SkillInput, SkillOutput, SkillSource,
};
use crate::spec::SkillSpec;

static FORMAT: LazyLock<SkillSpec> = LazyLock::new(|| {
    toml::from_str(include_str!("format.toml")).expect("a test reads every skill.toml")
});
static CHECK: LazyLock<SkillSpec> = LazyLock::new(|| {
    toml::from_str(include_str!("check.toml")).expect("a test reads every skill.toml")
});

/// Lays a draft out.
pub(crate) struct Format;

/// Checks a docx, and corrects a copy.
pub(crate) struct Check;

impl Skill for Format {
    fn spec(&self) -> &SkillSpec {
        &FORMAT
    }

    fn run(
        &self,
        context: &SkillContext<'_>,
        input: &SkillInput,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<SkillOutput, WireError> {
        let source = one_file(context, input)?;
        progress(sink, "formatting", &source.title);
        if source.document.is_empty() {
            return Err(WireError::new(
                ErrorCode::EmptyFile,
                format!("`{}` holds no text", source.path.display()),
            ));
        }
        let mut official = parse_official(&source.document);
        let given = |key: &str| {
            input
                .values
                .get(key)
                .filter(|value| !value.trim().is_empty())
        };
        for (key, element) in [
            ("issuer_mark", &mut official.issuer_mark),
            ("number", &mut official.number),
            ("signer", &mut official.signer),
            ("recipients", &mut official.recipients),
            ("date", &mut official.date),
        ] {
            if let Some(value) = given(key) {
                *element = Some(value.trim().to_owned());
            }
        }
        if given("seal").is_some_and(|seal| seal == "unsealed") {
            official.seal = SealLayout::Unsealed;
        }
        let paragraphs = official
            .body
            .iter()
            .filter(|block| matches!(block, OfficialBlock::Text { .. }))
            .count();
        let missing: Vec<&str> = [
            ("标题", official.title.is_empty()),
            ("主送机关", official.recipients.is_none()),
            ("发文机关署名", official.signatories.is_empty()),
            ("成文日期", official.date.is_none()),
        ]
        .into_iter()
        .filter(|(_, missing)| *missing)
        .map(|(name, _)| name)
        .collect();
        let check = SkillCheck {
            name: "elements_found".to_owned(),
            passed: missing.is_empty(),
            detail: if missing.is_empty() {
                format!("正文{paragraphs}段，要素齐全")
            } else {
                format!("正文{paragraphs}段，草稿中没有找到：{}", missing.join("、"))
            },
        };
        Ok(output(Artifact::Official(official), check))
    }
}

impl Skill for Check {
    fn spec(&self) -> &SkillSpec {
        &CHECK
    }

    fn run(
        &self,
        context: &SkillContext<'_>,
        input: &SkillInput,
        sink: &mut dyn FnMut(JobEvent),
    ) -> Result<SkillOutput, WireError> {
        let source = one_file(context, input)?;
        progress(sink, "checking", &source.title);
        let Some(inspection) = &source.inspection else {
            return Err(WireError::new(
                ErrorCode::UnsupportedFormat,
                format!("`{}` is no docx", source.path.display()),
            )
            .with_hint("save it as docx, or lay it out anew with `gongwen-format`"));
        };
        let wants_fix = input.values.get("fix").is_some_and(|fix| fix == "yes");
        if wants_fix {
            let correction = &inspection.correction;
            let check = SkillCheck {
                name: "corrected".to_owned(),
                passed: correction.left.is_empty(),
                detail: format!(
                    "发现{}处，已改正{}处，需人工处理{}处",
                    inspection.report.findings.len(),
                    correction.corrected.len(),
                    correction.left.len()
                ),
            };
            return Ok(output(
                Artifact::OfficialCorrection(correction.clone()),
                check,
            ));
        }
        let findings = &inspection.report.findings;
        let fixable = findings.iter().filter(|finding| finding.fixable).count();
        let check = SkillCheck {
            name: "gb_t_9704_2012".to_owned(),
            passed: findings.is_empty(),
            detail: format!(
                "检查{}段，发现{}处不符，其中{fixable}处可以自动改正",
                inspection.report.paragraphs,
                findings.len()
            ),
        };
        let language = match input.values.get("language").map(String::as_str) {
            Some("en") => Language::English,
            Some(_) | None => Language::Chinese,
        };
        let artifact = Artifact::OfficialReport {
            title: source.title.clone(),
            report: inspection.report.clone(),
            language,
        };
        Ok(output(artifact, check))
    }
}

fn one_file<'i>(
    context: &SkillContext<'_>,
    input: &'i SkillInput,
) -> Result<&'i SkillSource, WireError> {
    if context.cancel.is_cancelled() {
        return Err(WireError::cancelled());
    }
    match &input.sources[..] {
        [source] => Ok(source),
        sources => Err(WireError::new(
            ErrorCode::InvalidInput,
            format!("it takes one file, not {}", sources.len()),
        )),
    }
}

fn output(artifact: Artifact, check: SkillCheck) -> SkillOutput {
    SkillOutput {
        artifact,
        citations: Vec::new(),
        checks: vec![check],
        usage: Usage::default(),
    }
}

fn progress(sink: &mut dyn FnMut(JobEvent), stage: &str, item: &str) {
    sink(JobEvent::Progress(Progress {
        stage: stage.to_owned(),
        done: 0,
        total: Some(1),
        eta_ms: None,
        item: Some(item.to_owned()),
    }));
}

/// Findings as a document with one table.
pub(crate) fn report_document(
    title: &str,
    findings: &[OfficialFinding],
    language: Language,
) -> Document {
    let (heading, none, header) = match language {
        Language::Chinese => (
            format!("{title}格式检查结果（GB/T 9704-2012）"),
            "没有发现不符合标准的地方。",
            ["序号", "位置", "条款", "问题", "自动改正"],
        ),
        Language::English => (
            format!("{title}: check against GB/T 9704-2012"),
            "Nothing breaches the standard.",
            ["No.", "Place", "Clause", "Finding", "Correction"],
        ),
    };
    let block = |content| Block::new(Anchor::default(), content);
    let mut blocks = vec![block(BlockContent::Heading {
        level: 1,
        text: heading.clone(),
    })];
    if findings.is_empty() {
        blocks.push(block(BlockContent::Paragraph { text: none.into() }));
    } else {
        let mut rows = vec![header.map(str::to_owned).to_vec()];
        for (index, finding) in findings.iter().enumerate() {
            let (place, message, fixable) = match language {
                Language::Chinese => (
                    finding.anchor.line.map_or_else(
                        || "页面".to_owned(),
                        |line| format!("第{line}段“{}”", finding.quote),
                    ),
                    &finding.message_zh,
                    if finding.fixable {
                        "可以"
                    } else {
                        "需人工处理"
                    },
                ),
                Language::English => (
                    finding.anchor.line.map_or_else(
                        || "page".to_owned(),
                        |line| format!("paragraph {line}: “{}”", finding.quote),
                    ),
                    &finding.message_en,
                    if finding.fixable {
                        "automatic"
                    } else {
                        "by hand"
                    },
                ),
            };
            rows.push(vec![
                (index + 1).to_string(),
                place,
                finding.clause.clone(),
                message.clone(),
                fixable.to_owned(),
            ]);
        }
        blocks.push(block(BlockContent::Table {
            caption: None,
            header_rows: 1,
            rows,
        }));
    }
    Document {
        title: Some(heading),
        metadata: Default::default(),
        blocks,
    }
}
