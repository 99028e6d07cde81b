use std::sync::LazyLock;

use clientc_plan::ClientId;
use clientc_semantic::{Property, Span, Value, ValueKind};
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::core::diagnostic::{FileEdit, Safety};
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::edits::http_block;
use crate::edits::moves::Moves;
use crate::facts::leaf::{Leaf, ModelName};
use crate::facts::models::{asked, begins_with, without_vendor};
use crate::facts::tables::hosts::{Service, service_of};
use crate::facts::tables::refusals::{
    ADDED_MAX_TOKENS, MIN_BUDGET_TOKENS, Parameter, REFUSALS, Refusal, Unless, Way, When,
};
use crate::text::quotes::unquoted;
use crate::text::words::{grouped, short};

pub(crate) static RULE: Rule = Rule {
    name: "unsupported-parameter",
    summary: "a parameter that the model or the provider rejects, so that every call fails",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("unsupported_parameter.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for id in context.project.plan.ids() {
        let Some(leaf) = context.leaf(id) else { continue };
        // Almost no client has an option that anybody refuses, and one look at each option is cheap.
        let has_one = leaf.options().iter().any(|option| OPTIONS.contains(&*option.key));
        if !has_one && leaf.provider.name != AZURE {
            continue;
        }
        let Some(service) = service_of(&leaf) else { continue };
        let models: Vec<_> = leaf.models().map(|model| (model, without_vendor(model.text))).collect();
        let request = Request { context, id, leaf, service, models: &models };
        request.written(out);
        out.found.extend(request.added());
        out.found.extend(request.budget());
    }
}

/// Every option that the table names, and the blocks of options in which a service reads them.
static OPTIONS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let parameters = REFUSALS.iter().flat_map(|row| row.parameters).map(|parameter| parameter.name);
    parameters.chain(BLOCKS).collect()
});

/// The provider that adds a limit where none is written.
const AZURE: &str = "azure-openai";

/// Blocks of options in which a service reads parameters.
const BLOCKS: [&str; 3] = ["additional_model_request_fields", "inference_configuration", "thinking"];

/// The requests of one client.
#[derive(Clone, Copy)]
struct Request<'a> {
    context: &'a Context<'a>,
    id: ClientId,
    leaf: Leaf<'a>,
    service: Service,
    /// The names of its model, each also without a vendor.
    models: &'a [(ModelName<'a>, &'a str)],
}

