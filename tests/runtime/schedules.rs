//! With every attempt hanging a call is the schedule that the compiler wrote down, start by start.

use clientc_plan::document::{Resolved, ResolvedAttempt, ResolvedEnd};
use clientc_plan::record::CallRecord;
use clientc_runtime::{Runtime, Variables};
use clientc_tests::compiled::compile;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use crate::stage::{self, ms};
use crate::{random, text};

const PLANS: usize = 200;
/// Longer schedules say nothing more and take long.
const MOST_ATTEMPTS: usize = 300;

async fn check(document: &Resolved) -> usize {
    let environment = Variables::from_iter([(stage::KEY, "k")]);
    let mut followed = 0;
    for (name, client) in &document.clients {
        let schedule = client.schedule.as_ref().expect("the schedule was asked for");
        let is_short =
            schedule.attempts.len() <= MOST_ATTEMPTS && schedule.end_ms.is_none_or(|end| end < 1 << 40);
        if schedule.end == ResolvedEnd::NotFollowed || !is_short {
            continue;
        }
        // Every client begins with its round-robins at their start, so each has a process of its own.
        let builder = Runtime::builder()
            .transport(stage::silent())
            .environment(environment.clone())
            .draw(|planned| planned);
        let runtime = stage::runtime(builder, document);
        let client = runtime.client(name).unwrap();
        let request = stage::request();
        let call = client.chat(&request);
        if schedule.end == ResolvedEnd::NeverEnds {
            assert!(tokio::time::timeout(ms(1 << 41), call).await.is_err(), "{name} never ends");
            continue;
        }
        let error = call.await.expect_err("every attempt hangs");
        let record = error.record().expect("the call was made");
        assert_eq!(attempts_of(record), attempts_in(&schedule.attempts), "{name}");
        assert_eq!(Some(record.end_ms), schedule.end_ms, "{name}");
        assert_eq!(record.stopped_by.is_some(), schedule.end == ResolvedEnd::Deadline, "{name}");
        followed += 1;
    }
    followed
}

type Row = (Vec<Box<str>>, u64, Option<u64>, Option<u64>, u64, Option<Box<str>>);

fn attempts_of(record: &CallRecord) -> Vec<Row> {
    let row = |attempt: &clientc_plan::record::AttemptRecord| {
        let by = attempt.limited_by.as_ref().and_then(|by| by.client.clone());
        let path = attempt.path.clone();
        (path, attempt.start_ms, attempt.limit_ms, Some(attempt.end_ms), attempt.delay_ms, by)
    };
    record.attempts.iter().map(row).collect()
}

fn attempts_in(attempts: &[ResolvedAttempt]) -> Vec<Row> {
    let row = |attempt: &ResolvedAttempt| {
        let by = attempt.limited_by.as_ref().and_then(|by| by.client.clone());
        let path = attempt.path.clone();
        (path, attempt.start_ms, attempt.limit_ms, attempt.end_ms, attempt.delay_ms, by)
    };
    attempts.iter().map(row).collect()
}

#[tokio::test(start_paused = true)]
async fn of_random_plans_are_those_of_the_compiler() {
    let mut runner = TestRunner::deterministic();
    let (mut plans, mut followed) = (0, 0);
    while plans < PLANS {
        let model = random::model().new_tree(&mut runner).unwrap().current();
        let layout = random::layout().new_tree(&mut runner).unwrap().current();
        let written = text::write(&model, &layout);
        let files = written.files.iter().map(|(path, text)| (path, text.as_str()));
        let compiled = compile(files).unwrap_or_else(|findings| panic!("{findings}"));
        followed += check(&compiled.document).await;
        plans += 1;
    }
    assert!(followed > PLANS, "only {followed} schedules were followed");
}
