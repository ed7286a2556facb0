//! Whether a visitor of the page sees an element, as far as the element itself says.

use scraper::ElementRef;

/// True when the element's own attributes hide it.
pub(super) fn is_hidden(element: ElementRef<'_>) -> bool {
    if element
        .attr("hidden")
        .is_some_and(|value| !value.eq_ignore_ascii_case("until-found"))
        || element
            .attr("aria-hidden")
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    {
        return true;
    }
    let Some(style) = element.attr("style") else {
        return is_white(element.attr("color").unwrap_or("")) && stands_on_white(element);
    };
    let mut white_text = is_white(element.attr("color").unwrap_or(""));
    for (name, value) in declarations(style) {
        match name.as_str() {
            "display" if value == "none" => return true,
            "visibility" if value == "hidden" || value == "collapse" => return true,
            "opacity" if length(&value).is_some_and(|opacity| opacity < 0.05) => return true,
            // A size in em or percent counts from its surroundings, so only nothing is small there.
            "font-size" | "font" if is_tiny(&value) => return true,
            "left" | "right" | "top" | "margin-left" | "text-indent" if is_far_away(&value) => {
                return true;
            }
            "color" => white_text = is_white(&value) || value == "transparent",
            _ => {}
        }
    }
    white_text && stands_on_white(element)
}

/// The declarations of an inline style in lower case, without `!important`.
fn declarations(style: &str) -> impl Iterator<Item = (String, String)> + '_ {
    style.split(';').filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let value = value.trim().to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim_end().to_owned();
        Some((name.trim().to_ascii_lowercase(), value))
    })
}

fn length(value: &str) -> Option<f64> {
    let number: String = value
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))
        .collect();
    number.parse().ok()
}

fn is_tiny(value: &str) -> bool {
    let size = value
        .split([' ', '/'])
        .find(|part| part.starts_with(|c: char| c.is_ascii_digit() || c == '.'));
    let Some(size) = size else {
        return false;
    };
    let absolute = size.ends_with("px") || size.ends_with("pt");
    // `font: 400 …` begins with a weight, which has no unit and is far from nothing.
    length(size).is_some_and(|number| number == 0.0 || (absolute && number <= 1.0))
}

fn is_far_away(value: &str) -> bool {
    let threshold = if value.ends_with("em") { -60.0 } else { -900.0 };
    length(value).is_some_and(|number| number <= threshold)
}

fn is_white(color: &str) -> bool {
    let color: String = color
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase();
    matches!(
        color.as_str(),
        "white" | "#fff" | "#ffffff" | "snow" | "#fefefe" | "#fdfdfd"
    ) || color.starts_with("rgb(255,255,255")
        || color.starts_with("rgba(255,255,255")
        || color.starts_with("hsl(0,0%,100%")
}

/// True when nothing says that the background is dark: no background in the element or above it, and no class or
/// identifier through which a style sheet could give one.
fn stands_on_white(element: ElementRef<'_>) -> bool {
    let above = element.ancestors().filter_map(ElementRef::wrap);
    for (depth, element) in std::iter::once(element).chain(above).enumerate() {
        let name = element.value().name();
        let named = element.attr("class").is_some() || element.attr("id").is_some();
        if named && !matches!(name, "html" | "body") {
            return false;
        }
        if let Some(color) = element.attr("bgcolor") {
            return is_white(color);
        }
        if element.attr("background").is_some() {
            return false;
        }
        let background = element.attr("style").and_then(|style| {
            declarations(style)
                .filter(|(name, _)| name == "background" || name == "background-color")
                .map(|(_, value)| value)
                .last()
        });
        match background.as_deref() {
            Some("transparent" | "none" | "inherit") | None => {}
            Some(value) => return value.split(' ').any(is_white),
        }
        if depth > 200 {
            return false;
        }
    }
    true
}
