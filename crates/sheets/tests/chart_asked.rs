//! Charts asked for in words: what is drawn of which columns, where, and what is refused.

#![expect(clippy::unwrap_used, reason = "tests")]

use deskmate_core::testing::ScriptedGenerator;
use deskmate_core::{CancelToken, ErrorCode, WireError};
use deskmate_sheets::{
    AskedChart, CellRange, ChartAsk, ChartTarget, Joined, LegendPlace, Marker, NamedColumn,
    PlotKind, Stacking, TableColumns, TrendKind, suggest_chart,
};

fn table(range: &str, columns: &[(&str, bool)]) -> TableColumns {
    TableColumns {
        sheet: "Data".to_string(),
        range: CellRange::parse(range).unwrap(),
        columns: columns
            .iter()
            .enumerate()
            .map(|(column, (name, is_number))| NamedColumn {
                name: (*name).to_string(),
                column: column as u32,
                is_number: *is_number,
            })
            .collect(),
    }
}

/// Month, Region, Revenue, Cost, Units sold.
fn english() -> TableColumns {
    table(
        "A1:E13",
        &[
            ("Month", false),
            ("Region", false),
            ("Revenue ($)", true),
            ("Cost", true),
            ("Units sold", true),
        ],
    )
}

fn chinese() -> TableColumns {
    table(
        "A1:D13",
        &[
            ("月份", false),
            ("销售额（万元）", true),
            ("成本", true),
            ("毛利率", true),
        ],
    )
}

/// Numbers alone: dose, response, temperature.
fn plane() -> TableColumns {
    table(
        "A1:D21",
        &[
            ("Dose (mg)", true),
            ("Response", true),
            ("Load (N)", true),
            ("Strain", true),
        ],
    )
}

fn chart(table: &TableColumns, ask: &str) -> Result<AskedChart, WireError> {
    let ask = ChartAsk {
        ask,
        table,
        header_rows: 1,
        skip_rows: &[],
    };
    suggest_chart(&ask, None, &CancelToken::new())
}

/// `line A:C,D`: the kind, the column of labels, the columns of values; several x are told one by one.
fn check(table: &TableColumns, ask: &str, expected: &str) {
    let drawn = match chart(table, ask) {
        Err(_) => "refused".to_string(),
        Ok(asked) => {
            let letter = |range: CellRange| range.to_string().chars().next().unwrap().to_string();
            let series = &asked.chart.series;
            let labels: Vec<String> = series
                .iter()
                .map(|s| s.x.map_or("-".to_string(), letter))
                .collect();
            let values: Vec<String> = series.iter().map(|s| letter(s.y)).collect();
            let kind = asked.chart.look.kind.name();
            match labels.iter().all(|label| label == &labels[0]) {
                true => format!("{kind} {}:{}", labels[0], values.join(",")),
                false => format!("{kind} {}:{}", labels.join(","), values.join(",")),
            }
        }
    };
    assert_eq!(drawn, expected, "{ask}");
}

