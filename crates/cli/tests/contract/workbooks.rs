//! Changes of workbooks: shown first, written, undone to the byte.

use crate::program::{Program, samples, text};

#[test]
fn a_column_is_shown_first_then_written_and_undone_to_the_byte() {
    let program = Program::without_models();
    let book = program.folder("books").join("台账.xlsx");
    std::fs::copy(samples().join("2024年销售台账.xlsx"), &book).unwrap();
    let before = std::fs::read(&book).unwrap();
    let ask = ["sheet", "column", text(&book), "算每笔金额(元)的占比"];

    let (code, shown) = program.json(&ask);
    assert_eq!((code, shown["written"].is_null()), (0, true), "{shown}");
    assert_eq!(
        shown["formula"],
        "=IF(SUM($I$4:$I$403)=0,\"\",I4/SUM($I$4:$I$403))"
    );
    assert_eq!(
        shown["cells"], 401,
        "the header and 400 rows, not the total"
    );
    assert_eq!(
        std::fs::read(&book).unwrap(),
        before,
        "nothing is written unasked"
    );

    let (code, written) = program.json(&[&ask[..], &["--write"]].concat());
    assert_eq!(code, 0, "{written}");
    assert_ne!(std::fs::read(&book).unwrap(), before);
    let (_, listed) = program.json(&["sheet", "changes"]);
    assert_eq!(listed["changes"][0]["id"], written["written"]["id"]);
    let (code, undone) = program.json(&["sheet", "undo"]);
    assert_eq!((code, &undone["id"]), (0, &written["written"]["id"]));
    assert_eq!(std::fs::read(&book).unwrap(), before, "undone to the byte");

    let (code, refused) = program.json(&["sheet", "undo"]);
    assert_eq!(
        (code, refused["error"]["code"].as_str()),
        (1, Some("not_found"))
    );
    let (code, refused) = program.json(&["sheet", "column", text(&book), "写一首诗"]);
    assert_eq!(
        (code, refused["error"]["code"].as_str()),
        (1, Some("model_not_installed")),
        "no template for it, and no model to ask"
    );
}

#[test]
fn a_result_is_shown_as_a_sheet_then_written_and_undone_to_the_byte() {
    let program = Program::without_models();
    let book = program.folder("books").join("台账.xlsx");
    std::fs::copy(samples().join("2024年销售台账.xlsx"), &book).unwrap();
    let before = std::fs::read(&book).unwrap();
    let question = "各大区的金额(元)合计是多少？";
    let ask = ["sheet", "result", text(&book), question];

    let (code, shown) = program.json(&ask);
    assert_eq!((code, shown["written"].is_null()), (0, true), "{shown}");
    assert_eq!(shown["sheet"], "结果");
    assert!(
        shown["chart"].is_string() && shown["row_count"].as_u64() > Some(1),
        "{shown}"
    );
    assert_eq!(
        std::fs::read(&book).unwrap(),
        before,
        "nothing is written unasked"
    );

    let sql = shown["sql"].as_str().unwrap();
    let again = [
        &ask[..],
        &["--sql", sql, "--chart", "none", "--name", "各大区"],
    ]
    .concat();
    let (_, same) = program.json(&again);
    assert_eq!(
        same["rows"], shown["rows"],
        "the query alone gives the same"
    );
    assert_eq!(
        (same["sheet"].as_str(), same["chart"].is_null()),
        (Some("各大区"), true)
    );

    let (code, written) = program.json(&[&ask[..], &["--write"]].concat());
    assert_eq!(code, 0, "{written}");
    let (_, read) = program.json(&["sheet", "show", text(&book)]);
    let tables = read["tables"].as_array().unwrap();
    assert!(
        tables.iter().any(|table| table["sheet"] == "结果"),
        "{read}"
    );
    let (code, undone) = program.json(&["sheet", "undo"]);
    assert_eq!((code, &undone["id"]), (0, &written["written"]["id"]));
    assert_eq!(std::fs::read(&book).unwrap(), before, "undone to the byte");

    for (more, expected) in [
        (&["--sql", "DROP TABLE x"][..], "invalid_input"),
        (&["--chart", "pie", "--sql", "SELECT 1"], "invalid_input"),
    ] {
        let (code, refused) = program.json(&[&ask[..], more].concat());
        let told = refused["error"]["code"].as_str();
        assert_eq!((code, told), (1, Some(expected)), "{more:?}: {refused}");
    }
    assert_eq!(
        program.json(&[&ask[..], &["--chart", "radar"]].concat()).0,
        2
    );
}

