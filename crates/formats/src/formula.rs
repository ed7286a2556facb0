//! Office formulas (OMML) as linear text, close to what one would type.

use crate::xml::Element;

/// Writes a formula in linear form, e.g. `x=(-b±√(b^2-4ac))/(2a)`.
pub(crate) fn linear(element: Element<'_, '_>) -> String {
    let part = |name: &str| element.child(name).map(linear).unwrap_or_default();
    let setting = |properties: &str, name: &str| {
        element
            .child(properties)
            .and_then(|settings| settings.setting(name))
    };
    match element.name() {
        "t" => element.own_text(),
        "f" => format!("{}/{}", grouped(&part("num")), grouped(&part("den"))),
        "sSup" => format!("{}^{}", part("e"), grouped(&part("sup"))),
        "sSub" => format!("{}_{}", part("e"), grouped(&part("sub"))),
        "sSubSup" => format!(
            "{}_{}^{}",
            part("e"),
            grouped(&part("sub")),
            grouped(&part("sup"))
        ),
        "sPre" => format!(
            "_{}^{}{}",
            grouped(&part("sub")),
            grouped(&part("sup")),
            part("e")
        ),
        "rad" => {
            let degree = part("deg");
            format!("{degree}√{}", grouped(&part("e")))
        }
        "nary" => {
            let sign =
                setting("naryPr", "chr").map_or_else(|| "∫".to_owned(), |sign| sign.into_owned());
            let mut text = sign;
            for (name, mark) in [("sub", '_'), ("sup", '^')] {
                let limit = part(name);
                if !limit.is_empty() {
                    text.push(mark);
                    text.push_str(&grouped(&limit));
                }
            }
            text.push(' ');
            text.push_str(&part("e"));
            text
        }
        "d" => {
            let open = setting("dPr", "begChr").map_or_else(|| "(".to_owned(), |c| c.into_owned());
            let close = setting("dPr", "endChr").map_or_else(|| ")".to_owned(), |c| c.into_owned());
            let divider =
                setting("dPr", "sepChr").map_or_else(|| "|".to_owned(), |c| c.into_owned());
            format!("{open}{}{close}", inner(element, "e", &divider))
        }
        "func" => format!("{}{}", part("fName"), grouped_argument(&part("e"))),
        "limLow" => format!("{}_{}", part("e"), grouped(&part("lim"))),
        "limUpp" => format!("{}^{}", part("e"), grouped(&part("lim"))),
        "m" => format!("[{}]", inner(element, "mr", "; ")),
        "mr" => inner(element, "e", ", "),
        "eqArr" => inner(element, "e", "; "),
        "acc" => {
            let sign =
                setting("accPr", "chr").map_or_else(|| "\u{302}".to_owned(), |c| c.into_owned());
            format!("{}{sign}", part("e"))
        }
        // Properties and Word's own run properties hold no text of the formula.
        name if name.ends_with("Pr") => String::new(),
        _ => element.elements().map(linear).collect(),
    }
}

fn inner(element: Element<'_, '_>, name: &str, divider: &str) -> String {
    let parts: Vec<String> = element
        .elements()
        .filter(|child| child.is(name))
        .map(linear)
        .collect();
    parts.join(divider)
}

fn grouped(text: &str) -> String {
    let one_word = text.chars().all(char::is_alphabetic) || text.chars().all(char::is_numeric);
    if text.chars().count() > 1 && !one_word {
        format!("({text})")
    } else {
        text.to_owned()
    }
}

fn grouped_argument(text: &str) -> String {
    if text.starts_with(['(', '[', '{']) {
        text.to_owned()
    } else {
        format!(" {text}")
    }
}
