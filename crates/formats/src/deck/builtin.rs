//! The built-in base: a plain theme with an East Asian face, its master, and a layout for each kind of slide.

use super::parts::{Parts, Relation, escape};

pub(super) const NAMESPACES: &str = r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main""#;
pub(super) const XML: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
"#;
const TYPE: &str = "application/vnd.openxmlformats-officedocument";

/// Left and right margin of every layout, 0.7 inch.
const MARGIN: i64 = 640_080;
const WIDTH: i64 = 12_192_000;
const HEIGHT: i64 = 6_858_000;
const INNER: i64 = WIDTH - 2 * MARGIN;
/// Where text below the title begins and ends.
const BODY_TOP: i64 = 1_540_000;
const BODY_BOTTOM: i64 = 6_080_000;
const FOOTER_TOP: i64 = 6_300_000;
/// Gap between two columns.
const GUTTER: i64 = 420_000;

/// A placeholder to be written into a layout.
struct Place {
    kind: &'static str,
    index: u32,
    name: &'static str,
    /// x, y, width, height.
    area: [i64; 4],
    anchor: &'static str,
    /// `lstStyle` content; empty takes the master's.
    style: String,
}

/// Adds the list of table styles; a table whose style is not in it then has the usual one.
pub(super) fn put_table_styles(parts: &mut Parts) {
    parts.put(
        "ppt/tableStyles.xml",
        &format!("{TYPE}.presentationml.tableStyles+xml"),
        format!(
            r#"{XML}<a:tblStyleLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" def="{{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}}"/>"#
        ),
    );
}

/// The package without any slide.
pub(super) fn parts() -> Parts {
    let mut parts = Parts::default();
    parts.put_default(
        "rels",
        "application/vnd.openxmlformats-package.relationships+xml",
    );
    parts.put_default("xml", "application/xml");
    parts.put(
        "ppt/presentation.xml",
        &format!("{TYPE}.presentationml.presentation.main+xml"),
        presentation(),
    );
    parts.put_relations(
        "",
        &[Relation::new(
            "rId1",
            "officeDocument",
            "ppt/presentation.xml",
        )],
    );
    parts.put_relations(
        "ppt/presentation.xml",
        &[
            Relation::new("rId1", "slideMaster", "slideMasters/slideMaster1.xml"),
            Relation::new("rId2", "theme", "theme/theme1.xml"),
            Relation::new("rId3", "tableStyles", "tableStyles.xml"),
        ],
    );
    parts.put(
        "ppt/theme/theme1.xml",
        &format!("{TYPE}.theme+xml"),
        theme(),
    );
    put_table_styles(&mut parts);
    let layouts = layouts();
    let mut master_relations = Vec::new();
    for (index, layout) in layouts.iter().enumerate() {
        let name = format!("ppt/slideLayouts/slideLayout{}.xml", index + 1);
        parts.put(
            &name,
            &format!("{TYPE}.presentationml.slideLayout+xml"),
            layout.as_str(),
        );
        parts.put_relations(
            &name,
            &[Relation::new(
                "rId1",
                "slideMaster",
                "../slideMasters/slideMaster1.xml",
            )],
        );
        master_relations.push(Relation::new(
            &format!("rId{}", index + 1),
            "slideLayout",
            &format!("../slideLayouts/slideLayout{}.xml", index + 1),
        ));
    }
    master_relations.push(Relation::new(
        &format!("rId{}", layouts.len() + 1),
        "theme",
        "../theme/theme1.xml",
    ));
    parts.put(
        "ppt/slideMasters/slideMaster1.xml",
        &format!("{TYPE}.presentationml.slideMaster+xml"),
        master(layouts.len()),
    );
    parts.put_relations("ppt/slideMasters/slideMaster1.xml", &master_relations);
    parts
}

/// Adds a notes master with its own theme, and gives its part.
pub(super) fn add_notes_master(parts: &mut Parts) -> String {
    let theme_part = parts.free_name("ppt/theme/theme", "xml");
    parts.put(&theme_part, &format!("{TYPE}.theme+xml"), theme());
    let master = parts.free_name("ppt/notesMasters/notesMaster", "xml");
    parts.put(
        &master,
        &format!("{TYPE}.presentationml.notesMaster+xml"),
        notes_master(),
    );
    let target = theme_part.replacen("ppt", "..", 1);
    parts.put_relations(&master, &[Relation::new("rId1", "theme", &target)]);
    master
}

