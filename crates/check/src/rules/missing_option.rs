use clientc_plan::providers::{Demand, Provider};
use clientc_semantic::{ClientFacts, ClientSource, FileId, Property, Span};

use crate::context::Context;
use crate::core::diagnostic::{Level, Safety};
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::text::quotes::unquoted;
use crate::text::words::{all_of, short};

pub(crate) static RULE: Rule = Rule {
    name: "missing-option",
    summary: "a missing option that the provider needs",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("missing_option.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for file in context.files() {
        for client in &file.clients {
            let Some(provider) = client.provider.filter(|provider| !provider.kind.is_composite()) else {
                continue;
            };
            let Some(range) = client.provider_range.filter(|_| client.is_whole && client.options_are_whole)
            else {
                continue;
            };
            let span = Span::new(file.file, range);
            for missing in missing_options(provider, |option| has(client, option)) {
                let subject = format!("{}/{}", client.name.text, missing.option);
                let finding = Finding::new(span, subject, missing.message);
                out.push(match elsewhere(client, provider, missing.option) {
                    Some((written, option)) => other_name(context, file.file, finding, written, option),
                    None => finding.help(missing.help),
                });
            }
        }
    }
    for mention in &context.project.mentions {
        let Some(ClientSource::Implicit { provider, .. }) =
            context.project.clients.get(mention.client.index())
        else {
            continue;
        };
        let missing = missing_options(provider, |option| option == "model").into_iter().next();
        if let Some(missing) = missing {
            let name = context.project.client_name(mention.client);
            let message = format!("`{name}` cannot be called: {}", missing.message);
            let help = format!(
                "define a client with `provider {}` and these options, and name it here",
                provider.name
            );
            let finding = Finding::new(mention.place, name, message).help(help);
            out.push(if mention.in_strategy { finding } else { finding.level(Level::Warning) });
        }
    }
}

/// Names that options have elsewhere: in the SDKs of the vendors, and for other providers here.
const OTHER_NAMES: &[(&str, &[&str])] = &[
    ("location", &["region", "vertex_location", "gcp_region", "google_cloud_location"]),
    (
        "base_url",
        &["url", "api_base", "endpoint", "azure_endpoint", "base", "baseURL", "baseUrl", "openai_api_base"],
    ),
    ("deployment_id", &["deployment", "deployment_name", "azure_deployment", "engine"]),
    ("resource_name", &["resource", "instance_name", "azure_resource", "resourceName"]),
    ("model", &["model_name", "modelId", "modelName"]),
];

/// The option of a client that is this one under another name: as it is written, and what it is called here.
fn elsewhere<'c>(
    client: &'c ClientFacts,
    provider: &'static Provider,
    missing: &str,
) -> Option<(&'c Property, &'static str)> {
    let demands = provider.demands.iter().flat_map(|demand| match demand {
        Demand::OneOf(groups) if groups.iter().any(|group| group.contains(&missing)) => groups.concat(),
        _ => Vec::new(),
    });
    let wanted: Vec<&str> = std::iter::once(missing).chain(demands).collect();
    let names = OTHER_NAMES.iter().filter(|(option, _)| wanted.contains(option) && !has(client, option));
    names.into_iter().find_map(|(option, names)| {
        let is_it =
            |written: &&Property| names.contains(&&*written.key) && provider.option(&written.key).is_none();
        Some((client.options.iter().find(is_it)?, *option))
    })
}

fn other_name(
    context: &Context<'_>,
    file: FileId,
    finding: Finding,
    written: &Property,
    option: &'static str,
) -> Finding {
    let key = Span::new(file, written.key_range);
    finding
        .related(key, format!("called `{option}` here"))
        .help(format!("`{}` is called `{option}` here", short(&written.key)))
        .replace(Safety::Safe, format!("write `{option}`"), unquoted(context.text(key), key), option)
}

struct Missing {
    option: &'static str,
    message: String,
    help: String,
}

fn has(client: &ClientFacts, option: &str) -> bool {
    client.options.iter().any(|property| &*property.key == option)
}

fn missing_options(provider: &'static Provider, has: impl Fn(&str) -> bool) -> Vec<Missing> {
    provider.demands.iter().filter_map(|demand| missing_option(provider, demand, &has)).collect()
}

fn missing_option(
    provider: &'static Provider,
    demand: &Demand,
    has: &impl Fn(&str) -> bool,
) -> Option<Missing> {
    let name = provider.name;
    match demand {
        Demand::Required(option) => (!has(option)).then(|| Missing {
            option,
            message: format!("`{name}` needs the option `{option}`"),
            help: format!("add `{option}` to the options: {}", documentation(provider, option)),
        }),
        Demand::OneOf(groups) => {
            if groups.iter().any(|group| group.iter().all(|option| has(option))) {
                return None;
            }
            let begun = groups.iter().find(|group| group.iter().any(|option| has(option)));
            if let Some(group) = begun {
                let lacking = group.iter().find(|option| !has(option))?;
                let given = group.iter().find(|option| has(option))?;
                return Some(Missing {
                    option: lacking,
                    message: format!("`{name}` needs the option `{lacking}` beside `{given}`"),
                    help: format!("add `{lacking}` to the options: {}", documentation(provider, lacking)),
                });
            }
            let ways: Vec<String> = groups.iter().map(|group| all_of(group.iter().copied())).collect();
            let single = groups.iter().all(|group| group.len() == 1);
            let needed = ways.join(if single { " or " } else { ", or " });
            Some(Missing {
                option: groups.first()?.first()?,
                message: format!("`{name}` needs {needed}"),
                help: format!("add {needed} to the options"),
            })
        }
        Demand::AtMostOne(_) => None,
    }
}

/// What an option is, as the end of a sentence.
fn documentation(provider: &'static Provider, option: &str) -> String {
    let text = provider.option(option).map_or("", |option| option.documentation);
    let text = text.trim_end_matches('.');
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().to_string() + chars.as_str()).unwrap_or_default()
}
