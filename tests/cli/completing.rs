//! What shells offer for a word that is half written: real shells ask, with the script that they are given.

use std::path::Path;
use std::process::Command;

use clientc_tests::Folder;
use clientc_tests::program::{finished, program};
use clientc_tests::shared::say_skipped;

const PROJECT: &str = "client<llm> Fast {\n  provider openai\n  options {\n    model \"gpt-4o\"\n  }\n}\n\
    client<llm> Careful {\n  provider openai\n  options {\n    model \"gpt-4o\"\n  }\n}\n\
    function Answer(q: string) -> string {\n  client Careful\n  prompt #\"{{ q }}\"#\n}\n";

/// What a shell offers at the end of a line, the last word of which may be empty.
type Offers = fn(&Path, &str) -> Option<Vec<String>>;

/// The lines that a script of a shell writes in a folder; none where the machine does not have the shell.
fn lines(folder: &Path, shell: &str, script: &str) -> Option<Vec<String>> {
    let is_there = Command::new(shell).arg("--version").output().is_ok();
    if !is_there {
        say_skipped(&format!("{shell} is missing"));
        return None;
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new(shell);
    command.args(["-c", script]).current_dir(folder);
    command.env("PATH", format!("{}:{path}", program().parent().unwrap().display()));
    let run = finished(command, b"");
    assert_eq!((run.code, &*run.stderr), (0, ""), "{script}\n{}", run.stdout);
    Some(run.stdout.lines().map(str::to_owned).collect())
}

fn bash(folder: &Path, line: &str) -> Option<Vec<String>> {
    let script = format!(
        "set -e; source <(clientc completions bash); COMP_WORDS=({line}{}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
         COMP_TYPE=9; function=$(complete -p clientc); function=${{function#*-F }}\n\
         ${{function% clientc}} clientc \"${{COMP_WORDS[COMP_CWORD]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        if line.ends_with(' ') { "''" } else { "" }
    );
    lines(folder, "bash", &script)
}

fn fish(folder: &Path, line: &str) -> Option<Vec<String>> {
    let script = format!("clientc completions fish | source; complete --do-complete '{line}'");
    // Behind a tabulator stands what a name means.
    let name = |line: String| line.split('\t').next().unwrap_or_default().to_owned();
    Some(lines(folder, "fish", &script)?.into_iter().map(name).collect())
}

/// The menu of zsh is for a terminal: what would be described there is printed in its place.
fn zsh(folder: &Path, line: &str) -> Option<Vec<String>> {
    let script = format!(
        "compdef() {{ completer=$1 }}; _describe() {{ print -rl -- ${{(P)3}} }}\n\
         source <(clientc completions zsh); words=({line}{}); CURRENT=$#words; $completer",
        if line.ends_with(' ') { "''" } else { "" }
    );
    let name = |line: String| line.split(':').next().unwrap_or_default().to_owned();
    Some(lines(folder, "zsh", &script)?.into_iter().map(name).collect())
}

#[test]
fn shells_offer_names_of_rules_clients_functions_profiles_and_formats() {
    let config = "[profiles.prod]\n[profiles.batch]\n";
    let folder = Folder::with(&[("baml_src/clients.baml", PROJECT), ("clientc.toml", config)]);
    let shells: [(&str, Offers); 3] = [("bash", bash), ("fish", fish), ("zsh", zsh)];
    for (shell, offers) in shells {
        for (line, expected) in [
            ("clientc expl", vec!["explain"]),
            ("clientc explain dead-", vec!["dead-timeout", "dead-fallback", "dead-retry"]),
            ("clientc check --ignore no-timeout,dead-f", vec!["no-timeout,dead-fallback"]),
            ("clientc resolve --client ", vec!["Careful", "Fast"]),
            ("clientc resolve --function ", vec!["Answer"]),
            ("clientc check --profile p", vec!["prod"]),
            ("clientc resolve --format m", vec!["mermaid"]),
            ("clientc man exp", vec!["explain", "export"]),
        ] {
            let Some(offered) = offers(folder.path(), line) else { break };
            assert_eq!(offered, expected, "{shell}: {line}");
        }
    }
}

#[test]
fn without_a_project_no_name_is_offered_and_nothing_is_said() {
    let folder = Folder::with(&[]);
    let offered = bash(folder.path(), "clientc resolve --client ");
    assert_eq!(offered.unwrap_or_default().join(""), "");
}
