use clientc_semantic::Span;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "baml-v1",
    summary: "clients in BAML v1 syntax, which clientc does not read",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("baml_v1.md"),
};

/// One finding per project: at its first such client, else at the `baml.toml` that makes it a project of BAML v1.
pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let values = || context.files().flat_map(|file| file.values.iter().map(move |name| (file.file, name)));
    let Some((file, first)) = values().next() else {
        out.found.extend(context.project.v1.map(of_project));
        return;
    };
    let further = match values().count() - 1 {
        0 => String::new(),
        1 => ", nor is 1 more in this project".to_owned(),
        further => format!(", nor are {} more in this project", grouped(further as u64)),
    };
    let message = format!(
        "`{}` is a client in BAML v1 syntax, which clientc does not read yet: it is not checked{further}",
        first.text
    );
    let span = Span::new(file, first.range);
    out.push(Finding::new(span, "baml-v1", message).help(
        "its limits and retries are unknown, and nothing else in its file is reported; set `baml-v1 = \"error\"` to \
         fail on it",
    ));
}

fn of_project(place: Span) -> Finding {
    let message = "this file marks a BAML v1 project, which clientc does not read yet: its clients are not \
        checked";
    Finding::new(place, "baml-v1", message).help(
        "`client<llm>` blocks beside it are checked as usual; set `baml-v1 = \"error\"` to fail on the rest",
    )
}
