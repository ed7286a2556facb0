//! The commands, each a few lines over the app's API.

mod backup;
mod bench;
mod conversations;
mod demo;
mod desk;
mod doctor;
mod document;
mod fill;
mod library;
mod models;
mod prompts;
mod sheet;
mod skill;
mod workbook;

use deskmate_app::Home;
use deskmate_core::{CancelToken, WireError};

use crate::arguments::{Arguments, Command};
use crate::console::Console;

/// Runs a command; gives the exit status.
pub(crate) fn run(
    arguments: &Arguments,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let home = Home::locate(arguments.home.as_deref());
    match &arguments.command {
        Command::Add { paths } => library::add(&home, paths, console, cancel),
        Command::Sync => library::sync(&home, console, cancel),
        Command::Status => library::status(&home, console),
        Command::Forget { path } => library::forget(&home, path, console),
        Command::Backup { file, command } => {
            backup::backup(&home, file.as_deref(), command.as_ref(), console, cancel)
        }
        Command::Restore { file, replace } => {
            backup::restore(&home, file, *replace, console, cancel)
        }
        Command::Search { query, top, files } => {
            library::search(&home, query, usize::from(*top), files, console, cancel)
        }
        Command::Ask {
            question,
            files,
            brief,
            conversation,
        } => {
            let params = deskmate_app::AskParams {
                question: question.clone(),
                files: files.clone(),
                brief: *brief,
                conversation: conversation.clone(),
            };
            library::ask(&home, &params, console, cancel)
        }
        Command::Files(command) => desk::files(&home, command, console, cancel),
        Command::Conversations(command) => conversations::run(&home, command, console, cancel),
        Command::Document(command) => document::run(&home, command, console, cancel),
        Command::Jobs(command) => desk::jobs(&home, command, console),
        Command::Settings(command) => desk::settings(&home, command, console),
        Command::Network => desk::network(&home, console),
        Command::Read { path } => library::read(path, console, cancel),
        Command::Sheet(command) => sheet::run(&home, command, console, cancel),
        Command::Skill(command) => skill::run(&home, command, console, cancel),
        Command::Prompts(command) => prompts::run(&home, command, console),
        Command::Models(command) => models::run(&home, command, console, cancel),
        Command::Doctor { measure } => doctor::run(&home, *measure, console, cancel),
        Command::Bench(command) => bench::run(&home, command, console, cancel),
        Command::Demo { samples } => demo::run(&home, samples, console, cancel),
    }
}
