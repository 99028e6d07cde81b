//! Finds where two requests differ, and the row of the table that says why.

use std::collections::BTreeSet;

use clientc_plan::json::{Map, Value};

const TABLE: &str = include_str!("../../../../../tests/requests/differences.md");
const BOOK: &str = include_str!("../../../../../docs/src/reference/providers.md");

/// Where a request of ours is another than the peer's.
pub(super) struct Difference {
    /// The place in the request, such as `body.messages[0].role`.
    pub(super) place: String,
    /// What is there in ours.
    pub(super) ours: String,
    /// What is there in the peer's.
    pub(super) theirs: String,
}

/// Everything that differs between two values.
pub(super) fn differences(place: &str, ours: &Value, theirs: &Value) -> Vec<Difference> {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
            let at = |map: &Map<String, Value>, key: &str| map.get(key).cloned();
            keys.into_iter()
                .flat_map(|key| either(&format!("{place}.{key}"), at(ours, key), at(theirs, key)))
                .collect()
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let pairs = ours.iter().zip(theirs).enumerate();
            pairs.flat_map(|(index, (a, b))| differences(&format!("{place}[{index}]"), a, b)).collect()
        }
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => Vec::new(),
        _ if ours == theirs => Vec::new(),
        _ => vec![Difference { place: place.into(), ours: ours.to_string(), theirs: theirs.to_string() }],
    }
}

fn either(place: &str, ours: Option<Value>, theirs: Option<Value>) -> Vec<Difference> {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => differences(place, &ours, &theirs),
        (ours, theirs) => {
            let written = |value: Option<Value>| value.map_or("absent".into(), |value| value.to_string());
            vec![Difference { place: place.into(), ours: written(ours), theirs: written(theirs) }]
        }
    }
}

/// The rows of the table, and which of them were needed.
pub(super) struct Table {
    rows: Vec<Row>,
}

/// A row: cases, places and what we have there may hold `*` for anything.
pub(super) struct Row {
    name: String,
    cases: Vec<String>,
    place: String,
    ours: String,
    pub(super) is_used: bool,
}

impl Table {
    pub(super) fn read() -> Self {
        let lines = TABLE.lines().filter(|line| line.starts_with('|')).skip(2);
        let rows: Vec<Row> = lines.map(Row::read).collect();
        assert!(!rows.is_empty());
        Self { rows }
    }

    /// Finds the row that expects a difference in a case, and marks it as used.
    pub(super) fn explains(&mut self, case: &str, difference: &Difference) -> bool {
        let row = self.rows.iter_mut().find(|row| row.expects(case, difference));
        row.map(|row| row.is_used = true).is_some()
    }

    pub(super) fn unused(&self) -> Vec<String> {
        let unused = self.rows.iter().filter(|row| !row.is_used);
        unused.map(|row| format!("{} at {}: {}", row.name, row.place, row.ours)).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}

impl Row {
    fn read(line: &str) -> Self {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        let [name, cases, place, ours] = &*cells else { panic!("a row of four cells: {line}") };
        let plain = |cell: &str| cell.replace('`', "");
        let book = BOOK.lines().any(|line| line.starts_with(&format!("| {name} |")));
        assert!(book, "providers.md gives no reason for {name:?}");
        Self {
            name: name.clone(),
            cases: plain(cases).split(", ").map(String::from).collect(),
            place: plain(place),
            ours: plain(ours),
            is_used: false,
        }
    }

    fn expects(&self, case: &str, difference: &Difference) -> bool {
        self.cases.iter().any(|pattern| fits(pattern, case))
            && fits(&self.place, &difference.place)
            && fits(&self.ours, &difference.ours.replace('`', ""))
    }
}

/// Whether a text fits a pattern, where `*` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            let ends = text.char_indices().map(|(end, _)| end).chain([text.len()]);
            ends.into_iter().any(|end| fits(rest, &text[end..]))
        }),
    }
}
