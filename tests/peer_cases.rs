//! Every text that BAML was asked about, and a table that explains each difference.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::collections::BTreeMap;

use clientc_tests::Checked;
use clientc_tests::shared::{self, Case};

#[path = "peer/forms.rs"]
mod forms;
#[path = "peer/table.rs"]
mod table;

use self::table::Difference;

/// What was found in a case: the rules of its errors.
fn errors(case: &Case) -> Vec<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().canonicalize().unwrap().join("baml_src");
    for (path, bytes) in &case.files {
        let path = project.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let checked = Checked::folder(&project);
    checked.errors().map(|error| error.rule).collect()
}

/// Whether a row explains why this case is judged differently, if it is.
fn speaks_of(row: &Difference, table: &[Difference], case: &Case) -> bool {
    let is_overruled = row.unless.iter().any(|other| {
        let other = table.iter().find(|row| row.id == *other).expect("`unless` names a row");
        forms::occurs(&other.form, case)
    });
    !is_overruled && forms::occurs(&row.form, case)
}

fn explains(row: &Difference, case: &Case, errors: &[&str]) -> bool {
    row.is_stricter == case.is_accepted
        && errors.iter().all(|error| row.rules.iter().any(|rule| rule == error))
}

#[test]
fn every_difference_from_baml_is_in_the_table() {
    let cases = shared::cases();
    if cases.is_empty() {
        return;
    }
    let table = table::read();
    let mut wrong = Vec::new();
    let mut explained: BTreeMap<&str, usize> = BTreeMap::new();
    let mut silent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for case in &cases {
        let errors = errors(case);
        let differs = errors.is_empty() != case.is_accepted;
        let rows: Vec<_> = table.iter().filter(|row| speaks_of(row, &table, case)).collect();
        if differs {
            let rows: Vec<_> =
                rows.iter().filter(|row| explains(row, case, &errors)).map(|row| &*row.id).collect();
            match &rows[..] {
                [only] => *explained.entry(only).or_default() += 1,
                _ => wrong.push(format!(
                    "{}: BAML {}, found {errors:?}, rows {rows:?}",
                    case.name,
                    verdict(case)
                )),
            }
        } else {
            for row in rows.iter().filter(|row| row.may_be_silent) {
                silent.entry(&row.id).or_default().push(&case.name);
            }
            let loud = rows.iter().filter(|row| !row.may_be_silent);
            wrong.extend(loud.map(|row| format!("{}: judged alike, but {} speaks of it", case.name, row.id)));
        }
    }
    let never = table.iter().filter(|row| row.may_be_silent && !silent.contains_key(&*row.id));
    wrong.extend(never.map(|row| format!("{} says that it may be silent, and never is", row.id)));
    let idle = table.iter().filter(|row| !explained.contains_key(&*row.id));
    wrong.extend(idle.map(|row| format!("{} explains no case", row.id)));
    let count: usize = explained.values().sum();
    println!(
        "{} cases, {count} differences: {explained:?}; judged alike all the same: {silent:?}",
        cases.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn verdict(case: &Case) -> String {
    if case.is_accepted { "accepts it".into() } else { format!("refuses it: {}", case.error) }
}

#[test]
fn the_examples_of_the_table_are_judged_as_it_says() {
    const OTHERS: &str = "\nclient<llm> Fast { provider openai }\nclient<llm> Slow { provider openai }\n\
                          retry_policy Other { max_retries 1 }\n";
    for (id, example, is_refused) in table::examples(&table::read()) {
        let policy = if example.contains("retry_policy Steady") {
            ""
        } else {
            "retry_policy Steady { max_retries 1 }\n"
        };
        let checked = Checked::text(&[example, OTHERS, policy].concat());
        assert_eq!(checked.is_rejected(), is_refused, "{id}:\n{}", checked.full());
    }
}

#[test]
fn the_page_of_differences_is_current() {
    let path = shared::repository().join("docs/src/differences.md");
    let page = table::page(&table::read());
    if shared::updates() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/src/differences.md is out of date: scripts/update.sh writes it");
}

/// With a generator in the project every text that BAML refuses and clientc reads is reported, and nothing else is.
#[test]
fn what_baml_alone_refuses_is_reported() {
    let generator = "generator target_of_this_test {\n  output_type \"python/pydantic\"\n}\n";
    let mut wrong = Vec::new();
    let mut reported = 0;
    for case in shared::cases() {
        let mut files = case.files.clone();
        files.push(("of_this_test.baml".into(), generator.into()));
        let checked = Checked::files(files);
        let findings: Vec<_> =
            checked.diagnostics().filter(|diagnostic| diagnostic.rule == "baml-rejects").collect();
        reported += usize::from(!findings.is_empty());
        if case.is_accepted && !findings.is_empty() {
            wrong.push(format!("{}: BAML accepts it, and we say {}", case.name, findings[0].message));
        }
        if !case.is_accepted && !checked.is_rejected() && findings.is_empty() {
            wrong.push(format!("{}: nothing says that {}", case.name, verdict(&case)));
        }
    }
    println!("{reported} texts are reported");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
