//! What must hold for every text, over random trees in random layouts and over damaged texts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

mod common;

use proptest::prelude::*;
use proptest::sample::select;

/// A value with its separators: whether a comma follows a member is a part of the tree, because it is kept.
#[derive(Debug, Clone)]
enum Tree {
    Scalar(String),
    Array(Vec<(Self, bool)>),
    Map(Vec<(Pair, bool)>),
}

#[derive(Debug, Clone)]
struct Pair {
    key: String,
    colon: bool,
    value: Tree,
}

const KEYS: [&str; 9] = ["model", "a-b", "d_e", "$x", "k::l", "\"q\"", "\"q r\"", "\"x//y\"", "\"é\""];

const SCALARS: [&str; 34] = [
    "m",
    "gpt-4o",
    "http://a/b",
    "a//b",
    "env.X",
    "env.X ?? y",
    "a b  c",
    "a:b",
    "x=1",
    "a|b&c",
    "true",
    "null",
    "é ü",
    "c\\",
    "f(x)",
    "f(a, b)",
    "{{ z }}",
    "\"s\"",
    "\"a, b\"",
    "\"x // y\"",
    "\"a\\\"b\"",
    "\"{//\"",
    "\"]\"",
    "\"\"",
    "1",
    "-2",
    "3.5",
    "#\"r\"#",
    "##\"a\"#b\"##",
    "#\"\n  l1\r\n   l2\n\"#",
    "#\"a // b\"#",
    "#\"]\"#",
    "a-rather-long-value-that-fills-a-good-part-of-a-line",
    "\"a rather long text that fills a good part of a line\"",
];

fn scalar() -> impl Strategy<Value = Tree> {
    select(&SCALARS[..]).prop_map(|text| Tree::Scalar(text.to_owned()))
}

fn tree() -> impl Strategy<Value = Tree> {
    scalar().prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec((inner.clone(), any::<bool>()), 0..5).prop_map(Tree::Array),
            prop::collection::vec((pair(inner), any::<bool>()), 0..4).prop_map(Tree::Map),
        ]
    })
}

fn pair(value: impl Strategy<Value = Tree>) -> impl Strategy<Value = Pair> {
    (select(&KEYS[..]), any::<bool>(), value).prop_map(|(key, colon, value)| Pair {
        key: key.to_owned(),
        colon,
        value,
    })
}

fn block() -> impl Strategy<Value = Vec<(Pair, bool)>> {
    prop::collection::vec((pair(tree()), any::<bool>()), 0..5)
}

/// Prints a tree in a layout that a run of numbers decides.
struct Layout<'n> {
    noise: &'n [u8],
    at: usize,
    comments: bool,
    out: String,
}

