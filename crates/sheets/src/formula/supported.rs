//! Which functions are computed, and which are named as not computed.

/// Functions whose value changes by itself or by the machine: never compared, and not offered without saying so.
const VOLATILE: [&str; 9] = [
    "NOW",
    "TODAY",
    "RAND",
    "RANDBETWEEN",
    "RANDARRAY",
    "CELL",
    "INFO",
    "INDIRECT",
    "OFFSET",
];

/// Functions that read what is not in the workbook, run programs, or reach the network: never offered.
const OUTSIDE: [&str; 10] = [
    "WEBSERVICE",
    "FILTERXML",
    "RTD",
    "CALL",
    "REGISTER.ID",
    "IMAGE",
    "CUBEVALUE",
    "CUBEMEMBER",
    "SQL.REQUEST",
    "HYPERLINK",
];

/// Functions for which the engine was found to differ from the values that Excel stored; see the example
/// `recompute`, which prints the agreement by function.
const DISAGREEING: [&str; 0] = [];

/// Whether a function gives another value at another time or place.
pub(crate) fn is_volatile(name: &str) -> bool {
    VOLATILE.contains(&name)
}

/// Whether a function reaches outside of the workbook.
pub(crate) fn reaches_outside(name: &str) -> bool {
    OUTSIDE.contains(&name)
}

/// Whether a function is computed when a workbook is loaded; the stored value stands for the others.
pub(crate) fn is_recomputed(name: &str) -> bool {
    !is_volatile(name) && !reaches_outside(name) && !disagrees(name)
}

/// Whether the engine was found to compute a function differently from Excel.
pub(crate) fn disagrees(name: &str) -> bool {
    DISAGREEING.contains(&name)
}
