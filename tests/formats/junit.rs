//! JUnit's XML against the schema of Jenkins, which reads it. JUnit itself has none.

use clientc_tests::{Folder, tools};

use crate::rich::{findings, output};

/// What the judge says about a document; nothing where it follows the schema.
fn fault(document: &str) -> Option<String> {
    let (judge, schema) = (tools::tool("bin/xmlschema-validate")?, tools::tool("junit.xsd")?);
    let folder = Folder::with(&[("report.xml", document)]);
    let run = tools::run(&judge, folder.path(), &["--schema", schema.to_str().unwrap(), "report.xml"]);
    (run.code != 0).then(|| format!("{}{}", run.stdout, run.stderr))
}

#[test]
fn follows_the_schema_of_jenkins() {
    assert_eq!(fault(&output("junit")), None);
    let clean = Folder::with(&[("baml_src/a.baml", "client<llm> A {\n  provider openai\n}\n")]);
    assert_eq!(fault(&clean.run("check --format junit").stdout), None);
}

#[test]
fn the_schema_finds_what_is_wrong() {
    if tools::tool("junit.xsd").is_some() {
        assert!(fault(&output("junit").replacen("<testcase name", "<testcase nom", 1)).is_some());
        assert!(fault(&output("junit").replacen("tests=", "skipped=\"0\" tests=", 1)).is_some());
    }
}

#[test]
fn there_is_a_failed_case_for_each_finding() {
    let (output, count) = (output("junit"), findings().len());
    assert_eq!(output.matches("<testcase ").count(), count);
    assert_eq!(output.matches("<failure ").count(), count);
    assert!(output.contains(&format!("<testsuites name=\"clientc\" tests=\"{count}\" failures=\"{count}\"")));
}
