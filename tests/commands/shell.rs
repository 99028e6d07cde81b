//! Shell commands in text.

use std::process::Command;

/// The commands of a script. One may go over several lines. Comments and empty lines are left out.
pub(crate) fn commands(script: &str) -> Vec<String> {
    let (mut commands, mut open) = (Vec::new(), String::new());
    for line in script.lines() {
        if open.is_empty() && (line.trim().is_empty() || line.trim_start().starts_with('#')) {
            continue;
        }
        open.push_str(line);
        open.push('\n');
        if is_complete(&open) {
            commands.push(std::mem::take(&mut open).trim_end().to_owned());
        }
    }
    assert!(open.is_empty(), "bash does not understand\n{open}");
    commands
}

/// Whether bash takes a text as it is: no quote and no line is left open.
fn is_complete(text: &str) -> bool {
    if text.ends_with("\\\n") {
        return false;
    }
    let output = Command::new("bash").args(["-n", "-c", text]).output().expect("bash runs");
    output.status.success() && output.stderr.is_empty()
}

#[test]
fn commands_may_go_over_several_lines() {
    let script =
        "# first\nclientc check .\n\ncurl -d '{\n  \"a\": 1\n}'\na \\\n  b\ncat > f <<'END'\n$\nEND\n";
    let expected = ["clientc check .", "curl -d '{\n  \"a\": 1\n}'", "a \\\n  b", "cat > f <<'END'\n$\nEND"];
    assert_eq!(commands(script), expected);
}
