//! Judges the end of a call.

use super::Judgement;
use super::judge::{ExpectedAttempt, Judge};
use crate::limit::Limits;
use crate::record::CallEnd;
use crate::walk::{End, Visit};

impl Judge<'_> {
    /// Judges the end of the call.
    pub(super) fn end(&self, end: End, last: Option<&[Visit]>, requests: u64, now_ms: u64) -> Vec<Judgement> {
        let record = self.record;
        let mut judgements = Vec::new();
        let (planned, stopped_by) = match end {
            End::Succeeded => (CallEnd::Succeeded, None),
            End::HandedOn => (CallEnd::HandedOn, None),
            End::Cancelled => (CallEnd::Cancelled, None),
            End::Failed { stopped_by } => (CallEnd::Failed, stopped_by),
        };
        if planned != record.end {
            let message =
                format!("the call ended as {}; the plan says {}", end_words(record.end), end_words(planned));
            judgements.push(Judgement::broken(message, self.place_of(self.root)));
        }
        if requests != record.requests {
            let message = format!("{} requests were made; the plan says {requests}", record.requests);
            judgements.push(Judgement::broken(message, self.place_of(self.root)));
        }
        if record.end_ms < now_ms || record.end_ms - now_ms > self.tolerance_ms {
            let message = format!("the call ended after {} ms; the plan says {now_ms} ms", record.end_ms);
            judgements.push(Judgement::broken(message, self.place_of(self.root)));
        }
        let (words, place) = match (planned, stopped_by) {
            (CallEnd::Failed, Some(cut)) => {
                let expected = ExpectedAttempt {
                    visits: last.map_or_else(Vec::new, <[Visit]>::to_vec),
                    start_ms: now_ms,
                    limits: Limits::NONE,
                    cut: Some(cut),
                };
                (format!("{} left no time to go on", self.cut_words(&expected)), self.cut_place(&expected))
            }
            (CallEnd::Failed, None) => {
                ("everything that could be tried failed".into(), self.place_of(self.root))
            }
            (CallEnd::HandedOn, _) => {
                ("content had been passed on, so nothing was tried again".into(), self.place_of(self.root))
            }
            (CallEnd::Succeeded, _) => ("it succeeded".into(), self.place_of(self.root)),
            (CallEnd::Cancelled, _) => ("the caller left".into(), None),
        };
        if judgements.is_empty() {
            judgements.push(Judgement::obeyed(words, place));
        }
        judgements
    }
}

fn end_words(end: CallEnd) -> &'static str {
    match end {
        CallEnd::Succeeded => "a success",
        CallEnd::Failed => "a failure",
        CallEnd::HandedOn => "a failure after content",
        CallEnd::Cancelled => "cancelled",
    }
}