#[test]
fn columns_are_drawn_along_the_axes_that_the_ask_says() {
    let t = english();
    for (ask, expected) in [
        (
            "Draw a line chart with Month as the x-axis and Revenue as the y-axis.",
            "line A:C",
        ),
        (
            "A line graph with the X-axis showing the month and the Y-axis showing revenue and cost",
            "line A:C,D",
        ),
        (
            "Plot Cost and Units sold against Month in a line chart.",
            "line A:D,E",
        ),
        ("Make a bar chart of revenue by region.", "bar B:C"),
        (
            "Create a stacked column chart of Revenue and Cost for each month",
            "column A:C,D",
        ),
        ("Pie chart of revenue per region", "pie B:C"),
        (
            "Draw a chart to show the trend of revenues and costs",
            "line A:C,D",
        ),
        (
            "Scatter plot with \"Cost\" on the X-axis and \"Revenue\" on the Y-axis",
            "scatter D:C",
        ),
        ("Show columns C and E in an area chart", "area A:C,E"),
        ("Draw a line chart of column C to E", "line A:C,D,E"),
        ("Plot a column chart of all the data", "column A:C,D,E"),
    ] {
        check(&t, ask, expected);
    }
    let t = chinese();
    for (ask, expected) in [
        ("以月份为横轴，销售额为纵轴画折线图", "line A:B"),
        ("画柱状图，横轴是月份，纵轴是销售额和成本", "column A:B,C"),
        ("画各月销售额和成本的走势图", "line A:B,C"),
        ("用B、C列画面积图", "area A:B,C"),
        ("销售额随月份变化的曲线图", "line A:B"),
        (
            "画成本与销售额的散点图，X轴为成本，Y轴为销售额",
            "scatter C:B",
        ),
        ("把毛利率画成条形图", "bar A:D"),
        ("按月份画销售额的饼图", "pie A:B"),
        ("把所有数据画成折线图", "line A:B,C,D"),
    ] {
        check(&t, ask, expected);
    }
    let t = plane();
    for (ask, expected) in [
        (
            "Scatter chart showing the relationship between response and dose",
            "scatter A:B",
        ),
        (
            "Draw a scatter plot showing A:B and C:D as separate series",
            "scatter A,C:B,D",
        ),
        (
            "One run is in column A to B while the other is in C to D. Draw a scatter plot of the two runs.",
            "scatter A,C:B,D",
        ),
        (
            "Create a scatter chart in a new sheet. Set the X-axis title as \"Load\". Set the Y-axis title as \"Strain\".",
            "scatter C:D",
        ),
    ] {
        check(&t, ask, expected);
    }
}

#[test]
fn a_slash_in_a_header_is_a_unit_where_the_header_is_one_row() {
    let t = table("A1:B9", &[("Distance m", true), ("Speed m/s", true)]);
    let ask = "Scatter chart showing distance (X-axis) against speed (Y-axis). Set the axis titles as the column headers.";
    check(&t, ask, "scatter A:B");
    let look = chart(&t, ask).unwrap().chart.look;
    assert_eq!(look.x_title.as_deref(), Some("Distance m"));
    assert_eq!(look.y_title.as_deref(), Some("Speed m/s"));
    let t = table(
        "A2:C9",
        &[
            ("地区", false),
            ("2023年/收入", true),
            ("2023年/支出", true),
        ],
    );
    check(&t, "以地区为横轴，支出为纵轴画柱形图", "column A:C");
}

#[test]
fn formulas_and_titles_of_an_ask_name_no_columns_to_draw() {
    let t = english();
    check(
        &t,
        "The formula is Profit = Revenue - Cost. Draw a line chart of units sold by month. Set the chart title as \"Revenue vs. Cost\".",
        "line A:E",
    );
    check(
        &t,
        "Draw a line chart of Units sold by Month on the sheet \"Cost\"",
        "line A:E",
    );
}

#[test]
fn what_the_ask_leaves_open_is_refused() {
    let t = english();
    for ask in [
        "Draw a line chart.",
        "Draw a line chart of profit by month.",
        "Pie chart of revenue and cost by region",
        "Draw a histogram of revenue",
        "Draw Revenue and Cost with a secondary axis as a line chart",
        "Scatter plot of the regions",
        "Draw a line chart of Revenue against Year",
        "Draw a line chart with the X-axis showing the year and the Y-axis showing revenue",
        "Draw a line chart with Month on the x-axis and profit on the y-axis",
        "Line chart of Revenue and Region by Month",
    ] {
        check(&t, ask, "refused");
    }
    for ask in [
        "画一张图",
        "画利润的折线图",
        "画销售额的雷达图",
        "画销售额和成本的饼图",
    ] {
        check(&chinese(), ask, "refused");
    }
    let error = chart(&chinese(), "画销售额的雷达图").unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
    assert!(error.message.contains("雷达图"), "{error:?}");
}

