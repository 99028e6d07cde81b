//! The rules that read routes and timeout schedules, over random projects: what they find is what a naive look at
//! the same project finds, every witness is what the walk does, and fixes do what they say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(dead_code, reason = "the reference is shared with another test, which uses the rest of it")]

#[path = "witness/claims.rs"]
mod claims;
#[path = "witness/fixes.rs"]
mod fixes;
#[path = "witness/limits.rs"]
mod limits;
#[path = "witness/losses.rs"]
mod losses;
#[path = "reference/model.rs"]
mod model;
#[path = "reference/naive.rs"]
mod naive;
#[path = "reference/random.rs"]
mod random;
#[path = "reference/text.rs"]
mod text;

use std::collections::BTreeSet;

use clientc_check::Diagnostic;
use clientc_tests::project::open;
use clientc_workspace::{Analysis, ProjectAnalysis, Workspace};
use proptest::prelude::*;

/// A project in memory, checked.
struct Checked {
    workspace: Workspace,
    analysis: Analysis,
}

impl Checked {
    /// Checks these files. Their paths begin with `baml_src/`, except `clientc.toml`.
    fn of(files: &[(String, String)]) -> Self {
        let workspace = open(files.iter().map(|(path, text)| (path, text.as_bytes())));
        let analysis = workspace.analyse();
        Self { workspace, analysis }
    }

    fn project(&self) -> &ProjectAnalysis {
        self.analysis.projects.first().expect("there is one project")
    }

    fn findings<'c>(&'c self, rule: &'c str) -> impl Iterator<Item = &'c Diagnostic> {
        self.project().diagnostics.iter().filter(move |diagnostic| diagnostic.rule == rule)
    }

    fn subjects(&self, rule: &str) -> BTreeSet<String> {
        self.findings(rule).map(|diagnostic| diagnostic.subject.clone()).collect()
    }
}

fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(cases);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 4096, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn limits_are_judged_as_a_naive_look_judges_them(model in random::model(), layout in random::layout()) {
        let written = text::write(&model, &layout);
        let checked = Checked::of(&written.files);
        let dead = losses::totals_of_dead_members(&checked);
        let expected = limits::expected(&model, &written, &limits::Totals {
            is_needless: &|client| {
                claims::is_same_without(&checked, &model, &layout, client, model::TOTAL) == Some(true)
            },
            has_dead_members: &|client| dead.contains(model.name(client)),
        });
        for (rule, subjects) in expected.by_rule() {
            prop_assert_eq!(&checked.subjects(rule), subjects, "{}\n{}", rule, shown(&written.files));
        }
    }

    #[test]
    fn losses_are_those_that_the_walk_shows(model in random::model(), layout in random::layout()) {
        let written = text::write(&model, &layout);
        let checked = Checked::of(&written.files);
        let seen = losses::seen(checked.project());
        prop_assert_eq!(losses::found(&checked), seen, "{}", shown(&written.files));
    }

    #[test]
    fn every_witness_is_what_the_walk_does(model in random::model(), layout in random::layout()) {
        let written = text::write(&model, &layout);
        let checked = Checked::of(&written.files);
        for rule in losses::RULES {
            for finding in checked.findings(rule) {
                if let Err(error) = losses::replay(checked.project(), finding) {
                    prop_assert!(false, "{}\n{:?}\n{}", error, finding, shown(&written.files));
                }
            }
        }
    }
}

// What a finding claims about a plan is tried with many more of them: a claim is wrong in rare ones first.
proptest! {
    #![proptest_config(config(5_000))]

    #[test]
    fn what_changes_nothing_changes_nothing(model in random::model(), layout in random::layout()) {
        let written = text::write(&model, &layout);
        let checked = Checked::of(&written.files);
        if let Err(error) = claims::hold(&checked, &model, &layout) {
            prop_assert!(false, "{}\n{}", error, shown(&written.files));
        }
    }

    #[test]
    fn what_can_happen_happens(model in random::model(), layout in random::layout()) {
        let written = text::write(&model, &layout);
        let checked = Checked::of(&written.files);
        if let Err(error) = claims::amplification_happens(&checked) {
            prop_assert!(false, "{}\n{}", error, shown(&written.files));
        }
    }

    #[test]
    fn what_is_certain_is_so_in_every_call(model in random::model(), layout in random::layout()) {
        let written = text::write(&model, &layout);
        let checked = Checked::of(&written.files);
        let judged = claims::duplicates_are_certain(&checked).and_then(|()| claims::nested_retries_are_bounds(&checked));
        if let Err(error) = judged {
            prop_assert!(false, "{}\n{}", error, shown(&written.files));
        }
    }

    #[test]
    fn fixes_remove_their_findings_and_make_no_error(model in random::model(), layout in random::layout()) {
        let written = text::write(&model, &layout);
        if let Err(error) = fixes::hold(&written.files) {
            prop_assert!(false, "{}\n{}", error, shown(&written.files));
        }
    }
}

fn shown(files: &[(String, String)]) -> String {
    files.iter().map(|(path, text)| format!("==> {path}\n{text}\n")).collect()
}