fn presentation() -> String {
    let levels: String = (1..=9)
        .map(|level| {
            format!(
                r#"<a:lvl{level}pPr marL="{}" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="0"><a:defRPr sz="1800" kern="1200">{}{FACES}</a:defRPr></a:lvl{level}pPr>"#,
                (level - 1) * 457_200,
                fill("tx1"),
            )
        })
        .collect();
    format!(
        r#"{XML}<p:presentation {NAMESPACES} saveSubsetFonts="1"><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:sldSz cx="{WIDTH}" cy="{HEIGHT}"/><p:notesSz cx="6858000" cy="9144000"/><p:defaultTextStyle>{levels}</p:defaultTextStyle></p:presentation>"#
    )
}

const FACES: &str =
    r#"<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/>"#;

fn fill(colour: &str) -> String {
    format!(r#"<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>"#)
}

fn theme() -> String {
    let colours: String = [
        ("dk1", "1F2933"),
        ("lt1", "FFFFFF"),
        ("dk2", "1B3A5C"),
        ("lt2", "F2F5F8"),
        ("accent1", "2A6F97"),
        ("accent2", "D98E32"),
        ("accent3", "5B8E7D"),
        ("accent4", "A4483F"),
        ("accent5", "6C7A89"),
        ("accent6", "8A6FA8"),
        ("hlink", "2A6F97"),
        ("folHlink", "6C7A89"),
    ]
    .iter()
    .map(|(name, value)| format!(r#"<a:{name}><a:srgbClr val="{value}"/></a:{name}>"#))
    .collect();
    let faces = r#"<a:latin typeface="Arial"/><a:ea typeface="Microsoft YaHei"/><a:cs typeface="Arial"/><a:font script="Hans" typeface="微软雅黑"/><a:font script="Hant" typeface="微軟正黑體"/><a:font script="Jpan" typeface="Yu Gothic"/><a:font script="Hang" typeface="Malgun Gothic"/>"#;
    let solid = r#"<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>"#;
    let line = |width: u32| {
        format!(
            r#"<a:ln w="{width}" cap="flat" cmpd="sng" algn="ctr">{solid}<a:prstDash val="solid"/></a:ln>"#
        )
    };
    let effect = "<a:effectStyle><a:effectLst/></a:effectStyle>";
    format!(
        r#"{XML}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Deskmate"><a:themeElements><a:clrScheme name="Deskmate">{colours}</a:clrScheme><a:fontScheme name="Deskmate"><a:majorFont>{faces}</a:majorFont><a:minorFont>{faces}</a:minorFont></a:fontScheme><a:fmtScheme name="Deskmate"><a:fillStyleLst>{solid}{solid}{solid}</a:fillStyleLst><a:lnStyleLst>{}{}{}</a:lnStyleLst><a:effectStyleLst>{effect}{effect}{effect}</a:effectStyleLst><a:bgFillStyleLst>{solid}{solid}{solid}</a:bgFillStyleLst></a:fmtScheme></a:themeElements><a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"#,
        line(6350),
        line(12700),
        line(19050)
    )
}

fn group() -> &'static str {
    r#"<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>"#
}

fn transform(area: [i64; 4]) -> String {
    let [x, y, width, height] = area;
    format!(r#"<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>"#)
}

fn bar(id: u32, area: [i64; 4], colour: &str) -> String {
    format!(
        r#"<p:sp><p:nvSpPr><p:cNvPr id="{id}" name="Bar {id}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>{}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{}<a:ln><a:noFill/></a:ln></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="zh-CN"/></a:p></p:txBody></p:sp>"#,
        transform(area),
        fill(colour)
    )
}

fn holder(id: u32, place: &Place) -> String {
    let kind = if place.kind == "obj" {
        String::new()
    } else {
        format!(r#" type="{}""#, place.kind)
    };
    let index = if place.index == 0 {
        String::new()
    } else {
        format!(r#" idx="{}""#, place.index)
    };
    let size = if matches!(place.kind, "ftr" | "sldNum") {
        r#" sz="quarter""#
    } else {
        ""
    };
    let text = match place.kind {
        "sldNum" => r#"<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="zh-CN"/><a:t>‹#›</a:t></a:fld>"#.to_string(),
        "ftr" => String::new(),
        "title" | "ctrTitle" => run("单击此处编辑标题"),
        _ => run("单击此处编辑文字"),
    };
    format!(
        r#"<p:sp><p:nvSpPr><p:cNvPr id="{id}" name="{}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph{kind}{size}{index}/></p:nvPr></p:nvSpPr><p:spPr>{}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr vert="horz" lIns="91440" tIns="45720" rIns="91440" bIns="45720" rtlCol="0" anchor="{}"><a:normAutofit/></a:bodyPr><a:lstStyle>{}</a:lstStyle><a:p>{text}<a:endParaRPr lang="zh-CN"/></a:p></p:txBody></p:sp>"#,
        escape(place.name),
        transform(place.area),
        place.anchor,
        place.style
    )
}

fn run(text: &str) -> String {
    format!(r#"<a:r><a:rPr lang="zh-CN"/><a:t>{text}</a:t></a:r>"#)
}

/// A style of the first level without a bullet.
fn plain(size: u32, bold: bool, colour: &str, align: &str) -> String {
    let bold = u8::from(bold);
    format!(
        r#"<a:lvl1pPr marL="0" indent="0" algn="{align}"><a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/><a:defRPr sz="{size}" b="{bold}">{}</a:defRPr></a:lvl1pPr>"#,
        fill(colour)
    )
}

fn bulleted(size: u32, colour: &str, bullet: &str) -> String {
    format!(
        r#"<a:lvl1pPr marL="342900" indent="-342900"><a:buClr><a:schemeClr val="{bullet}"/></a:buClr><a:defRPr sz="{size}">{}</a:defRPr></a:lvl1pPr>"#,
        fill(colour)
    )
}

fn title_place() -> Place {
    Place {
        kind: "title",
        index: 0,
        name: "Title",
        area: [MARGIN, 420_000, INNER, 900_000],
        anchor: "b",
        style: String::new(),
    }
}

fn body_place(kind: &'static str, index: u32, name: &'static str) -> Place {
    Place {
        kind,
        index,
        name,
        area: [MARGIN, BODY_TOP, INNER, BODY_BOTTOM - BODY_TOP],
        anchor: "t",
        style: String::new(),
    }
}

fn footer_places() -> [Place; 2] {
    [
        Place {
            kind: "ftr",
            index: 11,
            name: "Footer",
            area: [MARGIN, FOOTER_TOP, 9_600_000, 340_000],
            anchor: "ctr",
            style: plain(1100, false, "accent5", "l"),
        },
        Place {
            kind: "sldNum",
            index: 12,
            name: "Slide Number",
            area: [WIDTH - MARGIN - 900_000, FOOTER_TOP, 900_000, 340_000],
            anchor: "ctr",
            style: plain(1100, false, "accent5", "r"),
        },
    ]
}

const TITLE_RULE: [i64; 4] = [MARGIN + 91_440, 1_360_000, 640_000, 38_100];

fn layout(
    kind: &str,
    name: &str,
    background: &str,
    bars: &[([i64; 4], &str)],
    places: Vec<Place>,
) -> String {
    let kind = if kind.is_empty() {
        r#" userDrawn="1""#.to_string()
    } else {
        format!(r#" type="{kind}""#)
    };
    let background = if background.is_empty() {
        String::new()
    } else {
        format!(
            r#"<p:bg><p:bgPr>{}<a:effectLst/></p:bgPr></p:bg>"#,
            fill(background)
        )
    };
    let mut shapes = String::new();
    for (index, (area, colour)) in bars.iter().enumerate() {
        shapes.push_str(&bar(index as u32 + 2, *area, colour));
    }
    for (index, place) in places.iter().enumerate() {
        shapes.push_str(&holder(index as u32 + 20, place));
    }
    format!(
        r#"{XML}<p:sldLayout {NAMESPACES}{kind} preserve="1"><p:cSld name="{}">{background}<p:spTree>{}{shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"#,
        escape(name),
        group()
    )
}

fn with_footer(mut places: Vec<Place>) -> Vec<Place> {
    places.extend(footer_places());
    places
}

fn layouts() -> Vec<String> {
    let rule: &[([i64; 4], &str)] = &[(TITLE_RULE, "accent1")];
    let column = (INNER - GUTTER) / 2;
    let right = MARGIN + column + GUTTER;
    let head = |index, x| Place {
        kind: "body",
        index,
        name: "Column Heading",
        area: [x, BODY_TOP, column, 480_000],
        anchor: "b",
        style: plain(2000, true, "accent1", "l"),
    };
    let list = |index, x| Place {
        kind: "obj",
        index,
        name: "Column",
        area: [
            x,
            BODY_TOP + 540_000,
            column,
            BODY_BOTTOM - BODY_TOP - 540_000,
        ],
        anchor: "t",
        style: bulleted(1800, "tx1", "accent1"),
    };
    let place = |kind, index, name, area, anchor, style| Place {
        kind,
        index,
        name,
        area,
        anchor,
        style,
    };
    vec![
        layout(
            "title",
            "标题幻灯片 Title",
            "tx2",
            &[([1_005_840, 3_640_000, 900_000, 50_800], "accent2")],
            vec![
                place(
                    "ctrTitle",
                    0,
                    "Title",
                    [914_400, 1_500_000, 10_363_200, 2_000_000],
                    "b",
                    plain(4000, true, "bg1", "l"),
                ),
                place(
                    "subTitle",
                    1,
                    "Subtitle",
                    [914_400, 3_840_000, 10_363_200, 1_100_000],
                    "t",
                    plain(2000, false, "bg2", "l"),
                ),
            ],
        ),
        layout(
            "obj",
            "标题和内容 Title and Content",
            "",
            rule,
            with_footer(vec![title_place(), body_place("obj", 1, "Content")]),
        ),
        layout(
            "secHead",
            "节标题 Section",
            "bg2",
            &[
                ([0, 0, 228_600, HEIGHT], "tx2"),
                ([1_005_840, 3_640_000, 900_000, 50_800], "accent1"),
            ],
            with_footer(vec![
                place(
                    "title",
                    0,
                    "Title",
                    [914_400, 1_900_000, 10_363_200, 1_600_000],
                    "b",
                    plain(3600, true, "tx2", "l"),
                ),
                place(
                    "body",
                    1,
                    "Text",
                    [914_400, 3_840_000, 10_363_200, 1_300_000],
                    "t",
                    plain(2000, false, "accent5", "l"),
                ),
            ]),
        ),
        layout(
            "twoTxTwoObj",
            "比较 Two Columns",
            "",
            rule,
            with_footer(vec![
                title_place(),
                head(1, MARGIN),
                list(2, MARGIN),
                head(3, right),
                list(4, right),
            ]),
        ),
        layout(
            "tbl",
            "标题和表格 Table",
            "",
            rule,
            with_footer(vec![title_place(), body_place("tbl", 1, "Table")]),
        ),
        layout(
            "chart",
            "标题和图表 Chart",
            "",
            rule,
            with_footer(vec![title_place(), body_place("chart", 1, "Chart")]),
        ),
        layout(
            "",
            "引用 Quote",
            "bg2",
            &[([MARGIN + 91_440, 1_900_000, 63_500, 3_300_000], "accent2")],
            with_footer(vec![
                title_place(),
                place(
                    "body",
                    1,
                    "Quote",
                    [MARGIN + 420_000, 1_900_000, INNER - 840_000, 3_300_000],
                    "ctr",
                    plain(2800, false, "tx2", "l"),
                ),
            ]),
        ),
        layout(
            "",
            "结束 Closing",
            "tx2",
            &[([1_005_840, 1_900_000, 900_000, 50_800], "accent2")],
            vec![
                place(
                    "title",
                    0,
                    "Title",
                    [914_400, 820_000, 10_363_200, 960_000],
                    "b",
                    plain(3600, true, "bg1", "l"),
                ),
                place(
                    "body",
                    1,
                    "Text",
                    [914_400, 2_200_000, 10_363_200, 3_700_000],
                    "t",
                    bulleted(2200, "bg1", "accent2"),
                ),
            ],
        ),
        layout(
            "titleOnly",
            "仅标题 Title Only",
            "",
            rule,
            with_footer(vec![title_place()]),
        ),
        layout("blank", "空白 Blank", "", &[], with_footer(Vec::new())),
    ]
}

fn master(layout_count: usize) -> String {
    let mut shapes = String::new();
    let places = with_footer(vec![title_place(), body_place("body", 1, "Text")]);
    for (index, place) in places.iter().enumerate() {
        shapes.push_str(&holder(index as u32 + 2, place));
    }
    let ids: String = (1..=layout_count)
        .map(|index| {
            let id = 2_147_483_648_usize + index;
            format!(r#"<p:sldLayoutId id="{id}" r:id="rId{index}"/>"#)
        })
        .collect();
    let body: String = [(1, 342_900, 2000, "•", 1000), (2, 685_800, 1800, "–", 500), (3, 1_028_700, 1600, "•", 400), (4, 1_371_600, 1600, "–", 400), (5, 1_714_500, 1600, "•", 400)]
        .iter()
        .map(|(level, margin, size, bullet, before)| {
            format!(
                r#"<a:lvl{level}pPr marL="{margin}" indent="-285750" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="0"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="{before}"/></a:spcBef><a:buClr><a:schemeClr val="accent1"/></a:buClr><a:buFont typeface="Arial"/><a:buChar char="{bullet}"/><a:defRPr sz="{size}" kern="1200">{}{FACES}</a:defRPr></a:lvl{level}pPr>"#,
                fill("tx1")
            )
        })
        .collect();
    let title = format!(
        r#"<a:lvl1pPr algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="0"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/><a:defRPr sz="2800" b="1" kern="1200">{}<a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/><a:cs typeface="+mj-cs"/></a:defRPr></a:lvl1pPr>"#,
        fill("tx2")
    );
    let other = format!(
        r#"<a:lvl1pPr marL="0" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="0"><a:defRPr sz="1800" kern="1200">{}{FACES}</a:defRPr></a:lvl1pPr>"#,
        fill("tx1")
    );
    format!(
        r#"{XML}<p:sldMaster {NAMESPACES}><p:cSld><p:bg><p:bgPr>{}<a:effectLst/></p:bgPr></p:bg><p:spTree>{}{shapes}</p:spTree></p:cSld><p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/><p:sldLayoutIdLst>{ids}</p:sldLayoutIdLst><p:txStyles><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{body}</p:bodyStyle><p:otherStyle>{other}</p:otherStyle></p:txStyles></p:sldMaster>"#,
        fill("bg1"),
        group()
    )
}

fn notes_master() -> String {
    let image = r#"<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide Image"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/></p:cNvSpPr><p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="685800" y="1143000"/><a:ext cx="5486400" cy="3086100"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln w="12700"><a:solidFill><a:prstClr val="black"/></a:solidFill></a:ln></p:spPr></p:sp>"#;
    let body = r#"<p:sp><p:nvSpPr><p:cNvPr id="3" name="Notes"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="body" sz="quarter" idx="3"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="685800" y="4400550"/><a:ext cx="5486400" cy="3600450"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr lang="zh-CN"/><a:t>备注</a:t></a:r></a:p></p:txBody></p:sp>"#;
    format!(
        r#"{XML}<p:notesMaster {NAMESPACES}><p:cSld><p:bg><p:bgRef idx="1001"><a:schemeClr val="bg1"/></p:bgRef></p:bg><p:spTree>{}{image}{body}</p:spTree></p:cSld><p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/><p:notesStyle><a:lvl1pPr marL="0" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1"><a:defRPr sz="1200" kern="1200">{}{FACES}</a:defRPr></a:lvl1pPr></p:notesStyle></p:notesMaster>"#,
        group(),
        fill("tx1")
    )
}
