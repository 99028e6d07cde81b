//! The runtimes that execute a plan, and the small table of what differs between them.
//!
//! There is one walk, one schedule and one worst case. Where BAML's runtime does something else than ours they ask this
//! table. Every row of BAML was measured; `tests/baml_calls.rs` compares calls of the real one with it.

use crate::field::Field;
use crate::retry::{RetryPolicy, RetryStrategy};

/// What makes the calls of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum RunTime {
    /// The library and the gateway of this project. They execute everything in a plan.
    #[default]
    Clientc,
    /// BAML's own runtime, as version [`BAML_VERSION`] was measured.
    Baml,
}

/// The version of BAML (`baml-py` on PyPI) with which the rows of the table were measured.
pub const BAML_VERSION: &str = "0.226.3";

/// Whether a version of BAML differs from the measured one by no more than its patch number. What is no version is
/// another one.
pub fn is_measured_version(version: &str) -> bool {
    let minor = |version: &str| {
        let mut parts = version.trim().split('.').map(|part| part.parse::<u32>().ok());
        parts.next().flatten().zip(parts.next().flatten())
    };
    minor(version).is_some_and(|version| minor(BAML_VERSION) == Some(version))
}

/// What a run time does where the two differ. Times are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Differences {
    /// Whether limits of composites, totals and the defaults of the project apply.
    ///
    /// BAML rejects the four limits of attempts on a composite, never enforces `total_timeout_ms`, and does not read
    /// `clientc.toml` (peer/baml-facts.md 3.2). So only what a leaf itself sets applies. Measured: every call with a total
    /// ran past it, through a fallback, a round-robin, nested and with retries.
    pub composes: bool,
    /// The request limit of an attempt where no limit is written.
    ///
    /// BAML: measured, an answer that never comes ended at 300.0 s (peer/baml-facts.md 3.1).
    pub request_ms: Option<u64>,
    /// The connect limit of an attempt where no limit is written.
    ///
    /// BAML: measured, an address that never answers ended at 10.00 s (peer/baml-facts.md 3.1).
    pub connect_ms: Option<u64>,
    /// Whether the first-token limit runs from the start of the attempt. Else it runs from the moment at which the
    /// response's headers have arrived.
    ///
    /// BAML: measured, a server that holds its headers for 600 ms passes a limit of 200 ms.
    pub first_token_from_start: bool,
    /// Whether only failures are retried that may pass: timeouts, broken connections, 408, 409, 429 and 5xx.
    ///
    /// BAML retries every failure of the HTTP call. Measured with 400, 401, 429, 500, a reset connection, a body that
    /// is not JSON and a timeout (peer/baml-facts.md 4.2).
    pub retries_selectively: bool,
    /// Whether `Retry-After` and `jitter` change a delay.
    ///
    /// BAML: measured, neither does (peer/baml-facts.md 4.2).
    pub adapts_delays: bool,
    /// Whether the first delay of an exponential backoff is `delay_ms`. Else the multiplier applies before it.
    ///
    /// BAML: measured, `delay_ms 100`, `multiplier 2` gave 200, 400, 800, 1600 (peer/baml-facts.md 4.2).
    pub first_delay_is_plain: bool,
    /// Whether a policy waits once between two rounds. Else every failed attempt waits for the innermost policy above it
    /// whose delay in its current round is not zero, and in its last round a policy has no delay.
    ///
    /// BAML: measured, `fallback [A, B]` with a policy of two retries and 300 ms gave A0 B300 A600 B900 A1200 B1200
    /// (peer/baml-facts.md 4.3).
    pub waits_between_rounds: bool,
    /// Whether a round-robin takes one ticket a visit and its rounds move on from there. Else every round takes the next.
    ///
    /// BAML: measured, a second use inside one call takes the member after that of the last round
    /// (peer/baml-facts.md 4.4).
    pub one_ticket_a_visit: bool,
    /// Whether a failure after content was passed on ends the call. Else the next attempt is made.
    ///
    /// BAML: measured, an idle timeout in a stream moved a fallback on after partial text.
    pub ends_after_content: bool,
    /// Whether a member that cannot be built fails as that member. Else the call fails before its first request.
    ///
    /// BAML builds all members of a fallback first. Measured: a missing variable of the last member failed the call.
    pub builds_one_by_one: bool,
}

const CLIENTC: Differences = Differences {
    composes: true,
    request_ms: None,
    connect_ms: None,
    first_token_from_start: true,
    retries_selectively: true,
    adapts_delays: true,
    first_delay_is_plain: true,
    waits_between_rounds: true,
    one_ticket_a_visit: true,
    ends_after_content: true,
    builds_one_by_one: true,
};

const BAML: Differences = Differences {
    composes: false,
    request_ms: Some(300_000),
    connect_ms: Some(10_000),
    first_token_from_start: false,
    retries_selectively: false,
    adapts_delays: false,
    first_delay_is_plain: false,
    waits_between_rounds: false,
    one_ticket_a_visit: false,
    ends_after_content: false,
    builds_one_by_one: false,
};

