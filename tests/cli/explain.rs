//! `clientc explain`: the pages of the rules.

use clientc_tests::Folder;

#[test]
fn the_list_has_every_rule_with_its_level() {
    let run = Folder::with(&[]).run("explain");
    assert_eq!((run.code, run.stdout.lines().count()), (0, clientc_check::RULES.len()));
    for (line, rule) in run.stdout.lines().zip(clientc_check::RULES) {
        assert!(line.starts_with(rule.name) && line.ends_with(rule.summary), "{line}");
        assert!(line.contains(rule.level.word()), "{line}");
    }
}

#[test]
fn a_page_is_what_the_rule_has() {
    let folder = Folder::with(&[]);
    for rule in clientc_check::RULES {
        let run = folder.run(&format!("explain {}", rule.name));
        assert_eq!((run.code, run.stdout.as_str()), (0, rule.page));
    }
}

#[test]
fn a_rule_is_found_however_it_is_written() {
    let folder = Folder::with(&[]);
    let page = folder.run("explain client-cycle").stdout;
    for name in ["client_cycle", "CLIENT-CYCLE", "Client_Cycle", "error[client-cycle]", "[client-cycle]"] {
        let run = folder.run_with_words(&["explain", name]);
        assert_eq!((run.code, &run.stdout), (0, &page), "{name}");
    }
    assert_eq!(folder.run_with_words(&["explain", "client cycle"]).stdout, page);
}

#[test]
fn rules_are_explained_to_programs() {
    let folder = Folder::with(&[]);
    let all = folder.run("explain --format json").json();
    assert_eq!((&all["schema"], &all["version"]), (&"clientc.rules".into(), &1.into()));
    assert_eq!(all["rules"].as_array().unwrap().len(), clientc_check::RULES.len());
    let one = folder.run("explain client-cycle --format json").json();
    let rule = &one["rules"][0];
    assert_eq!(
        (&rule["name"], &rule["level"], &rule["is_fixed"]),
        (&"client-cycle".into(), &"error".into(), &true.into())
    );
    assert!(rule["page"].as_str().unwrap().starts_with("# client-cycle"));
    assert!(rule["url"].as_str().unwrap().ends_with("client_cycle.md"));
}

#[test]
fn an_unknown_rule_is_refused_with_a_suggestion() {
    let folder = Folder::with(&[]);
    let run = folder.run("explain client-cylce");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr, "error: there is no rule `client-cylce`; did you mean `client-cycle`?\n");
    let run = folder.run("explain zzzzzz");
    assert_eq!(run.stderr, "error: there is no rule `zzzzzz`; `clientc explain` lists all rules\n");
}
