//! The doctor's report.

use deskmate_app::doctor::{DoctorReport, examine};
use deskmate_app::{ConfinementReport, Home};
use deskmate_core::{CancelToken, WireError};

use crate::console::Console;

pub(crate) fn run(
    home: &Home,
    measure: bool,
    console: &Console,
    cancel: &CancelToken,
) -> Result<u8, WireError> {
    let report = examine(home, measure, cancel)?;
    console.result(&report, |console| text(&report, console));
    Ok(0)
}

fn text(report: &DoctorReport, console: &Console) -> String {
    let machine = &report.machine;
    let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    let mut out = format!(
        "{}\n  {} physical cores, {}\n  llama.cpp build for the processor: {}\n",
        console.bold("Processor"),
        machine.physical_cores,
        machine.cpu_features.join(" "),
        machine.cpu_variant.as_deref().unwrap_or("unknown"),
    );
    out.push_str(&format!(
        "{}\n  {:.1} GiB, {:.1} GiB free{}\n",
        console.bold("Memory"),
        gib(machine.memory_total_bytes),
        gib(machine.memory_available_bytes),
        machine
            .bandwidth_bytes_per_second
            .map_or_else(String::new, |b| format!(
                ", reads {:.1} GB/s",
                b as f64 / 1e9
            )),
    ));
    out.push_str(&format!("{}\n", console.bold("Devices of llama.cpp")));
    for device in &machine.devices {
        out.push_str(&format!(
            "  {} ({}): {}\n",
            device.name, device.backend, device.description
        ));
    }
    out.push_str(&format!("{}\n", console.bold("Graphics adapters")));
    for adapter in &report.graphics {
        out.push_str(&format!(
            "  {} ({}, {}): {:?}\n",
            adapter.name, adapter.backend, adapter.device_type, adapter.self_test
        ));
    }
    match &report.graphics_error {
        Some(error) => out.push_str(&format!("  {error}\n")),
        None if report.graphics.is_empty() => out.push_str("  none\n"),
        None => {}
    }
    out.push_str(&format!("{}\n", console.bold("Worker processes")));
    for report in &report.confinement {
        out.push_str(&format!("  {}\n", confinement(report)));
    }
    out.push_str(&format!("{}\n", console.bold("Models")));
    for model in &report.models {
        let speed = model
            .predicted_tokens_per_second
            .map_or_else(String::new, |speed| format!(", about {speed:.0} tokens/s"));
        let measured = model
            .measured_tokens_per_second
            .map_or_else(String::new, |speed| format!(" (measured {speed:.0})"));
        out.push_str(&format!(
            "  {:22} {}{}, needs {:.1} GiB{speed}{measured}\n      {}\n",
            model.id,
            if model.installed { "installed, " } else { "" },
            if model.fits { "fits" } else { "does not fit" },
            gib(model.needed_bytes),
            console.dim(&model.reason),
        ));
    }
    out
}

/// What one kind of worker is kept from, in a line.
fn confinement(report: &ConfinementReport) -> String {
    let work = match report.role.as_str() {
        "parse" => "reading files",
        _ => "the model",
    };
    let open: Vec<&str> = report
        .attempts
        .iter()
        .filter(|attempt| !attempt.refused)
        .map(|attempt| attempt.what.as_str())
        .collect();
    if open.is_empty() {
        format!("{work}: no network, no other programs, no files of yours (each tried and refused)")
    } else {
        format!("{work}: not kept from {} on this system", open.join(", "))
    }
}
