//! SARIF 2.1.0 against its JSON Schema, and against what code hosts ask for beyond it.

use std::collections::BTreeSet;

use clientc_tests::{Folder, published, schema};
use serde_json::Value;

use crate::rich::{findings, output, string, text};

/// The published schema. Its expression for the names of languages ends in a bracket that nothing opens, which the judge
/// refuses.
fn schema() -> Value {
    let text = published::text("serde-sarif", "src/schema.json");
    assert!(text.contains("{2}]?$"), "the expression is mended: nothing needs to be done here any more");
    serde_json::from_str(&text.replace("{2}]?$", "{2}?$")).unwrap()
}

fn log() -> Value {
    serde_json::from_str(&output("sarif")).unwrap()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn follows_the_schema() {
    let schema = schema();
    assert_eq!(schema::faults(&schema, &log()), [""; 0]);
    let clean = Folder::with(&[("baml_src/a.baml", "client<llm> A {\n  provider openai\n}\n")]);
    assert_eq!(schema::faults(&schema, &clean.run("check --format sarif").json()), [""; 0]);
}

#[test]
fn the_schema_finds_what_is_wrong() {
    let schema = schema();
    for (place, wrong) in [
        ("/version", Value::from("2.2.0")),
        ("/runs/0/results/0/level", Value::from("fatal")),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", Value::from(0)),
        ("/runs/0/results/0/message", Value::from("no object")),
    ] {
        let mut log = log();
        *log.pointer_mut(place).unwrap() = wrong;
        assert!(!schema::faults(&schema, &log).is_empty(), "{place}");
    }
}

#[test]
fn every_rule_says_what_it_is() {
    let log = log();
    let driver = &log["runs"][0]["tool"]["driver"];
    assert!(string(&driver["informationUri"]).starts_with("https://"));
    let rules = driver["rules"].as_array().unwrap();
    assert_eq!(rules.len(), clientc_check::RULES.len());
    for rule in rules {
        let name = string(&rule["id"]);
        // Code scanning on GitHub shows at most 1,024 characters of these.
        for key in ["shortDescription", "fullDescription"] {
            let text = string(&rule[key]["text"]);
            assert!(
                !text.is_empty() && text.chars().count() <= 1024 && !text.contains('\n'),
                "{name}: {text}"
            );
        }
        assert!(string(&rule["fullDescription"]["text"]).ends_with('.'), "{name}");
        assert!(string(&rule["help"]["markdown"]).starts_with(&format!("# {name}\n")));
        assert!(
            ["error", "warning", "note", "none"].contains(&string(&rule["defaultConfiguration"]["level"]))
        );
        let page = string(&rule["helpUri"]).rsplit('/').next().unwrap();
        let path = clientc_tests::shared::repository().join("crates/check/src/rules").join(page);
        assert!(path.exists(), "{page} does not exist");
    }
}

#[test]
fn results_are_our_findings() {
    let (log, findings) = (log(), findings());
    let results = results(&log);
    assert_eq!(results.len(), findings.len());
    let mut fingerprints = BTreeSet::new();
    for (result, finding) in results.iter().zip(&findings) {
        assert_eq!(result["ruleId"], finding["rule"]);
        let rule = &log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], finding["rule"]);
        assert!(string(&result["message"]["text"]).starts_with(string(&finding["message"])));
        assert_place(&result["locations"][0]["physicalLocation"], finding);
        let related = finding["related"].as_array().unwrap();
        assert_eq!(result["relatedLocations"].as_array().map_or(0, Vec::len), related.len());
        for (place, expected) in result["relatedLocations"].as_array().into_iter().flatten().zip(related) {
            assert_eq!(place["message"]["text"], expected["message"]);
            assert_place(&place["physicalLocation"], expected);
        }
        let fingerprint = string(&result["partialFingerprints"]["subject/v1"]);
        assert!(fingerprints.insert(fingerprint), "{fingerprint} comes twice");
        assert_eq!(result["fixes"].is_array(), !finding["fix"].is_null());
    }
}

fn assert_place(location: &Value, expected: &Value) {
    let region = &location["region"];
    let pairs = [
        ("startLine", "line"),
        ("startColumn", "column"),
        ("endLine", "end_line"),
        ("endColumn", "end_column"),
        ("byteOffset", "offset"),
        ("byteLength", "length"),
    ];
    for (ours, theirs) in pairs {
        assert_eq!(region[ours], expected[theirs], "{ours}");
    }
    let uri = string(&location["artifactLocation"]["uri"]);
    assert!(uri.is_ascii() && !uri.contains(' '), "{uri}");
    assert_eq!(decoded(uri), string(&expected["file"]));
}

/// A relative reference without its `%XX`.
fn decoded(uri: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), uri);
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend(before.bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
        rest = &after[2..];
    }
    bytes.extend(rest.bytes());
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_fix_changes_each_file_once_and_names_the_text_that_goes() {
    let log = log();
    let mut fixes = 0;
    for (result, finding) in results(&log).iter().zip(findings()) {
        let Some(fix) = result["fixes"].get(0) else { continue };
        fixes += 1;
        assert_eq!(fix["description"]["text"], finding["fix"]["title"]);
        let changes = fix["artifactChanges"].as_array().unwrap();
        let files: BTreeSet<&str> =
            changes.iter().map(|change| string(&change["artifactLocation"]["uri"])).collect();
        assert_eq!(files.len(), changes.len());
        let edits = finding["fix"]["edits"].as_array().unwrap();
        let replacements: Vec<&Value> =
            changes.iter().flat_map(|change| change["replacements"].as_array().unwrap()).collect();
        assert_eq!(replacements.len(), edits.len());
        for (replacement, edit) in replacements.iter().zip(edits) {
            let region = &replacement["deletedRegion"];
            assert_eq!(region["byteOffset"], edit["offset"]);
            let start = edit["offset"].as_u64().unwrap() as usize;
            let end = start + edit["length"].as_u64().unwrap() as usize;
            assert!(text(string(&edit["file"])).get(start..end).is_some());
            assert_eq!(replacement["insertedContent"]["text"], edit["text"]);
        }
    }
    assert!(fixes >= 2);
}
