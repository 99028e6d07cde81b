use super::*;
use crate::compose::Origin;
use crate::field::{ByField, Field};
use crate::graph::{Client, Plan};
use crate::limit::Limit;
use crate::retry::RetryPolicy;
use crate::testing::{constant, ids, leaf, limited, plan, repeated};

const TIMEOUT: Outcome = Outcome::Failed { retryable: true, retry_after_ms: None };
const REFUSED: Outcome = Outcome::Failed { retryable: false, retry_after_ms: None };

/// Runs a call with these outcomes, each after this many milliseconds, and writes down what happened: the leaf of
/// an attempt with the moment of its start, and the length of a wait. An attempt beyond the list times out.
struct Run<'p> {
    plan: &'p Plan<()>,
    tickets: Tickets,
    options: WalkOptions<'p>,
}

impl<'p> Run<'p> {
    fn of(plan: &'p Plan<()>) -> Self {
        Run { plan, tickets: Tickets::new(), options: WalkOptions::default() }
    }

    fn with(self, outcomes: &[(u64, Outcome)]) -> (String, End) {
        let root = ClientId(self.plan.clients().len() as u32 - 1);
        let mut walk = Walk::new(self.plan, root, self.tickets, self.options);
        let (mut now_ms, mut outcome, mut log) = (0, None, Vec::new());
        let mut outcomes = outcomes.iter();
        loop {
            match walk.next(now_ms, outcome.take()) {
                Step::Attempt(attempt) => {
                    let name = &self.plan.client(attempt.leaf().unwrap()).unwrap().name;
                    log.push(format!("{name}@{}", attempt.start_ms));
                    let last = (attempt.cut.map_or(1, |cut| cut.ms), TIMEOUT);
                    let (elapsed_ms, next) = *outcomes.next().unwrap_or(&last);
                    now_ms += elapsed_ms;
                    outcome = Some(next);
                }
                Step::Sleep { ms, .. } => {
                    log.push(format!("+{ms}"));
                    now_ms += ms;
                }
                Step::Done(end) => {
                    assert_eq!(walk.next(now_ms, None), Step::Done(end));
                    return (log.join(" "), end);
                }
            }
        }
    }
}

fn log_of(clients: Vec<Client<()>>, policies: Vec<RetryPolicy>, outcomes: &[(u64, Outcome)]) -> String {
    Run::of(&plan(clients, policies)).with(outcomes).0
}

fn retry_after(ms: u64) -> Outcome {
    Outcome::Failed { retryable: true, retry_after_ms: Some(ms) }
}

/// Two leaves of 100 and 200 ms, and a fallback over them with the policy 0.
fn pair() -> Vec<Client<()>> {
    vec![leaf("A", 100), leaf("B", 200), repeated(Client::fallback("F", &ids(&[0, 1])), 0)]
}

#[test]
fn a_fallback_stops_at_the_first_success() {
    let plan = plan(pair(), vec![constant(1, 10)]);
    let (log, end) = Run::of(&plan).with(&[(5, REFUSED), (7, Outcome::Succeeded)]);
    assert_eq!((&*log, end), ("A@0 B@5", End::Succeeded));
}

#[test]
fn a_round_is_repeated_where_one_attempt_failed_in_a_way_that_is_retried() {
    let policies = vec![constant(1, 10)];
    assert_eq!(log_of(pair(), policies.clone(), &[]), "A@0 B@100 +10 A@310 B@410");
    assert_eq!(log_of(pair(), policies.clone(), &[(5, TIMEOUT), (5, REFUSED)]), "A@0 B@5 +10 A@20 B@120");
    assert_eq!(log_of(pair(), policies, &[(5, REFUSED), (5, REFUSED)]), "A@0 B@5");
}

