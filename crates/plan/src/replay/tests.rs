use super::*;
use crate::field::{ByField, Field};
use crate::graph::Client;
use crate::record::{AttemptOutcome, AttemptRecord, CallEnd, SetBy, TicketRecord, TimeoutError, TimeoutType};
use crate::retry::RetryPolicy;
use crate::testing::{LIMITS_LINE, constant, ids, leaf, limited, repeated, resolved};

const TOLERANCE_MS: u64 = 10;

/// A is tried twice with 200 ms between, then B once. The lines are those of `resolved`: 1, 2 and 3.
fn document() -> Resolved {
    let a = repeated(leaf("A", 1000), 0);
    let b = limited(Client::leaf("B"), &[(Field::TimeToFirstToken, 50), (Field::Request, 1000)]);
    resolved(vec![a, b, Client::fallback("F", &ids(&[0, 1]))], vec![constant(1, 200)], &[])
}

fn attempt(leaf: &str, start_ms: u64, end_ms: u64, outcome: AttemptOutcome) -> AttemptRecord {
    let mut limits = ByField::NONE;
    limits.set(Field::Request, 1000);
    if leaf == "B" {
        limits.set(Field::TimeToFirstToken, 50);
    }
    let path = vec!["F".into(), leaf.into()];
    AttemptRecord { limits, limit_ms: Some(1000), outcome, ..AttemptRecord::new(path, start_ms, end_ms) }
}

/// A call of F: A is busy, then too slow, and B succeeds.
fn record() -> CallRecord {
    let timeout = TimeoutError {
        client: "A".into(),
        timeout_type: TimeoutType(Field::Request),
        configured_value_ms: 1000,
        elapsed_ms: 1000,
        message: String::new(),
        route: vec!["F".into(), "A".into()],
        attempt: 2,
        set_by: SetBy::Client,
        origin: None,
    };
    let busy = attempt("A", 0, 300, AttemptOutcome::Http);
    let slow = attempt("A", 500, 1500, AttemptOutcome::Timeout);
    CallRecord {
        schema: record::SCHEMA.into(),
        version: record::VERSION,
        project: "baml_src".into(),
        client: "F".into(),
        is_streaming: false,
        deadline_ms: None,
        overrides: vec![],
        tickets: vec![],
        drawn_ms: vec![],
        attempts: vec![
            AttemptRecord { status: Some(500), delay_ms: 200, ..busy },
            AttemptRecord { round: 1, timeout: Some(timeout), ..slow },
            attempt("B", 1500, 1600, AttemptOutcome::Succeeded),
        ],
        left_out: 0,
        end: CallEnd::Succeeded,
        end_ms: 1600,
        requests: 3,
        stopped_by: None,
        first_token_ms: None,
        nearest_limit: None,
    }
}

fn judged(change: impl FnOnce(&mut CallRecord)) -> Replay {
    let mut record = record();
    change(&mut record);
    replay(&document(), &record, TOLERANCE_MS).unwrap()
}

/// What was not obeyed, with the lines that say so.
fn broken(change: impl FnOnce(&mut CallRecord)) -> Vec<String> {
    let replay = judged(change);
    let all = replay.attempts.iter().flat_map(|attempt| &attempt.judgements).chain(&replay.end);
    let broken: Vec<_> = all.filter(|judgement| !judgement.is_obeyed).map(told).collect();
    assert_eq!(replay.is_obeyed, broken.is_empty());
    broken
}

fn told(judgement: &Judgement) -> String {
    let line = judgement.place.as_ref().map_or(0, |place| place.line);
    format!("{line}: {}", judgement.message)
}

#[test]
fn what_obeyed_the_plan_is_told_with_the_lines_that_decided_it() {
    let replay = judged(|_| {});
    let told = |judgements: &[Judgement]| judgements.iter().map(told).collect::<Vec<_>>();
    let attempts: Vec<_> = replay.attempts.iter().map(|attempt| told(&attempt.judgements)).collect();
    let limit = format!("{LIMITS_LINE}: request_timeout_ms of 1000 ms passed after 1000 ms");
    assert_eq!(
        attempts,
        [
            vec![
                "1: the server answered 500 after 300 ms".to_owned(),
                "1: then 200 ms by the policy P of A".to_owned(),
                "1: then retry 1 of 1 by the policy P of A".to_owned(),
            ],
            vec![limit, "3: then F moves on to B".to_owned()],
            vec!["2: it succeeded after 100 ms".to_owned()],
        ]
    );
    assert_eq!(told(&replay.end), ["3: it succeeded"]);
    assert!(replay.is_obeyed);
}

