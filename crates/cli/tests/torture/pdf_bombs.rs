//! PDFs whose objects point at themselves or claim what is not there.

/// Objects, with a table of where they lie; the first is the catalogue.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", number + 1).as_bytes());
    }
    let table = out.len();
    out.extend_from_slice(
        format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes(),
    );
    for place in places {
        out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let trailer = format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    );
    out.extend_from_slice(trailer.as_bytes());
    out
}

fn stream(dictionary: &str, content: &str) -> String {
    format!(
        "<< {dictionary} /Length {} >>\nstream\n{content}\nendstream",
        content.len()
    )
}

const CATALOGUE: &str = "<< /Type /Catalog /Pages 2 0 R >>";
const ONE_PAGE: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";

fn page(resources: &str, content: &str) -> Vec<String> {
    vec![
        CATALOGUE.to_string(),
        ONE_PAGE.to_string(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << {resources} >> /Contents 4 0 R >>"
        ),
        stream("", content),
    ]
}

fn with(mut objects: Vec<String>, more: &[String]) -> Vec<u8> {
    objects.extend_from_slice(more);
    pdf(&objects)
}

const FONT: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
const TEXT: &str = "BT /F1 12 Tf 50 700 Td (hello) Tj ET";

pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let form = |content: &str| {
        stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /X 5 0 R /Y 6 0 R >> >>",
            content,
        )
    };
    vec![
        (
            "kids-cycle.pdf",
            pdf(&[
                CATALOGUE.to_string(),
                "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1000000 >>".to_string(),
                "<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 7 >>".to_string(),
            ]),
        ),
        (
            "form-cycle.pdf",
            with(
                page("/XObject << /X 5 0 R >>", "/X Do"),
                &[form("/Y Do /Y Do"), form("/X Do /X Do")],
            ),
        ),
        ("form-tree.pdf", form_tree()),
        ("million-pages.pdf", million_pages()),
        (
            "contents-cycle.pdf",
            pdf(&[
                CATALOGUE.to_string(),
                ONE_PAGE.to_string(),
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents [4 0 R] >>".to_string(),
                "[4 0 R 4 0 R]".to_string(),
            ]),
        ),
        (
            "parent-cycle.pdf",
            pdf(&[
                CATALOGUE.to_string(),
                "<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>".to_string(),
                "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_string(),
                stream("", TEXT),
            ]),
        ),
        (
            "length-cycle.pdf",
            pdf(&[
                CATALOGUE.to_string(),
                ONE_PAGE.to_string(),
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>".to_string(),
                format!("<< /Length 4 0 R >>\nstream\n{TEXT}\nendstream"),
            ]),
        ),
        (
            "reference-cycle.pdf",
            pdf(&[
                "<< /Type /Catalog /Pages 2 0 R >>".to_string(),
                "3 0 R".to_string(),
                "2 0 R".to_string(),
            ]),
        ),
        (
            "character-map.pdf",
            with(
                page("/Font << /F1 5 0 R >>", TEXT),
                &[
                    "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding 6 0 R /ToUnicode 6 0 R /DescendantFonts [5 0 R] >>".to_string(),
                    stream(
                        "/Type /CMap /UseCMap 6 0 R",
                        &format!(
                            "/CIDInit /ProcSet findresource begin 1000000000 begincodespacerange <00> <ffffffff> endcodespacerange 1 beginbfrange <00000000> <ffffffff> <0041> endbfrange {} begincidrange <0000> <ffffffff> 0 endcidrange",
                            "1 beginbfrange <0000> <ffff> <0041> endbfrange ".repeat(2_000)
                        ),
                    ),
                ],
            ),
        ),
        (
            "picture.pdf",
            with(
                page("/XObject << /I 5 0 R >> /Font << /F1 6 0 R >>", &format!("/I Do {TEXT}")),
                &[
                    stream("/Type /XObject /Subtype /Image /Width 1000000 /Height 1000000 /BitsPerComponent 8 /ColorSpace /DeviceRGB", "x"),
                    FONT.to_string(),
                ],
            ),
        ),
        ("deep-arrays.pdf", {
            let deep = "[".repeat(500_000) + &"]".repeat(500_000);
            with(page("/Font << /F1 5 0 R >>", TEXT), &[FONT.to_string(), deep])
        }),
        ("deep-states.pdf", {
            let content = "q ".repeat(2_000_000) + TEXT;
            with(page("/Font << /F1 5 0 R >>", &content), &[FONT.to_string()])
        }),
        ("outline-cycle.pdf", {
            let mut objects = page("/Font << /F1 5 0 R >>", TEXT);
            objects[0] = "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>".to_string();
            with(
                objects,
                &[
                    FONT.to_string(),
                    "<< /Type /Outlines /First 7 0 R /Last 7 0 R >>".to_string(),
                    "<< /Title (x) /Parent 6 0 R /Next 7 0 R /Prev 7 0 R /First 7 0 R /Last 7 0 R >>".to_string(),
                ],
            )
        }),
        ("table-cycle.pdf", {
            let mut bytes = with(page("/Font << /F1 5 0 R >>", TEXT), &[FONT.to_string()]);
            let text = String::from_utf8(bytes.clone()).unwrap();
            let table = text.rfind("xref\n0").unwrap();
            let trailer = format!("/Root 1 0 R /Prev {table} ");
            bytes = text.replace("/Root 1 0 R ", &trailer).into_bytes();
            bytes
        }),
        ("table-claims.pdf", {
            let text = String::from_utf8(pdf(&page("", TEXT))).unwrap();
            text.replace("xref\n0 5", "xref\n0 4294967295")
                .replace("/Size 5", "/Size 4294967295")
                .into_bytes()
        }),
        (
            "filters.pdf",
            pdf(&[
                CATALOGUE.to_string(),
                ONE_PAGE.to_string(),
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>".to_string(),
                stream(
                    &format!("/Filter [{}]", "/ASCIIHexDecode ".repeat(20_000)),
                    &"41".repeat(100_000),
                ),
            ]),
        ),
        ("run-lengths.pdf", {
            // Each pair of bytes stands for 128.
            let zeros = "81 20 ".repeat(2 << 20);
            pdf(&[
                CATALOGUE.to_string(),
                ONE_PAGE.to_string(),
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>".to_string(),
                stream("/Filter [/ASCIIHexDecode /RunLengthDecode]", &zeros),
            ])
        }),
    ]
}

/// Thirty forms of which each draws the next one twice: a thousand million drawings of one text.
fn form_tree() -> Vec<u8> {
    let mut objects = page("/XObject << /X 5 0 R >>", "/X Do");
    let (first, last) = (5, 35);
    for number in first..last {
        let below = number + 1;
        objects.push(stream(
            &format!("/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /X {below} 0 R >> >>"),
            "/X Do /X Do",
        ));
    }
    objects.push(stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F1 36 0 R >> >>",
        TEXT,
    ));
    objects.push(FONT.to_string());
    pdf(&objects)
}

/// The same page, a million times.
fn million_pages() -> Vec<u8> {
    let mut objects = page("/Font << /F1 5 0 R >>", TEXT);
    objects[1] = format!(
        "<< /Type /Pages /Kids [{}] /Count 1000000 >>",
        "3 0 R ".repeat(1_000_000)
    );
    with(objects, &[FONT.to_string()])
}