#[test]
fn a_leaf_is_not_repeated_after_a_failure_that_is_not_retried() {
    let clients = vec![repeated(leaf("A", 100), 0)];
    assert_eq!(log_of(clients.clone(), vec![constant(3, 0)], &[(5, TIMEOUT), (5, REFUSED)]), "A@0 A@5");
    // The round of a composite counts every attempt of it, so the first timeout repeats it.
    let clients = [clients, vec![repeated(Client::fallback("F", &ids(&[0])), 1)]].concat();
    let policies = vec![constant(3, 0), constant(1, 7)];
    let outcomes = [(5, TIMEOUT), (5, REFUSED), (5, REFUSED)];
    assert_eq!(log_of(clients, policies, &outcomes), "A@0 A@5 +7 A@17");
}

#[test]
fn retries_of_a_round_robin_take_no_ticket_and_a_second_entry_does() {
    let clients = vec![
        leaf("A", 1),
        leaf("B", 1),
        leaf("C", 1),
        repeated(Client::round_robin("R", &ids(&[0, 1, 2]), 1), 0),
        Client::fallback("F", &ids(&[3, 3])),
    ];
    assert_eq!(log_of(clients.clone(), vec![constant(1, 0)], &[]), "B@0 C@1 C@2 A@3");
    let plan = plan(clients, vec![constant(1, 0)]);
    let mut tickets = Tickets::new();
    tickets.set(ClientId(3), u64::MAX);
    let run = Run { tickets, ..Run::of(&plan) };
    // The largest ticket plus the start is 2^64, which leaves 1 over threes; then the count begins again.
    assert_eq!(run.with(&[]).0, "B@0 C@1 B@2 C@3");
}

#[test]
fn with_nothing_left_nothing_is_entered_and_no_ticket_taken() {
    let clients = vec![
        leaf("A", 100),
        Client::round_robin("R", &ids(&[0]), 0),
        limited(Client::fallback("F", &ids(&[0, 1])), &[(Field::Total, 100)]),
    ];
    let plan = plan(clients, vec![]);
    let mut tickets = Tickets::new();
    let mut walk = Walk::new(&plan, ClientId(2), &mut tickets, WalkOptions::default());
    assert!(matches!(walk.next(0, None), Step::Attempt(_)));
    assert!(matches!(walk.next(100, Some(TIMEOUT)), Step::Done(End::Failed { stopped_by: Some(_) })));
    assert_eq!(walk.requests(), 1);
    assert_eq!(tickets, Tickets::new());
}

#[test]
fn totals_are_deadlines_and_new_at_each_entry() {
    let clients = vec![
        leaf("A", 100),
        leaf("B", 200),
        repeated(limited(Client::fallback("F", &ids(&[0, 1])), &[(Field::Total, 150)]), 0),
        repeated(Client::fallback("G", &ids(&[2, 0])), 1),
    ];
    // F's total covers its policy: after 150 ms no retry is left, and its failure is one that is retried.
    let policies = vec![constant(5, 10), constant(1, 20)];
    assert_eq!(log_of(clients, policies, &[]), "A@0 B@100 A@150 +20 A@270 B@370 A@420");
}

#[test]
fn a_delay_that_is_not_shorter_than_what_is_left_is_not_slept() {
    let clients = |total| {
        vec![
            repeated(leaf("A", 100), 0),
            leaf("B", 5),
            limited(Client::fallback("F", &ids(&[0, 1])), &[(Field::Total, total)]),
        ]
    };
    assert_eq!(log_of(clients(150), vec![constant(1, 50)], &[]), "A@0 B@100");
    assert_eq!(log_of(clients(151), vec![constant(1, 50)], &[]), "A@0 +50 A@150");
}

