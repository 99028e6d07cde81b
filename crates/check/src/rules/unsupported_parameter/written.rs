//! Parameters that a client writes and that are rejected.

use clientc_semantic::{Property, Value, ValueKind};

use super::request::Request;
use crate::core::diagnostic::{FileEdit, Safety};
use crate::core::finding::{Finding, Findings};
use crate::edits::http_block;
use crate::edits::moves::Moves;
use crate::facts::leaf::ModelName;
use crate::facts::tables::refusals::{Parameter, Unless, Way, When};
use crate::text::quotes::unquoted;
use crate::text::words::short;

impl<'a> Request<'a> {
    pub(super) fn written(&self, out: &mut Findings) {
        let mut seen = Vec::new();
        for (row, model) in self.rows() {
            for parameter in row.parameters {
                let Some(found) = self.find(parameter.name) else { continue };
                if !is_refused(&found.value, parameter.unless) || seen.contains(&found.key_range) {
                    continue;
                }
                seen.push(found.key_range);
                out.push(self.refused(parameter, found, model));
            }
        }
    }

    fn refused(&self, parameter: &Parameter, found: &'a Property, model: Option<ModelName<'a>>) -> Finding {
        let (client, name) = (self.client(), parameter.name);
        let is_its_own = model.filter(|_| !matches!(parameter.way, Way::Into(..)));
        let who = match is_its_own {
            Some(model) => format!("`{}`", short(model.text)),
            None => self.service.name().to_owned(),
        };
        let what = match (parameter.way, parameter.unless) {
            (Way::Into(block, _), _) => format!("`{name}` outside of `{block}`"),
            (_, Unless::Number(number)) => format!("any `{name}` but {number}"),
            (_, Unless::AtLeast(number)) => format!("a `{name}` below {number}"),
            _ => format!("`{name}`"),
        };
        let together = match self.is_only_beside(found, parameter) {
            Some(other) => format!(" beside `{other}`"),
            None => String::new(),
        };
        let message = format!("{who} rejects {what}{together}, so every call to `{client}` fails");
        let finding = Finding::new(self.key_span(found), format!("{client}/{name}"), message);
        let finding = match is_its_own {
            Some(model) => finding.related(model.span, "the model"),
            None => finding,
        };
        self.way_out(finding, parameter, found)
    }

    /// The parameter beside which this one is refused, where it is refused only there.
    fn is_only_beside(&self, found: &Property, parameter: &Parameter) -> Option<&'static str> {
        let rows = self.rows().filter(|(row, _)| {
            let same = row.parameters.iter().filter(|other| other.name == parameter.name);
            same.into_iter().any(|other| is_refused(&found.value, other.unless))
        });
        let beside: Vec<Option<&'static str>> = rows
            .map(|(row, _)| match row.when {
                When::With(other) => Some(other),
                _ => None,
            })
            .collect();
        beside.iter().all(Option::is_some).then(|| beside.first().copied().flatten()).flatten()
    }

    fn way_out(&self, finding: Finding, parameter: &Parameter, found: &Property) -> Finding {
        let file = finding.diagnostic.primary.span.file;
        let text = self.context.sources.text(file);
        match parameter.way {
            Way::Rename(to) if self.leaf.option(to).is_some() => {
                self.removed(finding.help(format!("remove it: `{to}` is the limit that counts")), found)
            }
            Way::Rename(to) => {
                let key = unquoted(self.context.text(self.key_span(found)), self.key_span(found));
                finding.help(format!("write `{to}` instead")).replace(
                    Safety::Unsafe,
                    format!("write `{to}`"),
                    key,
                    to,
                )
            }
            Way::Into(block, to) => {
                let value = found.value.range.slice(text);
                let value = if value.contains('\n') { "..." } else { value };
                let finding = finding.help(format!("write `{block} {{ {to} {} }}`", short(value)));
                match self.moved(block) {
                    Some((keys, edits)) if keys.contains(&&*found.key) => {
                        finding.fix(Safety::Unsafe, format!("write `{block} {{ ... }}`"), edits)
                    }
                    _ => finding,
                }
            }
            Way::Instead(help) => finding.help(help),
            Way::Remove => self.removed(finding.help("remove it"), found),
        }
    }

    /// Edits that move everything that belongs into a block there, and the keys that they move.
    fn moved(&self, block: &str) -> Option<(Vec<&'a str>, Vec<FileEdit>)> {
        let (file, client) = self.context.project.client_facts(self.id)?;
        let layout = self.context.layout(file);
        let existing = match self.leaf.option(block) {
            Some(Property { value: Value { kind: ValueKind::Map(inner), range }, .. }) => {
                Some((inner, *range))
            }
            Some(_) => return None,
            None => None,
        };
        let has = |name: &str| existing.is_some_and(|(inner, _)| inner.iter().any(|key| &*key.key == name));
        let moves = Moves { layout, client };
        let mut names = Vec::new();
        let mut moved: Vec<(&'a Property, String)> = Vec::new();
        for (parameter, to) in
            self.rows().flat_map(|(row, _)| row.parameters).filter_map(|parameter| match parameter.way {
                Way::Into(into, to) if into == block => Some((parameter, to)),
                _ => None,
            })
        {
            let Some(found) = self.find(parameter.name) else { continue };
            if has(to) || names.contains(&to) || moves.entry(found).is_none() {
                continue;
            }
            names.push(to);
            moved.push((found, format!("{to} {}", found.value.range.slice(layout.text))));
        }
        moved.sort_by_key(|(found, _)| found.key_range);
        let edits = moves.block_edits(block, existing.map(|(_, range)| range), &moved, None)?;
        Some((moved.iter().map(|(found, _)| &*found.key).collect(), edits))
    }

    fn removed(&self, finding: Finding, found: &Property) -> Finding {
        let removed = self.context.project.client_facts(self.id).and_then(|(file, client)| {
            http_block::remove(self.context.layout(file), client, found.key_range, found.value.range)
        });
        match removed {
            Some(edits) => finding.fix(Safety::Unsafe, "remove it", edits),
            None => finding,
        }
    }
}

/// Whether a value is rejected. A value that is only known at run time is, if every value is.
fn is_refused(value: &Value, unless: Unless) -> bool {
    match (unless, &value.kind) {
        (Unless::Never, _) => true,
        (Unless::Number(accepted), ValueKind::Number(number)) => {
            number.parse::<f64>().is_ok_and(|number| number != accepted)
        }
        (Unless::AtLeast(least), ValueKind::Number(number)) => {
            number.parse::<f64>().is_ok_and(|number| number < least)
        }
        (Unless::False, ValueKind::Bool(is_on)) => *is_on,
        _ => false,
    }
}
