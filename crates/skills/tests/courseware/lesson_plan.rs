use deskmate_core::{LessonPlan, ReadLimits, Worksheet};
use deskmate_skills::{Artifact, SkillOutput};

use crate::chapter::{nonsense, run};

fn plan(output: &SkillOutput) -> &LessonPlan {
    match &output.artifact {
        Artifact::LessonPlan(plan) => plan,
        other => panic!("{other:?}"),
    }
}

fn worksheet(output: &SkillOutput) -> &Worksheet {
    match &output.artifact {
        Artifact::Worksheet(worksheet) => worksheet,
        other => panic!("{other:?}"),
    }
}

const GOALS: &str = r#"{"objectives":["理解惯性的大小只与物体的质量有关","掌握加速度跟作用力成正比、跟质量成反比","知道力的单位牛顿是导出单位"],"key_points":["加速度的方向跟作用力的方向相同"],"difficult_points":["区分惯性与速度的关系"]}"#;
const STEPS: &str = r#"{"steps":[{"name":"导入","minutes":10,"teacher":"演示小车实验","students":"观察并提问"},{"name":"讲授定律","minutes":40,"teacher":"讲解牛顿第二定律","students":"记录要点"},{"name":"练习","minutes":30,"teacher":"布置例题","students":"独立完成"},{"name":"小结","minutes":10,"teacher":"引导归纳","students":"整理笔记"}]}"#;

#[test]
fn the_minutes_add_up_and_the_homework_is_the_books() {
    let output = run("lesson-plan", &[("minutes", "40")], &[GOALS, STEPS]);
    let plan = plan(&output);
    assert_eq!(
        (plan.steps.len(), plan.step_minutes(), plan.minutes),
        (4, 40, 40)
    );
    assert!(plan.objectives[0].contains("[1]"), "{:?}", plan.objectives);
    assert!(
        plan.homework[0].contains("求它的加速度"),
        "{:?}",
        plan.homework
    );
    assert!(
        plan.board.iter().any(|line| line.contains("惯性：")),
        "{:?}",
        plan.board
    );
}

#[test]
fn nonsense_gives_a_plan_by_code_that_says_so() {
    let output = run("lesson-plan", &[], &nonsense());
    let plan = plan(&output);
    assert_eq!((plan.steps.len(), plan.step_minutes()), (5, 45));
    assert!(!plan.objectives.is_empty() && !plan.key_points.is_empty() && !plan.board.is_empty());
    let check = output
        .checks
        .iter()
        .find(|check| check.name == "written_by_model")
        .unwrap();
    assert!(!check.passed && check.detail.contains("goals") && check.detail.contains("steps"));
}

#[test]
fn a_worksheet_has_three_levels_and_takes_the_books_exercises_with_their_answers() {
    let output = run("worksheet", &[("count", "2")], &nonsense());
    let worksheet = worksheet(&output);
    assert_eq!(worksheet.levels.len(), 3);
    let text = serde_json::to_string(&worksheet.levels[2]).unwrap();
    assert!(text.contains("锤头松了以后撞击锤柄"), "{text}");
}

#[test]
fn the_pack_has_all_four_parts_whatever_the_model_says() {
    let output = run("courseware", &[("count", "3")], &nonsense());
    let Artifact::Pack { parts } = &output.artifact else {
        panic!("{:?}", output.artifact);
    };
    let files: Vec<String> = parts
        .iter()
        .map(|part| format!("{}.{}", part.name, part.extension))
        .collect();
    assert_eq!(
        files,
        ["教案.docx", "课件.pptx", "学习单.docx", "测验.docx"]
    );
    // Every part is a whole file that can be read again.
    for file in output.artifact.files("", &output.citations, None).unwrap() {
        let read = deskmate_formats::read(&file.bytes, &file.extension, &ReadLimits::default());
        assert!(!read.unwrap().1.document.is_empty(), "{}", file.name);
    }
}
