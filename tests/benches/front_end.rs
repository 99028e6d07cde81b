//! How fast the front end is on one core, in bytes a second: from the text of client blocks to diagnostics, to
//! facts and to the tree alone, and over text that is not ours.

#![allow(missing_docs)]

use std::sync::Arc;

use clientc_check::{Input, Settings, Sources};
use clientc_semantic::{Defaults, FileId, link, read_file};
use clientc_syntax::LineIndex;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

const CLIENTS: usize = 10_000;

#[divan::bench]
fn bytes_to_diagnostics(bencher: divan::Bencher<'_, '_>) {
    let texts = Texts(clients(CLIENTS));
    bencher.counter(BytesCount::new(texts.bytes())).bench_local(|| {
        let files = texts.ids().map(|(id, text)| Arc::new(read_file(id, text))).collect();
        let project = link(files, &Defaults::NONE);
        let settings = Settings::default();
        clientc_check::check(&Input::new(&project, &settings, &texts, &[], &[]))
    });
}

#[divan::bench]
fn bytes_to_facts(bencher: divan::Bencher<'_, '_>) {
    let texts = Texts(clients(CLIENTS));
    bencher
        .counter(BytesCount::new(texts.bytes()))
        .bench_local(|| texts.ids().map(|(id, text)| read_file(id, text).clients.len()).sum::<usize>());
}

#[divan::bench]
fn bytes_to_tree(bencher: divan::Bencher<'_, '_>) {
    parse_all(bencher, clients(CLIENTS));
}

/// The same clients with a comment behind every value: the general grammar and not the one for the usual layout.
#[divan::bench]
fn bytes_to_tree_in_unusual_layout(bencher: divan::Bencher<'_, '_>) {
    let unusual = |text: String| text.replace("  provider ", "  provider: ").replace("\"\n", "\" // text\n");
    parse_all(bencher, clients(CLIENTS / 5).into_iter().map(unusual).collect());
}

/// Functions with prompts, classes and comments, without a single client.
#[divan::bench]
fn text_that_is_not_ours(bencher: divan::Bencher<'_, '_>) {
    parse_all(bencher, vec![functions(20_000)]);
}

fn parse_all(bencher: divan::Bencher<'_, '_>, texts: Vec<String>) {
    let texts = Texts(texts);
    bencher
        .counter(BytesCount::new(texts.bytes()))
        .bench_local(|| texts.ids().map(|(_, text)| clientc_syntax::parse(text).tree.len()).sum::<u32>());
}

struct Texts(Vec<String>);

impl Texts {
    fn bytes(&self) -> usize {
        self.0.iter().map(String::len).sum()
    }

    fn ids(&self) -> impl Iterator<Item = (FileId, &str)> {
        self.0.iter().zip(0..).map(|(text, id)| (FileId(id), text.as_str()))
    }
}

impl Sources for Texts {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn display_path(&self, _: FileId) -> &str {
        "clients.baml"
    }

    fn text(&self, file: FileId) -> &str {
        self.0.get(file.0 as usize).map_or("", String::as_str)
    }

    fn line_index(&self, _: FileId) -> &LineIndex {
        static EMPTY: std::sync::LazyLock<LineIndex> = std::sync::LazyLock::new(LineIndex::default);
        &EMPTY
    }
}

/// Leaves with all limits, a fallback over three of every ten, and a few retry policies, 200 clients a file.
fn clients(count: usize) -> Vec<String> {
    let leaf = |number: usize| {
        format!(
            "client<llm> Leaf{number} {{\n  provider {}\n  retry_policy Policy{}\n  options {{\n    model \"model-{number}\"\n    \
             api_key env.KEY_{}\n    http {{\n      connect_timeout_ms {}\n      request_timeout_ms {}\n      \
             time_to_first_token_timeout_ms {}\n      idle_timeout_ms 15000\n    }}\n  }}\n}}\n",
            ["openai", "anthropic", "google-ai"][number % 3],
            number % 10,
            number % 3,
            1000 + number % 1000,
            60_000 + number % 1000,
            20_000 + number % 1000,
        )
    };
    let fallback = |number: usize| {
        let first = 10 * number;
        format!(
            "client<llm> Fallback{number} {{\n  provider fallback\n  options {{\n    strategy [Leaf{first}, Leaf{}, Leaf{}]\n    \
             http {{\n      total_timeout_ms 900000\n    }}\n  }}\n}}\n",
            first + 1,
            first + 2,
        )
    };
    let policy = |number: usize| {
        format!(
            "retry_policy Policy{number} {{\n  max_retries {}\n  strategy {{\n    type exponential_backoff\n    delay_ms 200\n    \
             multiplier 1.5\n    max_delay_ms 10000\n  }}\n}}\n",
            number % 4
        )
    };
    let blocks: Vec<String> = (0..count).map(leaf).chain((0..count / 10).map(fallback)).collect();
    let policies: Vec<String> = (0..10).map(policy).collect();
    std::iter::once(policies.join("\n")).chain(blocks.chunks(200).map(|chunk| chunk.join("\n"))).collect()
}

/// Functions with prompts that hold unbalanced braces, and a class each.
fn functions(count: usize) -> String {
    let function = |number: usize| {
        format!(
            "// Takes a text apart.\nclass Parts{number} {{\n  title string @description(\"the title\")\n  lines string[]\n}}\n\n\
             function Take{number}(text: string) -> Parts{number} {{\n  client \"openai/gpt-4o\"\n  prompt #\"\n    \
             Take this text apart, and answer as JSON such as {{ \"title\": \"...\".\n    It is a text about many things, \
             in many words, and it goes on for a while.\n\n    {{{{ ctx.output_format }}}}\n    {{{{ text }}}}\n  \"#\n}}\n\n"
        )
    };
    (0..count).map(function).collect()
}
