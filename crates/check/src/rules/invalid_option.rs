use clientc_plan::providers::{Check, Demand, Provider, ROLES};
use clientc_plan::retry::MAX_START;
use clientc_semantic::{
    ClientFacts, Fault, FileId, NumberProblem, Property, Span, Value, ValueKind, nearest, nearest_free,
};

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::tables::limit_names::{self, Meaning, RETRIED, WEIGHTS};
use crate::text::words::{all_of, one_of, short};

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

struct Options<'a> {
    context: &'a Context<'a>,
    file: FileId,
    client: &'a ClientFacts,
    provider: &'static Provider,
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

    fn finding(&self, key: &str, range: clientc_syntax::TextRange, message: String) -> Finding {
        Finding::new(Span::new(self.file, range), format!("{}/{key}", self.client.name.text), message)
    }

    fn unsupported(&self, property: &Property) -> Finding {
        let key = &*property.key;
        let name = self.provider.name;
        let known = || self.provider.options().map(|option| option.name);
        let finding =
            self.finding(key, property.key_range, format!("`{name}` has no option `{}`", short(key)));
        match key {
            "retry_policy" => return finding.help("`retry_policy` belongs beside `options`, not in it"),
            "start" => return finding.help("only a `round-robin` has `start`"),
            "temperature" | "max_tokens" | "top_p" | "stop_sequences"
                if self.provider.option("inference_configuration").is_some() =>
            {
                return finding.help(format!("`{key}` belongs in `inference_configuration {{ ... }}`"));
            }
            _ => {}
        }
        if let Some(help) = self.elsewhere(key) {
            return finding.help(help);
        }
        let near = nearest_free(key, known(), |name| self.has(name));
        let span = Span::new(self.file, property.key_range);
        if self.provider.kind.is_composite() {
            return finding
                .help(format!("its options are {}; everything else belongs to the members", all_of(known())))
                .near_names(key, &near, span);
        }
        finding.help(format!("its options are {}", all_of(known()))).near_names(key, &near, span)
    }

    /// Whether the client has an option. A `start` of 0 counts as none.
    fn has(&self, name: &str) -> bool {
        match name {
            "strategy" => !self.client.members.is_empty(),
            "http" => self.client.http.is_some(),
            "start" => self.client.start != 0,
            _ => self.client.options.iter().any(|other| &*other.key == name),
        }
    }

    /// What a limit or something about retries is called, and where it belongs.
    fn elsewhere(&self, key: &str) -> Option<String> {
        if nearest(key, self.provider.options().map(|option| option.name)).len() == 1 {
            return None;
        }
        Some(match limit_names::named(key)?.meaning {
            Meaning::Limit(field) if self.provider.http_keys().any(|known| known.field == Some(field)) => {
                let field = field.key();
                format!("it is `{field}` here: `http {{ {field} ... }}`, in milliseconds")
            }
            Meaning::Retries | Meaning::Attempts => {
                "define `retry_policy Name { max_retries 2 }`, and write `retry_policy Name` beside `provider`".into()
            }
            Meaning::RetriedErrors => RETRIED.into(),
            Meaning::Weight => WEIGHTS.into(),
            Meaning::Fallbacks => "list all of them in `strategy`, which tries its members in order".into(),
            _ => return None,
        })
    }

    fn value(&self, property: &Property, check: Check, out: &mut Findings) {
        let key = &*property.key;
        let value = &property.value;
        match check {
            Check::Any | Check::Start | Check::Members | Check::Http => {}
            Check::String => self.expect(key, value, is_string(value), "a string or `env.NAME`", out),
            Check::Bool => {
                let is_bool = matches!(value.kind, ValueKind::Bool(_));
                self.expect(key, value, is_bool, "`true` or `false`", out);
            }
            Check::Map => self.expect(key, value, is_map(value), "a block", out),
            Check::StringOrMap => {
                self.expect(key, value, is_string(value) || is_map(value), "a string or a block", out);
            }
            Check::Word(words) => self.word(key, value, words, out),
            Check::Strings => self.strings(key, value, false, out),
            Check::SomeStrings => self.strings(key, value, true, out),
            Check::StringsOrWord(_) if value.text().is_some() => {}
            Check::StringsOrWord(words) => {
                let expected = format!("an array of strings, {}", one_of(words.iter().copied()));
                let is_array = matches!(value.kind, ValueKind::Array(_));
                self.expect(key, value, is_array, &expected, out);
                if is_array {
                    self.strings(key, value, false, out);
                }
            }
            Check::MapOfStrings => self.map(key, value, out, |property, out| {
                self.expect(
                    &format!("{key}/{}", property.key),
                    &property.value,
                    is_string(&property.value),
                    "a string",
                    out,
                );
            }),
            Check::MapWithKeys(keys) => {
                self.map(key, value, out, |property, out| self.inner_key(key, property, keys, out))
            }
            Check::MapOfWords { keys, words } => self.map(key, value, out, |property, out| {
                self.inner_key(key, property, keys, out);
                self.word(&format!("{key}/{}", property.key), &property.value, words, out);
            }),
            Check::Role => self.role(key, value, out),
            Check::RoleMap => {
                self.map(key, value, out, |property, out| self.remapped_role(key, property, out))
            }
        }
    }

    fn expect(&self, key: &str, value: &Value, is_right: bool, expected: &str, out: &mut Findings) {
        if is_right || value.kind == ValueKind::Broken {
            return;
        }
        let message = format!("{} must be {expected}, not {}", named(key), value.noun());
        let finding = self.finding(key, value.range, message);
        let text = self.context.text(Span::new(self.file, value.range));
        let quotable = matches!(value.kind, ValueKind::Number(_) | ValueKind::Bool(_))
            && expected.starts_with("a string");
        out.push(if quotable {
            let quoted = format!("\"{text}\"");
            finding.help(format!("put it in quotes: `{quoted}`")).replace(
                Safety::Unsafe,
                "put it in quotes",
                Span::new(self.file, value.range),
                quoted,
            )
        } else {
            finding
        });
    }

    fn map(&self, key: &str, value: &Value, out: &mut Findings, each: impl Fn(&Property, &mut Findings)) {
        self.expect(key, value, is_map(value), "a block", out);
        if let ValueKind::Map(properties) = &value.kind {
            properties.iter().for_each(|property| each(property, out));
        }
    }

    fn strings(&self, key: &str, value: &Value, some: bool, out: &mut Findings) {
        let ValueKind::Array(members) = &value.kind else {
            self.expect(key, value, false, "an array of strings", out);
            return;
        };
        if some && members.is_empty() {
            out.push(
                self.finding(key, value.range, format!("`{key}` must not be empty"))
                    .help("remove it for the default roles"),
            );
        }
        for member in members {
            self.expect(&format!("{key}/"), member, is_string(member), "a string", out);
        }
    }

    fn word(&self, key: &str, value: &Value, words: &'static [&'static str], out: &mut Findings) {
        let expected = one_of(words.iter().copied());
        let Some(text) = value.text() else {
            self.expect(key, value, false, &expected, out);
            return;
        };
        if words.contains(&text) {
            return;
        }
        let span = Span::new(self.file, value.range);
        let inner = self.context.unquoted(span);
        let finding = self.finding(key, value.range, format!("{} cannot be `{}`", named(key), short(text)));
        out.push(finding.help(format!("write {expected}")).near_names(
            text,
            &nearest(text, words.iter().copied()),
            inner,
        ));
    }

    fn inner_key(&self, key: &str, property: &Property, keys: &'static [&'static str], out: &mut Findings) {
        if keys.contains(&&*property.key) {
            return;
        }
        let inner = format!("{key}/{}", property.key);
        let finding =
            self.finding(&inner, property.key_range, format!("`{key}` has no `{}`", short(&property.key)));
        let span = Span::new(self.file, property.key_range);
        let around = self.client.options.iter().find(|option| &*option.key == key);
        let has = |name: &str| match around.map(|option| &option.value.kind) {
            Some(ValueKind::Map(properties)) => properties.iter().any(|other| &*other.key == name),
            _ => false,
        };
        let near = nearest_free(&property.key, keys.iter().copied(), has);
        let finding = finding.help(format!("it has {}", all_of(keys.iter().copied())));
        out.push(finding.near_names(&property.key, &near, span));
    }

    /// The roles that messages may have; `None` where they cannot be known.
    fn roles(&self) -> Option<Vec<&str>> {
        let allowed = self.client.options.iter().find(|property| &*property.key == "allowed_roles");
        match allowed.map(|property| &property.value.kind) {
            None => Some(ROLES.to_vec()),
            Some(ValueKind::Array(roles)) => roles.iter().map(Value::text).collect(),
            Some(_) => None,
        }
    }

    fn role(&self, key: &str, value: &Value, out: &mut Findings) {
        self.expect(key, value, is_string(value), "a string", out);
        if let (Some(role), Some(roles)) = (value.text(), self.roles())
            && !roles.contains(&role)
        {
            out.push(self.not_a_role(key, role, value, &roles));
        }
    }

    fn remapped_role(&self, key: &str, property: &Property, out: &mut Findings) {
        let inner = format!("{key}/{}", property.key);
        self.expect(&inner, &property.value, is_string(&property.value), "a string", out);
        if let Some(roles) = self.roles().filter(|roles| !roles.contains(&&*property.key)) {
            let named = Value { range: property.key_range, ..property.value.clone() };
            out.push(self.not_a_role(&inner, &property.key, &named, &roles));
        }
    }

    fn not_a_role(&self, key: &str, role: &str, value: &Value, roles: &[&str]) -> Finding {
        let message = format!("`{}` is not one of the roles of this client", short(role));
        self.finding(key, value.range, message)
            .help(format!("its roles are {}; `allowed_roles` sets others", all_of(roles.iter().copied())))
    }

    /// Options of which only one may be there.
    fn exclusive(&self, demand: &Demand, out: &mut Findings) {
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

/// `a` in `headers`.
fn named(key: &str) -> String {
    match key.split_once('/') {
        Some((outer, "")) => format!("a member of `{outer}`"),
        Some((outer, inner)) => format!("`{}` in `{outer}`", short(inner)),
        None => format!("`{key}`"),
    }
}

fn is_string(value: &Value) -> bool {
    matches!(value.kind, ValueKind::Text { .. } | ValueKind::Env(_) | ValueKind::Template(_))
}

fn is_map(value: &Value) -> bool {
    matches!(value.kind, ValueKind::Map(_))
}
