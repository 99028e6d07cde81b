//! Reviewdog's JSON against its JSON Schema as the crate `rdfmt` holds it. That schema allows further keys and is older
//! than related places, so a reader that knows the keys of the documentation and no others judges as well.

use clientc_tests::{published, schema};
use serde::Deserialize;
use serde_json::Value;

use crate::rich::{findings, output, string, text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DiagnosticResult {
    source: Source,
    #[serde(rename = "severity")]
    _severity: Option<Severity>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    #[serde(rename = "url")]
    _url: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Diagnostic {
    message: String,
    location: Location,
    severity: Severity,
    code: Option<Code>,
    #[serde(default)]
    suggestions: Vec<Suggestion>,
    #[serde(default)]
    related_locations: Vec<RelatedLocation>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Severity {
    Error,
    Warning,
    Info,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    value: String,
    #[serde(rename = "url")]
    _url: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RelatedLocation {
    message: String,
    location: Location,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    start: Position,
    end: Option<Position>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    line: usize,
    column: usize,
}

fn read(text: &str) -> DiagnosticResult {
    let document: Value = serde_json::from_str(text).unwrap();
    let schema = published::json("rdfmt", "json_schema/DiagnosticResult.jsonschema");
    assert_eq!(schema::faults(&schema, &document), [""; 0]);
    serde_json::from_value(document).unwrap()
}

#[test]
fn the_reader_reads_the_example_of_the_documentation() {
    let result = read(include_str!("examples/rdjson.json"));
    assert_eq!((&*result.source.name, result.diagnostics.len()), ("super lint", 2));
    assert_eq!(result.diagnostics[1].suggestions[0].text, "<replacement text>");
}

#[test]
fn the_schema_finds_what_is_wrong() {
    let schema = published::json("rdfmt", "json_schema/DiagnosticResult.jsonschema");
    for place in ["/diagnostics/0/location/range/start/line", "/diagnostics/0/code/value"] {
        let mut document: Value = serde_json::from_str(&output("rdjson")).unwrap();
        *document.pointer_mut(place).unwrap() = Value::Bool(true);
        assert!(!schema::faults(&schema, &document).is_empty(), "{place}");
    }
}

#[test]
fn diagnostics_are_our_findings() {
    let (result, findings) = (read(&output("rdjson")), findings());
    assert_eq!((&*result.source.name, result.diagnostics.len()), ("clientc", findings.len()));
    for (diagnostic, finding) in result.diagnostics.iter().zip(&findings) {
        assert_eq!(diagnostic.message, string(&finding["message"]));
        assert_eq!(diagnostic.code.as_ref().unwrap().value, string(&finding["rule"]));
        let severity = match string(&finding["level"]) {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            _ => Severity::Info,
        };
        assert_eq!(diagnostic.severity, severity);
        assert_place(&diagnostic.location, finding);
        let related = finding["related"].as_array().unwrap();
        assert_eq!(diagnostic.related_locations.len(), related.len());
        for (place, expected) in diagnostic.related_locations.iter().zip(related) {
            assert_eq!(place.message, string(&expected["message"]));
            assert_place(&place.location, expected);
        }
        let edits = finding["fix"]["edits"].as_array().into_iter().flatten();
        let edits: Vec<&Value> = edits.filter(|edit| edit["file"] == finding["file"]).collect();
        assert_eq!(diagnostic.suggestions.len(), edits.len());
        for (suggestion, edit) in diagnostic.suggestions.iter().zip(edits) {
            assert_eq!(suggestion.text, string(&edit["text"]));
            assert_range(&suggestion.range, edit);
        }
    }
}

fn assert_place(location: &Location, expected: &Value) {
    assert_eq!(location.path, string(&expected["file"]));
    assert_range(&location.range, expected);
}

/// Lines and columns in bytes lead to the same bytes as offsets do.
fn assert_range(range: &Range, expected: &Value) {
    let text = text(string(&expected["file"]));
    let start = expected["offset"].as_u64().unwrap() as usize;
    assert_eq!(offset(text, &range.start), start);
    let end = range.end.as_ref().unwrap();
    assert_eq!(offset(text, end), start + expected["length"].as_u64().unwrap() as usize);
}

fn offset(text: &str, position: &Position) -> usize {
    let lines = text.split_inclusive('\n').take(position.line - 1);
    lines.map(str::len).sum::<usize>() + position.column - 1
}