#[test]
fn an_attempt_starts_when_it_is_due_and_little_later() {
    for (start_ms, expected) in [
        (1499, vec!["2: it started 1 ms early: the plan says 1500 ms"]),
        (1500, vec![]),
        (1510, vec![]),
        (1511, vec!["2: it started 11 ms late: the plan says 1500 ms"]),
    ] {
        assert_eq!(broken(|record| record.attempts[2].start_ms = start_ms), expected, "{start_ms}");
    }
}

#[test]
fn an_attempt_ends_within_its_limit_and_little_later() {
    let late = format!(
        "{LIMITS_LINE}: it took 1011 ms and had 1000 ms: request_timeout_ms of 1000 ms was not enforced"
    );
    for (end_ms, expected) in [(2500, vec![]), (2510, vec![]), (2511, vec![late])] {
        let ends = |record: &mut CallRecord| (record.attempts[2].end_ms, record.end_ms) = (end_ms, end_ms);
        assert_eq!(broken(ends), expected, "{end_ms}");
    }
    let first = format!(
        "{LIMITS_LINE}: content came after 61 ms: time_to_first_token_timeout_ms of 50 ms was not enforced"
    );
    for (first_ms, expected) in [(1499, vec![]), (1560, vec![]), (1561, vec![first]), (1601, vec![])] {
        assert_eq!(broken(|record| record.first_token_ms = Some(first_ms)), expected, "{first_ms}");
    }
}

#[test]
fn a_limit_passes_at_its_time_and_little_later() {
    let at = |text: &str| vec![format!("{LIMITS_LINE}: {text}")];
    for (elapsed_ms, expected) in [
        (999, at("request_timeout_ms of 1000 ms passed 1 ms early")),
        (1000, vec![]),
        (1010, vec![]),
        (1011, at("request_timeout_ms of 1000 ms passed 11 ms late")),
    ] {
        let timeout = |record: &mut CallRecord| {
            record.attempts[1].timeout.as_mut().unwrap().elapsed_ms = elapsed_ms;
        };
        assert_eq!(broken(timeout), expected, "{elapsed_ms}");
    }
    let other = broken(|record| record.attempts[1].timeout.as_mut().unwrap().configured_value_ms = 900);
    assert_eq!(other, at("request_timeout_ms passed at 900 ms; the plan says 1000 ms"));
    // Nothing was left of a worst case here that could have made it shorter.
    let early = broken(|record| {
        let timeout = record.attempts[1].timeout.as_mut().unwrap();
        (timeout.set_by, timeout.elapsed_ms) = (SetBy::WorstCase, 900);
    });
    assert_eq!(early, at("request_timeout_ms of 1000 ms passed 100 ms early"));
    let none = |record: &mut CallRecord| {
        record.attempts[1].timeout.as_mut().unwrap().timeout_type = TimeoutType(Field::Idle);
    };
    assert_eq!(broken(none), ["1: idle_timeout_ms passed, and the plan sets none here"]);
}

#[test]
fn limits_are_those_of_the_plan() {
    let at = |text: &str| vec![format!("{LIMITS_LINE}: {text}")];
    let limits = broken(|record| record.attempts[2].limits.set(Field::Request, 999));
    assert_eq!(limits, at("request_timeout_ms was 999 ms; the plan says 1000 ms"));
    let lost = broken(|record| record.attempts[2].limits.time_to_first_token_timeout_ms = None);
    assert_eq!(lost, at("time_to_first_token_timeout_ms was no limit; the plan says 50 ms"));
    let cut = broken(|record| record.attempts[2].limit_ms = Some(999));
    assert_eq!(cut, at("it had 999 ms in all; the plan says 1000 ms"));
    let open = broken(|record| record.attempts[2].limit_ms = None);
    assert_eq!(open, at("it had no limit in all; the plan says 1000 ms"));
}

