//! Reading the arrays of tables of a `clientc.toml`: `[[overrides]]`, `[[models]]` and `[[servers]]`.

use crate::config::{Located, Model, Override, Server};
use crate::config_sections::rules;
use crate::config_values::{Reader, Value};
use crate::globs::{BadGlob, Globs};
use clientc_check::{ConfigFault, ConfigFaultKind, Expected};
use std::ops::Range;
use toml::de::DeTable;

const OVERRIDES: &[&str] = &["paths", "rules"];
const MODELS: &[&str] = &["match", "min-request-timeout-ms", "min-ttft-timeout-ms"];
const SERVERS: &[&str] = &["base-url", "timeout-ms", "retries"];

/// Reads `[[overrides]]`. One that lacks its paths or rules is left out.
pub(crate) fn overrides<'t>(
    reader: &mut Reader<'t>,
    value: &Value<'t>,
    rule_names: &[&'static str],
) -> Vec<Override> {
    let mut all = Vec::new();
    for (table, header) in reader.tables(value, "overrides") {
        let (mut paths, mut levels) = (None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "paths" => paths = globs(reader, value, "overrides.paths", Globs::of_paths),
                "rules" => {
                    levels = reader
                        .table(value, "overrides.rules")
                        .map(|table| rules(reader, table, "overrides.rules", rule_names));
                }
                _ => reader.unknown_key(key, "overrides", OVERRIDES),
            }
        }
        require(reader, table, &header, "overrides", OVERRIDES);
        all.extend(paths.zip(levels).map(|(paths, rules)| Override { paths, rules }));
    }
    all
}

/// Reads `[[models]]`. One that lacks its names is left out.
pub(crate) fn models<'t>(reader: &mut Reader<'t>, value: &Value<'t>) -> Vec<Model> {
    let mut all = Vec::new();
    for (table, header) in reader.tables(value, "models") {
        let (mut names, mut request, mut ttft) = (None, None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "match" => names = globs(reader, value, "models.match", Globs::of_names),
                "min-request-timeout-ms" => request = reader.integer(value, "models.min-request-timeout-ms"),
                "min-ttft-timeout-ms" => ttft = reader.integer(value, "models.min-ttft-timeout-ms"),
                _ => reader.unknown_key(key, "models", MODELS),
            }
        }
        require(reader, table, &header, "models", &MODELS[..1]);
        let span = reader.span(header);
        all.extend(names.map(|names| Model {
            span,
            names,
            min_request_timeout_ms: request,
            min_ttft_timeout_ms: ttft,
        }));
    }
    all
}

/// Reads `[[servers]]`. One that lacks its URL, or says nothing more, is left out.
pub(crate) fn servers<'t>(reader: &mut Reader<'t>, value: &Value<'t>) -> Vec<Server> {
    let mut all = Vec::new();
    for (table, header) in reader.tables(value, "servers") {
        let (mut base_url, mut timeout_ms, mut retries) = (None, None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "base-url" => base_url = self::base_url(reader, value),
                "timeout-ms" => timeout_ms = reader.integer(value, "servers.timeout-ms"),
                "retries" => retries = reader.integer(value, "servers.retries"),
                _ => reader.unknown_key(key, "servers", SERVERS),
            }
        }
        let needed = if table.contains_key("retries") { &SERVERS[..1] } else { &SERVERS[..2] };
        require(reader, table, &header, "servers", needed);
        let says_something = timeout_ms.is_some() || retries.is_some();
        let base_url = base_url.filter(|_| says_something);
        all.extend(base_url.map(|base_url| Server { base_url, timeout_ms, retries }));
    }
    all
}

fn base_url<'t>(reader: &mut Reader<'t>, value: &Value<'t>) -> Option<Located<String>> {
    let found = reader.string(value, "servers.base-url")?;
    let rest = found.value.strip_prefix("http://").or_else(|| found.value.strip_prefix("https://"));
    if rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')) {
        return Some(found);
    }
    reader.fault(value.span(), ConfigFaultKind::InvalidBaseUrl { found: found.value });
    None
}

/// Makes a list of patterns and gives back those that are none.
type GlobsBuilder = fn(Vec<Located<String>>) -> (Globs, Vec<BadGlob>);

fn globs<'t>(reader: &mut Reader<'t>, value: &Value<'t>, key: &str, build: GlobsBuilder) -> Option<Globs> {
    let (globs, bad) = build(reader.strings(value, key, Expected::ArrayOfStrings)?);
    for BadGlob { pattern, error } in bad {
        let kind = ConfigFaultKind::InvalidGlob { key: key.to_owned(), pattern: pattern.value, error };
        reader.faults.push(ConfigFault { span: pattern.span, kind });
    }
    Some(globs)
}

/// Notes each of these keys that the table lacks.
fn require(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    header: &Range<usize>,
    section: &str,
    keys: &[&'static str],
) {
    for key in keys {
        if !table.contains_key(*key) {
            let kind = ConfigFaultKind::MissingKey { section: section.to_owned(), key };
            reader.fault(header.clone(), kind);
        }
    }
}
