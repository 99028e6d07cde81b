//! The most likely mistakes, and what people then see: the full output without colour, 80 columns wide.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

use clientc_tests::{Checked, shared};

#[test]
fn every_mistake_is_shown_so_that_it_can_be_understood() {
    let folder = shared::repository().join("tests/mistakes");
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "baml"));
    paths.sort();
    assert!(paths.len() >= 30);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("mistakes");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for path in paths {
            let name = path.file_name().unwrap().to_str().unwrap();
            // The examples are short: that they set no limit is not the mistake.
            let checked = Checked::files([(name, std::fs::read(&path).unwrap())]).without("no-timeout");
            assert!(checked.diagnostics().next().is_some(), "nothing is found in {name}");
            insta::assert_snapshot!(name.trim_end_matches(".baml"), checked.full().trim_end());
        }
    });
}
