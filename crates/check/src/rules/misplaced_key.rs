use clientc_plan::providers::{self, POOLING_KEY, Provider};
use clientc_plan::{Field, MAX_MS};
use clientc_semantic::{ClientFacts, FileId, Property, Span, ValueKind};
use clientc_syntax::TextRange;

use crate::conflict::could_conflict;
use crate::diagnostic::{Edit, Fix, Safety};
use crate::finding::{Finding, Findings};
use crate::input::Input;
use crate::lines::{self, Line};
use crate::rule::Rule;
use crate::settings::Setting;
use crate::words::{grouped, short};

pub(super) static RULE: Rule = Rule {
    name: "misplaced-key",
    summary: "a limit or a retry policy among the options, where it does nothing",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("misplaced_key.md"),
    check,
};

fn check(input: &Input<'_>, out: &mut Findings) {
    for file in input.files() {
        for client in &file.clients {
            let Some(provider) = client.provider.filter(|provider| provider.is_open) else { continue };
            let place = Misplaced { input, file: file.file, client, provider };
            out.found.extend(place.findings());
        }
    }
}

struct Misplaced<'a> {
    input: &'a Input<'a>,
    file: FileId,
    client: &'a ClientFacts,
    provider: &'static Provider,
}

impl<'a> Misplaced<'a> {
    fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut limits_fix = None;
        for option in &self.client.options {
            let key = &*option.key;
            let finding = match key {
                "retry_policy" => self.retry_policy(option),
                "max_retries" => self.sent(option, "repeats nothing").help(
                    "define `retry_policy Name { max_retries ... }`, and write `retry_policy Name` beside `provider`",
                ),
                "timeout" => match self.timeout(option) {
                    Some(finding) => finding,
                    None => continue,
                },
                _ if key.ends_with("_timeout_ms") || key == POOLING_KEY => {
                    let fix = limits_fix.get_or_insert_with(|| self.move_to_http());
                    self.http_key(option, fix.as_ref())
                }
                _ => continue,
            };
            found.push(finding);
        }
        found
    }

    fn new(&self, option: &Property, message: String) -> Finding {
        let span = Span::new(self.file, option.key_range);
        Finding::new(span, format!("{}/{}", self.client.name.text, option.key), message)
    }

    fn sent(&self, option: &Property, effect: &str) -> Finding {
        let message = format!(
            "`{}` among the options is sent to the provider with the request, and {effect}",
            short(&option.key)
        );
        self.new(option, message)
    }

    fn http_key(&self, option: &Property, fix: Option<&(Vec<&str>, Fix)>) -> Finding {
        let key = &*option.key;
        if key == POOLING_KEY {
            let finding = self.sent(option, "switches nothing").help("it belongs in `http { ... }`");
            return with_fix(finding, key, fix);
        }
        let finding = self.sent(option, "limits nothing");
        let allowed = self.provider.http_keys().any(|known| known.name == key);
        if allowed {
            with_fix(finding.help("limits stand in `http { ... }`"), key, fix)
        } else if key == Field::Total.key() {
            finding.help(
                "a total bounds a fallback or round-robin; on this client write `http { request_timeout_ms ... }`, \
                 which bounds one attempt",
            )
        } else {
            finding.help("limits stand in `http { ... }`, and the one of an attempt is `request_timeout_ms`")
        }
    }

    /// A number under `timeout`. Some servers read it, and then it is where it belongs.
    fn timeout(&self, option: &Property) -> Option<Finding> {
        let has_limit = self.client.http.as_ref().is_some_and(|http| http.limits.get(Field::Request).is_some());
        let has_default = self.input.settings.defaults.get(Field::Request).is_some();
        if has_limit || has_default || !self.input.settings.servers.is_empty() {
            return None;
        }
        let finding = self.sent(option, "limits nothing on this side");
        let seconds = match &option.value.kind {
            ValueKind::Number(number) => number.parse::<u64>().ok().filter(|seconds| (1..=3600).contains(seconds)),
            _ => None,
        };
        Some(match seconds {
            Some(seconds) => finding.help(format!(
                "for a limit of {} write `http {{ request_timeout_ms {} }}`; a server that reads it is named \
                 under `[[servers]]` in clientc.toml",
                if seconds == 1 { "1 second".into() } else { format!("{} seconds", grouped(seconds)) },
                seconds * 1000
            )),
            None => finding.help("limits stand in `http { request_timeout_ms ... }`, in milliseconds"),
        })
    }

    fn retry_policy(&self, option: &Property) -> Finding {
        let finding = self.sent(option, "repeats nothing");
        if let Some(own) = &self.client.retry_policy {
            return finding
                .related(Span::new(self.file, own.range), "the policy that holds")
                .help("remove it: the client has a policy");
        }
        let finding = finding.help("write it beside `provider`, before `options`");
        match self.move_to_client(option) {
            Some(edits) => finding.fix(Safety::Safe, "move it beside `provider`", edits),
            None => finding,
        }
    }

    fn text(&self) -> &'a str {
        self.input.sources.text(self.file)
    }

    fn edit(&self, range: TextRange, text: impl Into<String>) -> Edit {
        Edit { span: Span::new(self.file, range), text: text.into() }
    }

    /// Edits that write the policy behind the line of the provider.
    fn move_to_client(&self, option: &Property) -> Option<Vec<Edit>> {
        let text = self.text();
        let name = option.value.text().filter(|name| is_policy(self.input, name))?;
        let (line, _) = self.movable(option)?;
        let provider = Line::at(text, self.client.provider_range?.start as usize);
        let written = text.get(provider.start..provider.end)?.trim_start();
        let is_alone = written.starts_with("provider") || written.starts_with("\"provider\"");
        if !is_alone || !self.client.is_whole || self.client.options_range?.contains(provider.whole()) {
            return None;
        }
        if written.trim_end().ends_with(',') || written.contains(['{', '}']) {
            return None;
        }
        let comment = text.get(option.value.range.end as usize..line.end)?.trim_end();
        let moved = format!("{}retry_policy {name}{comment}{}", provider.indent, provider.ending(text));
        let at = TextRange::of(provider.next, provider.next);
        Some(vec![self.edit(at, moved), self.edit(line.whole(), "")])
    }

    /// The line of an entry and its text, where it can be taken out and nothing else changes.
    fn movable(&self, option: &Property) -> Option<(Line<'a>, &'a str)> {
        let text = self.text();
        let options = self.client.options_range?;
        let entry = option.key_range.cover(option.value.range);
        // A comma before it would be left without an entry behind it, which BAML refuses.
        let before = text.get(options.start as usize + 1..entry.start as usize)?.trim_end();
        let previous = self.client.options.iter().map(|other| other.value.range.end).filter(|end| *end <= entry.start);
        let gap = text.get(previous.max().unwrap_or(options.start) as usize..entry.start as usize)?;
        if before.ends_with(',') || gap.contains(',') || !self.client.options_are_whole {
            return None;
        }
        lines::alone(text, entry)
    }

    /// The keys that can be moved into the `http` block, and the fix that moves all of them.
    fn move_to_http(&self) -> Option<(Vec<&'a str>, Fix)> {
        let moved: Vec<(&'a Property, Line<'a>, &'a str)> = self
            .client
            .options
            .iter()
            .filter(|option| self.fits_http(option))
            .filter_map(|option| self.movable(option).map(|(line, entry)| (option, line, entry)))
            .collect();
        let limits: Vec<(Field, u64)> = moved.iter().filter_map(|(option, ..)| limit(option)).collect();
        let (_, first, _) = moved.first()?;
        if could_conflict(self.input, &limits) {
            return None;
        }
        let text = self.text();
        let entries: Vec<&str> = moved.iter().map(|(_, _, entry)| *entry).collect();
        let mut edits: Vec<Edit> = moved.iter().map(|(_, line, _)| self.edit(line.whole(), "")).collect();
        match &self.client.http {
            Some(http) => edits.push(self.into_block(http.range, &entries)?),
            None => {
                let (indent, step, end) = (first.indent, first.step(), first.ending(text));
                let inner: String = entries.iter().map(|entry| format!("{indent}{step}{entry}{end}")).collect();
                let block = format!("{indent}http {{{end}{inner}{indent}}}{end}");
                if let Some(edit) = edits.first_mut() {
                    edit.text = block;
                }
            }
        }
        edits.sort_by_key(|edit| edit.span.range);
        let title = if moved.len() == 1 { "move it into `http`" } else { "move them into `http`" };
        let keys = moved.iter().map(|(option, ..)| &*option.key).collect();
        Some((keys, Fix { title: title.into(), safety: Safety::Safe, edits }))
    }

    /// Whether an option is an entry that the `http` block takes and does not have.
    fn fits_http(&self, option: &Property) -> bool {
        let key = &*option.key;
        let is_allowed = self.provider.http_keys().any(|known| known.name == key);
        let is_valid = limit(option).is_some() || key == POOLING_KEY && matches!(option.value.kind, ValueKind::Bool(_));
        let http = self.client.http.as_ref().map_or("", |http| http.range.slice(self.text()));
        is_allowed && is_valid && !http.contains(key)
    }

    /// The edit that adds entries at the end of a block.
    fn into_block(&self, block: TextRange, entries: &[&str]) -> Option<Edit> {
        let text = self.text();
        let inner = TextRange::new(block.start + 1, block.end.checked_sub(1)?);
        let written = inner.slice(text);
        let last = Line::at(text, inner.end as usize);
        if written.contains(['\n', '\r']) && text.get(last.start..inner.end as usize)?.trim().is_empty() {
            let kept = written.trim_end();
            let indent = kept.lines().last().filter(|line| !line.trim().is_empty());
            let blanks = indent.map(|line| &line[..line.len() - line.trim_start().len()]);
            let inner_indent = blanks.map_or_else(|| format!("{}{}", last.indent, last.step()), ToOwned::to_owned);
            if kept.ends_with(',') || kept.trim_start().is_empty() && !kept.is_empty() {
                return None;
            }
            let end = Line::at(text, block.start as usize).ending(text);
            let added: String = entries.iter().map(|entry| format!("{inner_indent}{entry}{end}")).collect();
            return Some(self.edit(TextRange::of(last.start, last.start), added));
        }
        if written.contains(['\n', '\r', '/']) || entries.iter().any(|entry| entry.contains("//")) {
            return None;
        }
        let kept = written.trim();
        if kept.ends_with(',') {
            return None;
        }
        let all: Vec<&str> = Some(kept).filter(|kept| !kept.is_empty()).into_iter().chain(entries.iter().copied()).collect();
        Some(self.edit(inner, format!(" {} ", all.join(", "))))
    }
}

fn with_fix(mut finding: Finding, key: &str, fix: Option<&(Vec<&str>, Fix)>) -> Finding {
    if let Some((keys, fix)) = fix
        && keys.contains(&key)
    {
        finding.diagnostic.fix = Some(fix.clone());
    }
    finding
}

/// The limit that an option would be in an `http` block.
fn limit(option: &Property) -> Option<(Field, u64)> {
    let field = Field::from_key(&option.key)?;
    let ValueKind::Number(number) = &option.value.kind else { return None };
    let ms = number.parse::<u64>().ok().filter(|ms| (1..=MAX_MS).contains(ms))?;
    Some((field, ms))
}

fn is_policy(input: &Input<'_>, name: &str) -> bool {
    let mut policies = input.files().flat_map(|file| &file.policies);
    policies.any(|policy| policy.name.text == name) && providers::provider(name).is_none()
}
