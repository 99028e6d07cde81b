//! `clientc init`, and the schema of `clientc.toml`.

use clientc_tests::{Folder, schema};

use crate::CLEAN;

/// The template with every value in force.
fn uncommented(template: &str) -> String {
    let value = |line: &str| {
        let rest = line.strip_prefix("# ")?;
        (rest.starts_with("[[") || rest.contains(" = ")).then(|| rest.to_owned())
    };
    template.lines().map(|line| value(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

#[test]
fn init_writes_settings_that_change_nothing_and_overwrites_none() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    let before = folder.run("check --show-settings").stdout;
    assert_eq!(folder.run("init").code, 0);
    let after = folder.run("check --show-settings").stdout;
    assert_eq!(after, before.replace("no clientc.toml", "clientc.toml"));
    folder.write("clientc.toml", "# mine\n");
    let run = folder.run("init");
    assert_eq!((run.code, &*run.stderr), (2, "error: clientc.toml already exists and was left unchanged\n"));
    assert_eq!(std::fs::read_to_string(folder.path().join("clientc.toml")).unwrap(), "# mine\n");
    assert_eq!(folder.run("init none").code, 2);
}

#[test]
fn where_a_generator_block_is_the_template_says_what_makes_the_calls() {
    let generator =
        "generator g {\n  output_type \"python/pydantic\"\n  output_dir \"../\"\n  version \"0.226.3\"\n}\n";
    let folder = Folder::with(&[("app/baml_src/a.baml", CLEAN), ("app/baml_src/g.baml", generator)]);
    folder.write("plain/baml_src/a.baml", CLEAN);
    let before = folder.run("check --format concise").stdout;
    let template = |place: &str| {
        assert_eq!(folder.run(&format!("init {place}")).code, 0);
        std::fs::read_to_string(folder.path().join(place).join("clientc.toml")).unwrap()
    };
    assert!(template("app").contains("[runtime]\ncalls = \"baml\"\n"));
    assert!(template("plain").contains("[runtime]\n# calls = \"baml\"\n"));
    assert_eq!(folder.run("check --format concise").stdout, before);
}

#[test]
fn every_value_of_the_template_may_be_set() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    folder.run("init");
    let template = std::fs::read_to_string(folder.path().join("clientc.toml")).unwrap();
    let settings = uncommented(&template);
    folder.write("shared/clientc.toml", "");
    folder.write("clientc.toml", &settings);
    let run = folder.run("check --show-settings");
    assert_eq!(run.code, 0, "{settings}\n{}", folder.run("check --format concise").stdout);
    for key in [
        "exclude = [\"vendor\", \"**/generated\"]",
        "clientc-baseline.json",
        "ceiling-ms = 29000",
        "my-reasoner",
        "44497",
        "idle_timeout_ms = 15000",
        "max-requests = 12",
    ] {
        assert!(run.stdout.contains(key), "{key} is not in force: {}", run.stdout);
    }
    assert_eq!(faults(&folder, &settings), Vec::<String>::new());
}

fn faults(folder: &Folder, settings: &str) -> Vec<String> {
    let schema = folder.run("schema config").json();
    let table: toml::Table = settings.parse().unwrap();
    schema::faults(&schema, &serde_json::to_value(table).unwrap())
}

#[test]
fn the_schema_and_the_program_refuse_the_same_settings() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    for (settings, is_good) in [
        ("", true),
        ("[rules]\nttft-exceeds-request = 'info'\nsyntax-error = 'error'", true),
        ("[rules]\nttft-exceeds-request = 'off'", false),
        ("[entries]\nclients = []", false),
        ("[rules]\nno-such-rule = 'warn'", false),
        ("[rules]\nsyntax-error = 'warn'", false),
        ("[[overrides]]\npaths = ['a']\nrules = { ttft-exceeds-request = 'info' }", true),
        ("[[overrides]]\npaths = ['a']", false),
        ("[overrides]\npaths = ['a']", false),
        ("[[overrides]]\npaths = ['a']\nlimits = { max-requests = 3 }", true),
        ("[[overrides]]\npaths = ['a']\nplatform = { ceiling-ms = 3 }", false),
        ("[profiles.prod]", true),
        ("[profiles.prod.limits]\nmax-requests = 3\n[profiles.prod.entries]\nclients = 'all'", true),
        ("[profiles.prod.limits]\nmax-request = 3", false),
        ("[profiles.prod]\nprofiles = {}", false),
        ("profiles = 1", false),
        ("exclude = ['a']", true),
        ("exclude = 'a'", false),
        ("extend = ''", false),
        ("baseline = ''", false),
        ("[entries]\nclients = 'all'", true),
        ("[entries]\nclients = ['Fast']", true),
        ("[entries]\nclients = 'some'", false),
        ("[entries]\nnames = ['Fast']", false),
        ("[defaults.http]\nrequest_timeout_ms = 1", true),
        ("[defaults.http]\nrequest_timeout_ms = 0", false),
        ("[defaults.http]\nrequest_timeout_ms = 1.5", false),
        ("[defaults.http]\ntotal_timeout_ms = 5", false),
        ("[defaults.fix]\nidle_timeout_ms = 9007199254740991", true),
        ("[defaults.fix]\nidle_timeout_ms = 9007199254740992", false),
        ("[limits]\nmax-requests = 3\nmax-duration-ms = 3", true),
        ("[limits]\nmax-requests = '3'", false),
        ("[[models]]\nmatch = ['a-*']", true),
        ("[[models]]\nmin-ttft-timeout-ms = 3", false),
        ("[[servers]]\nbase-url = 'http://a'\ntimeout-ms = 3", true),
        ("[[servers]]\nbase-url = 'http://a'\nretries = 3", true),
        ("[[servers]]\nbase-url = 'http://a'", false),
        ("[platform]\nceiling-ms = 3", true),
        ("[platform]\nceiling = 3", false),
        ("[peer]\nbaml = 'off'", true),
        ("[peer]\nbaml = true", false),
        ("[ruls]", false),
    ] {
        folder.write("clientc.toml", settings);
        let run = folder.run("check --format concise");
        assert_eq!(run.code == 0, is_good, "{settings}\n{}", run.stdout);
        let faults = faults(&folder, settings);
        assert_eq!(faults.is_empty(), is_good, "{settings}\n{faults:?}");
    }
}
