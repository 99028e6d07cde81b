//! A recorded call beside its plan, for people.

use std::io::{self, Write};

use clientc_plan::record::CallRecord;
use clientc_plan::replay::{Judgement, Replay};

use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::{printable, width};

/// Writes a call attempt by attempt: whether it followed the plan, and which line of which file decided it.
pub fn write_replay(
    mut writer: impl Write,
    record: &CallRecord,
    replay: &Replay,
    options: &Options,
) -> io::Result<()> {
    let verdict = match replay.is_obeyed {
        true => paint("the plan was obeyed", Tone::Good, options),
        false => paint("the plan was not obeyed", Tone::Error, options),
    };
    let client = printable(&record.client);
    let client = paint(&client, Tone::Strong, options);
    writeln!(writer, "{client} in {}: {verdict}", printable(&record.project))?;
    let all = replay.attempts.iter().flat_map(|attempt| &attempt.judgements).chain(&replay.end);
    let column =
        all.map(|judgement| width(&words(judgement))).max().unwrap_or(0).min(options.columns() / 3 * 2);
    let arrow = if options.unicode { " → " } else { " -> " };
    for (attempt, number) in replay.attempts.iter().zip(1..) {
        let path = printable(&attempt.path.join(arrow)).into_owned();
        let path = paint(&path, Tone::Strong, options);
        writeln!(writer, "\n  {number}. {path}, {} to {} ms", attempt.start_ms, attempt.end_ms)?;
        write_judgements(&mut writer, &attempt.judgements, column, options)?;
    }
    let end = format!("The call ended after {} ms, with {} requests", record.end_ms, record.requests);
    writeln!(writer, "\n  {}", paint(&end, Tone::Strong, options))?;
    write_judgements(&mut writer, &replay.end, column, options)
}

fn write_judgements(
    writer: &mut impl Write,
    judgements: &[Judgement],
    column: usize,
    options: &Options,
) -> io::Result<()> {
    for judgement in judgements {
        let words = words(judgement);
        let tone = if judgement.is_obeyed { Tone::Plain } else { Tone::Error };
        write!(writer, "     {}", paint(&words, tone, options))?;
        if let Some(place) = &judgement.place {
            let blanks = column.saturating_sub(width(&words)) + 2;
            let place = format!("{}:{}:{}", printable(&place.file), place.line, place.column);
            write!(writer, "{:blanks$}{}", "", paint(&place, Tone::Dim, options))?;
        }
        writeln!(writer)?;
    }
    Ok(())
}

fn words(judgement: &Judgement) -> String {
    let before = if judgement.is_obeyed { "" } else { "not obeyed: " };
    format!("{before}{}", printable(&judgement.message))
}