impl<'a> Request<'a> {
    fn client(&self) -> &'a str {
        self.context.project.client_name(self.id)
    }

    /// The rows that apply to the client, each with the name of the model that it is about.
    fn rows(&self) -> impl Iterator<Item = (&'static Refusal, Option<ModelName<'a>>)> + use<'a> {
        let request = *self;
        let rows = REFUSALS.iter().filter(move |row| row.services.contains(&request.service));
        rows.filter(move |row| request.holds(row.when)).filter_map(move |row| {
            if row.models.is_empty() {
                return Some((row, None));
            }
            let (model, _) = request.models.iter().find(|(_, name)| is_one_of(row, name))?;
            Some((row, Some(*model)))
        })
    }

    fn holds(&self, when: When) -> bool {
        match when {
            When::Always => true,
            When::ThinkingIsAsked => asked(&self.leaf) == Some(true),
            When::With(other) => self.find(other).is_some(),
        }
    }

    /// A parameter where the service reads it.
    fn find(&self, name: &str) -> Option<&'a Property> {
        let leaf = &self.leaf;
        let inner = |path: &[&str]| property(leaf, path);
        let found = match (self.service, name) {
            (Service::Bedrock, "budget_tokens") => {
                inner(&["additional_model_request_fields", "thinking", name])
            }
            (Service::Bedrock, _) => inner(&["inference_configuration", name])
                .or_else(|| inner(&["additional_model_request_fields", name])),
            (_, "budget_tokens") => inner(&["thinking", name]),
            _ => inner(&[name]),
        };
        // A null is left out of the request, or says the same as no value.
        found.filter(|found| found.value.kind != ValueKind::Null)
    }

    fn written(&self, out: &mut Findings) {
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

    /// A limit that is added where the client of Azure sets none, and that the model refuses.
    fn added(&self) -> Option<Finding> {
        let is_azure_provider = self.leaf.provider.name == AZURE;
        let has_limit = ["max_tokens", "max_completion_tokens"];
        if !is_azure_provider || has_limit.iter().any(|limit| self.leaf.option(limit).is_some()) {
            return None;
        }
        let refuses = |row: &Refusal| row.parameters.iter().any(|refused| refused.name == "max_tokens");
        let (_, model) = self.rows().find(|(row, _)| refuses(row))?;
        let (model, client) = (model?, self.client());
        let message = format!(
            "`{}` rejects `max_tokens`, and {} is added to every request of `{client}`, because it sets no limit: \
             every call fails",
            short(model.text),
            grouped(ADDED_MAX_TOKENS)
        );
        let finding = Finding::new(model.span, format!("{client}/max_tokens"), message)
            .label(format!("no `max_tokens`, so {} is sent", grouped(ADDED_MAX_TOKENS)))
            .help(
                "write `max_completion_tokens` with a limit that has room for the thinking, such as 16384, or \
                 `max_tokens null` for no limit",
            );
        let naming = ["model", "deployment_id", "deployment"].iter().filter_map(|key| self.leaf.option(key));
        let beside = naming.into_iter().find(|option| self.leaf.span(&option.value) == model.span)?;
        Some(match self.line_behind(beside, "max_tokens null") {
            Some(edits) => finding.fix(Safety::Unsafe, "write `max_tokens null`", edits),
            None => finding,
        })
    }

    /// A budget for thinking that is not below the limit of the whole answer.
    fn budget(&self) -> Option<Finding> {
        if self.service != Service::Anthropic || self.is_interleaved() {
            return None;
        }
        let is_enabled = self.leaf.value(&["thinking", "type"]).and_then(Value::text) == Some("enabled");
        let budget = self.find("budget_tokens").filter(|_| is_enabled)?;
        let budget_tokens = whole(&budget.value)?;
        let client = self.client();
        let new = |message: String| {
            let span = Span::new(self.leaf.span(&budget.value).file, budget.value.range);
            Finding::new(span, format!("{client}/thinking/budget_tokens"), message)
        };
        if budget_tokens < MIN_BUDGET_TOKENS {
            let least = grouped(MIN_BUDGET_TOKENS);
            let message = format!(
                "Anthropic rejects a `budget_tokens` below {least}, so every call to `{client}` fails"
            );
            return Some(new(message).help(format!("write {MIN_BUDGET_TOKENS} or more")));
        }
        let limit = self.leaf.option("max_tokens");
        let max_tokens = match limit {
            Some(limit) => whole(&limit.value)?,
            None => ADDED_MAX_TOKENS,
        };
        if max_tokens > budget_tokens {
            return None;
        }
        let why = if limit.is_some() { "" } else { ", which is sent because the client sets none" };
        let message = format!(
            "`budget_tokens` {} is not below `max_tokens` {}{why}: Anthropic rejects every call to `{client}`",
            grouped(budget_tokens),
            grouped(max_tokens)
        );
        let needed = budget_tokens.saturating_add(ADDED_MAX_TOKENS);
        let finding = new(message).help(format!(
            "write `max_tokens {needed}`, which leaves {} for the answer, or lower `budget_tokens`",
            grouped(ADDED_MAX_TOKENS)
        ));
        Some(match limit {
            Some(limit) => {
                finding.related(self.leaf.span(&limit.value), "covers thinking and answer together")
            }
            None => finding,
        })
    }

    /// Whether thinking may go on between calls of tools, where the budget may be above the limit.
    fn is_interleaved(&self) -> bool {
        let mut texts = Vec::new();
        for name in ["headers", "anthropic_beta"] {
            if let Some(option) = self.leaf.option(name) {
                texts.push(self.context.text(self.leaf.span(&option.value)));
            }
        }
        texts.iter().any(|text| text.contains("interleaved-thinking") || text.contains("env."))
    }

    /// Edits that write an entry on a line of its own after an option that is alone on its line.
    fn line_behind(&self, option: &Property, entry: &str) -> Option<Vec<FileEdit>> {
        let file = self.leaf.span(&option.value).file;
        let layout = self.context.layout(file);
        let mut range = option.key_range.cover(option.value.range);
        let has_comma = layout.text.get(range.end as usize..)?.starts_with(',');
        range.end += u32::from(has_comma);
        let (line, _) = layout.alone(range)?;
        let comma = if has_comma { "," } else { "" };
        let written = format!("{}{entry}{comma}{}", line.indent, layout.line_break(line.start));
        let at = clientc_syntax::TextRange::of(line.next, line.next);
        Some(vec![layout.edit(at, written)])
    }

    fn key_span(&self, found: &Property) -> Span {
        Span::new(self.leaf.span(&found.value).file, found.key_range)
    }
}

fn is_one_of(row: &Refusal, name: &str) -> bool {
    let is_any = |names: &[&str]| names.iter().any(|known| begins_with(name, known));
    is_any(row.models) && !is_any(row.but_not)
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

fn whole(value: &Value) -> Option<u64> {
    match &value.kind {
        ValueKind::Number(number) => number.parse().ok(),
        _ => None,
    }
}

/// An option, or a key in a map of an option.
fn property<'a>(leaf: &Leaf<'a>, path: &[&str]) -> Option<&'a Property> {
    let (first, rest) = path.split_first()?;
    let mut found = leaf.option(first)?;
    for key in rest {
        let ValueKind::Map(properties) = &found.value.kind else { return None };
        found = properties.iter().find(|property| &*property.key == *key)?;
    }
    Some(found)
}