#[test]
fn on_a_tie_the_own_limit_and_then_the_innermost_total_is_named() {
    let cut = |request, inner, outer| {
        let clients = vec![
            leaf("A", request),
            limited(Client::fallback("F", &ids(&[0])), &[(Field::Total, inner)]),
            limited(Client::fallback("G", &ids(&[1])), &[(Field::Total, outer)]),
        ];
        let plan = plan(clients, vec![]);
        let options = WalkOptions { deadline_ms: Some(9), worst_case_ms: Some(9), ..WalkOptions::default() };
        let mut walk = Walk::new(&plan, ClientId(2), Tickets::new(), options);
        match walk.next(0, None) {
            Step::Attempt(attempt) => attempt.cut.unwrap().by,
            _ => panic!("there is no attempt"),
        }
    };
    let total = |place| CutBy::Total { place: PathIndex(place), is_override: false };
    assert_eq!(cut(9, 9, 9), CutBy::Own(Origin::Client(PathIndex(2))));
    assert_eq!(cut(10, 9, 9), total(1));
    assert_eq!(cut(10, 10, 9), total(0));
    assert_eq!(cut(10, 10, 10), CutBy::Call);
}

#[test]
fn retry_after_is_heeded_by_the_policy_of_its_leaf_within_the_time_of_the_attempt() {
    let run = |outcome| log_of(vec![repeated(leaf("A", 100), 0)], vec![constant(1, 10)], &[(40, outcome)]);
    assert_eq!(run(retry_after(5)), "A@0 +10 A@50");
    assert_eq!(run(retry_after(70)), "A@0 +70 A@110");
    assert_eq!(run(retry_after(71)), "A@0");
    assert_eq!(run(Outcome::Failed { retryable: false, retry_after_ms: Some(11) }), "A@0");
    // The delay of a composite never heeds it.
    assert_eq!(
        log_of(pair(), vec![constant(1, 10)], &[(5, TIMEOUT), (5, retry_after(60))]),
        "A@0 B@5 +10 A@20 B@120"
    );
}

#[test]
fn retry_after_stays_before_every_deadline() {
    let run = |asked_ms| {
        let clients = vec![
            repeated(leaf("A", 100), 0),
            leaf("B", 1),
            limited(Client::fallback("F", &ids(&[0, 1])), &[(Field::Total, 90)]),
        ];
        log_of(clients, vec![constant(1, 10)], &[(40, retry_after(asked_ms))])
    };
    assert_eq!(run(49), "A@0 +49 A@89");
    assert_eq!(run(50), "A@0 B@40");
}

#[test]
fn retry_after_without_any_limit_is_heeded_for_a_minute() {
    let run = |asked_ms| {
        let clients = vec![repeated(Client::leaf("A"), 0)];
        log_of(clients, vec![constant(1, 10)], &[(40, retry_after(asked_ms))])
    };
    assert_eq!(run(60_000), "A@0 +60000 A@60040");
    assert_eq!(run(60_001), "A@0");
}

#[test]
fn a_member_that_cannot_be_built_makes_no_request_and_is_not_retried() {
    let clients =
        vec![repeated(leaf("A", 100), 0), leaf("B", 200), repeated(Client::fallback("F", &ids(&[0, 1])), 0)];
    let plan = plan(clients, vec![constant(2, 10)]);
    let mut walk = Walk::new(&plan, ClientId(2), Tickets::new(), WalkOptions::default());
    assert!(matches!(walk.next(0, None), Step::Attempt(Attempt { number: 1, .. })));
    assert!(matches!(walk.next(0, Some(Outcome::Unbuildable)), Step::Attempt(Attempt { number: 1, .. })));
    assert_eq!(walk.requests(), 0);
    // Nothing failed in a way that is retried, so the round is not repeated.
    assert_eq!(walk.next(5, Some(REFUSED)), Step::Done(End::Failed { stopped_by: None }));
    assert_eq!(walk.requests(), 1);
}

