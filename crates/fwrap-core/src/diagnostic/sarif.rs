//! Findings as a SARIF 2.1.0 log, the form in which code hosts and editors take diagnostics.

use serde::Serialize;

use crate::diagnostic::finding::{Finding, Place};

/// A code with all that is known of it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The code, such as `FW0101`.
    pub code: &'static str,
    /// What it means and what to do.
    pub explanation: &'static str,
    /// An example, and the line to write.
    pub example: String,
}

/// The log of one run. Paths below `root`, the directory that relative paths are relative to, become relative to it.
pub fn to_sarif(findings: &[Finding], rules: &[Rule], root: &str) -> impl Serialize + use<> {
    let driver = Driver {
        name: "fwrap",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: rules.iter().map(describe).collect(),
    };
    let base = BaseIds { source_root: Uri { uri: format!("{}/", file_uri(root.trim_end_matches('/'))) } };
    let successful = findings.iter().all(|finding| finding.severity != "error");
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver },
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: base,
            invocations: [Invocation { execution_successful: successful }],
            results: findings.iter().map(|finding| result(finding, rules, root)).collect(),
        }],
    }
}

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    original_uri_base_ids: BaseIds,
    invocations: [Invocation; 1],
    results: Vec<SarifResult>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Text,
    full_description: Text,
    help: Help,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct BaseIds {
    #[serde(rename = "%SRCROOT%")]
    source_root: Uri,
}

#[derive(Serialize)]
struct Uri {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

fn describe(rule: &Rule) -> Descriptor {
    let first = rule.explanation.split_inclusive(". ").next().unwrap_or(rule.explanation).trim();
    Descriptor {
        id: rule.code,
        short_description: Text { text: first.to_owned() },
        full_description: Text { text: rule.explanation.to_owned() },
        help: Help {
            text: format!("{}\n\n{}", rule.explanation, rule.example),
            markdown: format!("{}\n\n```text\n{}\n```", rule.explanation, rule.example.trim_end()),
        },
    }
}

fn result(finding: &Finding, rules: &[Rule], root: &str) -> SarifResult {
    let mut message = finding.title.clone();
    if !finding.label.is_empty() {
        message.push_str(&format!(": {}", finding.label));
    }
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    let mut locations = Vec::from_iter(location(&finding.place, root));
    if let (Some(location), Some(name)) = (locations.first_mut(), &finding.procedure) {
        location.logical_locations.push(LogicalLocation { fully_qualified_name: name.clone(), kind: "function" });
    }
    let related = finding.related.iter().enumerate().filter_map(|(index, related)| {
        let message = Some(Text { text: related.label.clone() });
        Some(Location { id: Some(index), message, ..location(&related.place, root)? })
    });
    SarifResult {
        rule_id: finding.code,
        rule_index: finding.code.and_then(|code| rules.iter().position(|rule| rule.code == code)),
        level: finding.severity,
        message: Text { text: message },
        locations,
        related_locations: related.collect(),
    }
}

fn location(place: &Place, root: &str) -> Option<Location> {
    let region = || {
        Some(Region {
            start_line: place.line?,
            start_column: place.column?,
            end_line: place.end_line?,
            end_column: place.end_column?,
        })
    };
    let physical_location =
        PhysicalLocation { artifact_location: artifact_location(place.path.as_ref()?, root), region: region() };
    Some(Location { id: None, physical_location, logical_locations: Vec::new(), message: None })
}

/// Relative to the root where the file lies below it.
fn artifact_location(path: &str, root: &str) -> ArtifactLocation {
    let absolute = if path.starts_with('/') { path.to_owned() } else { format!("{root}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in absolute.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let absolute = format!("/{}", parts.join("/"));
    match absolute.strip_prefix(root.trim_end_matches('/')).and_then(|path| path.strip_prefix('/')) {
        Some(relative) => ArtifactLocation { uri: percent_encoded(relative), uri_base_id: Some("%SRCROOT%") },
        None => ArtifactLocation { uri: file_uri(&absolute), uri_base_id: None },
    }
}

fn file_uri(absolute: &str) -> String {
    format!("file://{}", percent_encoded(absolute))
}

/// What may stand in the path of a URI as it is (RFC 3986 3.3) stays, and so do the slashes.
fn percent_encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'+' | b'@' | b',' | b'=' => {
                uri.push(char::from(byte));
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::artifact_location;

    fn uri(path: &str) -> (String, Option<&'static str>) {
        let location = artifact_location(path, "/home/me/my code");
        (location.uri, location.uri_base_id)
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("src/k.f90"), ("src/k.f90".to_owned(), Some("%SRCROOT%")));
        assert_eq!(uri("./a/../k%1 \u{fc}.f90"), ("k%251%20%C3%BC.f90".to_owned(), Some("%SRCROOT%")));
        assert_eq!(uri("/home/me/my code/k.f90"), ("k.f90".to_owned(), Some("%SRCROOT%")));
        assert_eq!(uri("../other/k.f90"), ("file:///home/me/other/k.f90".to_owned(), None));
        assert_eq!(uri("/usr/a b.f"), ("file:///usr/a%20b.f".to_owned(), None));
    }
}
