//! A package's manifest, reduced to what the rules ask for.

use toml::{Table, Value};

/// The manifest of one of our packages.
#[derive(Debug)]
pub struct Manifest {
    /// Path of the manifest, relative to the root.
    pub path: String,
    /// The room: name of the folder, e.g. `core`, `src-tauri`, `tests`.
    pub room: String,
    /// The package's name.
    pub package: String,
    /// Every dependency of every kind and platform.
    pub dependencies: Vec<Dependency>,
    /// The features and what each switches on.
    pub features: Vec<(String, Vec<String>)>,
    /// Whether the lints of the workspace hold here.
    pub inherits_lints: bool,
}

/// One dependency of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Name of the package, whatever the manifest calls it.
    pub package: String,
    /// The table that it stands in: `dependencies`, `dev-dependencies` or `build-dependencies`.
    pub kind: String,
    /// Only there when a feature asks for it.
    pub optional: bool,
}

impl Manifest {
    /// Reads a manifest; `path` is relative to the root and names the room.
    ///
    /// # Panics
    /// When it is not valid TOML or has no package.
    pub fn parse(path: &str, text: &str) -> Self {
        let manifest: Table = text
            .parse()
            .unwrap_or_else(|error| panic!("`{path}` is not valid TOML: {error}"));
        let room = path.rsplit('/').nth(1).unwrap_or_default().to_owned();
        let package = manifest
            .get("package")
            .and_then(|package| package.get("name"))
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("`{path}` has no package name"))
            .to_owned();
        let mut dependencies = Vec::new();
        collect_dependencies(&manifest, &mut dependencies);
        for platform in tables(manifest.get("target")) {
            collect_dependencies(platform, &mut dependencies);
        }
        let features = manifest
            .get("features")
            .and_then(Value::as_table)
            .into_iter()
            .flatten()
            .map(|(name, enables)| (name.clone(), strings(enables)))
            .collect();
        let inherits_lints = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"))
            .and_then(Value::as_bool)
            .unwrap_or(false);
        Self {
            path: path.to_owned(),
            room,
            package,
            dependencies,
            features,
            inherits_lints,
        }
    }
}

fn collect_dependencies(table: &Table, into: &mut Vec<Dependency>) {
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let Some(entries) = table.get(kind).and_then(Value::as_table) else {
            continue;
        };
        for (name, entry) in entries {
            into.push(Dependency {
                package: entry
                    .get("package")
                    .and_then(Value::as_str)
                    .unwrap_or(name)
                    .to_owned(),
                kind: kind.to_owned(),
                optional: entry
                    .get("optional")
                    .and_then(Value::as_bool)
                    .unwrap_or(false),
            });
        }
    }
}

fn tables(value: Option<&Value>) -> impl Iterator<Item = &Table> {
    value
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(|table| table.values())
        .filter_map(Value::as_table)
}

fn strings(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renamed_optional_and_platform_dependencies_are_all_seen() {
        let manifest = Manifest::parse(
            "crates/app/Cargo.toml",
            r#"
            [package]
            name = "deskmate-app"
            [dependencies]
            net = { package = "ureq", version = "3" }
            [dev-dependencies]
            tempfile = "3"
            [target.'cfg(unix)'.dependencies]
            rlimit = { version = "0.11", optional = true }
            "#,
        );
        let seen: Vec<(&str, &str, bool)> = manifest
            .dependencies
            .iter()
            .map(|d| (d.package.as_str(), d.kind.as_str(), d.optional))
            .collect();
        assert_eq!(manifest.room, "app");
        assert_eq!(
            seen,
            [
                ("ureq", "dependencies", false),
                ("tempfile", "dev-dependencies", false),
                ("rlimit", "dependencies", true),
            ]
        );
    }
}