#[test]
fn a_chart_is_shown_first_then_written_and_undone_to_the_byte() {
    let program = Program::without_models();
    let book = program.folder("books").join("台账.xlsx");
    std::fs::copy(samples().join("2024年销售台账.xlsx"), &book).unwrap();
    let before = std::fs::read(&book).unwrap();
    let words = "以门店名称为横轴，面积为纵轴画柱形图，标题为“门店面积”";
    let ask = ["sheet", "chart", text(&book), words];

    let (code, shown) = program.json(&ask);
    assert_eq!((code, shown["written"].is_null()), (0, true), "{shown}");
    assert_eq!(shown["kind"], "column");
    assert_eq!(
        (&shown["source"], &shown["sheet"]),
        (&"门店".into(), &"门店".into())
    );
    assert_eq!(shown["title"], "门店面积");
    assert_eq!(shown["is_by_model"], false);
    let series = &shown["series"][0];
    assert!(
        series["values"].as_str().unwrap().starts_with("E3:E"),
        "{shown}"
    );
    assert!(
        series["labels"].as_str().unwrap().starts_with("B3:B"),
        "{shown}"
    );
    let point = &series["points"][0];
    assert!(
        point["label"].is_string() && point["y"].is_number(),
        "{shown}"
    );
    assert_eq!(
        std::fs::read(&book).unwrap(),
        before,
        "nothing is written unasked"
    );

    let copy = program.folder("books").join("副本.xlsx");
    let (code, written) = program.json(&[&ask[..], &["--copy", text(&copy)]].concat());
    assert_eq!((code, copy.exists()), (0, true), "{written}");
    assert_eq!(std::fs::read(&book).unwrap(), before);
    let (code, written) = program.json(&[&ask[..], &["--write"]].concat());
    assert_eq!(code, 0, "{written}");
    assert_ne!(std::fs::read(&book).unwrap(), before);
    let (code, undone) = program.json(&["sheet", "undo"]);
    assert_eq!((code, &undone["id"]), (0, &written["written"]["id"]));
    assert_eq!(std::fs::read(&book).unwrap(), before, "undone to the byte");

    for words in ["画一张图", "画门店面积的雷达图", " "] {
        let (code, refused) = program.json(&["sheet", "chart", text(&book), words]);
        let told = refused["error"]["code"].as_str();
        assert_eq!(
            (code, told),
            (1, Some("invalid_input")),
            "{words}: {refused}"
        );
    }
}

#[test]
fn filling_a_column_says_what_is_wrong_before_a_model_is_asked() {
    let program = Program::without_models();
    let book = program.folder("books").join("台账.xlsx");
    std::fs::copy(samples().join("2024年销售台账.xlsx"), &book).unwrap();
    let before = std::fs::read(&book).unwrap();
    let ask = ["sheet", "fill", text(&book), "按产品分类：硬件、软件、服务"];
    for (more, expected, error) in [
        (&[][..], 1, Some("model_not_installed")),
        (&["--type", "colour"], 1, Some("invalid_input")),
        (&["--choices", "一"], 1, Some("invalid_input")),
        (&["--column", "A"], 1, Some("invalid_input")),
        (&["--sheet", "没有"], 1, Some("not_found")),
    ] {
        let (code, answer) = program.json(&[&ask[..], more].concat());
        let told = answer["error"]["code"].as_str();
        assert_eq!((code, told), (expected, error), "{more:?}: {answer}");
    }
    assert_eq!(std::fs::read(&book).unwrap(), before);
    let both = [&ask[..], &["--sample", "5", "--write"]].concat();
    assert_eq!(program.json(&both).0, 2, "a sample is not written");
}