#[test]
fn a_call_ends_as_and_when_its_last_attempt_does() {
    for (end_ms, is_obeyed) in [(1599, false), (1600, true), (1610, true), (1611, false)] {
        let expected = format!("3: the call ended after {end_ms} ms; the plan says 1600 ms");
        let expected = if is_obeyed { vec![] } else { vec![expected] };
        assert_eq!(broken(|record| record.end_ms = end_ms), expected);
    }
    for (end, words) in [
        (CallEnd::Failed, "a failure"),
        (CallEnd::HandedOn, "a failure after content"),
        (CallEnd::Cancelled, "cancelled"),
    ] {
        let expected = format!("3: the call ended as {words}; the plan says a success");
        assert_eq!(broken(|record| record.end = end), [expected]);
    }
    assert_eq!(broken(|record| record.requests = 4), ["3: 4 requests were made; the plan says 3"]);
}

#[test]
fn waits_and_paths_are_those_of_the_plan() {
    let waited = broken(|record| record.attempts[0].delay_ms = 201);
    assert_eq!(waited, ["1: waited 201 ms; the policy P of A says 200 ms"]);
    let elsewhere = broken(|record| record.attempts[1].path = vec!["F".into(), "B".into()]);
    assert_eq!(elsewhere, ["1: the plan calls F > A here"]);
    let more = |record: &mut CallRecord| {
        record.attempts.push(attempt("B", 1700, 1800, AttemptOutcome::Succeeded));
    };
    assert_eq!(broken(more), ["3: the plan ends here, and F > B was called at 1700 ms"]);
    assert_eq!(broken(|record| drop(record.attempts.pop())), ["2: the plan goes on with F > B"]);
    let left = |record: &mut CallRecord| {
        record.attempts.pop();
        record.end = CallEnd::Cancelled;
    };
    assert_eq!(broken(left), [""; 0]);
}

#[test]
fn what_the_server_asked_for_is_heeded() {
    let asked = |record: &mut CallRecord| {
        (record.attempts[0].retry_after_ms, record.attempts[0].delay_ms) = (Some(400), 400);
        for attempt in &mut record.attempts[1..] {
            attempt.start_ms += 200;
            attempt.end_ms += 200;
        }
        record.end_ms += 200;
    };
    let replay = judged(asked);
    assert!(replay.is_obeyed, "{replay:?}");
    let message = "1: then 400 ms, as the server asked; the policy P of A honours it";
    assert_eq!(told(&replay.attempts[0].judgements[1]), message);
}

#[test]
fn only_a_record_of_the_plan_is_judged() {
    let error = |change: fn(&mut CallRecord)| {
        let mut record = record();
        change(&mut record);
        replay(&document(), &record, TOLERANCE_MS).unwrap_err()
    };
    assert_eq!(error(|record| record.client = "X".into()), ReplayError::UnknownClient("X".into()));
    assert_eq!(error(|record| record.version = 2), ReplayError::OtherVersion(record::SCHEMA.into(), 2));
    assert_eq!(error(|record| record.schema = "x".into()), ReplayError::OtherVersion("x".into(), 1));
}

#[test]
fn the_limits_of_an_attempt_that_started_late_run_from_there() {
    let ended = |end_ms: u64| {
        broken(move |record| {
            (record.attempts[1].start_ms, record.attempts[1].end_ms) = (510, end_ms);
            record.attempts[2].start_ms = end_ms;
        })
    };
    assert_eq!(ended(1510), Vec::<String>::new());
    assert_eq!(ended(1520), Vec::<String>::new());
    assert_ne!(ended(1521), Vec::<String>::new());
}

#[test]
fn an_attempt_that_started_late_has_what_the_deadline_still_leaves() {
    let had = |limit_ms: u64| {
        broken(move |record| {
            record.deadline_ms = Some(2000);
            (record.attempts[2].start_ms, record.attempts[2].limit_ms) = (1510, Some(limit_ms));
        })
    };
    assert_eq!(had(490), Vec::<String>::new());
    assert_ne!(had(500), Vec::<String>::new());
}

#[test]
fn nothing_is_judged_behind_attempts_that_are_left_out() {
    let replay = judged(|record| record.left_out = 5);
    let end: Vec<_> = replay.end.iter().map(told).collect();
    assert_eq!(end, ["0: 5 attempts are left out of the record here; what follows them cannot be judged"]);
    assert!(replay.attempts.is_empty() && replay.is_obeyed);
}

