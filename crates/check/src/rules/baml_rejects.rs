use std::collections::BTreeMap;

use clientc_plan::Field;
use clientc_semantic::{ClientFacts, FileFacts, FileId, Form, Name, Property, RefusedForm, Span, ValueKind};
use rustc_hash::FxHashMap;

use crate::context::Context;
use crate::core::diagnostic::{Level, Safety};
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::text::words::{all_of, grouped};

pub(crate) static RULE: Rule = Rule {
    name: "baml-rejects",
    summary: "something that clientc accepts and BAML rejects, where the team runs BAML",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("baml_rejects.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    if !context.is_read_by_baml() {
        return;
    }
    let others = other_definitions(context);
    for file in context.files().filter(|file| is_text(context, file.file)) {
        forms(file, out);
        for client in &file.clients {
            out.found.extend(limits(file.file, client));
            out.found.extend(large_max_tokens(file.file, client));
            out.found.extend(shared_name(file.file, &client.name, "client", &others));
        }
        for policy in &file.policies {
            out.found.extend(shared_name(file.file, &policy.name, "retry policy", &others));
        }
    }
    // Where BAML makes the calls, nothing runs before this is corrected.
    if context.is_called_by_baml() {
        for finding in &mut out.found {
            finding.own_level = Some(Level::Error);
        }
    }
}

fn is_text(context: &Context<'_>, file: FileId) -> bool {
    context.encoding_faults.iter().all(|fault| fault.span.file != file)
}

/// One finding per file and form: a file in another style has the same form on every line.
fn forms(file: &FileFacts, out: &mut Findings) {
    let mut by_form: BTreeMap<Form, Vec<&RefusedForm>> = BTreeMap::new();
    for refused in &file.refused_forms {
        by_form.entry(refused.form).or_default().push(refused);
    }
    for (form, places) in by_form {
        let Some(first) = places.first() else { continue };
        let span = Span::new(file.file, first.range);
        let words = words(form);
        let further = match places.len() - 1 {
            0 => String::new(),
            1 => ", here and at 1 further place".into(),
            further => format!(", here and at {} further places", grouped(further as u64)),
        };
        let subject = [&first.block, "/", words.subject].concat();
        let subject = subject.trim_start_matches('/');
        let finding =
            Finding::new(span, subject, format!("BAML rejects {}{further}", words.what)).help(words.help);
        out.push(match form {
            Form::ByteOrderMark => finding.replace(Safety::Safe, "remove it", span, ""),
            _ => finding,
        });
    }
}

struct Words {
    subject: &'static str,
    what: &'static str,
    help: &'static str,
}

fn words(form: Form) -> Words {
    let (subject, what, help) = match form {
        Form::ByteOrderMark => (
            "byte order mark",
            "a file that begins with a byte order mark",
            "save the file as UTF-8 without it",
        ),
        Form::Colon => (
            "colon",
            "a colon after a key directly in a block",
            "remove it: BAML accepts a colon in `options` and other maps, but reads it here as part of the value",
        ),
        Form::Comma => (
            "comma",
            "a comma after the last entry of a map, or any comma directly in a block",
            "remove it: BAML drops the whole block and every name defined in it",
        ),
        Form::CommentInBracket => (
            "comment in brackets",
            "a comment before the first member of an array, which it reads as a member",
            "write it above the key",
        ),
        Form::CommentBehindEntry => (
            "comment",
            "a block comment after an entry that is not the last",
            "write it on a line of its own, or begin it with `//`",
        ),
        Form::BraceOnNextLine => (
            "brace",
            "a map whose brace is on a later line than its key",
            "write the brace on the line of the key",
        ),
        Form::CommaAndComment => (
            "comma before a comment",
            "a comma after the last member of an array, with a comment before the bracket",
            "remove the comma, or write the comment above the key",
        ),
        Form::CommentBehindBrace => (
            "comment behind a brace",
            "a comment directly after the brace of a block with `//}` further down: everything between is its comment",
            "write a space between `{` and `//`",
        ),
        Form::QuotedKey => ("quoted key", "a quoted key directly in a block", "write the key without quotes"),
        Form::QuoteInText => (
            "quote in text",
            "an unquoted string with a quote in it and a space after that",
            "put the whole string in quotes, and write `\\\"` for the one inside",
        ),
        Form::CallOfVariable => (
            "call of a variable",
            "parentheses after an environment variable",
            "remove them, or put the string in quotes if it is not a variable",
        ),
    };
    Words { subject, what, help }
}

