//! Values of options that are of the wrong kind.

use clientc_plan::providers::{Check, ROLES};
use clientc_semantic::{Property, Span, Value, ValueKind, nearest, nearest_free};

use super::options::Options;
use crate::core::diagnostic::Safety;
use crate::core::finding::{Finding, Findings};
use crate::text::words::{all_of, one_of, short};

impl Options<'_> {
    pub(super) fn value(&self, property: &Property, check: Check, out: &mut Findings) {
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