#[test]
fn tickets_say_which_member_a_round_robin_began_with() {
    let turns = Client::round_robin("R", &ids(&[0, 1]), 0);
    let document = resolved(vec![leaf("A", 1000), leaf("B", 1000), turns], vec![], &[]);
    let broken = |tickets: &[(&str, u64)]| {
        let mut record = record();
        record.client = "R".into();
        let ticket = |&(client, ticket): &(&str, u64)| TicketRecord { client: client.into(), ticket };
        record.tickets = tickets.iter().map(ticket).collect();
        let mut only = attempt("B", 0, 100, AttemptOutcome::Succeeded);
        only.path[0] = "R".into();
        only.limits.time_to_first_token_timeout_ms = None;
        (record.attempts, record.end_ms, record.requests) = (vec![only], 100, 1);
        let replay = replay(&document, &record, TOLERANCE_MS).unwrap();
        let all = replay.attempts.iter().flat_map(|attempt| &attempt.judgements).chain(&replay.end);
        all.filter(|judgement| !judgement.is_obeyed).map(told).collect::<Vec<_>>()
    };
    assert_eq!(broken(&[("R", 1)]), [""; 0]);
    assert_eq!(broken(&[("R", 3)]), [""; 0]);
    let short = "0: the record lacks a ticket or a drawn delay that the plan needs";
    assert_eq!(broken(&[("R", 0)]), ["1: the plan calls R > A here"]);
    assert_eq!(broken(&[("A", 1)]), ["1: the plan calls R > A here", short]);
    assert_eq!(broken(&[]), ["1: the plan calls R > A here", short]);
}

#[test]
fn how_the_last_attempt_ended_is_told() {
    for (outcome, end, words) in [
        (AttemptOutcome::Succeeded, CallEnd::Succeeded, "it succeeded after 100 ms"),
        (
            AttemptOutcome::Rejected,
            CallEnd::Failed,
            "the answer ended for a reason that is not allowed after 100 ms",
        ),
        (
            AttemptOutcome::Unbuildable,
            CallEnd::Failed,
            "it could not be built, and made no request after 100 ms",
        ),
        (AttemptOutcome::Connection, CallEnd::Failed, "the connection failed after 100 ms"),
        (AttemptOutcome::Cancelled, CallEnd::Cancelled, "the caller left after 100 ms"),
    ] {
        let replay = judged(|record| {
            (record.attempts[2].outcome, record.end) = (outcome, end);
            record.requests -= u64::from(outcome == AttemptOutcome::Unbuildable);
        });
        assert_eq!(told(&replay.attempts[2].judgements[0]), format!("2: {words}"));
        assert!(replay.is_obeyed, "{replay:?}");
    }
}

#[test]
fn a_drawn_delay_is_at_most_the_planned_one() {
    let jittered = RetryPolicy { jitter: true, ..constant(1, 200) };
    let document = resolved(vec![repeated(leaf("A", 1000), 0)], vec![jittered], &[]);
    let broken = |drawn_ms: Vec<u64>, delay_ms: u64| {
        let mut record = record();
        record.client = "A".into();
        record.drawn_ms = drawn_ms;
        let busy = attempt("A", 0, 100, AttemptOutcome::Http);
        let again = attempt("A", 100 + delay_ms, 200 + delay_ms, AttemptOutcome::Succeeded);
        record.attempts =
            vec![AttemptRecord { status: Some(500), delay_ms, ..busy }, AttemptRecord { round: 1, ..again }];
        record.attempts.iter_mut().for_each(|attempt| attempt.path = vec!["A".into()]);
        (record.end_ms, record.requests) = (200 + delay_ms, 2);
        let replay = replay(&document, &record, TOLERANCE_MS).unwrap();
        let all = replay.attempts.iter().flat_map(|attempt| &attempt.judgements).chain(&replay.end);
        all.filter(|judgement| !judgement.is_obeyed).map(told).collect::<Vec<_>>()
    };
    let short = "0: the record lacks a ticket or a drawn delay that the plan needs";
    assert_eq!(broken(vec![150], 150), [""; 0]);
    assert_eq!(broken(vec![200], 200), [""; 0]);
    assert_eq!(broken(vec![201], 200), [short]);
    assert_eq!(broken(vec![], 200), [short]);
}
