use super::{Map, Number, Value, json};
use proptest::prelude::*;

fn value() -> impl Strategy<Value = Value> {
    value_with(prop_oneof![
        "-?(0|[1-9][0-9]{0,30})",
        "-?(0|[1-9][0-9]{0,9})\\.[0-9]{1,9}([eE][+-]?[0-9]{1,3})?"
    ])
}

fn value_with(number: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = Value> {
    let simple = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_map(|text| Value::Number(Number::parse(&text).unwrap())),
        any::<String>().prop_map(Value::String),
    ];
    simple.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            proptest::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// Text that is nearly JSON.
fn nearly() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        "[\\[\\]{}:, \n\t]",
        Just("\"a\"".to_owned()),
        Just("\"\\u0041\\n\"".to_owned()),
        Just("\"\\ud800\"".to_owned()),
        Just("\"\\x\"".to_owned()),
        Just("\"\u{1}\"".to_owned()),
        "-?[0-9]{1,3}",
        "-?[0-9]{0,2}\\.?[0-9]{0,2}[eE]?[+-]?[0-9]?",
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("null".to_owned()),
        "[a-z\"\\\\]",
    ];
    proptest::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat())
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(value in value()) {
        let written = value.to_string();
        let read = Value::parse(&written).unwrap();
        prop_assert_eq!(&read, &value);
        prop_assert_eq!(read.to_string(), written);
    }

    #[test]
    fn what_is_json_for_serde_json_is_json_here(text in nearly()) {
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        let ours = Value::parse(&text);
        match theirs {
            Ok(theirs) => prop_assert_eq!(serde_json::to_value(ours.unwrap()).unwrap(), theirs),
            // A number that no double can hold is JSON all the same.
            Err(error) if error.to_string().contains("out of range") => {}
            Err(_) => prop_assert!(ours.is_err(), "{text}"),
        }
    }

    #[test]
    fn types_read_it_as_they_read_text(value in value_with("-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?")) {
        let theirs: Result<serde_json::Value, _> = serde_json::from_str(&value.to_string());
        if let Ok(theirs) = theirs {
            prop_assert_eq!(value.read::<serde_json::Value>().unwrap(), theirs);
        }
    }
}

#[test]
fn the_order_of_keys_is_kept() {
    let text = r#"{"z":1,"a":{"y":[],"b":null},"m":0.10}"#;
    assert_eq!(Value::parse(text).unwrap().to_string(), text);
    assert_eq!(serde_json::from_str::<Value>(text).unwrap()["a"].to_string(), r#"{"y":[],"b":null}"#);
}

#[test]
fn errors_name_their_place() {
    for (text, message) in [
        ("", "expected a value at line 1 column 1"),
        ("{\n \"a\" 1}", "expected `:` at line 2 column 6"),
        ("{\"a\":1,}", "expected a key in quotes at line 1 column 8"),
        ("[1 2]", "expected `,` or `]` at line 1 column 4"),
        ("[1]]", "expected the end of the text at line 1 column 4"),
        ("[01]", "expected a value at line 1 column 2"),
        ("\"a", "expected the closing quote of a string at line 1 column 3"),
        ("\"a\\", "expected the closing quote of a string at line 1 column 4"),
        (" \"\\ud800\"", "expected a string with valid escapes at line 1 column 2"),
        ("\"a\nb\"", "expected an escape instead of a control character at line 1 column 3"),
    ] {
        assert_eq!(Value::parse(text).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn nesting_has_a_bound() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Value::parse(&nested(super::MAX_NESTING)).is_ok());
    assert_eq!(Value::parse(&nested(super::MAX_NESTING + 1)), Err(super::JsonError::TooDeep));
    assert_eq!(Value::parse(&"[".repeat(1_000_000)), Err(super::JsonError::TooDeep));
    assert_eq!(Value::from_slice(&[b'"', 0xFF, b'"']), Err(super::JsonError::NotUtf8));
}

#[test]
fn pointers_and_indexes_lead_to_values() {
    let value = json!({"a": [1, {"b": "c"}], "e": {}});
    assert_eq!(value.pointer("/a/1/b").and_then(Value::as_str), Some("c"));
    assert_eq!(value.pointer("/a/2"), None);
    assert_eq!(value.pointer(""), Some(&value));
    assert_eq!((&value["a"][0], &value["x"]["y"]), (&json!(1), &Value::Null));
    assert!(value["a"][0] == 1 && value["a"][1]["b"] == "c" && value["e"] == Value::Object(Map::new()));
}
