//! A total of one client: edits that wrap it in a fallback of one, which may have a total.

use clientc_plan::Field;
use clientc_semantic::{ClientFacts, Span};
use clientc_syntax::TextRange;

use crate::context::Context;
use crate::core::diagnostic::{FileEdit, Safety};
use crate::core::finding::Finding;
use crate::edits::http_block;

/// A total on a client that makes requests.
struct Total<'a> {
    context: &'a Context<'a>,
    client: &'a ClientFacts,
    key: Span,
    /// The number and its place, where it is one.
    value: Option<(u64, TextRange)>,
}

/// Explains how one client can have a total, with the edits that write it.
pub(crate) fn explain_total<'a>(context: &'a Context<'a>, key: Span, finding: Finding) -> Finding {
    let Some(client) = context.client_around(key) else { return finding };
    let text = context.sources.text(key.file);
    let value = number_behind(text, key.range);
    Total { context, client, key, value }.explain(finding)
}

impl Total<'_> {
    fn explain(&self, finding: Finding) -> Finding {
        let (retries, delays_ms) = self.retries();
        let (name, total) = (&self.client.name.text, self.shown());
        if retries == 0 {
            let others = match self.context.is_called_by_baml() {
                true => "",
                false => "; a total bounds a fallback or round-robin with its retries",
            };
            let help = format!(
                "`{name}` makes one attempt, so `request_timeout_ms {total}` bounds the whole call{others}"
            );
            let is_free =
                self.client.http.as_ref().is_none_or(|http| http.limits.get(Field::Request).is_none());
            let finding = finding.help(help);
            return match is_free && self.value.is_some() {
                true => finding.replace(
                    Safety::Safe,
                    "write `request_timeout_ms`",
                    self.key,
                    Field::Request.key(),
                ),
                false => finding,
            };
        }
        let attempts = retries + 1;
        let each = match self.share_ms(retries, delays_ms) {
            Some(ms) => format!(
                ", and `request_timeout_ms {ms}` into `{name}`, so that {attempts} attempts fit into it"
            ),
            None => String::new(),
        };
        if self.context.is_called_by_baml() {
            return finding.help(format!(
                "BAML enforces no total: `request_timeout_ms` bounds each of the {attempts} attempts; write it{each}"
            ));
        }
        let finding = finding.help(format!(
            "`request_timeout_ms` bounds each of the {attempts} attempts; for a total of all of them wrap `{name}` in a \
             fallback of one: `provider fallback options {{ strategy [{name}] http {{ total_timeout_ms {total} }} }}`{each}"
        ));
        match self.edits(retries, delays_ms) {
            Some(edits) => finding.fix(Safety::Unsafe, format!("wrap `{name}` in a fallback of one"), edits),
            None => finding,
        }
    }

    fn shown(&self) -> String {
        self.value.map_or("...".to_owned(), |(ms, _)| ms.to_string())
    }

    /// How many retries the policy of the client makes, and how long it waits between them.
    fn retries(&self) -> (u64, u64) {
        let named = self.client.retry_policy.as_ref();
        let policy = named.and_then(|named| self.context.policy_named(&named.text));
        let run_time = self.context.project.plan.run_time();
        policy.map_or((0, 0), |policy| {
            let delays_ms = run_time.delays(&policy.policy).fold(0, clientc_plan::sum_ms);
            (u64::from(policy.policy.max_retries), delays_ms)
        })
    }

    /// A request limit of which all attempts together take about the total, where the client has none.
    fn share_ms(&self, retries: u64, delays_ms: u64) -> Option<u64> {
        let has_own = self.client.http.as_ref().is_some_and(|http| http.limits.get(Field::Request).is_some());
        let left_ms = self.value.filter(|_| !has_own)?.0.checked_sub(delays_ms)?;
        let share_ms = left_ms.div_ceil(retries + 1).div_ceil(100) * 100;
        (share_ms >= 1000).then_some(share_ms)
    }

    fn edits(&self, retries: u64, delays_ms: u64) -> Option<Vec<FileEdit>> {
        let layout = self.context.layout(self.key.file);
        let (_, value) = self.value?;
        let (client, name) = (self.client, &*self.client.name.text);
        let is_plain =
            client.is_whole && client.options_are_whole && client.name.range.slice(layout.text) == name;
        if !is_plain {
            return None;
        }
        let inner = self.free_name(name);
        let mut edits = vec![layout.edit(client.name.range, inner.clone())];
        match self.share_ms(retries, delays_ms) {
            Some(ms) => {
                edits
                    .push(layout.edit(self.key.range.cover(value), format!("{} {ms}", Field::Request.key())));
            }
            None => edits.extend(http_block::remove(layout, client, self.key.range, value)?),
        }
        let end = layout.line_break(client.range.end as usize);
        let total = self.shown();
        let lines = [
            "".to_owned(),
            "".to_owned(),
            format!("client<llm> {name} {{"),
            "  provider fallback".to_owned(),
            "  options {".to_owned(),
            format!("    strategy [{inner}]"),
            "    http {".to_owned(),
            format!("      total_timeout_ms {total}"),
            "    }".to_owned(),
            "  }".to_owned(),
            "}".to_owned(),
        ];
        edits.push(layout.edit(TextRange::empty(client.range.end), lines.join(end)));
        Some(edits)
    }

    /// A name that no client and no policy has.
    fn free_name(&self, name: &str) -> String {
        let names = self.context.names();
        let first = format!("{name}Once");
        let further = (2..).map(|number| format!("{first}{number}"));
        std::iter::once(first.clone())
            .chain(further)
            .find(|wanted| !names.contains_key(wanted.as_str()))
            .unwrap_or(first)
    }
}

/// The number after a key on its line, and its place.
fn number_behind(text: &str, key: TextRange) -> Option<(u64, TextRange)> {
    let rest = text.get(key.end as usize..)?;
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t', ':']).len();
    let digits = rest.get(blanks..)?.bytes().take_while(u8::is_ascii_digit).count();
    let start = key.end as usize + blanks;
    let ms = text.get(start..start + digits)?.parse().ok().filter(|ms| *ms > 0)?;
    // A fraction, or a number with letters after it, is not a limit whatever its key is.
    let behind = text.get(start + digits..)?.chars().next();
    if behind.is_some_and(|char| !char.is_whitespace() && !matches!(char, ',' | '}')) {
        return None;
    }
    Some((ms, TextRange::of(start, start + digits)))
}
