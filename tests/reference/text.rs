//! A project as BAML text in several files and a `clientc.toml`, with the place of everything that has one.

use std::collections::HashMap;

use crate::model::{Model, Policy, Shape};
use crate::naive::set_limits;

/// How a project is laid out. What is missing in a list begins again from its start.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// For each block the number of its file and its rank in it.
    pub(crate) places: Vec<(u8, u8)>,
    /// The styles of the blocks.
    pub(crate) styles: Vec<Style>,
}

/// How a block looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// A colon after each key, a comma after each value.
    pub(crate) is_v1: bool,
    pub(crate) is_quoted: bool,
    pub(crate) has_comments: bool,
    /// The `http` block stands on one line.
    pub(crate) is_short: bool,
    /// Options come before everything else.
    pub(crate) options_first: bool,
    /// Which of the equivalent headers.
    pub(crate) header: u8,
    pub(crate) indent: u8,
}

/// A place in a file: the line and the column, both from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The texts of a project and the places in them.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// The paths and the texts of the files.
    pub(crate) files: Vec<(String, String)>,
    /// The clients in the order of the document.
    pub(crate) order: Vec<usize>,
    /// Where each client is declared or first mentioned.
    pub(crate) sources: HashMap<usize, Place>,
    /// Where each limit is set, by client, without one for the defaults.
    pub(crate) limits: HashMap<(Option<usize>, &'static str), Place>,
    /// The functions in source order with their clients.
    pub(crate) functions: Vec<(String, usize, Place)>,
}

#[derive(Debug, Clone, Copy)]
enum Block {
    Client(usize),
    Policy(usize),
    Function(usize),
}

/// The files in the order in which they count.
const FILES: [&str; 4] = ["B.baml", "a.baml", "a/x.baml", "b.baml"];

/// Writes a project.
pub(crate) fn write(model: &Model, layout: &Layout) -> Written {
    let declared =
        (0..model.clients.len()).filter(|&id| !matches!(model.clients[id].shape, Shape::Shorthand));
    let blocks = declared
        .map(Block::Client)
        .chain((0..model.policies.len()).map(Block::Policy))
        .chain((0..model.functions.len()).map(Block::Function));
    let mut placed: Vec<(usize, u8, usize, Block)> = Vec::new();
    for (index, block) in blocks.enumerate() {
        let (file, rank) = layout.places[index % layout.places.len()];
        placed.push((usize::from(file) % FILES.len(), rank, index, block));
    }
    placed.sort_by_key(|(file, rank, index, _)| (*file, *rank, *index));
    let mut writer =
        Writer { model, text: String::new(), file: "", written: Written::default(), implicit: vec![] };
    for (number, file) in FILES.into_iter().enumerate() {
        writer.file = file;
        for (_, _, index, block) in placed.iter().filter(|placed| placed.0 == number) {
            writer.block(*block, layout.styles[index % layout.styles.len()]);
        }
        let text = std::mem::take(&mut writer.text);
        writer.written.files.push((format!("baml_src/{file}"), text));
    }
    let mut written = writer.written;
    written.order.extend(writer.implicit);
    write_defaults(model, &mut written);
    written
}

fn write_defaults(model: &Model, written: &mut Written) {
    let mut text = String::from("# The limits of the project.\n[defaults.http]\n");
    for (index, (key, ms)) in set_limits(&model.defaults).enumerate() {
        text.push_str(&format!("{key} = {ms}\n"));
        let place = Place { file: "../clientc.toml".into(), line: index + 3, column: 1 };
        written.limits.insert((None, key), place);
    }
    if model.defaults != [None; 5] {
        written.files.push(("clientc.toml".into(), text));
    }
}

struct Writer<'m> {
    model: &'m Model,
    text: String,
    file: &'static str,
    written: Written,
    implicit: Vec<usize>,
}

