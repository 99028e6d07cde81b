//! `http` blocks to limits.

use std::num::NonZeroU64;

use clientc_plan::providers::{POOLING_KEY, Provider};
use clientc_plan::{Field, MAX_MS};
use clientc_syntax::TextRange;

use crate::facts::{HttpFacts, WrittenLimit};
use crate::fault::{FaultKind, NumberProblem};
use crate::number;
use crate::value::{Property, Value, ValueKind};
use crate::value_reader::ValueReader;

fn is_composite(provider: &Provider) -> bool {
    provider.kind.is_composite()
}

fn has_pooling(provider: &Provider) -> bool {
    provider.http_keys().any(|key| key.name == POOLING_KEY)
}

pub(crate) fn read(
    reader: &mut ValueReader<'_>,
    value: Value,
    provider: Option<&'static Provider>,
    path: &str,
) -> Option<Box<HttpFacts>> {
    let found = value.noun();
    let ValueKind::Map(properties) = value.kind else {
        reader.fault(FaultKind::HttpNotBlock { found }, value.range, format!("{path}/http"));
        return None;
    };
    let mut http = Box::new(HttpFacts { range: value.range, ..HttpFacts::default() });
    for property in properties.iter().filter(|property| property.value.kind != ValueKind::Broken) {
        match Field::from_key(&property.key) {
            Some(field) if allows(provider, field) => {
                *http.limits.slot(field) = limit(reader, property, field, path);
            }
            None if *property.key == *POOLING_KEY && provider.is_none_or(has_pooling) => {
                http.connection_pooling = pooling(reader, property, path);
            }
            _ => unknown_field(reader, property, provider, path),
        }
    }
    Some(http)
}

/// A leaf has no total; where the provider is not known, everything is allowed.
fn allows(provider: Option<&'static Provider>, field: Field) -> bool {
    field != Field::Total || provider.is_none_or(is_composite)
}

fn unknown_field(
    reader: &mut ValueReader<'_>,
    property: &Property,
    provider: Option<&'static Provider>,
    path: &str,
) {
    let kind = FaultKind::UnknownHttpField { key: property.key.as_str().into(), provider };
    reader.fault(kind, property.key_range, subject(path, property));
}

fn limit(
    reader: &mut ValueReader<'_>,
    property: &Property,
    field: Field,
    path: &str,
) -> Option<WrittenLimit> {
    let ms = number::integer(&property.value, MAX_MS);
    match ms.and_then(|ms| NonZeroU64::new(ms).ok_or(NumberProblem::Zero)) {
        Ok(ms) => Some(WrittenLimit { ms, key: property.key_range, value: property.value.range }),
        Err(problem) => {
            fault(reader, property, field, problem, path);
            None
        }
    }
}

fn fault(
    reader: &mut ValueReader<'_>,
    property: &Property,
    field: Field,
    problem: NumberProblem,
    path: &str,
) {
    let range = property.value.range;
    let written = range.slice(reader.text).into();
    reader.fault(FaultKind::InvalidTimeout { field, problem, written }, range, subject(path, property));
}

fn pooling(reader: &mut ValueReader<'_>, property: &Property, path: &str) -> Option<(bool, TextRange)> {
    if let ValueKind::Bool(pooling) = property.value.kind {
        return Some((pooling, property.key_range));
    }
    let kind = FaultKind::InvalidPooling { found: property.value.noun() };
    reader.fault(kind, property.value.range, subject(path, property));
    None
}

fn subject(path: &str, property: &Property) -> String {
    format!("{path}/http/{}", property.key)
}
