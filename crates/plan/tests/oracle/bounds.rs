//! What holds for every call, whatever its attempts do.

use std::collections::HashMap;

use clientc_plan::{
    ClientId, Field, MAX_MS, Overrides, Schedule, ScheduleEnd, Visit, WalkOptions, schedules, worst_case,
};
use proptest::prelude::*;

use crate::driver;
use crate::model::{Model, TOTAL, fates, model};

/// Checks that no attempt goes past any total above it. A composite is entered when its first attempt starts; the
/// clients above it with their rounds and members tell one entry from the next.
struct Totals<'m> {
    model: &'m Model,
    entries: HashMap<(Vec<Visit>, ClientId), u64>,
    late: bool,
}

impl Totals<'_> {
    fn watch(&mut self, visits: &[Visit], start: u64, limit: Option<u64>) {
        for (place, visit) in visits.iter().enumerate() {
            let entry = *self.entries.entry((visits[..place].to_vec(), visit.client)).or_insert(start);
            if let Some(total) = self.model.nodes[visit.client.index()].limits[TOTAL] {
                self.late |= limit.is_none_or(|limit| limit == 0 || start + limit > entry + total);
            }
        }
    }
}

/// Whether a call that ends now is within its worst case. The largest number stands for more.
fn is_within(now: u64, duration_ms: Option<u64>) -> bool {
    duration_ms.is_none_or(|most| now <= most || most == MAX_MS)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_call_outlives_a_total_or_the_worst_case(model in model(), fates in fates(), draws in 0u64..=100) {
        let plan = model.plan();
        let root = driver::root(&model);
        let mut totals = Totals { model: &model, entries: HashMap::new(), late: false };
        let watch = |visits: &[Visit], start, limit| totals.watch(visits, start, limit);
        let ran = driver::run(&plan, root, &fates, draws, WalkOptions::default(), watch);
        prop_assert!(!totals.late);
        let worst = worst_case(&plan, ClientId(root as u32));
        prop_assert!(ran.requests <= worst.requests);
        prop_assert!(is_within(ran.now, worst.duration_ms), "{} {:?}", ran.now, worst);
        if let Some(total) = model.nodes[root].limits[TOTAL] {
            prop_assert!(ran.now <= total);
        }
    }

    #[test]
    fn the_worst_case_as_a_deadline_changes_no_call_that_is_on_time(
        model in model(), fates in fates(), draws in 0u64..=100
    ) {
        let plan = model.plan();
        let root = driver::root(&model);
        let free = driver::run(&plan, root, &fates, draws, WalkOptions::default(), |_, _, _| {});
        let worst_case_ms = worst_case(&plan, ClientId(root as u32)).duration_ms;
        // Where the largest number stands for more, the deadline may come first.
        prop_assume!(worst_case_ms.is_none_or(|ms| ms < MAX_MS));
        let options = WalkOptions { worst_case_ms, ..WalkOptions::default() };
        let held = driver::run(&plan, root, &fates, draws, options, |_, _, _| {});
        prop_assert_eq!(held.end, free.end);
        prop_assert_eq!(held.now, free.now);
        prop_assert_eq!(held.events, free.events);
    }

    #[test]
    fn overrides_and_deadlines_only_shorten(
        model in model(), fates in fates(), deadline_ms in 1u64..3000, ms in 1u64..500, field in 0usize..5
    ) {
        let plan = model.plan();
        let root = driver::root(&model);
        let mut overrides = Overrides::new();
        overrides.lower(ClientId(root as u32), Field::ALL[field], ms);
        let options = WalkOptions { deadline_ms: Some(deadline_ms), overrides: Some(&overrides), worst_case_ms: None };
        let mut longest = 0;
        let watch = |_: &[Visit], start, limit: Option<u64>| {
            longest = longest.max(limit.unwrap_or(u64::MAX));
            assert!(start < deadline_ms);
        };
        let ran = driver::run(&plan, root, &fates, 100, options, watch);
        prop_assert!(ran.now <= deadline_ms);
        prop_assert!(longest <= deadline_ms);
        if Field::ALL[field] == Field::Request {
            prop_assert!(longest <= ms);
        }
        if Field::ALL[field] == Field::Total {
            prop_assert!(ran.now <= ms);
        }
        let worst = worst_case(&plan, ClientId(root as u32));
        prop_assert!(ran.requests <= worst.requests);
        prop_assert!(is_within(ran.now, worst.duration_ms));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_schedule_is_longer_than_the_worst_case(model in model()) {
        let plan = model.plan();
        let root = ClientId(driver::root(&model) as u32);
        let worst = worst_case(&plan, root);
        let mut all: Vec<Schedule> = vec![Schedule::of(&plan, root)];
        all.extend(schedules(&plan, root).into_iter().flatten().take(4));
        for schedule in all {
            prop_assert!(schedule.attempts.len() as u64 <= worst.requests);
            if let (Some(end), Some(most)) = (schedule.end_ms, worst.duration_ms) {
                prop_assert!(end <= most);
            }
            if worst.duration_ms.is_some() {
                prop_assert!(schedule.end != ScheduleEnd::NeverEnds);
            }
        }
    }
}
