use clientc_plan::Multiplier;
use clientc_plan::providers::{
    self, Check, Demand, KeyType, Provider, STRATEGY_KEYS, StrategyKey, strategy_key,
};
use clientc_semantic::{
    ClientFacts, FileId, PolicyFacts, Property, Span, ValueKind, nearest_free, nearest_within,
};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::text::words::{all_of, one_of, short};

pub(crate) static RULE: Rule = Rule {
    name: "misspelt-key",
    summary: "a misspelt key that has no effect",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("misspelt_key.md"),
};

/// Shorter keys are similar to too many others.
const SHORTEST: usize = 6;

/// The most letters that may differ.
const FARTHEST: usize = 2;

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for file in context.files() {
        for client in &file.clients {
            let Some(provider) = client.provider.filter(|provider| provider.is_open) else { continue };
            for option in &client.options {
                out.found.extend(misspelt_option(file.file, client, provider, option));
            }
        }
        for policy in &file.policies {
            let is_unknown = |property: &&Property| {
                property.value.kind != ValueKind::Broken && strategy_key(&property.key).is_none()
            };
            for property in policy.strategy.iter().filter(is_unknown) {
                out.push(ignored(context, file.file, policy, property));
            }
        }
    }
}

fn misspelt_option(
    file: FileId,
    client: &ClientFacts,
    provider: &'static Provider,
    option: &Property,
) -> Option<Finding> {
    let key = &*option.key;
    if key.chars().count() < SHORTEST
        || providers::is_known_option(key)
        || providers::is_known_body_field(key)
    {
        return None;
    }
    let known = provider.options().map(|known| known.name);
    let fields = providers::body_fields(provider.family).iter().copied();
    let near = nearest_within(key, known.chain(fields), FARTHEST);
    if near.is_empty() {
        return None;
    }
    let span = Span::new(file, option.key_range);
    let has = |name: &&str| client.options.iter().any(|other| &*other.key == *name);
    let (there, free): (Vec<&str>, Vec<&str>) = near.into_iter().partition(has);
    let meant = one_of(if free.is_empty() { &there } else { &free }.iter().copied());
    let message = format!("`{}` is sent to the provider as it is; {meant} was probably meant", short(key));
    let subject = format!("{}/{key}", client.name.text);
    let finding = Finding::new(span, subject, message);
    if free.is_empty() {
        return Some(finding.help(format!("{meant} is there already: remove one of the two")));
    }
    let near: Vec<Box<str>> = free.into_iter().map(Box::from).collect();
    let finding = finding.near_names(key, &near, span);
    let is_certain = matches!(&near[..], [only] if takes(client, provider, only, option));
    Some(if is_certain { finding } else { without_fix(finding) })
}

/// Whether an option can have another name and no new fault.
fn takes(client: &ClientFacts, provider: &'static Provider, name: &str, option: &Property) -> bool {
    let has = |name: &str| client.options.iter().any(|other| &*other.key == name);
    let shares = |demand: &Demand| match demand {
        Demand::Required(_) => false,
        Demand::OneOf(groups) => groups.iter().any(|group| group.contains(&name)),
        Demand::AtMostOne(options) => options.contains(&name),
    };
    let others = |demand: &Demand| match demand {
        Demand::Required(_) => false,
        Demand::OneOf(groups) => groups.iter().flat_map(|group| group.iter()).any(|option| has(option)),
        Demand::AtMostOne(options) => options.iter().any(|option| has(option)),
    };
    let is_text = matches!(option.value.kind, ValueKind::Text { .. } | ValueKind::Env(_));
    let fits = match provider.option(name).map(|option| option.check) {
        None | Some(Check::Any) => true,
        Some(Check::String | Check::StringOrMap) => is_text,
        Some(Check::Bool) => matches!(option.value.kind, ValueKind::Bool(_)),
        Some(_) => false,
    };
    fits && !provider.demands.iter().any(|demand| shares(demand) && others(demand))
}

fn ignored(context: &Context<'_>, file: FileId, policy: &PolicyFacts, property: &Property) -> Finding {
    let key = &*property.key;
    let span = Span::new(file, property.key_range);
    // BAML skips `jitter` as it skips every key that it does not know (peer/cases/retry_st_jitter).
    let is_obeyed = |known: &&StrategyKey| known.value != KeyType::Bool || !context.is_called_by_baml();
    let known = || STRATEGY_KEYS.iter().filter(is_obeyed).map(|known| known.name);
    let has = |name: &str| policy.strategy.iter().any(|other| &*other.key == name);
    let near = nearest_free(key, known(), has);
    let only = match &near[..] {
        [only] => strategy_key(only),
        _ => None,
    };
    let stays = only.filter(|only| !only.default.is_empty());
    let effect = stays.map_or(String::new(), |only| format!(", so `{}` is {}", only.name, only.default));
    let message = format!("`{}` is ignored: a retry strategy has no such key{effect}", short(key));
    let subject = format!("{}/strategy/{key}", policy.name.text);
    let finding = Finding::new(span, subject, message)
        .help(format!("its keys are {}", all_of(known())))
        .near_names(key, &near, span);
    if only.is_some_and(|only| fits_strategy(policy, only, property)) {
        finding
    } else {
        without_fix(finding)
    }
}

/// Whether a value is right for a key of this strategy.
fn fits_strategy(policy: &PolicyFacts, key: &StrategyKey, property: &Property) -> bool {
    let strategy_type = policy.strategy.iter().find(|other| &*other.key == "type");
    let is_exponential =
        strategy_type.and_then(|written| written.value.text()) == Some("exponential_backoff");
    let number = match &property.value.kind {
        ValueKind::Number(number) => Some(number.as_str()),
        _ => None,
    };
    let fits = match key.value {
        KeyType::Integer { maximum } => {
            number.and_then(|number| number.parse::<u64>().ok()).is_some_and(|number| number <= maximum)
        }
        KeyType::Multiplier => number.is_some_and(|number| Multiplier::parse(number).is_ok()),
        KeyType::Bool => matches!(property.value.kind, ValueKind::Bool(_)),
        KeyType::Word(words) => property.value.text().is_some_and(|text| words.contains(&text)),
        _ => false,
    };
    fits && (is_exponential || !key.only_exponential)
}

fn without_fix(mut finding: Finding) -> Finding {
    finding.diagnostic.fix = None;
    finding
}
