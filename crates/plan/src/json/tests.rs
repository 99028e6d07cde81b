use proptest::prelude::*;
use serde::Deserialize;

use super::{Map, Number, Value, json};

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
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert!(Value::parse(&objects(super::MAX_NESTING)).is_ok());
    assert_eq!(Value::parse(&objects(super::MAX_NESTING + 1)), Err(super::JsonError::TooDeep));
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

/// A value of each kind, in the order of `Value`.
const KINDS: [&str; 6] = ["null", "true", "3", "\"a\"", "[1]", "{\"a\":1}"];

#[test]
fn a_value_is_of_its_own_kind_alone() {
    for (kind, text) in KINDS.into_iter().enumerate() {
        let mut value = Value::parse(text).unwrap();
        let is = [value.is_null(), value.is_string(), value.is_array(), value.is_object()];
        assert_eq!(is, [0, 3, 4, 5].map(|other| other == kind), "{text}");
        let found = [
            value.as_bool().is_some(),
            value.as_number().is_some(),
            value.as_u64().is_some(),
            value.as_f64().is_some(),
            value.as_str().is_some(),
            value.as_array().is_some(),
            value.as_object().is_some(),
            value.as_object_mut().is_some(),
        ];
        assert_eq!(found, [1, 2, 2, 2, 3, 4, 5, 5].map(|other| other == kind), "{text}");
        assert_eq!(value.take().to_string(), text);
        assert!(value.is_null());
    }
}

#[test]
fn a_value_equals_what_rust_calls_the_same_and_nothing_else() {
    let value = |text: &str| Value::parse(text).unwrap();
    assert!(value("true") == true && value("true") != false && value("1") != true);
    assert!(value("\"a\"") == "a" && value("\"a\"") != "b" && value("1") != "1");
    assert!(value("-3") == -3 && value("-3") != 3 && value("\"3\"") != 3);
    assert!(value("3") == 3_u64 && value("3") != 4_u64 && value("-3") != 3_u64);
    assert!(value("0.5") == 0.5 && value("0.5") != 0.25 && value("\"0.5\"") != 0.5);
    assert!(value("\"a\"") == *"a" && value("\"a\"") != *"b");
}

#[test]
fn what_is_assigned_is_there() {
    let mut value = json!(1);
    value["a"][2] = json!("x");
    value["a"][0] = json!(true);
    value["b"] = Value::from(vec![1_u64, 2]);
    assert_eq!(value.to_string(), r#"{"a":[true,null,"x"],"b":[1,2]}"#);
}

#[test]
fn values_of_rust_become_values_of_their_kind() {
    let from: [(Value, &str); 13] = [
        (true.into(), "true"),
        (7_u16.into(), "7"),
        (8_u32.into(), "8"),
        (9_usize.into(), "9"),
        ((-1_i32).into(), "-1"),
        ((-2_i64).into(), "-2"),
        (0.5.into(), "0.5"),
        (f64::NAN.into(), "null"),
        ("a".into(), "\"a\""),
        (String::from("b").into(), "\"b\""),
        (None::<u64>.into(), "null"),
        ([1_u64, 2].into(), "[1,2]"),
        (serde_json::json!({"k": [null, false, 1.5, "s"]}).into(), r#"{"k":[null,false,1.5,"s"]}"#),
    ];
    for (value, text) in from {
        assert_eq!(value.to_string(), text);
    }
}

#[test]
fn other_readers_give_the_same_values() {
    let text = r#"{"s":"a","escaped":"\n","n":null,"list":[1,-2,0.5,true,{"k":[]}]}"#;
    let value = Value::parse(text).unwrap();
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), value);
    assert_eq!(value.clone().read::<Value>().unwrap(), value);
    assert_eq!(Value::Null.read::<Option<Value>>().unwrap(), None);
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Colour {
    DarkRed,
    Blue,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Wrapped(u64);

#[derive(Debug, PartialEq, Deserialize)]
struct Typed {
    some: Option<u64>,
    none: Option<u64>,
    wrapped: Wrapped,
    colours: Vec<Colour>,
    below: i64,
    half: f64,
}

#[test]
fn a_type_is_read_out_of_a_value() {
    let text = r#"{"some":1,"none":null,"wrapped":2,"colours":["dark_red","blue"],"below":-3,"half":0.5}"#;
    let expected = Typed {
        some: Some(1),
        none: None,
        wrapped: Wrapped(2),
        colours: vec![Colour::DarkRed, Colour::Blue],
        below: -3,
        half: 0.5,
    };
    assert_eq!(Value::parse(text).unwrap().read::<Typed>().unwrap(), expected);
    assert!(Value::parse("[1,2,3]").unwrap().read::<(u64, u64)>().is_err());
    assert!(json!(1).read::<Colour>().is_err() && json!("green").read::<Colour>().is_err());
    assert!(Value::parse("1e999").unwrap().read::<f64>().is_err());
}

#[test]
fn a_key_that_is_there_twice_is_named_by_its_path() {
    for (text, path) in [
        (r#"{"a":1,"a":2}"#, "$.a"),
        (r#"{"a":[0,{"b_1":{"c d":1,"c d":1}}]}"#, "$.a[1].b_1[\"c d\"]"),
        (r#"{"":{"1a":0,"1a":0}}"#, "$[\"\"][\"1a\"]"),
    ] {
        let message = Value::parse_unique(text).unwrap_err().to_string();
        assert_eq!(message, format!("{path}: this key appears twice"), "{text}");
        assert!(Value::parse(text).is_ok());
    }
    assert!(Value::parse_unique(r#"[{"a":1},{"a":1,"b":{"a":1}}]"#).is_ok());
}

#[test]
fn a_number_is_whole_or_not_as_it_is_spelled() {
    let number = |text: &str| Number::parse(text).unwrap();
    for (text, whole, signed, double) in [
        ("0", Some(0), Some(0), Some(0.0)),
        ("-0", None, None, Some(-0.0)),
        ("-1", None, Some(-1), Some(-1.0)),
        ("1.0", None, None, Some(1.0)),
        ("1e2", None, None, Some(100.0)),
        ("18446744073709551615", Some(u64::MAX), None, Some(18_446_744_073_709_551_615.0)),
        ("18446744073709551616", None, None, Some(18_446_744_073_709_551_616.0)),
        ("-9223372036854775808", None, Some(i64::MIN), Some(-9_223_372_036_854_775_808.0)),
        ("1e999", None, None, None),
    ] {
        let number = number(text);
        let found = (number.as_u64(), number.as_i64(), number.as_f64());
        assert_eq!(found, (whole, signed, double), "{text}");
        assert_eq!((number.as_str(), number.to_string()), (text, text.to_owned()));
        assert_eq!(text.parse::<Number>().unwrap(), number);
    }
    for text in ["", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "1 ", " 1", "0x1", "NaN", "1e5.0"] {
        assert!(Number::parse(text).is_none() && text.parse::<Number>().is_err(), "{text}");
    }
    for text in ["-0.5", "0e0", "10.25E-3", "1e+05"] {
        assert_eq!(number(text).as_str(), text);
    }
}