#[test]
fn looks_are_read_from_the_ask() {
    let asked = chart(
        &plane(),
        "Draw a scatter plot with smooth lines showing Response and Strain against Dose. Move the legend to the left. \
         Set the marker of Response as square and that of Strain as triangle. Set the X-axis label as the column A header. \
         Set the Y-axis title as \"Effect (%)\". Turn off the vertical axis. Add a polynomial trendline for the Response \
         and display its equation. Add data labels. Set the chart title as \"Dose vs. effect\".",
    )
    .unwrap();
    let look = &asked.chart.look;
    assert_eq!(look.kind, PlotKind::Scatter);
    assert_eq!(look.joined, Joined::Smooth);
    assert_eq!(look.legend, Some(LegendPlace::Left));
    assert_eq!(look.title.as_deref(), Some("Dose vs. effect"));
    assert_eq!(look.x_title.as_deref(), Some("Dose (mg)"));
    assert_eq!(look.y_title.as_deref(), Some("Effect (%)"));
    assert!(look.hides_y_axis && !look.hides_x_axis && look.has_data_labels);
    let series = &asked.chart.series;
    assert_eq!(series[0].marker, Some(Marker::Square));
    assert_eq!(series[1].marker, Some(Marker::Triangle));
    let trend = series[0].trend.unwrap();
    assert_eq!(
        (trend.kind, trend.shows_equation),
        (TrendKind::Polynomial(2), true)
    );
    assert_eq!(series[1].trend, None);

    let asked = chart(
        &chinese(),
        "以月份为横轴，销售额和成本为纵轴画堆积柱形图，标题为“全年收支”，坐标轴标题用表头，图例放在右侧，加数据标签",
    )
    .unwrap();
    let look = &asked.chart.look;
    assert_eq!(
        (look.kind, look.stacking),
        (PlotKind::Column, Stacking::Stacked)
    );
    assert_eq!(look.title.as_deref(), Some("全年收支"));
    assert_eq!(look.x_title.as_deref(), Some("月份"));
    assert_eq!(look.y_title.as_deref(), Some("销售额（万元） / 成本"));
    assert_eq!(look.legend, Some(LegendPlace::Right));
    assert!(look.has_data_labels);

    let without = chart(
        &english(),
        "Line chart of Revenue and Cost by Month without legend",
    )
    .unwrap();
    assert_eq!(without.chart.look.legend, None);
    let one = chart(&english(), "Line chart of Revenue by Month").unwrap();
    assert_eq!(one.chart.look.legend, None);
}

#[test]
fn the_chart_stands_where_the_ask_says() {
    for (ask, target) in [
        (
            "Line chart of Cost by Month",
            ChartTarget::Sheet("Data".into()),
        ),
        (
            "Line chart of Cost by Month in a new sheet",
            ChartTarget::NewSheet("Chart".into()),
        ),
        (
            "Create a new sheet named \"Costs\" and draw a line chart of Cost by Month there",
            ChartTarget::NewSheet("Costs".into()),
        ),
        (
            "Line chart of Cost by Month on the sheet \"Overview\"",
            ChartTarget::Named("Overview".into()),
        ),
    ] {
        assert_eq!(chart(&english(), ask).unwrap().target, target, "{ask}");
    }
    for (ask, target) in [
        (
            "在新工作表画各月成本的折线图",
            ChartTarget::NewSheet("图表".into()),
        ),
        (
            "新建名为“走势”的工作表，画各月成本的折线图",
            ChartTarget::NewSheet("走势".into()),
        ),
    ] {
        assert_eq!(chart(&chinese(), ask).unwrap().target, target, "{ask}");
    }
}

/// Year, Power, Consumer price index: their names are words for curves.
fn curves(names: [&str; 3]) -> TableColumns {
    table(
        "A1:C13",
        &[(names[0], false), (names[1], true), (names[2], true)],
    )
}

