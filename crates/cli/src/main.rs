//! The `deskmate` command: everything the desktop can do, headless.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line prints"
)]

mod arguments;
mod commands;
mod console;

use std::process::ExitCode;

use clap::Parser;
use deskmate_core::{ErrorCode, WireError};

use crate::arguments::Arguments;
use crate::console::Console;

fn main() -> ExitCode {
    if let Some(code) = deskmate_app::play_role(std::env::args()) {
        return code;
    }
    let json = std::env::args().any(|argument| argument == "--json");
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if !error.use_stderr() => {
            print!("{error}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            if json {
                let first = error.to_string();
                let first = first.lines().next().unwrap_or("wrong usage");
                let message = first.trim_start_matches("error: ").to_string();
                let error = WireError::new(ErrorCode::InvalidInput, message)
                    .with_hint("`deskmate --help` shows the commands");
                println!("{}", serde_json::json!({ "error": error }));
            } else {
                eprint!("{error}");
            }
            return ExitCode::from(2);
        }
    };
    let console = Console::new(arguments.json);
    let cancel = console::cancel_on_interrupt();
    let exit = match commands::run(&arguments, &console, &cancel) {
        Ok(exit) => exit,
        Err(error) => {
            console.error(&error);
            match error.code {
                ErrorCode::Cancelled => 130,
                _ => 1,
            }
        }
    };
    ExitCode::from(exit)
}