impl RunTime {
    /// What the runtime does where the two differ.
    pub const fn differences(self) -> &'static Differences {
        match self {
            Self::Clientc => &CLIENTC,
            Self::Baml => &BAML,
        }
    }

    /// The limit that the runtime itself holds an attempt to where none is written, in milliseconds.
    pub const fn default_ms(self, field: Field) -> Option<u64> {
        match field {
            Field::Request => self.differences().request_ms,
            Field::Connect => self.differences().connect_ms,
            Field::TimeToFirstToken | Field::Idle | Field::Total => None,
        }
    }

    /// The name of the runtime in sentences.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clientc => "clientc",
            Self::Baml => "BAML",
        }
    }

    /// The delay that follows one of `previous_ms` milliseconds, or the first one, in milliseconds.
    pub fn delay_ms(self, strategy: &RetryStrategy, previous_ms: Option<u64>) -> u64 {
        match (self.differences().first_delay_is_plain, previous_ms) {
            (true, None) => strategy.first_delay_ms(),
            (true, Some(previous_ms)) => strategy.next_delay_ms(previous_ms),
            (false, previous_ms) => baml_delay_ms(strategy, previous_ms),
        }
    }

    /// Goes through the planned delays of a policy, one before each retry, in milliseconds.
    pub fn delays(self, policy: &RetryPolicy) -> impl Iterator<Item = u64> + use<> {
        let (strategy, mut previous_ms) = (policy.strategy, None);
        (0..policy.max_retries).map(move |_| {
            let delay_ms = self.delay_ms(&strategy, previous_ms);
            previous_ms = Some(delay_ms);
            delay_ms
        })
    }
}

/// Computes a delay as BAML does: in single precision, cut to whole milliseconds, the multiplier applied each time
/// (peer/baml-facts.md 4.2).
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the product is computed as BAML computes it"
)]
fn baml_delay_ms(strategy: &RetryStrategy, previous_ms: Option<u64>) -> u64 {
    match *strategy {
        RetryStrategy::ConstantDelay { delay_ms } => delay_ms,
        RetryStrategy::ExponentialBackoff { delay_ms, multiplier, max_delay_ms } => {
            let factor: f32 = multiplier.to_string().parse().unwrap_or(f32::MAX);
            let product = previous_ms.unwrap_or(delay_ms) as u32 as f32 * factor;
            u64::from(product as u32).min(max_delay_ms)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retry::Multiplier;

    fn delays(retries: u32, delay_ms: u64, multiplier: &str, max_delay_ms: u64) -> Vec<u64> {
        let multiplier = Multiplier::parse(multiplier).unwrap();
        let strategy = RetryStrategy::ExponentialBackoff { delay_ms, multiplier, max_delay_ms };
        let policy = RetryPolicy { name: "P".into(), max_retries: retries, strategy, jitter: true };
        RunTime::Baml.delays(&policy).collect()
    }

    #[test]
    fn delays_of_baml_are_those_that_were_measured() {
        assert_eq!(delays(4, 200, "1.5", 10_000), [300, 450, 675, 1012]);
        assert_eq!(delays(4, 100, "2", 10_000), [200, 400, 800, 1600]);
        assert_eq!(delays(4, 100, "2", 250), [200, 250, 250, 250]);
        assert_eq!(delays(3, 500, "1.5", 100), [100, 100, 100]);
        assert_eq!(delays(3, 400, "0.5", 10_000), [200, 100, 50]);
        let policy = RetryPolicy {
            name: "P".into(),
            max_retries: 3,
            strategy: RetryStrategy::default(),
            jitter: false,
        };
        assert_eq!(RunTime::Baml.delays(&policy).collect::<Vec<_>>(), [200, 200, 200]);
    }

    #[test]
    fn delays_of_clientc_are_those_of_the_policy() {
        let policy = RetryPolicy {
            name: "P".into(),
            max_retries: 4,
            strategy: RetryStrategy::ExponentialBackoff {
                delay_ms: 100,
                multiplier: Multiplier::DEFAULT,
                max_delay_ms: 300,
            },
            jitter: false,
        };
        assert_eq!(RunTime::Clientc.delays(&policy).collect::<Vec<_>>(), policy.delays().collect::<Vec<_>>());
    }

    #[test]
    fn a_version_is_the_measured_one_up_to_its_patch_number() {
        for version in ["0.226.3", "0.226.0", " 0.226.10 ", "0.226", "0.226.4-rc1"] {
            assert!(is_measured_version(version), "{version}");
        }
        for version in ["0.225.3", "0.89.0", "1.226.3", "226.3", "0", "", "latest", "0.2263"] {
            assert!(!is_measured_version(version), "{version}");
        }
    }

    #[test]
    fn no_row_is_the_same_for_both() {
        let (ours, baml) = (RunTime::Clientc.differences(), RunTime::Baml.differences());
        assert!(ours.request_ms != baml.request_ms && ours.connect_ms != baml.connect_ms);
        let flags = |row: &Differences| {
            [
                row.composes,
                row.first_token_from_start,
                row.retries_selectively,
                row.adapts_delays,
                row.first_delay_is_plain,
                row.waits_between_rounds,
                row.one_ticket_a_visit,
                row.ends_after_content,
                row.builds_one_by_one,
            ]
        };
        assert!(flags(ours).iter().zip(flags(baml)).all(|(ours, baml)| *ours != baml));
    }
}
