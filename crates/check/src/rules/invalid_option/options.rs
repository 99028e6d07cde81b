//! The options of one client, and options of which only one may be there.

use clientc_plan::providers::{Demand, Provider};
use clientc_semantic::{ClientFacts, FileId, Property, Span};
use clientc_syntax::TextRange;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};

/// The options of one client.
pub(super) struct Options<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) file: FileId,
    pub(super) client: &'a ClientFacts,
    pub(super) provider: &'static Provider,
}

impl Options<'_> {
    pub(super) fn finding(&self, key: &str, range: TextRange, message: String) -> Finding {
        Finding::new(Span::new(self.file, range), format!("{}/{key}", self.client.name.text), message)
    }

    /// Options of which only one may be there.
    pub(super) fn exclusive(&self, demand: &Demand, out: &mut Findings) {
        let find = |option: &str| self.client.options.iter().find(|property| &*property.key == option);
        let given: Vec<&Property> = match demand {
            Demand::Required(_) => return,
            Demand::AtMostOne(options) => options.iter().filter_map(|option| find(option)).collect(),
            Demand::OneOf(groups) => {
                groups.iter().filter_map(|group| group.iter().find_map(|option| find(option))).collect()
            }
        };
        if let [first, second, ..] = &given[..] {
            let message = format!("`{}` and `{}` cannot both be set", first.key, second.key);
            let finding = self.finding(&second.key, second.key_range, message);
            let place = Span::new(self.file, first.key_range);
            out.push(
                finding
                    .related(place, "set here")
                    .help(format!("`{}` takes only one of them: remove the other", self.provider.name)),
            );
        }
    }
}
