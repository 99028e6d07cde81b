//! The requests of one client, and the rows of the table that apply to them.

use clientc_plan::ClientId;
use clientc_semantic::{Property, Span, Value, ValueKind};

use crate::context::Context;
use crate::facts::asked::asked;
use crate::facts::leaf::{Leaf, ModelName};
use crate::facts::models::begins_with;
use crate::facts::tables::hosts::Service;
use crate::facts::tables::refusals::{REFUSALS, Refusal, When};

/// The requests of one client.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) id: ClientId,
    pub(super) leaf: Leaf<'a>,
    pub(super) service: Service,
    /// The names of its model, each also without a vendor.
    pub(super) models: &'a [(ModelName<'a>, &'a str)],
}

impl<'a> Request<'a> {
    pub(super) fn client(&self) -> &'a str {
        self.context.project.client_name(self.id)
    }

    /// The rows that apply to the client, each with the name of the model that it is about.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&'static Refusal, Option<ModelName<'a>>)> + use<'a> {
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
    pub(super) fn find(&self, name: &str) -> Option<&'a Property> {
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

    pub(super) fn key_span(&self, found: &Property) -> Span {
        Span::new(self.leaf.span(&found.value).file, found.key_range)
    }
}

fn is_one_of(row: &Refusal, name: &str) -> bool {
    let is_any = |names: &[&str]| names.iter().any(|known| begins_with(name, known));
    is_any(row.models) && !is_any(row.but_not)
}

pub(super) fn whole(value: &Value) -> Option<u64> {
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