/// The limits of attempts on a composite: one finding for all of them.
fn limits(file: FileId, client: &ClientFacts) -> Option<Finding> {
    let provider = client.provider.filter(|provider| provider.kind.is_composite())?;
    let http = client.http.as_ref()?;
    let given: Vec<Field> =
        Field::ATTEMPT.into_iter().filter(|field| http.limits.get(*field).is_some()).collect();
    let keys = given.iter().filter_map(|field| http.limits.get(*field)).map(|limit| limit.key);
    let first = keys.min_by_key(|key| key.start)?;
    let name = &client.name.text;
    let message =
        format!("BAML rejects {} on a {}", all_of(given.iter().map(|field| field.key())), provider.name);
    Some(Finding::new(Span::new(file, first), format!("{name}/http"), message).help(
        "set the limits on the members; if BAML does not read this project, set `baml = \"off\"` under `[peer]` in \
         clientc.toml",
    ))
}

/// BAML reads the token limit of Bedrock into 32 bits.
fn large_max_tokens(file: FileId, client: &ClientFacts) -> Option<Finding> {
    client.provider.filter(|provider| provider.name == "aws-bedrock")?;
    let find = |properties: &'_ [Property], key: &str| properties.iter().position(|one| one.key == key);
    let configuration = &client.options[find(&client.options, "inference_configuration")?];
    let ValueKind::Map(entries) = &configuration.value.kind else { return None };
    let value = &entries[find(entries, "max_tokens")?].value;
    let ValueKind::Number(number) = &value.kind else { return None };
    let is_large = number.parse::<f64>().is_ok_and(|number| number > f64::from(i32::MAX));
    is_large.then(|| {
        let subject = format!("{}/inference_configuration/max_tokens", client.name.text);
        let message =
            format!("BAML rejects `max_tokens` above {}", grouped(u64::from(i32::MAX.unsigned_abs())));
        Finding::new(Span::new(file, value.range), subject, message)
            .help("no model returns that many tokens: write the model's own limit")
    })
}

struct Other {
    kind: &'static str,
    place: Span,
}

/// Everything that shares BAML's namespace with clients and policies. A generator and a test do not
/// (peer/baml-facts.md 5).
fn other_definitions<'a>(context: &Context<'a>) -> FxHashMap<&'a str, Other> {
    let mut others = FxHashMap::default();
    for file in context.files() {
        let definitions = file.others.iter().map(|other| (other.keyword, &other.name));
        let functions = file.functions.iter().map(|function| ("function", &function.name));
        for (kind, name) in definitions.chain(functions) {
            let place = Span::new(file.file, name.range);
            others.entry(&*name.text).or_insert(Other { kind, place });
        }
    }
    others
}

fn shared_name(file: FileId, name: &Name, noun: &str, others: &FxHashMap<&str, Other>) -> Option<Finding> {
    let other = others.get(&*name.text)?;
    let text = &name.text;
    let kind = match other.kind {
        "type" => "type alias",
        "template_string" => "template",
        kind => kind,
    };
    let article = if kind == "enum" { "an" } else { "a" };
    let message = format!("BAML rejects `{text}`: it names both a {noun} and {article} {kind}");
    Some(
        Finding::new(Span::new(file, name.range), &**text, message)
            .related(other.place, format!("the {kind}"))
            .help("rename one of them: BAML keeps them in one namespace"),
    )
}
