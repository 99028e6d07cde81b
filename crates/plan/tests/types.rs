//! What programs ask of the types of plans and records.

#![allow(clippy::unwrap_used, missing_docs)]

use clientc_plan::document::Timeouts;
use clientc_plan::record::{AttemptRecord, CallRecord};
use clientc_plan::{ClientId, ClientKind, Field, Multiplier, Object, Value, WorstCase, json};

#[test]
fn a_value_gives_what_it_is_and_nothing_else() {
    let object = Object::from_iter([("a".into(), Value::Bool(true))]);
    assert_eq!(Value::Object(object.clone()).as_object(), Some(&object));
    assert_eq!(Value::Null.as_object(), None);
    assert_eq!(Value::Bool(false).as_bool(), Some(false));
    assert_eq!(Value::String("a".into()).as_bool(), None);
    assert_eq!(Value::String("a".into()).as_str(), Some("a"));
    assert_eq!(Value::Env("a".into()).as_str(), None);
}

#[test]
fn json_is_parsed_out_of_a_text() {
    assert_eq!("[1]".parse::<json::Value>().unwrap(), json::json!([1]));
    assert!("[1".parse::<json::Value>().is_err());
}

#[test]
fn lists_and_worst_cases_become_json() {
    assert_eq!(json::Value::from(&vec![1, 2]), json::json!([1, 2]));
    let worst_case = WorstCase { requests: 3, duration_ms: Some(70) };
    assert_eq!(json::Value::from(worst_case), json::json!({"requests": 3, "duration_ms": 70}));
    let open = WorstCase { requests: 1, duration_ms: None };
    assert_eq!(json::Value::from(open), json::json!({"requests": 1, "duration_ms": null}));
}

#[test]
fn timeouts_become_json_with_the_keys_of_the_document() {
    let mut timeouts = Timeouts::NONE;
    assert_eq!(json::Value::from(timeouts), json::json!({}));
    timeouts.set(Field::Idle, 5);
    timeouts.set(Field::Request, 70);
    assert_eq!(json::Value::from(timeouts), json::json!({"request_timeout_ms": 70, "idle_timeout_ms": 5}));
}

#[test]
fn kinds_of_clients_are_named_as_in_the_document() {
    let members: Box<[ClientId]> = Box::new([]);
    assert_eq!(ClientKind::Leaf.keyword(), "leaf");
    assert_eq!(ClientKind::Fallback { members: members.clone() }.keyword(), "fallback");
    assert_eq!(ClientKind::RoundRobin { members, start: 0 }.keyword(), "round-robin");
}

#[test]
fn a_multiplier_is_counted_in_millionths() {
    assert_eq!(Multiplier::parse("1.5").unwrap().millionths(), 1_500_000);
    assert_eq!(Multiplier::SMALLEST.millionths(), 1);
}

#[test]
fn of_very_many_attempts_a_record_keeps_the_first_9_900_and_the_last_100() {
    let mut record = CallRecord::new("p", "A", false);
    for number in 0..10_050 {
        record.add(AttemptRecord::new(vec!["A".into()], number, number));
    }
    let kept: Vec<u64> = record.attempts.iter().map(|attempt| attempt.start_ms).collect();
    let expected: Vec<u64> = (0..9_900).chain(9_950..10_050).collect();
    assert_eq!(kept, expected);
    assert_eq!((record.left_out, record.attempts_made()), (50, 10_050));
}