#[test]
fn after_content_and_after_the_caller_left_nothing_is_tried_again() {
    let plan = plan(pair(), vec![constant(1, 10)]);
    assert_eq!(Run::of(&plan).with(&[(5, Outcome::HandedOn)]), ("A@0".into(), End::HandedOn));
    assert_eq!(Run::of(&plan).with(&[(5, Outcome::Cancelled)]), ("A@0".into(), End::Cancelled));
    let clients = vec![repeated(leaf("A", 100), 0)];
    let plan = crate::testing::plan(clients, vec![constant(1, 10)]);
    let mut walk = Walk::new(&plan, ClientId(0), Tickets::new(), WalkOptions::default());
    assert!(matches!(walk.next(0, None), Step::Attempt(_)));
    assert_eq!(walk.next(1, Some(TIMEOUT)), Step::Sleep { ms: 10, client: ClientId(0) });
    assert_eq!(walk.next(2, Some(Outcome::Cancelled)), Step::Done(End::Cancelled));
}

#[test]
fn an_attempt_without_an_outcome_is_asked_for_again() {
    let plan = plan(pair(), vec![constant(1, 10)]);
    let mut walk = Walk::new(&plan, ClientId(2), Tickets::new(), WalkOptions::default());
    let Step::Attempt(first) = walk.next(0, None) else { panic!("there is no attempt") };
    let first = (first.leaf(), first.number);
    let Step::Attempt(second) = walk.next(3, None) else { panic!("there is no attempt") };
    assert_eq!((second.leaf(), second.number, second.start_ms), (first.0, first.1, 3));
}

#[test]
fn the_deadline_of_the_call_holds_from_its_start() {
    let plan = plan(pair(), vec![constant(1, 10)]);
    let options = WalkOptions { deadline_ms: Some(150), ..WalkOptions::default() };
    let (log, end) = Run { options, ..Run::of(&plan) }.with(&[]);
    assert_eq!(log, "A@0 B@100");
    let End::Failed { stopped_by: Some(cut) } = end else { panic!("{end:?}") };
    assert_eq!((cut.by, cut.configured_ms, cut.since_ms), (CutBy::Call, 150, 0));
    let options = WalkOptions { deadline_ms: Some(0), ..WalkOptions::default() };
    assert_eq!(Run { options, ..Run::of(&plan) }.with(&[]).0, "");
    let late = WalkOptions { deadline_ms: Some(5), ..WalkOptions::default() };
    let mut walk = Walk::new(&plan, ClientId(2), Tickets::new(), late);
    assert!(matches!(walk.next(5, None), Step::Done(End::Failed { stopped_by: Some(_) })));
}

#[test]
fn a_failure_before_its_deadline_is_not_stopped_by_it() {
    let clients = vec![leaf("A", 100), limited(Client::fallback("F", &ids(&[0])), &[(Field::Total, 50)])];
    let plan = plan(clients, vec![]);
    assert_eq!(Run::of(&plan).with(&[(49, TIMEOUT)]).1, End::Failed { stopped_by: None });
    assert!(matches!(Run::of(&plan).with(&[(50, TIMEOUT)]).1, End::Failed { stopped_by: Some(_) }));
}

#[test]
fn a_deadline_of_an_earlier_member_did_not_stop_the_call() {
    let clients = vec![
        leaf("A", 100),
        limited(Client::fallback("F", &ids(&[0])), &[(Field::Total, 50)]),
        Client::fallback("G", &ids(&[1, 0])),
    ];
    let plan = plan(clients, vec![]);
    let (log, end) = Run::of(&plan).with(&[(50, TIMEOUT), (0, Outcome::Unbuildable)]);
    assert_eq!((&*log, end), ("A@0 A@50", End::Failed { stopped_by: None }));
}

#[test]
fn the_worst_case_is_one_more_deadline() {
    let plan = plan(pair(), vec![constant(0, 0)]);
    let options = WalkOptions { worst_case_ms: Some(300), ..WalkOptions::default() };
    let mut walk = Walk::new(&plan, ClientId(2), Tickets::new(), options);
    assert!(matches!(walk.next(0, None), Step::Attempt(_)));
    // The first attempt ended 3 ms late, so the second one has 3 ms less.
    let Step::Attempt(second) = walk.next(103, Some(TIMEOUT)) else { panic!("there is no attempt") };
    assert_eq!(second.cut.map(|cut| (cut.ms, cut.by)), Some((197, CutBy::WorstCase)));
}

