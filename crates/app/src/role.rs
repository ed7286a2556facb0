//! One executable, several roles: what `--role=…` runs instead of the program itself.

use std::process::ExitCode;

/// Plays the role that the first argument names; `None` when it names none, and the program is itself.
///
/// To be called first thing in `main`, before anything else is set up.
pub fn play_role(mut arguments: impl Iterator<Item = String>) -> Option<ExitCode> {
    let role = arguments.nth(1)?;
    let role = role.strip_prefix("--role=")?.to_string();
    let (input, output) = (std::io::stdin(), std::io::stdout());
    let ended = match role.as_str() {
        "parse" => crate::parse::serve(input, output).map_err(|error| error.to_string()),
        "llm" => deskmate_llm::serve(input, output).map_err(|error| error.to_string()),
        "graphics" => crate::doctor::serve_graphics(output).map_err(|error| error.to_string()),
        other => Err(format!("there is no role `{other}`")),
    };
    Some(if ended.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
