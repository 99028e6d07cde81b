//! Two limits at once: the first to pass fails the attempt, whatever the server does, and on a tie the innermost is
//! named.

use clientc_plan::Field;
use clientc_plan::record::{CallRecord, SetBy};
use clientc_runtime::transport::memory::{End, Memory, Script};
use clientc_runtime::{Error, StreamUpstream, Timeouts};
use futures_util::StreamExt as _;

use crate::calls::{client, fallback, leaf};
use crate::stage::{self, ROLE, TEXT, ms};

/// What bounds a call, in the order in which they are named on a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    Connect,
    FirstToken,
    Idle,
    Request,
    Total,
    Deadline,
}

const BOUNDS: [Bound; 6] =
    [Bound::Connect, Bound::FirstToken, Bound::Idle, Bound::Request, Bound::Total, Bound::Deadline];

impl Bound {
    fn field(self) -> Field {
        match self {
            Self::Connect => Field::Connect,
            Self::FirstToken => Field::TimeToFirstToken,
            Self::Idle => Field::Idle,
            Self::Request => Field::Request,
            Self::Total | Self::Deadline => Field::Total,
        }
    }
}

/// How the answer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Whole,
    Streamed,
    Joined,
}

/// A server that never ends its answer: when it connects, when its first content comes, when its last event comes, and
/// the longest time between two of its events.
struct Server {
    name: &'static str,
    script: Script,
    connects: bool,
    first_content: Option<u64>,
    last_event: Option<u64>,
    longest_gap: u64,
}

fn servers() -> Vec<Server> {
    let server = |name, script, connects, first_content, last_event| Server {
        name,
        script,
        connects,
        first_content,
        last_event,
        longest_gap: 0,
    };
    let drips = stage::events(&[(60, TEXT); 40], End::Silent);
    vec![
        server("never connects", Script { connect: None, ..Script::ok("") }, false, None, None),
        server("never answers", Script::hang(), true, None, None),
        server("sends a role", stage::events(&[(20, ROLE)], End::Silent), true, None, Some(20)),
        server("stalls", stage::events(&[(40, TEXT), (20, TEXT)], End::Silent), true, Some(40), Some(60)),
        Server { longest_gap: 60, ..server("drips", drips, true, Some(60), Some(2400)) },
    ]
}

/// When a limit passes by itself, in milliseconds.
fn passes(bound: Bound, limit_ms: u64, server: &Server, asked: Asked) -> Option<u64> {
    let is_stream = asked != Asked::Whole;
    match bound {
        Bound::Connect => (!server.connects).then_some(limit_ms),
        Bound::FirstToken => {
            (is_stream && server.first_content.is_none_or(|at| at > limit_ms)).then_some(limit_ms)
        }
        Bound::Idle => {
            assert!(server.longest_gap < limit_ms, "the gaps of these servers are short");
            server.last_event.filter(|_| is_stream).map(|at| at + limit_ms)
        }
        Bound::Request | Bound::Total | Bound::Deadline => Some(limit_ms),
    }
}

async fn made(limits: &[(Bound, u64)], server: &Server, asked: Asked) -> Result<CallRecord, Error> {
    let script = server.script.clone();
    let memory = Memory::new(move |_| script.clone());
    let mut client = client(&(leaf("A", &[]) + &fallback("F", "A", &[])), "F", &memory);
    for &(bound, limit_ms) in limits {
        if bound == Bound::Deadline {
            client = client.with_deadline(ms(limit_ms));
            continue;
        }
        let mut timeouts = Timeouts::NONE;
        timeouts.set(bound.field(), limit_ms);
        client = client.with_timeouts(&timeouts).unwrap();
    }
    let request = stage::request();
    if asked == Asked::Streamed {
        let mut stream = client.stream(&request).await?;
        while let Some(chunk) = stream.next().await {
            chunk?;
        }
        return Ok(stream.record().unwrap().clone());
    }
    let mode = if asked == Asked::Joined { StreamUpstream::Always } else { StreamUpstream::Never };
    Ok(client.with_stream_upstream(mode).chat(&request).await?.record)
}

