//! Seeded changes of real and of made projects: each is one difference of its kind, and layout is none.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use clientc_plan::Field;
use clientc_report::PlanDiff;
use clientc_syntax::{Block, BlockKind, Entry, Value};
use clientc_tests::compiled::{Compiled, compile};
use clientc_tests::shared;
use regex::Regex;

/// The files of a project, by their paths.
type Files = BTreeMap<String, String>;

/// The kind and the subject of the one difference that is expected; nothing where there is none.
type Expected = Option<(&'static str, String)>;

type Mutation = fn(&Sources, &mut fastrand::Rng) -> Option<(Files, Expected)>;

const MUTATIONS: [(&str, Mutation); 10] = [
    ("a limit is raised", |sources, random| limit(sources, random, "raised")),
    ("a limit is lowered", |sources, random| limit(sources, random, "lowered")),
    ("a limit is taken away", |sources, random| limit(sources, random, "lost")),
    ("a limit is added", |sources, random| limit(sources, random, "gained")),
    ("two members change places", members),
    ("a policy has one retry more", policy),
    ("a block is moved to another file", moved),
    ("comments are added", commented),
    ("the files are formatted", formatted),
    ("a client has another name", renamed),
];

#[test]
fn of_made_projects_are_reported_once() {
    let mut tried = Tried::default();
    for seed in 0..60 {
        let files = made(&mut fastrand::Rng::with_seed(seed));
        tried.project(&format!("seed {seed}"), &files, seed, 1);
    }
    tried.each_at_least(30);
}

#[test]
fn of_real_projects_are_reported_once() {
    let projects: Vec<_> = shared::projects().into_iter().filter(|project| project.is_accepted).collect();
    if projects.is_empty() {
        return;
    }
    let mut tried = Tried::default();
    for (seed, project) in (0..).zip(&projects) {
        let mut files = Files::new();
        read(&project.folder, "baml_src", &mut files);
        tried.project(&project.name, &files, seed, 2);
    }
    // Few real projects set limits.
    for name in ["a policy has one retry more", "a block is moved to another file", "comments are added"] {
        assert!(tried.0.get(name).is_some_and(|count| *count >= 20), "{name}: {tried:?}");
    }
}

/// How often each mutation was tried.
#[derive(Debug, Default)]
struct Tried(BTreeMap<&'static str, u32>);

impl Tried {
    fn project(&mut self, name: &str, files: &Files, seed: u64, times: u64) {
        let Ok(before) = compile(files.iter().map(|(path, text)| (path, &**text))) else { return };
        let sources = Sources::new(files, &before);
        for (mutation, mutate) in MUTATIONS {
            for time in 0..times {
                let mut random = fastrand::Rng::with_seed(seed * 1000 + time);
                let Some((after, expected)) = mutate(&sources, &mut random) else { continue };
                // Some changes make another error of a project, such as a limit above another one.
                let Ok(after) = compile(after.iter().map(|(path, text)| (path, &**text))) else { continue };
                let needs = BTreeSet::new();
                let diff = PlanDiff::between(&before.document, &after.document, &needs);
                let found: Vec<_> = diff.items.iter().map(|item| (item.kind, item.subject.clone())).collect();
                assert_eq!(found, Vec::from_iter(expected), "{name}: {mutation}, {:#?}", diff.items);
                *self.0.entry(mutation).or_default() += 1;
            }
        }
    }

    fn each_at_least(&self, least: u32) {
        for (mutation, _) in MUTATIONS {
            assert!(self.0.get(mutation).is_some_and(|count| *count >= least), "{mutation}: {self:?}");
        }
    }
}

/// A block of a file.
struct Found {
    path: String,
    kind: BlockKind,
    name: String,
    range: Range<usize>,
    /// The limits with the ranges of key and number.
    limits: Vec<(Field, Range<usize>, Range<usize>)>,
    /// The members as they are written.
    members: Vec<Range<usize>>,
    max_retries: Option<Range<usize>>,
}

/// A project with its blocks.
struct Sources<'s> {
    files: &'s Files,
    plan: &'s Compiled,
    blocks: Vec<Found>,
}

impl<'s> Sources<'s> {
    fn new(files: &'s Files, plan: &'s Compiled) -> Self {
        let mut blocks = Vec::new();
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".baml")) {
            let parse = clientc_syntax::parse(text);
            let found = parse.tree.items().filter_map(Block::cast);
            blocks.extend(found.filter_map(|block| read_block(path, text, block)));
        }
        Self { files, plan, blocks }
    }

    /// One of the blocks that have what is asked for.
    fn choose<T>(
        &self,
        random: &mut fastrand::Rng,
        part: impl Fn(&Found) -> Option<T>,
    ) -> Option<(&Found, T)> {
        let mut having: Vec<_> = self.blocks.iter().filter_map(|block| Some((block, part(block)?))).collect();
        (!having.is_empty()).then(|| having.swap_remove(random.usize(0..having.len())))
    }

    /// The files with another text in this place of one of them.
    fn replaced(&self, path: &str, range: Range<usize>, text: &str) -> Files {
        let mut files = self.files.clone();
        files.get_mut(path).unwrap().replace_range(range, text);
        files
    }
}

