//! Prompts: list, show, fill in, save, delete, exchange.

use deskmate_app::{Home, PromptEntry, PromptFile, Prompts};
use deskmate_core::WireError;
use serde_json::json;

use super::skill::{pairs, read_text};
use crate::arguments::PromptsCommand;
use crate::console::Console;

pub(crate) fn run(
    home: &Home,
    command: &PromptsCommand,
    console: &Console,
) -> Result<u8, WireError> {
    let prompts = Prompts::of(home);
    match command {
        PromptsCommand::List => {
            let all = prompts.list()?;
            console.result(&json!({ "prompts": all }), |console| {
                let lines: Vec<String> = all.iter().map(|entry| line(entry, console)).collect();
                lines.join("\n")
            });
        }
        PromptsCommand::Show { id } => show(&prompts.show(id)?, console),
        PromptsCommand::Render { id, values } => {
            let text = prompts.render(id, &pairs(values)?)?;
            console.result(&json!({ "text": text }), |_| text.clone());
        }
        PromptsCommand::Save { id, file } => {
            let prompt = PromptFile::parse(&read_text(file)?)?;
            show(&prompts.save(id, &prompt)?, console);
        }
        PromptsCommand::Delete { id } => {
            prompts.delete(id)?;
            console.result(&json!({ "deleted": id }), |_| {
                format!("`{id}` is in the trash; `deskmate prompts restore` brings it back")
            });
        }
        PromptsCommand::Restore { id } => show(&prompts.restore(id)?, console),
        PromptsCommand::Import { from } => {
            let report = prompts.import(from)?;
            console.result(&report, |_| {
                let mut out = format!(
                    "{} added, {} there already",
                    report.added.len(),
                    report.unchanged.len()
                );
                for refused in &report.refused {
                    out.push_str(&format!("\nleft out {refused}"));
                }
                out
            });
        }
        PromptsCommand::Export { to, all } => {
            let count = prompts.export(to, *all)?;
            console.result(&json!({ "exported": count, "path": to }), |_| {
                format!("{count} prompts written to {}", to.display())
            });
        }
    }
    Ok(0)
}

fn show(entry: &PromptEntry, console: &Console) {
    console.result(entry, |console| {
        format!("{}\n\n{}", line(entry, console), entry.prompt.text)
    });
}

fn line(entry: &PromptEntry, console: &Console) -> String {
    let about = match &entry.broken {
        Some(reason) => reason.clone(),
        None => {
            let names: Vec<&str> = entry
                .prompt
                .variables
                .iter()
                .map(|variable| variable.name.as_str())
                .collect();
            let names = match names.is_empty() {
                true => String::new(),
                false => console.dim(&format!(" ({})", names.join(", "))),
            };
            format!(
                "{}: {}{names}",
                entry.prompt.title, entry.prompt.description
            )
        }
    };
    format!("{:24} {about}", console.bold(&entry.id))
}
