//! The commands of the window, by topic. Each is one call of `app`.

mod backup;
mod conversations;
mod jobs;
mod library;
mod manuscripts;
mod models;
mod program;
mod prompts;
mod system;
mod workbook;

use tauri::{Builder, Wry};

/// All commands, under the names that `ui/src/backend/tauri.ts` uses.
pub(crate) fn register(builder: Builder<Wry>) -> Builder<Wry> {
    builder.invoke_handler(tauri::generate_handler![
        program::app_info,
        program::set_settings,
        program::network,
        program::machine,
        program::painted,
        program::cancel_call,
        models::models,
        models::get_model,
        models::add_model,
        models::use_model,
        models::unload_model,
        library::library_status,
        library::sources,
        library::estimate,
        library::add_paths,
        library::add_samples,
        library::retry,
        library::forget,
        library::explain,
        library::search,
        library::source_content,
        library::source_bytes,
        library::keep_attachment,
        backup::back_up,
        backup::verify_backup,
        backup::restore_backup,
        conversations::conversations,
        conversations::conversation,
        conversations::rename_conversation,
        conversations::delete_conversation,
        conversations::restore_conversation,
        conversations::select_branch,
        conversations::ask,
        conversations::set_feedback,
        manuscripts::manuscripts,
        manuscripts::manuscript,
        manuscripts::manuscript_versions,
        manuscripts::new_manuscript,
        manuscripts::import_manuscript,
        manuscripts::save_manuscript,
        manuscripts::name_manuscript_version,
        manuscripts::restore_manuscript_version,
        manuscripts::delete_manuscript,
        manuscripts::undelete_manuscript,
        manuscripts::export_manuscript,
        jobs::skills,
        jobs::run_skill,
        jobs::apply_rewrite,
        jobs::ask_sheet,
        jobs::jobs,
        jobs::cancel_job,
        jobs::pause_job,
        jobs::resume_job,
        jobs::clear_jobs,
        workbook::suggest_column,
        workbook::suggest_fill,
        workbook::suggest_chart,
        workbook::suggest_result,
        workbook::write_column,
        workbook::undo_workbook_change,
        prompts::prompts,
        prompts::render_prompt,
        prompts::save_prompt,
        prompts::delete_prompt,
        prompts::restore_prompt,
        prompts::import_prompts,
        prompts::export_prompts,
        system::pick_files,
        system::reveal,
        system::open_file,
        system::open_link,
        system::copy_text,
    ])
}
