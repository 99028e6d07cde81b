use clientc_plan::Field;
use clientc_semantic::{ClientFacts, FileId, PolicyFacts, Property, Span, ValueKind};

use crate::context::Context;
use crate::core::diagnostic::Level;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::pooling;
use crate::text::words::{grouped, short};

pub(crate) static RULE: Rule = Rule {
    name: "baml-ignores",
    summary: "something that BAML accepts and ignores, where the team runs BAML",
    level: Setting::Info,
    is_fixed: false,
    page: include_str!("baml_ignores.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    if !context.is_read_by_baml() {
        return;
    }
    for file in context.files() {
        for client in &file.clients {
            out.found.extend(inference_numbers(file.file, client));
        }
        for policy in &file.policies {
            out.found.extend(policy_options(file.file, policy));
        }
    }
    out.found.extend(totals(context));
    out.found.extend(composite_limits(context));
    out.found.extend(defaults(context));
    out.found.extend(jitter(context));
    out.found.extend(pooling(context));
}

/// Whether BAML makes the calls and some leaf has no limit that it enforces: what it ignores is then the only bound.
fn is_only_bound(context: &Context<'_>) -> bool {
    context.is_called_by_baml() && !context.route_facts().open.is_empty()
}

/// Says how many further places a finding is about: ", and 2 others".
fn others(count: usize) -> String {
    match count.saturating_sub(1) {
        0 => String::new(),
        1 => ", and 1 other".into(),
        further => format!(", and {} others", grouped(further as u64)),
    }
}

/// The totals of a project, in one finding at the first.
fn totals(context: &Context<'_>) -> Option<Finding> {
    let key = Field::Total.key();
    let all: Vec<_> = context
        .files()
        .flat_map(|file| file.clients.iter().map(move |client| (file.file, client)))
        .filter(|(_, client)| client.provider.is_some_and(|provider| provider.kind.is_composite()))
        .filter_map(|(file, client)| Some((file, client, client.http.as_ref()?.limits.get(Field::Total)?)))
        .collect();
    let (file, client, total) = *all.first()?;
    let name = &client.name.text;
    let message = format!(
        "BAML reads `{key}` but never ends a call to `{name}` after {} ms{}",
        grouped(total.ms()),
        others(all.len())
    );
    let finding = Finding::new(Span::new(file, total.key), format!("{name}/http/{key}"), message)
        .help("clientc's runtime and gateway enforce the total; for BAML set limits on the members");
    Some(if is_only_bound(context) { finding.level(Level::Warning) } else { finding })
}

/// The limits of attempts on composites, in one finding at the first. BAML rejects them (peer/baml-facts.md 3.1), which
/// another rule says; where that one is off they are ignored at best.
fn composite_limits(context: &Context<'_>) -> Option<Finding> {
    let is_composite = |client: &ClientFacts| client.provider.is_some_and(|it| it.kind.is_composite());
    let silent = context
        .files()
        .filter(|file| context.settings.of(&super::baml_rejects::RULE, file.file) == Setting::Ignore);
    let all: Vec<_> = silent
        .flat_map(|file| file.clients.iter().map(move |client| (file.file, client)))
        .filter(|(_, client)| is_composite(client))
        .flat_map(|(file, client)| client.http.iter().map(move |http| (file, client, http)))
        .flat_map(|(file, client, http)| http.limits.iter().map(move |limit| (file, client, limit)))
        .filter(|(.., (field, _))| field.is_attempt())
        .collect();
    let (file, client, (field, limit)) = *all.first()?;
    let (name, key) = (&client.name.text, field.key());
    let message = format!(
        "BAML bounds no attempt below `{name}` by the {} ms of its `{key}`{}",
        grouped(limit.ms()),
        others(all.len())
    );
    let finding = Finding::new(Span::new(file, limit.key), format!("{name}/http/{key}"), message)
        .help("for BAML write the limits into the `http` blocks of the clients that make requests");
    Some(if is_only_bound(context) { finding.level(Level::Warning) } else { finding })
}