#[test]
fn a_full_stop_after_a_short_form_ends_no_sentence() {
    for (ask, expected) in [
        ("Scatter plot of Revenue vs. Cost", "scatter D:C"),
        (
            "Scatter plot of approx. 12 values of Revenue vs. Cost.",
            "scatter D:C",
        ),
        (
            "Draw a line chart of money, e.g. Revenue and Cost, i.e. no. 3 and no. 4, by month",
            "line A:C,D",
        ),
    ] {
        check(&english(), ask, expected);
    }
}

#[test]
fn a_scatter_chart_of_one_column_does_not_guess_what_lies_along_x() {
    check(&english(), "Scatter plot of Revenue", "refused");
    check(&plane(), "Scatter plot of the response", "refused");
    check(&english(), "Line chart of Revenue", "line A:C");
}

#[test]
fn a_quotation_ends_with_the_quote_of_its_kind() {
    let title = |table: &TableColumns, ask: &str| chart(table, ask).unwrap().chart.look.title;
    for (ask, expected) in [
        (
            "Line chart of Cost by Month with the title \"Year's best\"",
            "Year's best",
        ),
        (
            "Line chart of Cost by Month with the title “Year’s best”",
            "Year’s best",
        ),
        (
            "Line chart of Cost by Month with the title 'Year's best'",
            "Year's best",
        ),
        (
            "Line chart of Cost by Month with the title ‘Year’s best’.",
            "Year’s best",
        ),
        (
            "Line chart of Cost by Month with the title “The 'best' costs”",
            "The 'best' costs",
        ),
    ] {
        assert_eq!(title(&english(), ask).as_deref(), Some(expected), "{ask}");
    }
    for (ask, expected) in [
        ("画各月成本的折线图，标题为「成本“高”点」", "成本“高”点"),
        ("画各月成本的折线图，标题为'成本'", "成本"),
        ("画各月成本的折线图，标题为‘成本’，加数据标签", "成本"),
    ] {
        assert_eq!(title(&chinese(), ask).as_deref(), Some(expected), "{ask}");
    }
    let plain = "Line chart of this year's Cost by Month, title of the chart is the year's 'Cost'";
    assert_eq!(title(&english(), plain), None);
}

#[test]
fn a_column_beside_the_word_sheet_and_a_sheet_that_is_read_name_no_new_sheet() {
    for (ask, drawn, target) in [
        (
            "画到新工作表，“月份”为横轴，“销售额”为纵轴",
            "column A:B",
            ChartTarget::NewSheet("图表".into()),
        ),
        (
            "画到新工作表，名为“走势”，以月份为横轴，销售额为纵轴",
            "column A:B",
            ChartTarget::NewSheet("走势".into()),
        ),
        (
            "画到新工作表“走势”，以月份为横轴，销售额为纵轴",
            "column A:B",
            ChartTarget::NewSheet("走势".into()),
        ),
        (
            "用工作表“销售”的数据在新工作表里画各月成本的折线图",
            "line A:C",
            ChartTarget::NewSheet("图表".into()),
        ),
        (
            "根据名为“销售”的工作表画各月成本的折线图",
            "line A:C",
            ChartTarget::Sheet("Data".into()),
        ),
    ] {
        check(&chinese(), ask, drawn);
        assert_eq!(chart(&chinese(), ask).unwrap().target, target, "{ask}");
    }
    for (ask, target) in [
        (
            "Using the data of the sheet \"Sales\", draw a line chart of Cost by Month in a new sheet",
            ChartTarget::NewSheet("Chart".into()),
        ),
        (
            "Line chart of Cost by Month from sheet \"Sales\" on the sheet \"Overview\"",
            ChartTarget::Named("Overview".into()),
        ),
    ] {
        assert_eq!(chart(&english(), ask).unwrap().target, target, "{ask}");
    }
}

