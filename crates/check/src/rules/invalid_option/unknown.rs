//! Options that a provider does not have.

use clientc_semantic::{Property, Span, nearest, nearest_free};

use super::options::Options;
use crate::core::finding::Finding;
use crate::facts::tables::limit_names::{self, Meaning, RETRIED, WEIGHTS};
use crate::text::words::{all_of, short};

impl Options<'_> {
    pub(super) fn unsupported(&self, property: &Property) -> Finding {
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
}
