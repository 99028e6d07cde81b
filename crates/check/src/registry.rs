//! The registry: every rule with its name, level, page and check, and the rule of every fault.

use clientc_semantic::{Fault, FaultKind, Span};
use clientc_syntax::Unterminated;

use crate::context::Context;
use crate::core::finding::Finding;
use crate::core::rule::Rule;
use crate::rules::{
    self, Check, client_cycle, duplicate_key, duplicate_name, invalid_http, invalid_name, invalid_option,
    invalid_retry_policy, invalid_strategy, invalid_timeout, malformed_number, misplaced_block,
    missing_provider, nesting_too_deep, syntax_error, unknown_client, unknown_http_field, unknown_property,
    unknown_provider, unknown_retry_policy, unterminated_string,
};

/// All rules, grouped as the documentation groups them.
pub static RULES: &[&Rule] = rules::ALL;

/// The rule of a name.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}

/// The rules with a check of their own.
pub(crate) fn checks() -> impl Iterator<Item = (&'static Rule, Check)> {
    RULES.iter().zip(rules::CHECKS).filter_map(|(rule, check)| Some((*rule, (*check)?)))
}

/// The findings of all faults that other crates have reported. A kind of fault without a rule does not compile.
pub(crate) fn faults(context: &Context<'_>) -> impl Iterator<Item = (&'static Rule, Finding)> {
    let syntax = context.syntax_faults().filter_map(|(span, fault)| of_syntax(context, span, fault));
    syntax.chain(context.faults().map(|fault| of_meaning(context, fault)))
}

/// The match in [`syntax_error`] names all other kinds.
fn of_syntax(
    context: &Context<'_>,
    span: Span,
    fault: &clientc_syntax::SyntaxFault,
) -> Option<(&'static Rule, Finding)> {
    use clientc_syntax::SyntaxFaultKind;
    Some(match fault.kind {
        SyntaxFaultKind::Unterminated(Unterminated::String) => {
            (&unterminated_string::RULE, unterminated_string::string(span))
        }
        SyntaxFaultKind::Unterminated(Unterminated::RawString(hashes)) => {
            (&unterminated_string::RULE, unterminated_string::raw_string(span, hashes))
        }
        SyntaxFaultKind::MissingOpeningQuote => {
            (&unterminated_string::RULE, unterminated_string::without_opening(span, context.text(span)))
        }
        SyntaxFaultKind::MalformedNumber => {
            (&malformed_number::RULE, malformed_number::finding(span, context.text(span)))
        }
        SyntaxFaultKind::TooDeep => (&nesting_too_deep::RULE, nesting_too_deep::finding(span)),
        _ => (&syntax_error::RULE, syntax_error::finding(context, span, fault)?),
    })
}

fn of_meaning(context: &Context<'_>, fault: &Fault) -> (&'static Rule, Finding) {
    match &fault.kind {
        FaultKind::InvalidName { name, owner } => {
            (&invalid_name::RULE, invalid_name::finding(fault, name, *owner))
        }
        FaultKind::MisplacedBlock { what, word } => {
            (&misplaced_block::RULE, misplaced_block::finding(fault, *what, word))
        }
        FaultKind::DuplicateName { name, owner, first, first_owner } => {
            (&duplicate_name::RULE, duplicate_name::finding(fault, name, *owner, *first, *first_owner))
        }
        FaultKind::DuplicateKey { key, first } => {
            (&duplicate_key::RULE, duplicate_key::finding(fault, key, *first))
        }
        FaultKind::UnknownClient { name, why, near } => {
            (&unknown_client::RULE, unknown_client::finding(context, fault, name, *why, near))
        }
        FaultKind::UnknownPolicy { name, is_client, near } => (
            &unknown_retry_policy::RULE,
            unknown_retry_policy::unknown(context, fault, name, *is_client, near),
        ),
        FaultKind::PolicyNotName { found } => {
            (&unknown_retry_policy::RULE, unknown_retry_policy::not_a_name(fault, found))
        }
        FaultKind::Cycle { steps } => (&client_cycle::RULE, client_cycle::finding(fault, steps)),
        FaultKind::MissingProvider { client } => {
            (&missing_provider::RULE, missing_provider::finding(fault, client))
        }
        FaultKind::ProviderNotText { found } => {
            (&unknown_provider::RULE, unknown_provider::not_text(fault, found))
        }
        FaultKind::UnknownProvider { provider, shorthand } => {
            (&unknown_provider::RULE, unknown_provider::finding(context, fault, provider, *shorthand))
        }
        FaultKind::UnknownProperty { key, owner, provider } => {
            (&unknown_property::RULE, unknown_property::finding(context, fault, key, *owner, *provider))
        }
        FaultKind::OptionsNotBlock { found } => {
            (&invalid_option::RULE, invalid_option::options_not_block(fault, found))
        }
        FaultKind::InvalidStart { problem, written } => {
            (&invalid_option::RULE, invalid_option::invalid_start(fault, problem, written))
        }
        FaultKind::InvalidPooling { found } => {
            (&invalid_option::RULE, invalid_option::invalid_pooling(fault, found))
        }
        FaultKind::EnvMap => (&invalid_option::RULE, invalid_option::env_map(fault)),
        FaultKind::MissingStrategy { client } => {
            (&invalid_strategy::RULE, invalid_strategy::missing(fault, client))
        }
        FaultKind::EmptyStrategy => (&invalid_strategy::RULE, invalid_strategy::empty(fault)),
        FaultKind::StrategyNotArray { found } => {
            (&invalid_strategy::RULE, invalid_strategy::not_an_array(fault, found))
        }
        FaultKind::MemberNotName { found } => {
            (&invalid_strategy::RULE, invalid_strategy::not_a_name(fault, found))
        }
        FaultKind::HttpNotBlock { found } => (&invalid_http::RULE, invalid_http::finding(fault, found)),
        FaultKind::UnknownHttpField { key, provider } => {
            (&unknown_http_field::RULE, unknown_http_field::finding(context, fault, key, *provider))
        }
        FaultKind::InvalidTimeout { field, problem, written } => {
            (&invalid_timeout::RULE, invalid_timeout::finding(context, fault, *field, problem, written))
        }
        FaultKind::MissingMaxRetries { policy } => {
            (&invalid_retry_policy::RULE, invalid_retry_policy::missing_max_retries(fault, policy))
        }
        FaultKind::InvalidPolicyNumber { key, problem, written } => {
            (&invalid_retry_policy::RULE, invalid_retry_policy::number(fault, *key, problem, written))
        }
        FaultKind::PolicyStrategyNotBlock { found } => {
            (&invalid_retry_policy::RULE, invalid_retry_policy::strategy_not_block(fault, found))
        }
        FaultKind::MissingStrategyType => {
            (&invalid_retry_policy::RULE, invalid_retry_policy::missing_type(fault))
        }
        FaultKind::UnknownStrategyType { written } => {
            (&invalid_retry_policy::RULE, invalid_retry_policy::unknown_type(context, fault, written))
        }
        FaultKind::NotForConstantDelay { key } => {
            (&invalid_retry_policy::RULE, invalid_retry_policy::not_for_constant_delay(fault, key))
        }
        FaultKind::InvalidJitter { found } => {
            (&invalid_retry_policy::RULE, invalid_retry_policy::invalid_jitter(context, fault, found))
        }
    }
}
