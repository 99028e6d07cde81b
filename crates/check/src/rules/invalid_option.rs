mod options;
mod unknown;
mod values;

use clientc_plan::retry::MAX_START;
use clientc_semantic::{Fault, NumberProblem};

use self::options::Options;
use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "invalid-option",
    summary: "an option of the wrong kind, out of range or not supported",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("invalid_option.md"),
};

pub(crate) fn options_not_block(fault: &Fault, found: &str) -> Finding {
    Finding::of(fault, format!("`options` is a block, not {found}")).help("write `options { ... }`")
}

pub(crate) fn invalid_start(fault: &Fault, problem: &NumberProblem, written: &str) -> Finding {
    let problem = start_problem(problem);
    Finding::of(fault, format!("`start` cannot be `{}`: it is {problem}", short(written)))
        .help(format!("a whole number from 0 to {MAX_START}: the position of the first member"))
}

pub(crate) fn invalid_pooling(fault: &Fault, found: &str) -> Finding {
    Finding::of(fault, format!("`enable_connection_pooling` is `true` or `false`, not {found}"))
        .help("leave it out for `true`")
}

pub(crate) fn env_map(fault: &Fault) -> Finding {
    Finding::of(fault, "a block whose only key is `$env` would be read as an environment variable")
        .help("rename the key, or write `env.NAME` if the variable is meant")
}

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for file in context.files() {
        for client in &file.clients {
            if let Some(provider) = client.provider {
                let options = Options { context, file: file.file, client, provider };
                options.check(out);
            }
        }
    }
}

fn start_problem(problem: &NumberProblem) -> String {
    match problem {
        NumberProblem::Negative => "negative".into(),
        NumberProblem::Fraction => "not a whole number".into(),
        NumberProblem::TooLarge => "too large".into(),
        NumberProblem::QuotedNumber => "text".into(),
        NumberProblem::Env => "an environment variable".into(),
        NumberProblem::NotANumber(noun) => (*noun).into(),
        NumberProblem::Zero | NumberProblem::TooManyDecimals => "not allowed".into(),
    }
}

impl Options<'_> {
    fn check(&self, out: &mut Findings) {
        for property in &self.client.options {
            match self.provider.option(&property.key) {
                Some(option) => self.value(property, option.check, out),
                None if !self.provider.is_open => out.push(self.unsupported(property)),
                None => {}
            }
        }
        for demand in self.provider.demands {
            self.exclusive(demand, out);
        }
    }
}