#[test]
fn overrides_only_lower() {
    let clients = vec![
        leaf("A", 100),
        Client::leaf("B"),
        limited(Client::fallback("F", &ids(&[0, 1])), &[(Field::Total, 500)]),
    ];
    let defaults = limited(Client::leaf(""), &[(Field::Request, 300), (Field::Idle, 30)]).limits;
    let plan = Plan::new(clients, vec![], defaults).unwrap();
    let mut overrides = Overrides::new();
    assert!(overrides.lower(ClientId(0), Field::Request, 400));
    assert!(overrides.lower(ClientId(1), Field::Request, 400));
    assert!(overrides.lower(ClientId(1), Field::Idle, 20));
    assert!(overrides.lower(ClientId(2), Field::Idle, 25));
    assert!(overrides.lower(ClientId(2), Field::Total, 250));
    assert!(!overrides.lower(ClientId(2), Field::Total, 0));
    let options = WalkOptions { overrides: Some(&overrides), ..WalkOptions::default() };
    let mut walk = Walk::new(&plan, ClientId(2), Tickets::new(), options);
    let Step::Attempt(first) = walk.next(0, None) else { panic!("there is no attempt") };
    let limit = |ms, origin| Some(Limit { ms, origin });
    assert_eq!(first.limits.request_timeout_ms, limit(100, Origin::Client(PathIndex(1))));
    assert_eq!(first.limits.idle_timeout_ms, limit(25, Origin::Override(PathIndex(0))));
    let Step::Attempt(second) = walk.next(100, Some(TIMEOUT)) else { panic!("there is no attempt") };
    assert_eq!(second.limits.request_timeout_ms, limit(300, Origin::Defaults));
    assert_eq!(second.limits.idle_timeout_ms, limit(20, Origin::Override(PathIndex(1))));
    let by = CutBy::Total { place: PathIndex(0), is_override: true };
    assert_eq!(second.cut, Some(Cut { ms: 150, by, configured_ms: 250, since_ms: 0 }));
}

#[test]
fn drawn_delays_are_waited_and_planned_ones_grow() {
    struct Half(Tickets);
    impl Supply for Half {
        fn ticket(&mut self, client: ClientId) -> u64 {
            self.0.ticket(client)
        }
        fn draw(&mut self, planned_ms: u64) -> u64 {
            planned_ms / 2
        }
    }
    let policy = RetryPolicy { jitter: true, ..crate::testing::exponential(3) };
    let plan = plan(vec![repeated(leaf("A", 10), 0)], vec![policy]);
    let mut walk = Walk::new(&plan, ClientId(0), Half(Tickets::new()), WalkOptions::default());
    let (mut now_ms, mut outcome, mut waits) = (0, None, Vec::new());
    loop {
        match walk.next(now_ms, outcome.take()) {
            Step::Attempt(_) => outcome = Some(TIMEOUT),
            Step::Sleep { ms, .. } => waits.push(ms),
            Step::Done(_) => break,
        }
        now_ms += 1;
    }
    assert_eq!(waits, [100, 150, 225]);
}

#[test]
fn a_client_that_is_not_there_fails_at_once() {
    let plan = Plan::<()>::new(vec![], vec![], ByField::NONE).unwrap();
    let mut walk = Walk::new(&plan, ClientId(7), Tickets::new(), WalkOptions::default());
    assert_eq!(walk.next(0, None), Step::Done(End::Failed { stopped_by: None }));
}

#[test]
fn depth_needs_no_stack() {
    let mut clients = vec![leaf("A", 5)];
    clients.extend((0..100_000).map(|member| Client::fallback("F", &ids(&[member]))));
    let plan = plan(clients, vec![]);
    assert_eq!(Run::of(&plan).with(&[]).0, "A@0");
}