fn read_block(path: &str, text: &str, block: Block<'_>) -> Option<Found> {
    let own = |key: &str| block.entries().find(|entry| entry.key_text(text) == key).and_then(Entry::value);
    let options = own("options");
    let option = |key: &str| {
        options.into_iter().flat_map(Value::entries).find(|entry| entry.key_text(text) == key)?.value()
    };
    let limits = option("http").into_iter().flat_map(Value::entries).filter_map(|entry| {
        let field = Field::from_key(&entry.key_text(text))?;
        Some((field, bytes(entry.key()?.range()), bytes(entry.value()?.range())))
    });
    Some(Found {
        path: path.to_owned(),
        kind: block.kind(),
        name: block.name(text)?.text(text).to_owned(),
        range: bytes(block.node().range()),
        limits: limits.collect(),
        members: option("strategy")
            .into_iter()
            .flat_map(Value::members)
            .map(|member| bytes(member.range()))
            .collect(),
        max_retries: own("max_retries").map(|value| bytes(value.range())),
    })
}

fn bytes(range: clientc_syntax::TextRange) -> Range<usize> {
    range.start as usize..range.end as usize
}

/// Another number for a limit, or a limit more or less.
fn limit(sources: &Sources, random: &mut fastrand::Rng, kind: &'static str) -> Option<(Files, Expected)> {
    let (block, (field, key, number)) = sources.choose(random, |block| block.limits.first().cloned())?;
    let text = &sources.files[&block.path];
    let ms: u64 = text[number.clone()].parse().ok()?;
    let files = match kind {
        "raised" => sources.replaced(&block.path, number, &(ms * 2 + 1).to_string()),
        "lowered" => sources.replaced(&block.path, number, &(ms - ms / 3 - 1).to_string()),
        "lost" => sources.replaced(&block.path, key.start..number.end, ""),
        _ => {
            let is_set = |field: &Field| block.limits.iter().any(|(set, ..)| set == field);
            let new = [Field::Idle, Field::Connect].into_iter().find(|field| !is_set(field))?;
            let line = format!("{} {}\n", new.key(), random.u32(100..5000));
            sources.replaced(&block.path, key.start..key.start, &line)
        }
    };
    assert!(field.key().ends_with("_ms"));
    Some((files, Some((kind, block.name.clone()))))
}

fn members(sources: &Sources, random: &mut fastrand::Rng) -> Option<(Files, Expected)> {
    let (block, (first, second)) = sources.choose(random, |block| {
        let text = &sources.files[&block.path];
        let mut pairs = block.members.windows(2).map(|pair| (pair[0].clone(), pair[1].clone()));
        pairs.find(|(first, second)| text[first.clone()] != text[second.clone()])
    })?;
    let text = &sources.files[&block.path];
    let between = &text[first.end..second.start];
    let swapped = format!("{}{between}{}", &text[second.clone()], &text[first.clone()]);
    let files = sources.replaced(&block.path, first.start..second.end, &swapped);
    Some((files, Some(("members", block.name.clone()))))
}

fn policy(sources: &Sources, random: &mut fastrand::Rng) -> Option<(Files, Expected)> {
    let (block, number) = sources.choose(random, |block| block.max_retries.clone())?;
    let retries: u32 = sources.files[&block.path][number.clone()].parse().ok()?;
    let files = sources.replaced(&block.path, number, &(retries + 1).to_string());
    let mut policies = sources.plan.document.clients.values().filter_map(|client| client.retry.as_ref());
    let is_used = policies.any(|policy| *policy.name == *block.name);
    Some((files, is_used.then(|| ("retry", block.name.clone()))))
}

fn moved(sources: &Sources, random: &mut fastrand::Rng) -> Option<(Files, Expected)> {
    let (block, ()) = sources.choose(random, |_| Some(()))?;
    let text = sources.files[&block.path][block.range.clone()].to_owned();
    let mut files = sources.replaced(&block.path, block.range.clone(), "");
    let (folder, _) = block.path.rsplit_once('/')?;
    let other = format!("{folder}/{}", random.choice(["aa_first.baml", "zz_last.baml"])?);
    files.insert(other, format!("\n{text}\n"));
    Some((files, None))
}