#[test]
fn an_axis_stays_when_only_its_title_or_its_labels_go() {
    let hidden = |table: &TableColumns, ask: &str| {
        let look = chart(table, ask).unwrap().chart.look;
        (look.hides_x_axis, look.hides_y_axis)
    };
    for (ask, expected) in [
        (
            "Line chart of Revenue by Month without y-axis title",
            (false, false),
        ),
        (
            "Line chart of Revenue by Month. Remove the x-axis labels.",
            (false, false),
        ),
        (
            "Line chart of Revenue by Month. Hide the x-axis' name. No vertical axis.",
            (false, true),
        ),
        (
            "Line chart of Revenue by Month without the x-axis",
            (true, false),
        ),
    ] {
        assert_eq!(hidden(&english(), ask), expected, "{ask}");
        check(&english(), ask, "line A:C");
    }
    for (ask, expected) in [
        ("画各月成本的折线图，不要横轴标题", (false, false)),
        ("画各月成本的折线图，去掉y轴的标签", (false, false)),
        ("画各月成本的折线图，隐藏纵坐标轴名称", (false, false)),
        ("画各月成本的折线图，不要横轴", (true, false)),
        ("画各月成本的折线图，隐藏纵坐标轴", (false, true)),
    ] {
        assert_eq!(hidden(&chinese(), ask), expected, "{ask}");
        check(&chinese(), ask, "line A:C");
    }
}

#[test]
fn names_of_columns_are_no_words_for_curves() {
    let english = curves(["Year", "Power", "Exponential Growth"]);
    let chinese = curves(["年份", "功率", "消费者价格指数"]);
    for (table, ask, expected) in [
        (
            &english,
            "Line chart of Power by Year. Add a linear trendline for the Power.",
            TrendKind::Linear,
        ),
        (
            &english,
            "Line chart of Power by Year. Add a trendline for the Power.",
            TrendKind::Linear,
        ),
        (
            &english,
            "Line chart of Exponential Growth by Year. Add a logarithmic trendline for the Exponential Growth.",
            TrendKind::Logarithmic,
        ),
        (
            &english,
            "Line chart of Power by Year. Add a nonlinear, exponential trendline for the Power.",
            TrendKind::Exponential,
        ),
        (
            &chinese,
            "按年份画消费者价格指数的折线图。给消费者价格指数加线性趋势线",
            TrendKind::Linear,
        ),
        (
            &chinese,
            "按年份画消费者价格指数的折线图。给消费者价格指数加趋势线",
            TrendKind::Linear,
        ),
        (
            &chinese,
            "按年份画消费者价格指数的折线图。给消费者价格指数加指数趋势线",
            TrendKind::Exponential,
        ),
    ] {
        let trend = chart(table, ask).unwrap().chart.series[0].trend.unwrap();
        assert_eq!(trend.kind, expected, "{ask}");
    }
}

#[test]
fn totals_below_the_rows_are_not_drawn_and_those_between_are_told_of() {
    let table = english();
    let ask = ChartAsk {
        ask: "Line chart of Cost by Month",
        table: &table,
        header_rows: 1,
        skip_rows: &[6, 12],
    };
    let asked = suggest_chart(&ask, None, &CancelToken::new()).unwrap();
    assert_eq!(asked.chart.series[0].y.to_string(), "D2:D12");
    assert_eq!(
        asked.notes,
        ["rows 7 are totals or headings and are drawn too"]
    );
}

#[test]
fn what_code_cannot_read_a_model_decides_among_the_columns_there_are() {
    let table = english();
    let ask = ChartAsk {
        ask: "Draw how our earnings went",
        table: &table,
        header_rows: 1,
        skip_rows: &[],
    };
    let cancel = CancelToken::new();
    let model = ScriptedGenerator::new(
        &[r#"{"kind":"line","x":"Month","y":["Revenue ($)","Profit","Month"]}"#],
        4096,
    );
    let asked = suggest_chart(&ask, Some(&model), &cancel).unwrap();
    assert!(asked.is_by_model);
    let ranges: Vec<String> = asked.chart.series.iter().map(|s| s.y.to_string()).collect();
    assert_eq!(ranges, ["C2:C13"], "only columns of numbers that there are");
    let nothing = ScriptedGenerator::new(&[r#"{"kind":"line","x":"Month","y":["Profit"]}"#], 4096);
    let error = suggest_chart(&ask, Some(&nothing), &cancel).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
}
