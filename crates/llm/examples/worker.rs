//! A worker on standard input and output, as `deskmate --role=llm` starts it; for tests and by hand.

use std::process::ExitCode;

fn main() -> ExitCode {
    match deskmate_llm::serve(std::io::stdin(), std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
