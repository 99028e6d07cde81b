//! Every script of the conformance suite through the runtime: its attempts, waits and ends are those of the chapter.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use clientc_plan::Field;
use clientc_plan::document::Resolved;
use clientc_plan::record::{AttemptRecord, CallEnd, CallRecord, LimitRecord, SetBy};
use clientc_runtime::transport::memory::{End, Memory, Script};
use clientc_runtime::{Client, ClientRegistry, Environment, Runtime, Timeouts};
use tokio::time::Instant;

use crate::chapter::Chapter;
use crate::script::{self, Call, Fate};
use crate::stage::{self, KEY, ROLE, TEXT, ms};

/// What the server and the caller are still to do in the call that is made.
#[derive(Default)]
struct Fates {
    left: Mutex<VecDeque<Fate>>,
    /// The attempts that reached the server: the leaf and the moment.
    seen: Mutex<Vec<(String, Instant)>>,
    is_streaming: Mutex<bool>,
    /// The idle limit of each leaf in this call.
    idle_ms: Mutex<HashMap<String, u64>>,
}

struct Key(Arc<Fates>);

impl Environment for Key {
    fn get(&self, name: &str) -> Option<String> {
        assert_eq!(name, KEY);
        let mut left = self.0.left.lock().unwrap();
        if left.front() == Some(&Fate::Unbuildable) {
            left.pop_front();
            return None;
        }
        Some("k".into())
    }
}

impl Fates {
    fn next(&self, leaf: &str) -> Script {
        self.seen.lock().unwrap().push((leaf.into(), Instant::now()));
        let is_streaming = *self.is_streaming.lock().unwrap();
        let fate = self.left.lock().unwrap().pop_front().unwrap_or(Fate::Hang);
        match fate {
            Fate::Ok { after_ms } => stage::answers(after_ms, is_streaming),
            Fate::Status { status, after_ms, retry_after_ms } => Script {
                headers: retry_after_ms.map(|ms| ("retry-after-ms", ms.to_string())).into_iter().collect(),
                ..Script::status(status, ms(after_ms))
            },
            Fate::Connection { after_ms } => Script::broken(ms(after_ms)),
            Fate::HandedOn { after_ms } => stage::events(&[(0, TEXT)], End::Breaks(ms(after_ms))),
            Fate::Timeout { field: Field::Connect, .. } => Script { connect: None, ..Script::ok("") },
            Fate::Timeout { field: Field::TimeToFirstToken, .. } => stage::events(&[(0, ROLE)], End::Silent),
            Fate::Timeout { field: Field::Idle, after_ms } => {
                // The limit begins again at the last event, which comes just so long before it passes.
                let idle_ms = self.idle_ms.lock().unwrap()[leaf];
                stage::events(&[(0, ROLE), (after_ms - idle_ms, ROLE)], End::Silent)
            }
            _ => Script::hang(),
        }
    }
}

fn call_streams(call: &Call) -> bool {
    let needs = |fate: &Fate| {
        let streamed = [Field::TimeToFirstToken, Field::Idle];
        matches!(fate, Fate::HandedOn { .. })
            || matches!(fate, Fate::Timeout { field, .. } if streamed.contains(field))
    };
    call.outcomes.iter().any(|(_, fate)| needs(fate))
}

async fn made(client: &Client, is_streaming: bool) -> CallRecord {
    let request = stage::request();
    let error = if is_streaming {
        match client.stream(&request).await {
            Ok(mut stream) => {
                let mut error = None;
                while let Some(chunk) = futures_util::StreamExt::next(&mut stream).await {
                    error = chunk.err();
                }
                match error {
                    Some(error) => error,
                    None => return stream.record().expect("the stream has ended").clone(),
                }
            }
            Err(error) => error,
        }
    } else {
        match client.chat(&request).await {
            Ok(answer) => return answer.record,
            Err(error) => error,
        }
    };
    error.record().expect("the call was made").clone()
}

fn limit(limit: &LimitRecord) -> String {
    let client = match limit.set_by {
        SetBy::Defaults => "defaults",
        SetBy::Caller => "caller",
        SetBy::WorstCase => "worst-case",
        SetBy::Client | SetBy::Override => limit.client.as_deref().unwrap_or("?"),
    };
    format!("{} {client}", limit.timeout_type)
}

fn attempt_lines(attempt: &AttemptRecord) -> Vec<String> {
    let limit = match (attempt.limit_ms, &attempt.limited_by) {
        (Some(ms), Some(by)) => format!("{ms} {}", limit(by)),
        _ => "none".into(),
    };
    let leaf = attempt.path.last().expect("a path has a leaf");
    let mut lines = vec![format!("attempt {leaf} at {} limit {limit}", attempt.start_ms)];
    if let Some(client) = &attempt.delayed_by {
        lines.push(format!("wait {} {client}", attempt.delay_ms));
    }
    lines
}

