use super::*;
use crate::field::Field;
use crate::graph::Client;
use crate::testing::{exponential, ids, leaf, limited, plan, repeated};
use crate::walk::CutBy;

#[test]
fn attempts_and_delays_follow_each_other() {
    let plan = plan(vec![repeated(leaf("A", 30_000), 0)], vec![exponential(3)]);
    let schedule = Schedule::of(&plan, ClientId(0));
    let times: Vec<_> = schedule
        .attempts
        .iter()
        .map(|attempt| (attempt.start_ms, attempt.end_ms, attempt.delay_ms))
        .collect();
    assert_eq!(
        times,
        [
            (0, Some(30_000), 200),
            (30_200, Some(60_200), 300),
            (60_500, Some(90_500), 450),
            (90_950, Some(120_950), 0)
        ]
    );
    assert_eq!((schedule.end, schedule.end_ms), (ScheduleEnd::Completed, Some(120_950)));
    assert!(schedule.is_whole());
    let last = schedule.path(&schedule.attempts[3]);
    assert_eq!(last, [Visit { client: ClientId(0), round: 3, member: None }]);
}

#[test]
fn a_total_cuts_the_last_attempt() {
    let clients = vec![
        leaf("A", 20_000),
        leaf("B", 60_000),
        limited(Client::fallback("F", &ids(&[0, 1, 0])), &[(Field::Total, 50_000)]),
    ];
    let schedule = Schedule::of(&plan(clients, vec![]), ClientId(2));
    assert_eq!(schedule.attempts.len(), 2);
    let cut = schedule.attempts[1].cut.unwrap();
    assert_eq!((cut.ms, cut.configured_ms, cut.since_ms), (30_000, 50_000, 0));
    assert!(matches!(cut.by, CutBy::Total { is_override: false, .. }));
    assert!(matches!(schedule.end, ScheduleEnd::Deadline(cut) if cut.configured_ms == 50_000));
    assert_eq!(schedule.end_ms, Some(50_000));
}

#[test]
fn a_total_that_is_just_enough_is_no_deadline() {
    let clients =
        vec![leaf("A", 20_000), limited(Client::fallback("F", &ids(&[0, 0])), &[(Field::Total, 40_000)])];
    let schedule = Schedule::of(&plan(clients, vec![]), ClientId(1));
    assert!(matches!(schedule.attempts[1].cut.unwrap().by, CutBy::Own(_)));
    assert_eq!((schedule.end, schedule.end_ms), (ScheduleEnd::Completed, Some(40_000)));
}

#[test]
fn what_is_cut_at_the_very_end_is_ended_by_its_deadline() {
    let clients = vec![
        leaf("A", 20_000),
        limited(Client::fallback("F", &ids(&[0])), &[(Field::Total, 5000)]),
        Client::fallback("G", &ids(&[1, 0])),
    ];
    let plan = plan(clients, vec![]);
    let schedule = Schedule::of(&plan, ClientId(1));
    assert!(matches!(schedule.end, ScheduleEnd::Deadline(cut) if cut.configured_ms == 5000));
    assert_eq!(schedule.end_ms, Some(5000));
    // With another member after it, everything was tried.
    let schedule = Schedule::of(&plan, ClientId(2));
    assert_eq!((schedule.end, schedule.end_ms), (ScheduleEnd::Completed, Some(25_000)));
}

#[test]
fn an_attempt_without_any_limit_never_ends() {
    let clients = vec![Client::leaf("A"), Client::fallback("F", &ids(&[0, 0]))];
    let schedule = Schedule::of(&plan(clients, vec![]), ClientId(1));
    assert_eq!((schedule.attempts.len(), schedule.end, schedule.end_ms), (1, ScheduleEnd::NeverEnds, None));
    assert!(!schedule.is_whole());
}

#[test]
fn a_tower_of_policies_costs_its_cut() {
    let mut clients = vec![leaf("A", 5)];
    clients.extend((0..3).map(|member| Client::fallback("F", &ids(&[member]))));
    let clients = clients.into_iter().map(|client| repeated(client, 0)).collect();
    let plan = plan(clients, vec![exponential(100)]);
    assert_eq!(crate::worst_case(&plan, ClientId(3)).requests, 104_060_401);
    let schedule = Schedule::of(&plan, ClientId(3));
    assert_eq!((schedule.attempts.len(), schedule.end), (MAX_ATTEMPTS, ScheduleEnd::NotFollowed));
}

#[test]
fn every_first_ticket_is_looked_at() {
    let clients = vec![
        leaf("A", 1),
        leaf("B", 2),
        Client::round_robin("R", &ids(&[0, 1]), 1),
        Client::round_robin("S", &ids(&[2, 0, 2]), 0),
        Client::fallback("F", &ids(&[3, 2])),
    ];
    let plan = plan(clients, vec![]);
    let ends: Vec<_> =
        schedules(&plan, ClientId(4)).unwrap().map(|schedule| schedule.end_ms.unwrap()).collect();
    assert_eq!(ends, [3, 3, 3, 2, 3, 3]);
    assert_eq!(Schedule::of(&plan, ClientId(4)).end_ms, Some(3));
    let wide = (0..7).map(|_| Client::leaf("L")).chain([
        Client::round_robin("R", &ids(&[0, 1, 2, 3, 4, 5, 6]), 0),
        Client::round_robin("S", &ids(&[7; 10]), 0),
    ]);
    let plan = crate::testing::plan(wide.collect(), vec![]);
    assert_eq!(first_tickets(&plan, ClientId(7)).map(|all| all.len()), Some(7));
    assert_eq!(first_tickets(&plan, ClientId(8)), None);
}
