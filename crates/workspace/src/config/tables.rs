//! Reading the arrays of tables of a layer: `[[models]]` and `[[servers]]`.

use std::ops::Range;

use clientc_check::{ConfigFault, ConfigFaultKind, Configured, Expected, ModelRow, Server};
use clientc_semantic::nearest_word;
use toml::de::DeTable;

use crate::config::globs::{BadGlob, Globs};
use crate::config::values::{ConfigReader, Value};

const MODELS: &[&str] = &["match", "min-request-timeout-ms", "min-ttft-timeout-ms"];
const SERVERS: &[&str] = &["base-url", "timeout-ms", "retries"];

/// Reads `[[models]]`. One that lacks its names is left out.
pub(crate) fn models<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, path: &str) -> Vec<ModelRow> {
    let mut all = Vec::new();
    for (table, header) in reader.tables(value, path) {
        let (mut names, mut request, mut ttft) = (None, None, None);
        for (key, value) in table {
            let inner = format!("{path}.{}", key.get_ref());
            match key.get_ref().as_ref() {
                "match" => names = globs(reader, value, &inner, Globs::of_names),
                "min-request-timeout-ms" => request = reader.integer(value, &inner),
                "min-ttft-timeout-ms" => ttft = reader.integer(value, &inner),
                _ => reader.unknown_key(key, table, path, MODELS),
            }
        }
        require(reader, table, &header, path, &MODELS[..1]);
        all.extend(names.map(|names| ModelRow {
            patterns: names.patterns().iter().map(|pattern| pattern.value.clone()).collect(),
            names: names.matcher().clone(),
            min_request_ms: request.map(|number| number.value),
            min_ttft_ms: ttft.map(|number| number.value),
        }));
    }
    all
}

/// Reads `[[servers]]`. One that lacks its URL, or has nothing else, is left out.
pub(crate) fn servers<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, path: &str) -> Vec<Server> {
    let mut all = Vec::new();
    for (table, header) in reader.tables(value, path) {
        let (mut base_url, mut timeout, mut retries) = (None, None, None);
        for (key, value) in table {
            let inner = format!("{path}.{}", key.get_ref());
            match key.get_ref().as_ref() {
                "base-url" => base_url = self::base_url(reader, value, &inner),
                "timeout-ms" => timeout = reader.integer(value, &inner),
                "retries" => retries = reader.integer(value, &inner),
                _ => reader.unknown_key(key, table, path, SERVERS),
            }
        }
        let needed = if table.contains_key("retries") { &SERVERS[..1] } else { &SERVERS[..2] };
        require(reader, table, &header, path, needed);
        let base_url = base_url.filter(|_| timeout.is_some() || retries.is_some());
        all.extend(base_url.map(|base_url| Server { base_url, timeout, retries }));
    }
    all
}

fn base_url<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, path: &str) -> Option<String> {
    let found = reader.string(value, path)?.value;
    let rest = found.strip_prefix("http://").or_else(|| found.strip_prefix("https://"));
    if rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')) {
        return Some(found);
    }
    reader.fault(value.span(), ConfigFaultKind::InvalidBaseUrl { found });
    None
}

/// Makes a list of patterns and returns those that are not valid.
pub(crate) type GlobsBuilder = fn(Vec<Configured<String>>) -> (Globs, Vec<BadGlob>);

/// Reads an array of patterns.
pub(crate) fn globs<'t>(
    reader: &mut ConfigReader<'t>,
    value: &Value<'t>,
    key: &str,
    build: GlobsBuilder,
) -> Option<Globs> {
    let (globs, bad) = build(reader.strings(value, key, Expected::ArrayOfStrings)?);
    for BadGlob { pattern, error } in bad {
        let kind = ConfigFaultKind::InvalidGlob { key: key.to_owned(), pattern: pattern.value, error };
        reader.faults.push(ConfigFault { span: pattern.span, kind });
    }
    Some(globs)
}

/// Notes each of these keys that the table lacks. One that is only misspelt has its own fault.
pub(crate) fn require(
    reader: &mut ConfigReader<'_>,
    table: &DeTable<'_>,
    header: &Range<usize>,
    section: &str,
    keys: &[&'static str],
) {
    for key in keys {
        let is_misspelt = || table.iter().any(|(other, _)| nearest_word(other.get_ref(), &[*key]).is_some());
        if !table.contains_key(*key) && !is_misspelt() {
            let kind = ConfigFaultKind::MissingKey { section: section.to_owned(), key };
            reader.fault(header.clone(), kind);
        }
    }
}
