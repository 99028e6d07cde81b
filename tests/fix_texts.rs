//! What fixes write, told in the Markdown files of `fixes/`.
//!
//! A ```` ```baml ```` fence is a file; in one of `baml escaped` `\r\n` ends a line, and `\u{feff}` is a byte order mark. A
//! `toml` fence before it holds the settings. The next fence holds the file after the fixes: all safe ones for `fixed`, the unsafe ones as well for `fixed
//! unsafe`; an `ignored` fence holds it after `--add-ignore why`. `CLIENTC_UPDATE=1` writes it anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use clientc_check::{FileId, Levels, Safety, Sources as _};
use clientc_tests::project::open;
use clientc_tests::{Folder, shared};

#[test]
fn fixes_write_what_the_suite_says() {
    let folder = shared::repository().join("tests/fixes");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let written = std::fs::read_to_string(&path).unwrap();
        let current = current(&written);
        if shared::updates() {
            std::fs::write(&path, &current).unwrap();
        }
        pretty_assertions(&path.display().to_string(), &written, &current);
    }
}

fn pretty_assertions(path: &str, written: &str, current: &str) {
    if written != current && !shared::updates() {
        let same = written.lines().zip(current.lines()).take_while(|(one, other)| one == other).count();
        let rest = |text: &str| text.lines().skip(same).take(6).collect::<Vec<_>>().join("\n");
        panic!("{path}:{}:\n{}\nis now\n{}", same + 1, rest(written), rest(current));
    }
}

fn current(markdown: &str) -> String {
    let mut out = String::new();
    let (mut before, mut settings) = (None, String::new());
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let body: String =
            lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        match info {
            "baml" => {
                out.push_str(&body);
                before = Some(body);
            }
            "baml escaped" => {
                out.push_str(&body);
                let unescaped = body.replace('\n', "").replace("\\r\\n", "\r\n");
                before = Some(unescaped.replace("\\u{feff}", "\u{feff}"));
            }
            "toml" => {
                out.push_str(&body);
                settings = body;
            }
            _ => {
                let before = before.take().expect("a file stands before");
                out.push_str(&after(info, before, &std::mem::take(&mut settings)));
            }
        }
        out.push_str("```\n");
    }
    out
}

/// What a fence of this kind holds.
fn after(info: &str, before: String, settings: &str) -> String {
    let after = match info {
        "fixed" => fixed(before, settings, Safety::Safe),
        "fixed unsafe" => fixed(before, settings, Safety::Unsafe),
        "ignored" => ignored(&before, settings),
        other => panic!("no fence is `{other}`"),
    };
    if !after.contains('\r') {
        return after;
    }
    after.replace("\r\n", "\\r\\n").replace('\u{feff}', "\\u{feff}") + "\n"
}

fn fixed(before: String, settings: &str, safety: Safety) -> String {
    let mut workspace = open([("clientc.toml", settings), ("baml_src/main.baml", &before)]);
    let fixed = workspace.fix(&Levels::new(), safety, &|_, _| true);
    let file = fixed.before.keys().next().copied();
    file.map_or(before, |file: FileId| workspace.files().text(file).to_owned())
}

fn ignored(before: &str, settings: &str) -> String {
    let folder = Folder::with(&[("clientc.toml", settings), ("baml_src/main.baml", before)]);
    folder.run_with_words(&["check", "--add-ignore", "why"]);
    std::fs::read_to_string(folder.path().join("baml_src/main.baml")).unwrap()
}