#[tokio::test(start_paused = true)]
async fn the_first_of_two_limits_passes_and_on_a_tie_the_innermost_is_named() {
    let mut compared = 0;
    for server in servers() {
        for (place, &first) in BOUNDS.iter().enumerate() {
            for &second in &BOUNDS[place + 1..] {
                for (first_ms, second_ms) in [(100, 250), (250, 100), (130, 130)] {
                    for asked in [Asked::Whole, Asked::Streamed, Asked::Joined] {
                        let limits = [(first, first_ms), (second, second_ms)];
                        let expected = limits
                            .iter()
                            .filter_map(|&(bound, limit_ms)| {
                                Some((passes(bound, limit_ms, &server, asked)?, bound, limit_ms))
                            })
                            .min();
                        let Some((at, bound, limit_ms)) = expected else { continue };
                        let name = format!("{} with {limits:?}, {asked:?}", server.name);
                        let error = made(&limits, &server, asked).await.expect_err(&name);
                        let timeout = error.timeout().unwrap_or_else(|| panic!("{name}: {error}"));
                        let set_by = if bound == Bound::Deadline { SetBy::Caller } else { SetBy::Override };
                        assert_eq!(
                            (timeout.timeout_type.0, timeout.set_by, timeout.configured_value_ms),
                            (bound.field(), set_by, limit_ms),
                            "{name}"
                        );
                        let record = error.record().unwrap();
                        assert_eq!((record.end_ms, timeout.elapsed_ms), (at, limit_ms), "{name}");
                        compared += 1;
                    }
                }
            }
        }
    }
    assert!(compared > 500, "{compared}");
}

#[tokio::test(start_paused = true)]
async fn an_idle_limit_far_below_the_request_limit_is_put_off_by_every_event() {
    // Each event puts the limit off, by far less than the timer was set for at first.
    let server = Server { longest_gap: 90, ..servers().remove(4) };
    let script = stage::events(&[(90, TEXT); 50], End::Silent);
    let server = Server { script, last_event: Some(4500), ..server };
    let error =
        made(&[(Bound::Idle, 100), (Bound::Request, 10_000)], &server, Asked::Streamed).await.unwrap_err();
    assert_eq!(
        (error.timeout().unwrap().timeout_type.0, error.record().unwrap().end_ms),
        (Field::Idle, 4600)
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_read_has_a_bound() {
    use clientc_runtime::{Failure, Runtime, Variables};

    use crate::calls::{document, leaf};
    let with = |script: Script| {
        let memory = Memory::new(move |_| script.clone());
        let builder = Runtime::builder()
            .transport(memory)
            .environment(Variables::from_iter([(stage::KEY, "k")]))
            .max_answer(100_000);
        stage::runtime(builder, &document(&leaf("A", &[]))).client("A").unwrap()
    };
    let long = |text: &str| Script { body: vec![(ms(1), text.to_owned().into()); 2000], ..Script::ok("") };
    let client = with(long(&" ".repeat(100)));
    for mode in [StreamUpstream::Never, StreamUpstream::Always] {
        let error = client.clone().with_stream_upstream(mode).chat(&stage::request()).await.unwrap_err();
        let Some(Failure::Connection(failure)) = error.failure() else { panic!("{error}") };
        assert!(failure.message.contains("is longer than 100000 bytes"), "{failure}");
        assert_eq!(error.record().unwrap().end_ms, 1001, "{mode:?}");
    }
    let (_, error) = crate::calls::drained(&with(long(TEXT))).await.unwrap_err();
    assert!(error.to_string().contains("the stream is longer than 100000 bytes"), "{error}");
    // Of the body of an error only so much is read as its message can be in.
    let error = Script { status: 500, ..long(&"x".repeat(1024)) };
    let error = with(error).chat(&stage::request()).await.unwrap_err();
    let Some(Failure::Http(failure)) = error.failure() else { panic!("{error}") };
    assert_eq!((failure.status, error.record().unwrap().end_ms), (500, 64));
    assert!(failure.message.as_ref().unwrap().len() < 1100);
}
