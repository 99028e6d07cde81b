//! Both implementations say the same.

use clientc_plan::{
    ClientId, Field, MAX_MS, Origin, RouteCounts, Schedule, ScheduleEnd, WalkOptions, WorstCases, walk_routes,
};
use proptest::prelude::*;

use crate::driver;
use crate::model::{fates, model};
use crate::naive;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn on_routes_and_effective_limits(model in model()) {
        let plan = model.plan();
        let counts = RouteCounts::new(&plan);
        for node in 0..model.nodes.len() {
            let expected = naive::routes(&model, node);
            let mut found = Vec::new();
            walk_routes(&plan, ClientId(node as u32), |route| {
                let path: Vec<usize> = route.path.iter().map(|id| id.index()).collect();
                let limits = Field::ALL.map(|field| {
                    route.limits.get(field).map(|limit| (limit.ms, match limit.origin {
                        Origin::Client(place) => Some(place.index()),
                        Origin::Defaults | Origin::RunTime => None,
                        Origin::Override(_) => unreachable!("there are no overrides"),
                    }))
                });
                found.push((path, limits));
            });
            let expected: Vec<_> =
                expected.into_iter().map(|path| (path.clone(), naive::effective(&model, &path))).collect();
            prop_assert_eq!(&found, &expected);
            let count = counts.of(ClientId(node as u32));
            prop_assert_eq!(count.routes, expected.len() as u64);
            prop_assert_eq!(count.longest, expected.iter().map(|route| route.0.len()).max().unwrap() as u64);
            prop_assert_eq!(count.names, expected.iter().map(|route| route.0.len()).sum::<usize>() as u64);
        }
    }

    #[test]
    fn on_worst_cases(model in model()) {
        let plan = model.plan();
        let mut worst_cases = WorstCases::new(&plan);
        for node in 0..model.nodes.len() {
            let found = worst_cases.of(ClientId(node as u32));
            prop_assert_eq!((found.requests, found.duration_ms), naive::worst_case(&model, node, &[]));
        }
    }

    #[test]
    fn on_calls_with_any_outcomes(model in model(), fates in fates(), draws in 0u64..=100) {
        let mut call = naive::Call::new(&model, &fates, draws);
        let end = call.run(driver::root(&model));
        let ran = driver::run(&model.plan(), driver::root(&model), &fates, draws, WalkOptions::default(), |_, _, _| {});
        prop_assert_eq!(&ran.events, &call.events);
        prop_assert_eq!((ran.end, ran.now, ran.requests), (end, call.now, call.requests));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn on_schedules(model in model()) {
        let plan = model.plan();
        let root = driver::root(&model);
        let schedule = Schedule::of(&plan, ClientId(root as u32));
        let mut call = naive::Call::new(&model, &[], 100);
        let end = call.run(root);
        let mut expected = Vec::new();
        for event in &call.events {
            match event {
                naive::Event::Attempt { path, start, limit, by } => {
                    expected.push((path.clone(), *start, *limit, by.clone(), 0));
                }
                naive::Event::Wait(ms) => expected.last_mut().unwrap().4 = *ms,
            }
        }
        let found: Vec<_> = schedule.attempts.iter().map(|attempt| {
            let path = schedule.path(attempt).iter().map(|visit| visit.client.index()).collect();
            let cut = attempt.cut;
            (path, attempt.start_ms, cut.map(|cut| cut.ms), cut.map(|cut| driver::name(cut.by)), attempt.delay_ms)
        }).collect();
        prop_assume!(call.now < MAX_MS);
        prop_assert_eq!(found, expected);
        match end {
            naive::End::NeverEnds => prop_assert_eq!(schedule.end, ScheduleEnd::NeverEnds),
            naive::End::TooMany => prop_assert_eq!(schedule.end, ScheduleEnd::NotFollowed),
            _ => {
                prop_assert!(schedule.is_whole());
                prop_assert_eq!(schedule.end_ms, Some(call.now));
            }
        }
    }
}