fn lines(record: &CallRecord) -> Vec<String> {
    let mut lines: Vec<String> = record.attempts.iter().flat_map(attempt_lines).collect();
    let how = match record.end {
        CallEnd::Succeeded => "succeeded",
        CallEnd::Failed => "failed",
        CallEnd::HandedOn => "handed-on",
        CallEnd::Cancelled => "cancelled",
    };
    let stopped =
        record.stopped_by.as_ref().map(|by| format!(" stopped-by {}", limit(by))).unwrap_or_default();
    lines.push(format!("end {how} at {} requests {}{stopped}", record.end_ms, record.requests));
    lines
}

/// The attempts that reached the server, as far as a script says them.
fn starts(lines: &[String]) -> Vec<String> {
    let attempts = lines.iter().filter(|line| line.starts_with("attempt"));
    attempts.map(|line| line.split(" limit").next().unwrap().to_owned()).collect()
}

struct Process {
    document: Resolved,
    runtime: Runtime,
    fates: Arc<Fates>,
    memory: Memory,
    draw: Arc<AtomicU64>,
}

impl Process {
    fn new(document: &Resolved) -> Self {
        let fates = Arc::new(Fates::default());
        let server = Arc::clone(&fates);
        let memory =
            Memory::new(move |request| server.next(request.headers()[stage::LEAF].to_str().unwrap()));
        let draw = Arc::new(AtomicU64::new(100));
        let percent = Arc::clone(&draw);
        let builder = Runtime::builder()
            .transport(memory.clone())
            .environment(Key(Arc::clone(&fates)))
            .draw(move |planned| planned * percent.load(Ordering::SeqCst) as u32 / 100);
        Self { document: document.clone(), runtime: stage::runtime(builder, document), fates, memory, draw }
    }

    async fn call(&self, call: &Call) -> Vec<String> {
        self.draw.store(call.draw, Ordering::SeqCst);
        *self.fates.left.lock().unwrap() = call.outcomes.iter().map(|(_, fate)| *fate).collect();
        *self.fates.is_streaming.lock().unwrap() = call_streams(call);
        self.fates.seen.lock().unwrap().clear();
        let routes = self.document.clients[call.client.as_str()].routes.iter();
        let idle_ms = routes
            .filter_map(|route| Some((route.path.last()?.to_string(), route.effective.idle_timeout_ms?)));
        *self.fates.idle_ms.lock().unwrap() = idle_ms.collect();
        let mut registry = ClientRegistry::new();
        for (name, field, ms) in &call.overrides {
            let mut timeouts = Timeouts::NONE;
            timeouts.set(*field, *ms);
            registry.override_timeouts(name, timeouts);
        }
        let runtime = self.runtime.with_registry(&registry).expect("the overrides fit");
        let mut client = runtime.client(&call.client).expect("the client is there");
        if let Some(deadline_ms) = call.deadline_ms {
            client = client.with_deadline(ms(deadline_ms));
        }
        let start = Instant::now();
        let end = call.expected.last().map_or("", |(_, line)| line);
        let leaves_at = match end.split(' ').collect::<Vec<_>>()[..] {
            ["end", "cancelled", "at", at, ..] => Some(ms(at.parse().unwrap())),
            ["end", "never", ..] => Some(ms(1_000_000_000)),
            _ => None,
        };
        let found = match leaves_at {
            None => lines(&made(&client, call_streams(call)).await),
            Some(after) => {
                let made = tokio::time::timeout(after, made(&client, call_streams(call))).await;
                assert!(made.is_err(), "the call ended before the caller left: {made:?}");
                let seen = self.fates.seen.lock().unwrap();
                let at = |moment: &Instant| moment.duration_since(start).as_millis();
                seen.iter().map(|(leaf, moment)| format!("attempt {leaf} at {}", at(moment))).collect()
            }
        };
        assert_eq!(self.memory.under_way(), 0, "a request outlives its call");
        found
    }
}

#[tokio::test(start_paused = true)]
async fn every_call_of_the_conformance_suite_goes_as_its_script_says() {
    let folder = clientc_tests::shared::repository().join("tests/conformance");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut calls = 0;
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "md")) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name == "README.md" {
            continue;
        }
        let chapter = Chapter::read(&std::fs::read_to_string(file).unwrap());
        let compiled = clientc_tests::compiled::compile(chapter.files).unwrap();
        let process = Process::new(&compiled.document);
        for (line, text) in &chapter.scripts {
            for call in script::read(text, *line).unwrap() {
                let found = process.call(&call).await;
                let expected: Vec<String> = call.expected.iter().map(|(_, line)| line.clone()).collect();
                let is_left =
                    expected.last().is_some_and(|end| end.contains("cancelled") || end.contains("never"));
                let expected = if is_left { starts(&expected) } else { expected };
                assert_eq!(found, expected, "{name}:{}", call.line);
                calls += 1;
            }
        }
    }
    assert!(calls >= 60, "only {calls} calls were made");
}
