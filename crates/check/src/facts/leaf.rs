//! A client that makes requests, as the rules on models and servers see it.

use clientc_plan::ClientId;
use clientc_plan::providers::{Provider, ProviderKind};
use clientc_semantic::{ClientSource, FileId, Property, Span, Value, ValueKind};

use crate::core::input::Input;

/// A client that makes requests: a block, or a `provider/model`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaf<'a> {
    pub(crate) provider: &'static Provider,
    written: Written<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Written<'a> {
    Block { file: FileId, options: &'a [Property] },
    Shorthand { model: &'a str, place: Span },
}

/// The name of a model and its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ModelName<'a> {
    pub(crate) text: &'a str,
    pub(crate) span: Span,
}

impl<'a> Input<'a> {
    /// A client as a leaf; `None` for a composite, and for what could not be read.
    pub(crate) fn leaf(&self, id: ClientId) -> Option<Leaf<'a>> {
        let project = self.project;
        let leaf = match project.clients.get(id.index())? {
            ClientSource::Implicit { provider, model, place } => {
                Leaf { provider, written: Written::Shorthand { model, place: *place } }
            }
            ClientSource::Declared { .. } => {
                let (file, facts) = project.client_facts(id)?;
                Leaf { provider: facts.provider?, written: Written::Block { file, options: &facts.options } }
            }
        };
        (leaf.provider.kind == ProviderKind::Leaf && *project.is_whole.get(id.index())?).then_some(leaf)
    }
}

impl<'a> Leaf<'a> {
    /// An option of the block.
    pub(crate) fn option(&self, name: &str) -> Option<&'a Property> {
        self.options().iter().find(|property| &*property.key == name)
    }

    /// The options of the block; none of a shorthand.
    pub(crate) fn options(&self) -> &'a [Property] {
        match self.written {
            Written::Block { options, .. } => options,
            Written::Shorthand { .. } => &[],
        }
    }

    /// The value of an option, or of a key in a map of an option.
    pub(crate) fn value(&self, path: &[&str]) -> Option<&'a Value> {
        let (first, rest) = path.split_first()?;
        let mut value = &self.option(first)?.value;
        for key in rest {
            let ValueKind::Map(properties) = &value.kind else { return None };
            value = &properties.iter().find(|property| &*property.key == *key)?.value;
        }
        Some(value)
    }

    /// The place of a value of the block.
    pub(crate) fn span(&self, value: &Value) -> Span {
        match self.written {
            Written::Block { file, .. } => Span::new(file, value.range),
            Written::Shorthand { place, .. } => place,
        }
    }

    /// The names of its model that are written out.
    pub(crate) fn models(&self) -> impl Iterator<Item = ModelName<'a>> + use<'a> {
        let leaf = *self;
        let (shorthand, options): (_, &[Property]) = match leaf.written {
            Written::Shorthand { model, place } => (Some(ModelName { text: model, span: place }), &[]),
            Written::Block { options, .. } => (None, options),
        };
        let named = options.iter().filter(|property| names_model(&property.key));
        let named = named.filter_map(move |property| {
            Some(ModelName { text: property.value.text()?, span: leaf.span(&property.value) })
        });
        shorthand.into_iter().chain(named)
    }
}

/// Whether an option names a model, or a deployment of one.
fn names_model(option: &str) -> bool {
    matches!(option, "model" | "model_id" | "deployment_id" | "deployment")
}
