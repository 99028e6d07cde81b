//! Reading single values of a `clientc.toml`, with a fault for each that is wrong.

use std::ops::Range;

use clientc_check::{ConfigFault, ConfigFaultKind, Configured, Expected};
use clientc_plan::MAX_MS;
use clientc_semantic::{FileId, Span, nearest_word};
use clientc_syntax::TextRange;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value as the TOML parser returns it.
pub(crate) type Value<'t> = Spanned<DeValue<'t>>;

/// Reads values and collects what is wrong with them.
#[derive(Debug)]
pub(crate) struct ConfigReader<'t> {
    file: FileId,
    text: &'t str,
    /// What is wrong so far.
    pub(crate) faults: Vec<ConfigFault>,
}

impl<'t> ConfigReader<'t> {
    /// Begins without a fault.
    pub(crate) fn new(file: FileId, text: &'t str) -> Self {
        Self { file, text, faults: Vec::new() }
    }

    /// A place in the file.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, TextRange::of(range.start, range.end))
    }

    /// Notes something wrong.
    pub(crate) fn fault(&mut self, range: Range<usize>, kind: ConfigFaultKind) {
        let span = self.span(range);
        self.faults.push(ConfigFault { span, kind });
    }

    /// Notes an unknown key. A similar key that the table has already is not suggested.
    pub(crate) fn unknown_key(
        &mut self,
        key: &Spanned<impl AsRef<str>>,
        table: &DeTable<'_>,
        section: &str,
        allowed: &'static [&'static str],
    ) {
        let written = key.get_ref().as_ref();
        let kind = ConfigFaultKind::UnknownKey {
            key: written.to_owned(),
            section: section.to_owned(),
            allowed,
            nearest: nearest_word(written, allowed).filter(|near| !table.contains_key(*near)),
        };
        self.fault(key.span(), kind);
    }

    fn wrong_type(&mut self, value: &Value<'_>, key: &str, expected: Expected) {
        let found = value.get_ref().type_str();
        self.fault(value.span(), ConfigFaultKind::WrongType { key: key.to_owned(), expected, found });
    }

    /// Reads a table.
    pub(crate) fn table<'v>(&mut self, value: &'v Value<'t>, key: &str) -> Option<&'v DeTable<'t>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(value, key, Expected::Table);
        }
        table
    }

    /// Reads an array of tables, each with its place.
    pub(crate) fn tables<'v>(
        &mut self,
        value: &'v Value<'t>,
        key: &str,
    ) -> Vec<(&'v DeTable<'t>, Range<usize>)> {
        let Some(values) = value.get_ref().as_array() else {
            self.wrong_type(value, key, Expected::ArrayOfTables);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for value in values {
            tables.extend(self.table(value, key).map(|table| (table, value.span())));
        }
        tables
    }

    /// Reads a whole number from 1 to the largest that is allowed.
    pub(crate) fn integer(&mut self, value: &Value<'t>, key: &str) -> Option<Configured> {
        let Some(integer) = value.get_ref().as_integer() else {
            self.wrong_type(value, key, Expected::Integer);
            return None;
        };
        match u64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number @ 1..=MAX_MS) => Some(Configured { value: number, span: self.span(value.span()) }),
            _ => {
                let found = self.text.get(value.span()).unwrap_or_default().to_owned();
                let kind =
                    ConfigFaultKind::OutOfRange { key: key.to_owned(), found, minimum: 1, maximum: MAX_MS };
                self.fault(value.span(), kind);
                None
            }
        }
    }

    /// Reads `true` or `false`. `expected` is named where the value is something else.
    pub(crate) fn boolean(&mut self, value: &Value<'t>, key: &str, expected: Expected) -> Option<bool> {
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(value, key, expected);
        }
        flag
    }

    /// Reads a string.
    pub(crate) fn string(&mut self, value: &Value<'t>, key: &str) -> Option<Configured<String>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, key, Expected::String);
            return None;
        };
        Some(Configured { value: text.to_owned(), span: self.span(value.span()) })
    }

    /// Reads an array of strings. `expected` is named where the value is not an array.
    pub(crate) fn strings(
        &mut self,
        value: &Value<'t>,
        key: &str,
        expected: Expected,
    ) -> Option<Vec<Configured<String>>> {
        let Some(values) = value.get_ref().as_array() else {
            self.wrong_type(value, key, expected);
            return None;
        };
        Some(values.iter().filter_map(|value| self.string(value, key)).collect())
    }

    /// Reads one of a few words and returns its number.
    pub(crate) fn word(
        &mut self,
        value: &Value<'t>,
        key: &str,
        allowed: &'static [&'static str],
    ) -> Option<Configured<usize>> {
        let found = self.string(value, key)?;
        let number = allowed.iter().position(|word| *word == found.value);
        if number.is_none() {
            let nearest = nearest_word(&found.value, allowed);
            let kind =
                ConfigFaultKind::UnknownWord { key: key.to_owned(), found: found.value, allowed, nearest };
            self.fault(value.span(), kind);
        }
        number.map(|value| Configured { value, span: found.span })
    }
}
