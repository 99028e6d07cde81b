//! What a user's own types do in a program that has `clientc-plan` and `clientc-runtime` among its dependencies.
//!
//! `serde` buffers what it reads for `tag`, `flatten` and `untagged`. A number that `serde_json` hands over in another
//! form than a number, as it does with `arbitrary_precision`, is no float any more behind such a buffer. And with
//! `preserve_order` a map of `serde_json` keeps an order that the user did not ask for.
#![cfg(test)]

use clientc_plan::document::Resolved;
use clientc_runtime::Runtime;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Shape {
    Circle { radius: f64 },
    Square { side: f32 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Measured {
    name: String,
    #[serde(flatten)]
    values: Values,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Values {
    mean: f64,
    count: u64,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Setting {
    Whole(i64),
    Part(f64),
    Word(String),
}

const RESOLVED: &str = include_str!("../../../examples/fallback/resolved.json");

#[test]
fn a_tagged_enum_reads_its_floats() {
    for (text, shape) in [
        (r#"{"kind":"Circle","radius":1.5}"#, Shape::Circle { radius: 1.5 }),
        (r#"{"radius":2e3,"kind":"Circle"}"#, Shape::Circle { radius: 2000.0 }),
        (r#"{"kind":"Square","side":7}"#, Shape::Square { side: 7.0 }),
    ] {
        assert_eq!(serde_json::from_str::<Shape>(text).expect(text), shape);
    }
}

#[test]
fn a_flattened_struct_reads_its_floats() {
    let read: Measured =
        serde_json::from_str(r#"{"name":"p50","mean":12.75,"count":3}"#).expect("a measurement");
    assert_eq!(read, Measured { name: "p50".into(), values: Values { mean: 12.75, count: 3 } });
}

#[test]
fn an_untagged_enum_tells_floats_from_whole_numbers() {
    let read: Vec<Setting> = serde_json::from_str(r#"[1, 1.5, "x"]"#).expect("settings");
    assert_eq!(read, [Setting::Whole(1), Setting::Part(1.5), Setting::Word("x".into())]);
}

#[test]
fn a_number_is_a_double_and_a_map_is_sorted() {
    assert_eq!(serde_json::from_str::<serde_json::Value>("1.50").expect("a number").to_string(), "1.5");
    let map: serde_json::Value = serde_json::from_str(r#"{"z":1,"a":2}"#).expect("a map");
    assert_eq!(map.to_string(), r#"{"a":2,"z":1}"#);
}

#[test]
fn the_document_keeps_its_bytes_all_the_same() {
    let document = Resolved::read(RESOLVED).expect("a resolved plan");
    let mut written = Vec::new();
    document.write_pretty(&mut written).expect("no disk is involved");
    assert_eq!(String::from_utf8(written).expect("UTF-8"), RESOLVED);
    assert!(Runtime::from_json(RESOLVED).is_ok());
}
