//! Reading the whole text of a `clientc.toml`.

use std::path::Path;

use clientc_check::{ConfigFault, ConfigFaultKind, Configured, Settings};
use clientc_semantic::{FileId, Span};
use clientc_syntax::TextRange;
use toml::de::DeTable;

use crate::config::file::{Config, ConfigText, Layer, PathOverride, Profile};
use crate::config::gateway::gateway;
use crate::config::globs::Globs;
use crate::config::layers;
use crate::config::tables::{globs, require};
use crate::config::values::{ConfigReader, Value};
use crate::files::{Content, Files};

const SECTIONS: &[&str] = &[
    "extend",
    "exclude",
    "baseline",
    "rules",
    "overrides",
    "entries",
    "defaults",
    "limits",
    "models",
    "servers",
    "platform",
    "peer",
    "runtime",
    "profiles",
    "gateway",
];
const PROFILE: &[&str] = &[
    "rules",
    "overrides",
    "entries",
    "defaults",
    "limits",
    "models",
    "servers",
    "platform",
    "peer",
    "runtime",
];
const OVERRIDES: &[&str] = &["paths", "rules", "entries", "defaults", "limits"];

/// Reads a file. What is wrong becomes a fault, and everything else still applies.
pub(crate) fn config(files: &Files, file: FileId) -> Config {
    let fault = |at: u32, kind| vec![ConfigFault { span: Span::new(file, TextRange::empty(at)), kind }];
    let (text, faults) = match files.content(file) {
        Some(Content::Text(text)) => ConfigText::parse(file, text),
        Some(Content::NotUtf8 { first_bad_byte, .. }) => {
            (ConfigText::default(), fault(*first_bad_byte, ConfigFaultKind::NotUtf8))
        }
        Some(Content::Unreadable { error }) => {
            (ConfigText::default(), fault(0, ConfigFaultKind::Unreadable { error: error.clone() }))
        }
        None => (ConfigText::default(), Vec::new()),
    };
    let folder = files.path(file).parent().unwrap_or(Path::new("")).to_owned();
    Config { file, folder, text, extends: None, faults }
}

impl ConfigText {
    /// Reads the text of a `clientc.toml`. What is wrong becomes a fault, and everything else still applies.
    #[must_use]
    pub fn parse(file: FileId, text: &str) -> (Self, Vec<ConfigFault>) {
        let mut reader = ConfigReader::new(file, text);
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut config = Self::default();
        for (key, value) in document.get_ref() {
            let name = key.get_ref().as_ref();
            match name {
                "extend" => config.extend = path(&mut reader, value, name),
                "baseline" => config.baseline = path(&mut reader, value, name),
                "exclude" => {
                    config.exclude = globs(&mut reader, value, name, Globs::of_paths).unwrap_or_default();
                }
                "gateway" => config.gateway = gateway(&mut reader, value),
                "profiles" => config.profiles = profiles(&mut reader, value),
                _ if layer_key(&mut reader, name, name, value, &mut config.base) => {}
                _ => reader.unknown_key(key, document.get_ref(), "", SECTIONS),
            }
        }
        let faults = std::mem::take(&mut reader.faults);
        let mut all: Vec<_> = errors.iter().map(|error| syntax_fault(&reader, error)).collect();
        all.dedup();
        let guesses = |fault: &ConfigFault| all.iter().any(|syntax| share_a_line(text, fault, syntax));
        let sound: Vec<_> = faults.into_iter().filter(|fault| !guesses(fault)).collect();
        all.extend(sound);
        all.sort_by_key(|fault| fault.span);
        (config, all)
    }
}

fn syntax_fault(reader: &ConfigReader<'_>, error: &toml::de::Error) -> ConfigFault {
    let kind = ConfigFaultKind::Syntax { message: error.message().to_owned() };
    ConfigFault { span: reader.span(error.span().unwrap_or(0..0)), kind }
}

/// Whether two faults are on one line. What is read on the line of a syntax error is a guess.
fn share_a_line(text: &str, fault: &ConfigFault, syntax: &ConfigFault) -> bool {
    let (first, second) = (fault.span.range, syntax.span.range);
    let between = first.start.min(second.start) as usize..first.start.max(second.start) as usize;
    text.get(between).is_some_and(|between| !between.contains('\n'))
}

/// Reads a path, which cannot be empty.
fn path<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, key: &str) -> Option<Configured<String>> {
    let path = reader.string(value, key)?;
    if path.value.is_empty() {
        reader.fault(value.span(), ConfigFaultKind::EmptyPath { key: key.to_owned() });
        return None;
    }
    Some(path)
}

/// Reads one key of the file or of a profile, if it is one that both have.
fn layer_key<'t>(
    reader: &mut ConfigReader<'t>,
    key: &str,
    path: &str,
    value: &Value<'t>,
    layer: &mut Layer,
) -> bool {
    if key == "overrides" {
        layer.overrides = overrides(reader, value, path);
        return true;
    }
    layers::table(reader, key, path, value, &mut layer.settings)
}

fn profiles<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>) -> Vec<Profile> {
    let mut all = Vec::new();
    for (name, value) in reader.table(value, "profiles").into_iter().flatten() {
        let layer = profile(reader, value, &format!("profiles.{}", name.get_ref()));
        let name = Configured { value: name.get_ref().to_string(), span: reader.span(name.span()) };
        all.push(Profile { name, layer });
    }
    all
}

fn profile<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, path: &str) -> Layer {
    let mut layer = Layer::default();
    let Some(table) = reader.table(value, path) else { return layer };
    for (key, value) in table {
        let written = key.get_ref().as_ref();
        if !layer_key(reader, written, &format!("{path}.{written}"), value, &mut layer) {
            reader.unknown_key(key, table, path, PROFILE);
        }
    }
    layer
}

/// Reads `[[overrides]]`. One that lacks its paths, or anything to set there, is left out.
fn overrides<'t>(reader: &mut ConfigReader<'t>, value: &Value<'t>, path: &str) -> Vec<PathOverride> {
    let mut all = Vec::new();
    for (table, header) in reader.tables(value, path) {
        let (mut paths, mut settings) = (None, Settings::default());
        for (key, value) in table {
            let inner = format!("{path}.{}", key.get_ref());
            match key.get_ref().as_ref() {
                "paths" => paths = globs(reader, value, &inner, Globs::of_paths),
                name @ ("rules" | "entries" | "defaults" | "limits") => {
                    layers::table(reader, name, &inner, value, &mut settings);
                }
                _ => reader.unknown_key(key, table, path, OVERRIDES),
            }
        }
        require(reader, table, &header, path, &OVERRIDES[..1]);
        if !OVERRIDES[1..].iter().any(|key| table.contains_key(*key)) {
            let kind = ConfigFaultKind::EmptyOverride { allowed: &OVERRIDES[1..] };
            reader.fault(header.clone(), kind);
        }
        let span = reader.span(header);
        all.extend(paths.map(|paths| PathOverride { span, paths, settings }));
    }
    all
}