/// The defaults of `clientc.toml`, which BAML does not read.
fn defaults(context: &Context<'_>) -> Option<Finding> {
    if !context.is_called_by_baml() {
        return None;
    }
    let written = context.project.written_plan().defaults();
    let (field, limit) = written.iter().min_by_key(|(_, limit)| limit.origin)?;
    let message = format!(
        "BAML does not read clientc.toml: no call ends after the {} ms of `{}`{}",
        grouped(limit.ms),
        field.key(),
        others(written.iter().count())
    );
    let finding = Finding::new(limit.origin, "defaults.http", message).help(
        "for BAML write `http` blocks into the clients that make requests; where clientc's library or gateway makes \
         the calls, set `calls = \"clientc\"` or `calls = \"gateway\"` under `[runtime]`",
    );
    Some(if is_only_bound(context) { finding.level(Level::Warning) } else { finding })
}

/// The policies of a project with `jitter`, in one finding at the first.
fn jitter(context: &Context<'_>) -> Option<Finding> {
    let of_policy = |policy: &PolicyFacts| {
        let jitter = policy.strategy.iter().find(|property| &*property.key == "jitter")?;
        (jitter.value.kind == ValueKind::Bool(true)).then_some(jitter.key_range)
    };
    let policies =
        context.files().flat_map(|file| file.policies.iter().map(move |policy| (file.file, policy)));
    let all: Vec<_> =
        policies.filter_map(|(file, policy)| Some((file, policy, of_policy(policy)?))).collect();
    let (file, policy, range) = *all.first()?;
    let name = &policy.name.text;
    let message =
        format!("BAML has no `jitter`: every delay of `{name}`{} has its full length", others(all.len()));
    Some(
        Finding::new(Span::new(file, range), format!("{name}/strategy/jitter"), message)
            .help("clientc's runtime and gateway draw the delays at random; BAML silently ignores the key"),
    )
}

fn policy_options(file: FileId, policy: &PolicyFacts) -> Option<Finding> {
    let key = policy.key("options")?;
    let name = &policy.name.text;
    let message = format!("`options` of the retry policy `{name}` have no effect");
    Some(
        Finding::new(Span::new(file, key), format!("{name}/options"), message)
            .help("remove them: a policy has only `max_retries` and `strategy`"),
    )
}

/// Values for Amazon Bedrock that should be numbers and are not are left out of the request.
fn inference_numbers(file: FileId, client: &ClientFacts) -> Vec<Finding> {
    let options = client.options.iter().filter(|option| {
        &*option.key == "inference_configuration"
            && client.provider.is_some_and(|provider| provider.option(&option.key).is_some())
    });
    let entries = options.flat_map(|option| match &option.value.kind {
        ValueKind::Map(entries) => &entries[..],
        _ => &[],
    });
    let is_number = |entry: &&Property| ["max_tokens", "temperature", "top_p"].contains(&&*entry.key);
    let is_dropped =
        |entry: &&Property| !matches!(entry.value.kind, ValueKind::Number(_) | ValueKind::Broken);
    let dropped = entries.filter(is_number).filter(is_dropped);
    dropped.map(|entry| dropped_number(file, client, entry)).collect()
}

fn dropped_number(file: FileId, client: &ClientFacts, entry: &Property) -> Finding {
    let key = &*entry.key;
    let subject = format!("{}/inference_configuration/{key}", client.name.text);
    let message = format!(
        "BAML leaves `{}` out of the request: it is {}, not a number",
        short(key),
        entry.value.noun()
    );
    Finding::new(Span::new(file, entry.value.range), subject, message).help("write a number without quotes")
}

/// BAML makes a new connection for each request unless it is told otherwise (peer/baml-facts.md 3.2). That is reported
/// once, and only where a client sets limits.
fn pooling(context: &Context<'_>) -> Option<Finding> {
    let pooling::Unsaid { client, brace } = pooling::unsaid(context)?;
    let name = &client.name.text;
    let message =
        format!("BAML opens a new connection for each request of `{name}`; clientc reuses connections");
    // It is reported once per project, whichever client is the first.
    Some(
        Finding::new(brace, "project/http/enable_connection_pooling", message)
            .help("write `enable_connection_pooling true` in the `http` blocks, and both reuse them"),
    )
}
