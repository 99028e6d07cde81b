//! Judges one attempt: its start, its limits, and how it ended.

use super::Judgement;
use super::judge::{ExpectedAttempt, Judge};
use crate::document::times;
use crate::field::Field;
use crate::record::{AttemptOutcome, AttemptRecord, SetBy};
use crate::walk::CutBy;

impl Judge<'_> {
    /// Judges one attempt: that it was due, its limits, and that they held.
    pub(super) fn attempt(&self, expected: &ExpectedAttempt, record: &AttemptRecord) -> Vec<Judgement> {
        let mut judgements = Vec::new();
        let (path, leaf) = (self.path(expected), expected.visits.last());
        if path != record.path {
            let message = format!("the plan calls {} here", path.join(" > "));
            return vec![Judgement::broken(message, self.source(leaf))];
        }
        let late_ms = record.start_ms.saturating_sub(expected.start_ms);
        if record.start_ms < expected.start_ms {
            let early_ms = expected.start_ms - record.start_ms;
            let message = format!("it started {early_ms} ms early: the plan says {} ms", expected.start_ms);
            judgements.push(Judgement::broken(message, self.source(leaf)));
        } else if late_ms > self.tolerance_ms {
            let message = format!("it started {late_ms} ms late: the plan says {} ms", expected.start_ms);
            judgements.push(Judgement::broken(message, self.source(leaf)));
        }
        if times(&expected.limits) != record.limits {
            for field in Field::ATTEMPT {
                let (planned, had) = (expected.limits.ms(field), record.limits.get(field).copied());
                if planned != had {
                    let (planned, had) = (limit_words(planned), limit_words(had));
                    let message = format!("{} was {had}; the plan says {planned}", field.key());
                    judgements.push(Judgement::broken(message, self.written(expected, field)));
                }
            }
        }
        let cut_ms = expected.cut.map(|cut| cut.ms);
        if cut_ms != record.limit_ms {
            let (planned, had) = (limit_words(cut_ms), limit_words(record.limit_ms));
            let message = format!("it had {had} in all; the plan says {planned}");
            judgements.push(Judgement::broken(message, self.cut_place(expected)));
        }
        judgements.extend(self.began_late(expected, record));
        judgements.push(self.ended(expected, record));
        judgements
    }

    /// Judges when the first content came, in the attempt in which it did.
    pub(super) fn began_late(&self, expected: &ExpectedAttempt, record: &AttemptRecord) -> Option<Judgement> {
        let first_ms = self.record.first_token_ms?;
        let took_ms = first_ms.checked_sub(record.start_ms).filter(|_| first_ms <= record.end_ms)?;
        let limit_ms = expected.limits.ms(Field::TimeToFirstToken)?;
        (took_ms > limit_ms.saturating_add(self.tolerance_ms)).then(|| {
            let message = format!(
                "content came after {took_ms} ms: time_to_first_token_timeout_ms of {limit_ms} ms was not enforced"
            );
            Judgement::broken(message, self.written(expected, Field::TimeToFirstToken))
        })
    }

    /// Judges how an attempt ended, and says what decided it.
    pub(super) fn ended(&self, expected: &ExpectedAttempt, record: &AttemptRecord) -> Judgement {
        let took_ms = record.end_ms.saturating_sub(record.start_ms);
        if let Some(cut) = expected.cut.filter(|cut| took_ms > cut.ms.saturating_add(self.tolerance_ms)) {
            let message = format!(
                "it took {took_ms} ms and had {} ms: {} was not enforced",
                cut.ms,
                self.cut_words(expected)
            );
            return Judgement::broken(message, self.cut_place(expected));
        }
        let Some(timeout) = record.timeout.as_ref().filter(|_| record.outcome == AttemptOutcome::Timeout)
        else {
            let what = match (record.outcome, record.status) {
                (AttemptOutcome::Succeeded, _) => "it succeeded".into(),
                (AttemptOutcome::Http, Some(status)) => format!("the server answered {status}"),
                (AttemptOutcome::Rejected, _) => "the answer ended for a reason that is not allowed".into(),
                (AttemptOutcome::Unbuildable, _) => "it could not be built, and made no request".into(),
                (AttemptOutcome::Cancelled, _) => "the caller left".into(),
                _ => "the connection failed".into(),
            };
            return Judgement::obeyed(
                format!("{what} after {took_ms} ms"),
                self.source(expected.visits.last()),
            );
        };
        let field = timeout.timeout_type.0;
        if timeout.set_by == SetBy::WorstCase && expected.cut.is_some_and(|cut| cut.by == CutBy::WorstCase) {
            let message = format!(
                "it was cut after {took_ms} ms, short of {}: timers were late, and no call outlives its worst case",
                field.key()
            );
            return Judgement::obeyed(message, self.written(expected, field));
        }
        let (set_ms, place) = match expected.cut.filter(|_| field == Field::Total) {
            Some(cut) => (cut.is_deadline().then_some(cut.configured_ms), self.cut_place(expected)),
            None => (expected.limits.ms(field), self.written(expected, field)),
        };
        let (key, elapsed_ms) = (field.key(), timeout.elapsed_ms);
        match set_ms {
            None => Judgement::broken(
                format!("{key} passed, and the plan sets none here"),
                self.source(expected.visits.last()),
            ),
            Some(ms) if ms != timeout.configured_value_ms => {
                let named_ms = timeout.configured_value_ms;
                Judgement::broken(format!("{key} passed at {named_ms} ms; the plan says {ms} ms"), place)
            }
            Some(ms) if elapsed_ms < ms => {
                Judgement::broken(format!("{key} of {ms} ms passed {} ms early", ms - elapsed_ms), place)
            }
            Some(ms) if elapsed_ms > ms.saturating_add(self.tolerance_ms) => {
                Judgement::broken(format!("{key} of {ms} ms passed {} ms late", elapsed_ms - ms), place)
            }
            Some(ms) => Judgement::obeyed(format!("{key} of {ms} ms passed after {elapsed_ms} ms"), place),
        }
    }
}

fn limit_words(ms: Option<u64>) -> String {
    ms.map_or_else(|| "no limit".into(), |ms| format!("{ms} ms"))
}
