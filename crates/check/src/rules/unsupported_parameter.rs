mod added;
mod budget;
mod request;
mod written;

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use self::added::AZURE;
use self::request::Request;
use crate::context::Context;
use crate::core::finding::Findings;
use crate::core::rule::{Rule, Setting};
use crate::facts::models::without_vendor;
use crate::facts::tables::hosts::service_of;
use crate::facts::tables::refusals::REFUSALS;

pub(crate) static RULE: Rule = Rule {
    name: "unsupported-parameter",
    summary: "a parameter that the model or the provider rejects, so that every call fails",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("unsupported_parameter.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for id in context.project.plan.ids() {
        let Some(leaf) = context.leaf(id) else { continue };
        // Almost no client has an option that anybody refuses, and one look at each option is cheap.
        let has_one = leaf.options().iter().any(|option| OPTIONS.contains(&*option.key));
        if !has_one && leaf.provider.name != AZURE {
            continue;
        }
        let Some(service) = service_of(&leaf) else { continue };
        let models: Vec<_> = leaf.models().map(|model| (model, without_vendor(model.text))).collect();
        let request = Request { context, id, leaf, service, models: &models };
        request.written(out);
        out.found.extend(request.added());
        out.found.extend(request.budget());
    }
}

/// Every option that the table names, and the blocks of options in which a service reads them.
static OPTIONS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let parameters = REFUSALS.iter().flat_map(|row| row.parameters).map(|parameter| parameter.name);
    parameters.chain(BLOCKS).collect()
});

/// Blocks of options in which a service reads parameters.
const BLOCKS: [&str; 3] = ["additional_model_request_fields", "inference_configuration", "thinking"];
