//! The timeout schedule of a client for people: what happens when every attempt times out.

use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::{shortened, width};
use crate::routes::{shortened_path, shown};
use crate::table::exact;
use crate::units::{duration, plural};
use clientc_plan::document::{ResolvedAttempt, ResolvedEnd, ResolvedLimit, ResolvedSchedule};
use clientc_plan::{Field, WorstCase};
use std::io::{self, Write};

/// The most attempts that are shown from the start; the last one is always shown.
const MOST: usize = 30;

/// Writes the attempts of a schedule with their start, and how it ends beside the bound.
pub(crate) fn write_schedule(
    writer: &mut impl Write,
    schedule: &ResolvedSchedule,
    bound: WorstCase,
    options: &Options,
) -> io::Result<()> {
    writeln!(writer, "  {}", paint("when every attempt times out:", Tone::Dim, options))?;
    let attempts = &schedule.attempts;
    let starts = attempts.iter().map(|attempt| width(&duration(attempt.start_ms)));
    let starts = starts.chain(schedule.end_ms.map(|ms| width(&duration(ms)))).max().unwrap_or(0);
    let path = |attempt: &ResolvedAttempt| shortened_path(&attempt.path, options.columns() / 3, options);
    let paths = attempts.iter().map(|attempt| width(&path(attempt))).max().unwrap_or(0);
    let last = attempts.len().saturating_sub(1);
    for (index, attempt) in attempts.iter().enumerate() {
        if index < MOST || index == last {
            let (start, path) = (duration(attempt.start_ms), path(attempt));
            let blanks = " ".repeat(paths.saturating_sub(width(&path)));
            let used = 8 + starts + paths;
            let facts = attempt_text(attempt, options.columns().saturating_sub(used), options);
            writeln!(writer, "    {start:>starts$}  {path}{blanks}  {}", paint(&facts, Tone::Dim, options))?;
        } else if index == MOST {
            let more = format!("{} more", plural((last - MOST) as u64, "attempt"));
            writeln!(writer, "    {:starts$}  {}", "", paint(&more, Tone::Dim, options))?;
        }
    }
    let end = schedule.end_ms.map(duration).unwrap_or_default();
    writeln!(writer, "    {end:>starts$}  {}", end_text(schedule, bound))
}

/// What an attempt has, what follows it and what bounds it: `20s + 200ms delay, request of FastClient`. The name
/// of the client is made shorter where the columns are few.
fn attempt_text(attempt: &ResolvedAttempt, columns: usize, options: &Options) -> String {
    let Some(limit_ms) = attempt.limit_ms else {
        return "no limit".into();
    };
    let mut text = duration(limit_ms);
    if attempt.delay_ms > 0 {
        text.push_str(&format!(" + {} delay", duration(attempt.delay_ms)));
    }
    if let Some(limit) = &attempt.limited_by {
        let field = format!(", {} of ", field_label(limit));
        let room = columns.saturating_sub(text.len() + field.len()).max(8);
        text.push_str(&field);
        text.push_str(&shortened(&setter(limit), room, options.ellipsis()));
    }
    text
}

fn limit_text(limit: &ResolvedLimit) -> String {
    format!("{} of {}", field_label(limit), setter(limit))
}

fn field_label(limit: &ResolvedLimit) -> &str {
    Field::from_key(&limit.field).map(Field::label).unwrap_or(&limit.field)
}

fn setter(limit: &ResolvedLimit) -> String {
    limit.client.as_deref().map_or_else(|| "clientc.toml".into(), shown)
}

fn end_text(schedule: &ResolvedSchedule, bound: WorstCase) -> String {
    let end = match (schedule.end, &schedule.ended_by) {
        (ResolvedEnd::Completed, _) => "everything was tried".to_owned(),
        (ResolvedEnd::Deadline, Some(limit)) => format!("cut by {}", limit_text(limit)),
        (ResolvedEnd::Deadline, None) => "cut by a deadline".to_owned(),
        (ResolvedEnd::NeverEnds, _) => "never ends".to_owned(),
        (ResolvedEnd::NotFollowed, _) => {
            format!("not followed further than {}", plural(schedule.attempts.len() as u64, "attempt"))
        }
    };
    match bound.duration_ms {
        Some(ms) => format!("{end}; the bound is {}", exact(ms)),
        None => format!("{end}; there is no bound"),
    }
}