impl Layout<'_> {
    fn block(noise: &[u8], comments: bool, entries: &[(Pair, bool)]) -> String {
        let mut layout = Layout { noise, at: 0, comments, out: String::new() };
        let head = layout.pick(&["client<llm> A", "client<llm>  A", "client<llm>A", " \tclient<llm> A"]);
        layout.out.push_str(head);
        let gap = layout.pick(&[" ", "", "\n", " \n  "]);
        layout.out.push_str(gap);
        layout.comment();
        layout.map(entries);
        let end = layout.pick(&["\n", "", "  ", " \n"]);
        layout.out.push_str(end);
        layout.out
    }

    fn next(&mut self) -> usize {
        let number = self.noise.get(self.at % self.noise.len().max(1)).copied().unwrap_or(0);
        self.at += 1;
        usize::from(number)
    }

    fn pick<'s>(&mut self, choices: &[&'s str]) -> &'s str {
        choices[self.next() % choices.len()]
    }

    fn space(&mut self, choices: &[&str]) {
        let space = self.pick(choices);
        self.out.push_str(space);
    }

    fn comment(&mut self) {
        if self.comments && self.next().is_multiple_of(4) {
            self.space(&[
                " // c\n",
                "\n// own\n",
                "\n  // o [x \n",
                " {// b //} ",
                " {// b\n b2 //}\n",
                "\n{// b //}\n",
                "\n\n\n",
                "\t// t\n",
            ]);
        }
    }

    fn value(&mut self, value: &Tree) {
        match value {
            Tree::Scalar(text) => self.out.push_str(text),
            Tree::Map(entries) => self.map(entries),
            Tree::Array(members) => {
                self.out.push('[');
                self.space(&["", " ", "\n", "\n   "]);
                for (index, (member, comma)) in members.iter().enumerate() {
                    self.value(member);
                    self.separator(*comma, index + 1 == members.len());
                }
                self.out.push(']');
            }
        }
    }

    fn map(&mut self, entries: &[(Pair, bool)]) {
        self.out.push_str("{ ");
        self.comment();
        self.space(&["", " ", "\n", "\n\t "]);
        for (index, (entry, comma)) in entries.iter().enumerate() {
            self.out.push_str(&entry.key);
            let brace = matches!(entry.value, Tree::Map(_));
            match (entry.colon, brace) {
                (true, _) => self.space(&[":", ": ", " :", " :\t"]),
                (false, true) => self.space(&[" ", "", "\t", "\n "]),
                (false, false) => self.space(&[" ", "\t", "  "]),
            }
            self.value(&entry.value);
            self.separator(*comma, index + 1 == entries.len());
        }
        self.out.push('}');
    }

    fn separator(&mut self, comma: bool, last: bool) {
        match (comma, last) {
            (true, _) => self.space(&[",", ", ", " ,", ",\n", " ,  \n "]),
            (false, true) => self.space(&["", " ", "\n", "\t\n "]),
            (false, false) => self.space(&["\n", "\n  ", " \n"]),
        }
        self.comment();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Two layouts of one tree come out alike.
    #[test]
    fn layout_does_not_matter(entries in block(), one in prop::collection::vec(any::<u8>(), 40), two in prop::collection::vec(any::<u8>(), 40)) {
        let one = Layout::block(&one, false, &entries);
        let two = Layout::block(&two, false, &entries);
        prop_assume!(clientc_syntax::parse(&one).faults.is_empty());
        let first = common::check(&one).map_err(TestCaseError::fail)?;
        let second = common::check(&two).map_err(TestCaseError::fail)?;
        prop_assert_eq!(&first, &second);
        prop_assert!(clientc_fmt::format(&one).skipped.is_empty());
        for line in first.lines().filter(|line| line.contains('[') && line.contains(", ")) {
            prop_assert!(line.chars().count() <= clientc_fmt::MAX_COLUMNS, "{}", line);
        }
    }

    /// Comments and blank lines anywhere.
    #[test]
    fn holds_with_comments(entries in block(), noise in prop::collection::vec(any::<u8>(), 60)) {
        let text = Layout::block(&noise, true, &entries);
        common::check(&text).map_err(TestCaseError::fail)?;
    }

    /// Several blocks, cut or with something put in.
    #[test]
    fn holds_for_damaged_texts(
        blocks in prop::collection::vec((block(), prop::collection::vec(any::<u8>(), 30)), 1..4),
        damage in prop::collection::vec((any::<prop::sample::Index>(), select(&["{", "}", "[", "]", "\"", "#\"", "\"#", "\n", "\r", ",", ":", "@x", "//", "{//", "//}", "\u{feff}", "class X {", "\nclient B {", "é", "'", "\\"][..]), any::<bool>()), 0..4),
    ) {
        let blocks = blocks.iter().map(|(entries, noise)| Layout::block(noise, true, entries));
        let mut text: String = blocks.collect::<Vec<_>>().join("\n");
        for (place, added, cut) in damage {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let Some(at) = places.get(place.index(places.len().max(1))).copied() else { continue };
            if cut {
                text.remove(at);
            }
            text.insert_str(at, added);
        }
        common::check(&text).map_err(TestCaseError::fail)?;
    }

    /// Anything at all.
    #[test]
    fn holds_for_any_text(text in "(client<llm> A|retry_policy B|[ \\t\\r\\n{}\\[\\]\",:#/@a-c1é.]|//|\\{//|//\\}|#\"|\"#){0,60}") {
        common::check(&text).map_err(TestCaseError::fail)?;
    }
}