fn commented(sources: &Sources, random: &mut fastrand::Rng) -> Option<(Files, Expected)> {
    let (block, ()) = sources.choose(random, |_| Some(()))?;
    let lines = "// One line.\n".repeat(random.usize(1..5));
    Some((sources.replaced(&block.path, block.range.start..block.range.start, &lines), None))
}

fn formatted(sources: &Sources, _: &mut fastrand::Rng) -> Option<(Files, Expected)> {
    let format = |(path, text): (&String, &String)| (path.clone(), clientc_fmt::format(text).text);
    let files: Files = sources.files.iter().map(format).collect();
    (files != *sources.files).then_some((files, None))
}

fn renamed(sources: &Sources, random: &mut fastrand::Rng) -> Option<(Files, Expected)> {
    let (block, ()) = sources.choose(random, |block| (block.kind == BlockKind::Client).then_some(()))?;
    let word = Regex::new(&format!(r#"(^|[^\w"./-]){}\b"#, regex::escape(&block.name))).unwrap();
    // A name that is also a word of something else would be changed there, too.
    let text = sources.files.values().map(String::as_str).collect::<String>();
    let document = &sources.plan.document;
    let in_quotes = Regex::new(&format!(r#""[^"\n]*\b{}\b"#, regex::escape(&block.name))).unwrap();
    if in_quotes.is_match(&text) || document.functions.contains_key(&*block.name) {
        return None;
    }
    let new = format!("Renamed{}", random.u16(..));
    let rename = |(path, text): (&String, &String)| {
        (path.clone(), word.replace_all(text, format!("${{1}}{new}")).into_owned())
    };
    let files = sources.files.iter().map(rename).collect();
    Some((files, Some(("renamed", new))))
}

fn read(folder: &std::path::Path, path: &str, files: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{path}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read(&entry.path(), &path, files);
        } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
            files.insert(path, text);
        }
    }
}

/// A project of leaves, policies and composites on up to three levels, in three files.
fn made(random: &mut fastrand::Rng) -> Files {
    let mut texts = [String::new(), String::new(), String::new()];
    let policies = random.usize(1..3);
    for index in 0..policies {
        let retries = random.u32(0..3);
        texts[0] += &format!("retry_policy Policy{index} {{\n  max_retries {retries}\n}}\n\n");
    }
    let mut names = Vec::new();
    for index in 0..random.usize(3..8) {
        let name = format!("Leaf{index}");
        let request = random.u32(20_000..90_000);
        let mut http = format!("      request_timeout_ms {request}\n");
        if random.bool() {
            http += &format!("      time_to_first_token_timeout_ms {}\n", random.u32(1000..5000));
        }
        texts[index % 2] += &format!(
            "client<llm> {name} {{\n  provider openai\n{}  options {{\n    model \"m{index}\"\n    http {{\n{http}    }}\n  }}\n}}\n\n",
            retried(random, policies)
        );
        names.push(name);
    }
    for index in 0..random.usize(2..5) {
        let name = format!("Group{index}");
        let mut members = names.clone();
        random.shuffle(&mut members);
        members.truncate(random.usize(2..4));
        let provider = if random.bool() { "fallback" } else { "round-robin" };
        let http = match random.bool() {
            true => format!("    http {{\n      total_timeout_ms {}\n    }}\n", random.u32(100_000..300_000)),
            false => String::new(),
        };
        texts[1 + index % 2] += &format!(
            "client<llm> {name} {{\n  provider {provider}\n{}  options {{\n    strategy [{}]\n{http}  }}\n}}\n\n",
            retried(random, policies),
            members.join(", ")
        );
        names.push(name);
    }
    let last = names.last().unwrap();
    texts[2] +=
        &format!("function Ask(q: string) -> string {{\n    client {last}\n  prompt #\"{{{{ q }}}}\"#\n}}\n");
    // One file is not in the one style.
    texts[1] = texts[1].replace("  provider", "      provider");
    ["a", "b", "c"].iter().zip(texts).map(|(name, text)| (format!("baml_src/{name}.baml"), text)).collect()
}

fn retried(random: &mut fastrand::Rng, policies: usize) -> String {
    match random.usize(0..policies * 2) {
        index if index < policies => format!("  retry_policy Policy{index}\n"),
        _ => String::new(),
    }
}
