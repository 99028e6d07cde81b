//! The table of differences, and the page of the documentation that is made from it.

use std::fmt::Write as _;

use clientc_tests::shared;

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) id: String,
    pub(crate) form: String,
    pub(crate) is_stricter: bool,
    pub(crate) rules: Vec<String>,
    pub(crate) unless: Vec<String>,
    pub(crate) may_be_silent: bool,
    title: String,
    example: String,
    baml: String,
    clientc: String,
    why: String,
}

/// Reads the table.
pub(crate) fn read() -> Vec<Difference> {
    let path = shared::repository().join("tests/peer/differences.toml");
    let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    table["difference"].as_array().unwrap().iter().map(|row| difference(row.as_table().unwrap())).collect()
}

fn difference(row: &toml::Table) -> Difference {
    let text = |key: &str| row[key].as_str().unwrap_or_else(|| panic!("{key} is text")).to_owned();
    let texts = |key: &str| -> Vec<String> {
        let array = row.get(key).and_then(toml::Value::as_array).cloned().unwrap_or_default();
        array.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let known = [
        "id", "form", "verdict", "rules", "unless", "both", "title", "example", "baml", "clientc", "why",
        "contract",
    ];
    assert!(row.keys().all(|key| known.contains(&&**key)), "{row}");
    assert!(["1", "2", "3", "4", "7"].contains(&&*text("contract")), "{row}");
    let is_stricter = match &*text("verdict") {
        "stricter" => true,
        "wider" => false,
        other => panic!("{other} is no verdict"),
    };
    Difference {
        id: text("id"),
        form: text("form"),
        is_stricter,
        rules: texts("rules"),
        unless: texts("unless"),
        may_be_silent: row.contains_key("both"),
        title: text("title"),
        example: text("example"),
        baml: text("baml"),
        clientc: text("clientc"),
        why: text("why"),
    }
}

/// The page of the documentation.
pub(crate) fn page(differences: &[Difference]) -> String {
    let mut page = String::from(
        "# Differences from BAML\n\n\
         clientc reads the client language of BAML 0.226. In a few places it reads a file differently, always for\n\
         one of two reasons: BAML accepts something and then does not do what the file says, or real files have\n\
         something that BAML rejects although it can mean only one thing.\n",
    );
    for (is_stricter, title) in
        [(false, "What clientc accepts and BAML rejects"), (true, "What clientc rejects and BAML accepts")]
    {
        let _ = writeln!(page, "\n## {title}");
        if !is_stricter {
            page.push_str(
                "\nWhere a project has a `generator` block, [`baml-rejects`](rules/baml-rejects.md) reports each of these,\n\
                 so that nobody is surprised by the next `baml-cli generate`. [`baml-ignores`](rules/baml-ignores.md)\n\
                 reports what BAML accepts and ignores.\n",
            );
        }
        for row in differences.iter().filter(|row| row.is_stricter == is_stricter) {
            let _ = writeln!(page, "\n### {}\n", row.title);
            if !row.example.is_empty() {
                let _ = writeln!(page, "```baml\n{}\n```\n", row.example.trim());
            }
            let _ = writeln!(page, "- BAML {}.\n- clientc {}.", row.baml, row.clientc);
            if !row.rules.is_empty() {
                let links: Vec<_> =
                    row.rules.iter().map(|rule| format!("[`{rule}`](rules/{rule}.md)")).collect();
                let _ = writeln!(page, "- Rule: {}.", links.join(", "));
            }
            let _ = writeln!(page, "- Why: {}.", row.why);
        }
    }
    page
}

/// The examples of the table, each with whether clientc refuses it.
pub(crate) fn examples(differences: &[Difference]) -> impl Iterator<Item = (&str, &str, bool)> {
    let written = differences.iter().filter(|row| !row.example.is_empty());
    written.map(|row| (&*row.id, &*row.example, row.is_stricter))
}
