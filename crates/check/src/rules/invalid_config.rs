use crate::context::Context;
use crate::core::config_fault::{ConfigFault, ConfigFaultKind, Expected};
use crate::core::diagnostic::Safety;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::conflict::ways_out;
use crate::text::units::unit_ms;
use crate::text::words::{all_of, grouped, one_of, short};

pub(crate) static RULE: Rule = Rule {
    name: "invalid-config",
    summary: "a mistake in clientc.toml",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("invalid_config.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    out.extend(context.config_faults.iter().filter_map(|fault| finding(context, fault)));
}

fn finding(context: &Context<'_>, fault: &ConfigFault) -> Option<Finding> {
    let text = context.text(fault.span);
    let new =
        |subject: &str, message: String| Finding::new(fault.span, format!("clientc.toml/{subject}"), message);
    Some(match &fault.kind {
        ConfigFaultKind::UnmatchedPattern { .. } => return None,
        ConfigFaultKind::Unreadable { error } => new("", format!("cannot read this file: {error}")),
        ConfigFaultKind::NotUtf8 => new("", "this file is not UTF-8".into()).help("save it as UTF-8"),
        ConfigFaultKind::Syntax { message } => new("", format!("this is not TOML: {}", message.trim_end_matches('.'))),
        ConfigFaultKind::UnknownKey { key, section, allowed, nearest } => {
            let place = if section.is_empty() { "clientc.toml".to_owned() } else { format!("`[{section}]`") };
            let finding = new(key, format!("{place} has no key `{}`", short(key)))
                .help(format!("it has {}", all_of(allowed.iter().copied())));
            near(finding, *nearest, fault, text)
        }
        ConfigFaultKind::MissingKey { section, key } => {
            new(&format!("{section}/{key}"), format!("`[[{section}]]` needs the key `{key}`"))
        }
        ConfigFaultKind::WrongType { key, expected, found } => {
            let finding =
                new(key, format!("`{key}` must be {}, not {}", expected_noun(*expected), with_article(found)));
            match milliseconds(text).filter(|_| *expected == Expected::Integer && key.ends_with("ms")) {
                Some(ms) => finding.help(format!("write {ms}: it is in milliseconds, without quotes")).replace(
                    Safety::Safe,
                    format!("write `{ms}`"),
                    fault.span,
                    ms.to_string(),
                ),
                None => finding,
            }
        }
        ConfigFaultKind::NoEntries => new("entries", "`entries.clients` cannot be empty".into()).help(
            "name at least one client that callers use, write `\"all\"`, or remove the key: then the entries are the \
             clients that functions name, or else every client that is not a member",
        ),
        ConfigFaultKind::OutOfRange { key, found, minimum, maximum } => new(key, format!("`{key}` cannot be {found}"))
            .help(format!("a whole number from {} to {}", grouped(*minimum), grouped(*maximum))),
        ConfigFaultKind::UnknownWord { key, found, allowed, nearest } => {
            let finding = new(key, format!("`{key}` cannot be `{}`", short(found)))
                .help(format!("write {}", one_of(allowed.iter().copied())));
            near(finding, *nearest, fault, text)
        }
        ConfigFaultKind::UnknownRule { rule, nearest } => {
            let finding = new(rule, format!("there is no rule `{}`", short(rule)))
                .help("`clientc explain` lists the rules");
            near(finding, *nearest, fault, text)
        }
        ConfigFaultKind::FixedRule { rule } => new(rule, format!("the rule `{rule}` cannot be lowered or ignored"))
            .help("the plan cannot be resolved without it; fix what it finds, and remove this line"),
        ConfigFaultKind::UnknownEntry { client, near } => {
            new("entries", format!("the project has no client `{}`", short(client)))
                .help("an entry must be the name of a client of this project")
                .near_names(client, near, inner(fault, text))
        }
        ConfigFaultKind::TotalNotAllowed { section } => {
            new(&format!("{section}/total_timeout_ms"), "a total cannot be a default".into())
                .help(match context.is_called_by_baml() {
                    true => "remove it: BAML does not read clientc.toml and enforces no total",
                    false => "a total bounds one fallback or round-robin: write it in the `http` block of that client",
                })
        }
        ConfigFaultKind::TtftAboveRequest { section, ttft_ms, request_ms, request } => new(
            &format!("{section}/time_to_first_token_timeout_ms"),
            format!(
                "the first token may take {} ms, but the request ends after {} ms",
                grouped(*ttft_ms),
                grouped(*request_ms)
            ),
        )
        .label(format!("{} ms for the first token", grouped(*ttft_ms)))
        .related(*request, format!("{} ms for the whole request", grouped(*request_ms)))
        .help(ways_out(*ttft_ms, *request_ms)),
        ConfigFaultKind::InvalidGlob { key, pattern, error } => {
            new(key, format!("`{}` is not a pattern: {}", short(pattern), error.trim_end_matches('.')))
        }
        ConfigFaultKind::EmptyOverride { allowed } => new("overrides", "this override changes nothing".into())
            .help(format!("it needs one of {}", one_of(allowed.iter().copied()))),
        ConfigFaultKind::PartOfProject { covered, files } => new(
            "overrides",
            format!("this override covers {covered} of the {files} files of a project, and sets more than `rules`"),
        )
        .help(
            "`rules` apply to each file; `limits`, `entries` and `defaults` apply to whole projects: name the folder \
             of the project in `paths`, or move them out of this override",
        ),
        ConfigFaultKind::EmptyPath { key } => {
            new(key, format!("`{key}` cannot be empty")).help("write a path, or remove this line")
        }
        ConfigFaultKind::ExtendMissing { path } => new("extend", format!("there is no file `{}`", short(path)))
            .help("`extend` is the path of another clientc.toml, relative to the folder of this one"),
        ConfigFaultKind::ExtendCycle { files } => {
            new("extend", format!("these settings extend themselves: {}", files.join(" -> ")))
                .help("remove one `extend` of the cycle")
        }
        ConfigFaultKind::InvalidBaseUrl { found } => new("servers/base-url", format!("`{}` is not a base URL", short(found)))
            .help("it must begin with `http://` or `https://` and a host"),
    })
}

/// The one near word with its replacement, inside quotes where the word is in some.
fn near(finding: Finding, nearest: Option<&'static str>, fault: &ConfigFault, text: &str) -> Finding {
    let Some(word) = nearest else { return finding };
    finding.help(format!("did you mean `{word}`?")).replace(
        Safety::Safe,
        format!("write `{word}`"),
        inner(fault, text),
        word,
    )
}

fn inner(fault: &ConfigFault, text: &str) -> clientc_semantic::Span {
    let quoted = text.len() > 1 && text.starts_with(['"', '\'']) && text.ends_with(['"', '\'']);
    let mut span = fault.span;
    if quoted {
        span.range.start += 1;
        span.range.end -= 1;
    }
    span
}

/// The milliseconds of a time in quotes with its unit, such as "30s".
fn milliseconds(text: &str) -> Option<u64> {
    let text = text.trim_matches(['"', '\'']).trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit_ms = Some(unit.trim()).filter(|unit| !unit.is_empty()).map_or(Some(1), unit_ms)?;
    number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit_ms)).filter(|ms| *ms > 0)
}

fn expected_noun(expected: Expected) -> String {
    match expected {
        Expected::Table => "a table".into(),
        Expected::ArrayOfTables => "an array of tables".into(),
        Expected::Integer => "a whole number".into(),
        Expected::Boolean => "`true` or `false`".into(),
        Expected::BooleanOrTable => "`true`, `false`, or a table of clients with one of them for each".into(),
        Expected::String => "a string".into(),
        Expected::ArrayOfStrings => "an array of strings".into(),
        Expected::NamesOrAll => "an array of names, or `\"all\"`".into(),
    }
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}
