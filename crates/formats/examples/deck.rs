//! Writes a deck from JSON: `deck IN.json OUT.pptx [TEMPLATE]`, for checks that look at rendered slides.
#![allow(clippy::print_stderr, clippy::print_stdout)]

use std::error::Error;
use std::fs;

use deskmate_core::Deck;
use deskmate_formats::{DeckOptions, write_pptx};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output, rest @ ..] = arguments.as_slice() else {
        return Err("usage: deck IN.json OUT.pptx [TEMPLATE]".into());
    };
    let deck: Deck = serde_json::from_str(&fs::read_to_string(input)?)?;
    let template = rest.first().map(fs::read).transpose()?;
    let options = DeckOptions {
        template: template.as_deref(),
        created: None,
    };
    let written = write_pptx(&deck, &options)?;
    fs::write(output, &written.bytes)?;
    println!("{} slides", written.slides);
    for warning in written.warnings {
        eprintln!("{}", warning.message);
    }
    Ok(())
}