impl Writer<'_> {
    fn here(&self) -> Place {
        let line_start = self.text.rfind('\n').map_or(0, |end| end + 1);
        Place {
            file: self.file.into(),
            line: self.text.matches('\n').count() + 1,
            column: self.text[line_start..].chars().count() + 1,
        }
    }

    fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn block(&mut self, block: Block, style: Style) {
        if style.has_comments {
            self.add("// Größe: { \"ü\n\n");
        }
        match block {
            Block::Client(client) => self.client(client, style),
            Block::Policy(policy) => self.policy(policy, style),
            Block::Function(function) => self.function(function),
        }
        self.add(if style.has_comments { "\n{// done //}\n" } else { "\n" });
    }

    fn client(&mut self, client: usize, style: Style) {
        self.add(["client<llm> ", "client ", "client<llm>   "][usize::from(style.header % 3)]);
        let place = self.here();
        self.written.sources.insert(client, place);
        self.written.order.push(client);
        self.add(self.model.name(client));
        self.add(" {\n");
        if style.options_first {
            self.options(client, style);
        }
        let provider = match self.model.clients[client].shape {
            Shape::Leaf | Shape::Shorthand => "openai",
            Shape::Fallback(_) => "fallback",
            Shape::RoundRobin(..) => "round-robin",
        };
        self.entry("provider", provider, 1, style);
        if let Some(policy) = self.model.clients[client].policy {
            self.entry("retry_policy", &Policy::name(policy), 1, style);
        }
        if !style.options_first {
            self.options(client, style);
        }
        self.add("}\n");
    }

    fn options(&mut self, client: usize, style: Style) {
        self.open("options", 1, style);
        let this = self.model.clients[client].clone();
        match &this.shape {
            Shape::Leaf | Shape::Shorthand => self.entry("model", &format!("\"m{client}\""), 2, style),
            Shape::Fallback(members) => self.strategy(members, style),
            Shape::RoundRobin(members, start) => {
                self.strategy(members, style);
                if *start > 0 || style.has_comments {
                    self.entry("start", &start.to_string(), 2, style);
                }
            }
        }
        if this.limits != [None; 5] {
            self.http(client, style);
        }
        self.close(1, style);
    }

    fn http(&mut self, client: usize, style: Style) {
        let limits: Vec<_> = set_limits(&self.model.clients[client].limits).collect();
        self.indent(2, style);
        self.add(if style.is_v1 { "http: {" } else { "http {" });
        for (index, (key, ms)) in limits.into_iter().enumerate() {
            if style.is_short {
                self.add(if index > 0 { ", " } else { " " });
            } else {
                self.add("\n");
                self.indent(3, style);
            }
            let place = self.here();
            self.written.limits.insert((Some(client), key), place);
            self.add(&if style.is_v1 { format!("{key}: {ms}") } else { format!("{key} {ms}") });
            if style.is_v1 && !style.is_short {
                self.add(",");
            }
        }
        if !style.is_short {
            self.add("\n");
            self.indent(2, style);
        }
        self.close(0, style);
    }

    fn strategy(&mut self, members: &[usize], style: Style) {
        self.indent(2, style);
        self.add(if style.is_v1 { "strategy: [" } else { "strategy [" });
        for (index, &member) in members.iter().enumerate() {
            if style.is_short {
                self.add(if index > 0 { ", " } else { "" });
            } else {
                self.add("\n");
                self.indent(3, style);
            }
            self.mention(member, style.is_quoted);
            if style.is_v1 && !style.is_short {
                self.add(",");
            }
        }
        self.add(if style.is_v1 { "],\n" } else { "]\n" });
    }

    /// Writes the name of a client, and notes the first place of one that is not declared.
    fn mention(&mut self, client: usize, is_quoted: bool) {
        let is_shorthand = matches!(self.model.clients[client].shape, Shape::Shorthand);
        if is_shorthand && !self.implicit.contains(&client) {
            self.implicit.push(client);
            let place = self.here();
            self.written.sources.insert(client, place);
        }
        let name = self.model.name(client).to_owned();
        self.add(&if is_quoted { format!("\"{name}\"") } else { name });
    }

    fn policy(&mut self, index: usize, style: Style) {
        let policy = self.model.policies[index].clone();
        self.add(&format!("retry_policy {} {{\n", Policy::name(index)));
        let is_plain = policy.growth.is_none() && policy.delay == 200 && !policy.jitter;
        if !(is_plain && style.is_short) {
            self.open("strategy", 1, style);
            let kind = if policy.growth.is_some() { "exponential_backoff" } else { "constant_delay" };
            self.entry("type", kind, 2, style);
            if policy.delay != 200 || !style.is_short {
                self.entry("delay_ms", &policy.delay.to_string(), 2, style);
            }
            if let Some((multiplier, longest)) = policy.growth {
                if multiplier != "1.5" || !style.is_short {
                    self.entry("multiplier", multiplier, 2, style);
                }
                if longest != 10_000 || !style.is_short {
                    self.entry("max_delay_ms", &longest.to_string(), 2, style);
                }
            }
            if policy.jitter {
                self.entry("jitter", "true", 2, style);
            }
            self.close(1, style);
        }
        self.entry("max_retries", &policy.retries.to_string(), 1, style);
        self.add("}\n");
    }

    fn function(&mut self, index: usize) {
        let client = self.model.functions[index];
        self.add("function ");
        let name = format!("Function{index}");
        let place = self.here();
        self.add(&format!("{name}(text: string) -> string {{\n  client "));
        self.mention(client, true);
        self.add("\n  prompt #\"client<llm> X { {{ text }} \"#\n}\n");
        self.written.functions.push((name, client, place));
    }

    fn entry(&mut self, key: &str, value: &str, depth: u8, style: Style) {
        self.indent(depth, style);
        self.add(&if style.is_v1 { format!("{key}: {value},") } else { format!("{key} {value}") });
        self.add(if style.has_comments { " // a note\n" } else { "\n" });
    }

    fn open(&mut self, key: &str, depth: u8, style: Style) {
        self.indent(depth, style);
        self.add(key);
        self.add(match (style.is_v1, style.header > 2) {
            (true, _) => ": {\n",
            (false, true) => "\n{\n",
            (false, false) => " {\n",
        });
    }

    fn close(&mut self, depth: u8, style: Style) {
        self.indent(depth, style);
        self.add(if style.is_v1 { "},\n" } else { " }\n" });
    }

    fn indent(&mut self, depth: u8, style: Style) {
        for _ in 0..depth {
            self.add(["", " ", "  ", "\t"][usize::from(style.indent % 4)]);
        }
    }
}
