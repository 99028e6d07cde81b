//! Comments that silence rules: `// clientc: ignore[rule, rule] reason` at a place, `ignore-file` in the whole file.

use clientc_syntax::{LineIndex, Node, NodeKind, TextRange, Tree, work};
use memchr::memmem;

use crate::facts::{IgnoreComment, IgnoreWord, Name};
use crate::near::is_misspelling;

/// What begins every such comment, with a colon behind it.
const MARK: &str = "clientc";

/// How many nodes behind the one of a function itself may belong to it, its name and client entries.
const NODES_OF_A_FUNCTION: usize = 64;

/// The comments of a file for clientc, in the order of the text.
pub(crate) fn read(text: &str, tree: &Tree) -> Vec<IgnoreComment> {
    // Most files have none, and looking forward is much faster than looking back.
    if memmem::find(text.as_bytes(), MARK.as_bytes()).is_none() {
        return Vec::new();
    }
    // From the last to the first, so that of comments below each other each goes one line only.
    let lines = LineIndex::new(text);
    let nodes: Vec<Node<'_>> = tree.nodes().collect();
    let mut reader = CommentReader {
        text,
        lines,
        ends: ends(&nodes),
        nodes,
        next_target: None,
        remarks_above: None,
        covered: None,
    };
    let marks = memmem::rfind_iter(text.as_bytes(), MARK);
    let mut comments: Vec<_> = marks.filter_map(|mark| reader.read(mark)).collect();
    comments.reverse();
    comments
}

struct CommentReader<'t> {
    text: &'t str,
    lines: LineIndex,
    /// All nodes; they begin in the order of the text.
    nodes: Vec<Node<'t>>,
    /// The ranges of items and entries, in the order of their ends.
    ends: Vec<TextRange>,
    /// Where the comment that was read last begins its line, and the line it silences.
    next_target: Option<(u32, TextRange)>,
    /// A client entry, and from where on nothing but remarks are above it.
    remarks_above: Option<(u32, u32)>,
    /// The line that was asked about last, and what a comment silences there.
    covered: Option<(TextRange, TextRange)>,
}

impl<'t> CommentReader<'t> {
    fn read(&mut self, mark: usize) -> Option<IgnoreComment> {
        let text = self.text;
        let comment = self.comment(mark)?;
        let before = text.get(comment.start as usize..mark)?;
        if !before.trim_start_matches('{').trim_start_matches('/').trim().is_empty() {
            return None;
        }
        let behind = mark + MARK.len();
        let has_colon = text.get(behind..)?.starts_with(':');
        let rest_start = behind + usize::from(has_colon);
        let rest = text.get(rest_start..comment.end as usize)?.trim_end();
        let rest = rest.strip_suffix("//}").unwrap_or(rest);
        let word_start = rest_start + rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        let is_in_word = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_');
        let length = rest.find(|c: char| !is_in_word(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(length);
        let meant = meant(word)?;
        let word_end = word_start + length;
        let word = Name { text: word.into(), range: TextRange::of(word_start, word_end) };
        let (list, rules, reason) = list(behind, word_end);
        if !has_colon && (list.is_none() || word_start == rest_start) {
            // People write about clientc as well.
            return None;
        }
        let without_colon = || TextRange::of(mark, word_end);
        let word = if has_colon {
            word
        } else {
            Name { text: without_colon().slice(text).into(), range: without_colon() }
        };
        let has_reason = reason.chars().any(char::is_alphanumeric);
        let covers = match meant {
            IgnoreWord::Ignore => self.covered(comment),
            IgnoreWord::IgnoreFile => TextRange::of(0, text.len()),
        };
        Some(IgnoreComment { range: comment, has_colon, word, meant, list, rules, has_reason, covers })
    }

    /// The nodes that begin in a range, its end included.
    fn nodes_from(&self, range: TextRange) -> &[Node<'t>] {
        let first = self.nodes.partition_point(|node| node.range().start < range.start);
        let last = self.nodes.partition_point(|node| node.range().start <= range.end);
        self.nodes.get(first..last).unwrap_or(&[])
    }

    /// The comment around an offset. In a function only one on the line of its client entry, or on the line above,
    /// is known to be a comment and not a part of a prompt.
    fn comment(&mut self, mark: usize) -> Option<TextRange> {
        let at = TextRange::of(mark, mark + 1);
        let before = &self.nodes[..self.nodes.partition_point(|node| node.range().start <= at.start)];
        let last = before.last().filter(|node| node.range().contains(at));
        if let Some(last) =
            last.filter(|node| matches!(node.kind(), NodeKind::LineComment | NodeKind::BlockComment))
        {
            return Some(last.range());
        }
        // A function has few nodes, all before its prompt.
        let mut last = before.iter().rev().take(NODES_OF_A_FUNCTION);
        let item = *last.find(|node| node.kind() == NodeKind::Function)?;
        if item.range().contains(at) { self.comment_in_function(item, mark) } else { None }
    }

    fn comment_in_function(&mut self, function: Node<'_>, mark: usize) -> Option<TextRange> {
        let text = self.text;
        let entry = function.child(NodeKind::ClientEntry)?.range();
        let line = self.line(TextRange::of(mark, mark).start);
        let before = text.get(line.start as usize..mark)?.trim_end().trim_end_matches('/');
        let comment = TextRange { start: line.start + TextRange::of(0, before.len()).end, end: line.end };
        let is_behind = line.start <= entry.end && entry.end <= comment.start;
        let known = self.remarks_above.filter(|(known, _)| *known == entry.start);
        let between = text.get(line.end as usize..known.map_or(entry.start, |(_, from)| from) as usize);
        work::add(between.map_or(0, str::len));
        let is_remark_or_blank = |line: &str| line.trim().is_empty() || is_remark(line);
        let is_above = between.is_some_and(|between| between.lines().all(is_remark_or_blank));
        if is_above {
            self.remarks_above = Some((entry.start, line.start));
        }
        (comment.slice(text).starts_with("//") && (is_behind || is_above)).then_some(comment)
    }

    /// What a comment silences: its line, or below a line of its own the next line that is more than a comment; and
    /// every item and entry that begins there. Behind something on its line it silences what ends there as well, so
    /// that behind a closing brace it is the block.
    fn covered(&mut self, comment: TextRange) -> TextRange {
        let own = self.line(comment.start);
        let is_alone = is_remark(own.slice(self.text));
        let target = if is_alone { self.target(own, comment) } else { own };
        if let Some((_, known)) = self.covered.filter(|(line, _)| *line == target) {
            return known;
        }
        let beginning = self.nodes_from(target);
        let first = self.ends.partition_point(|range| range.end <= target.start);
        let last = self.ends.partition_point(|range| range.end <= comment.start);
        let ending = self.ends.get(first..last).filter(|_| !is_alone).unwrap_or(&[]);
        work::add(beginning.len() + ending.len() + target.len() as usize);
        let covering =
            beginning.iter().filter(|node| is_silenced_whole(node.kind())).map(|node| node.range());
        let covered = covering.chain(ending.iter().copied()).fold(target, TextRange::cover);
        self.covered = Some((target, covered));
        covered
    }

    fn target(&mut self, own: TextRange, comment: TextRange) -> TextRange {
        let mut target = self.line(comment.end.max(own.end));
        while let Some(next) = self.next_line(target) {
            work::add(1);
            if let Some((_, known)) = self.next_target.filter(|(start, _)| *start == next.start) {
                target = known;
                break;
            }
            target = next;
            if !is_remark(target.slice(self.text)) {
                break;
            }
        }
        self.next_target = Some((own.start, target));
        target
    }

    /// The line of an offset, without its end and without a byte order mark before it.
    fn line(&self, at: u32) -> TextRange {
        let number = self.lines.line(at);
        let mark = self.text.len() - self.text.trim_start_matches('\u{feff}').len();
        let start = self.lines.line_start(number).unwrap_or(0).max(TextRange::of(mark, mark).start);
        let end = self.lines.line_start(number + 1).unwrap_or(TextRange::of(0, self.text.len()).end);
        let length = TextRange::new(start, end).slice(self.text).trim_end_matches(['\n', '\r']).len();
        TextRange::of(start as usize, start as usize + length)
    }

    fn next_line(&self, current: TextRange) -> Option<TextRange> {
        self.lines.line_start(self.lines.line(current.start) + 1).map(|start| self.line(start))
    }
}

/// The word that one is or is similar to; `None` where it is similar to none, as in a remark for people.
fn meant(word: &str) -> Option<IgnoreWord> {
    let is_same = |meant: &IgnoreWord| word.eq_ignore_ascii_case(meant.text());
    let is_near = |meant: &IgnoreWord| is_misspelling(word, meant.text());
    let all = || IgnoreWord::ALL.into_iter();
    all().find(is_same).or_else(|| all().find(is_near))
}

/// Whether a line begins with a comment.
fn is_remark(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with("{//")
}

/// The ranges of what can be silenced whole, in the order of their ends.
fn ends(nodes: &[Node<'_>]) -> Vec<TextRange> {
    let mut ends: Vec<TextRange> =
        nodes.iter().filter(|node| is_silenced_whole(node.kind())).map(|node| node.range()).collect();
    ends.sort_unstable_by_key(|range| range.end);
    ends
}

fn is_silenced_whole(kind: NodeKind) -> bool {
    kind == NodeKind::Entry || is_item(kind)
}

fn is_item(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::ClientBlock | NodeKind::PolicyBlock | NodeKind::Function | NodeKind::Foreign)
}

/// The list of rules that follows at an offset, and what follows it.
fn list(behind: &str, at: usize) -> (Option<TextRange>, Vec<Name>, &str) {
    let blanks = behind.len() - behind.trim_start().len();
    let Some(inner) = behind.trim_start().strip_prefix('[') else { return (None, Vec::new(), behind) };
    let length = inner.find(']').unwrap_or(inner.len());
    let start = at + blanks + 1;
    let mut rules = Vec::new();
    let mut offset = start;
    for part in inner[..length].split(',') {
        let name = part.trim();
        let name_start = offset + part.len() - part.trim_start().len();
        if !name.is_empty() {
            rules.push(Name { text: name.into(), range: TextRange::of(name_start, name_start + name.len()) });
        }
        offset += part.len() + 1;
    }
    let end = (start + length + 1).min(start + inner.len());
    (Some(TextRange::of(start - 1, end)), rules, inner.get(length + 1..).unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comments(text: &str) -> Vec<(String, Vec<String>, bool, String)> {
        let facts = crate::read_file(crate::FileId(0), text);
        let shown = |comment: &IgnoreComment| {
            let rules = comment.rules.iter().map(|rule| rule.text.to_string()).collect();
            let word = comment.word.text.to_string();
            (word, rules, comment.has_reason, comment.covers.slice(text).to_owned())
        };
        facts.ignores.iter().map(shown).collect()
    }

    #[test]
    fn a_comment_behind_an_entry_covers_its_line() {
        let text = "client<llm> A {\n  provider openai // clientc: ignore[a, b-c] said so\n}\n";
        let line = "  provider openai // clientc: ignore[a, b-c] said so";
        assert_eq!(comments(text), [("ignore".into(), vec!["a".into(), "b-c".into()], true, line.into())]);
    }

    #[test]
    fn a_comment_above_an_entry_covers_all_of_it() {
        let text = "client<llm> A {\n  // clientc: ignore[a]\n  /// more\n  options {\n    model x\n  }\n}\n";
        assert_eq!(
            comments(text),
            [("ignore".into(), vec!["a".into()], false, "  options {\n    model x\n  }".into())]
        );
    }

    #[test]
    fn a_comment_above_a_block_covers_the_block() {
        let text = "{// clientc: ignore[a] why //}\nclient<llm> A {\n}\nclient<llm> B { // clientc: ignore[b]: no\n}\n";
        let covers: Vec<_> =
            comments(text).into_iter().map(|(_, _, reason, covers)| (reason, covers)).collect();
        assert_eq!(
            covers,
            [
                (true, "client<llm> A {\n}".into()),
                (true, "client<llm> B { // clientc: ignore[b]: no\n}".into())
            ]
        );
    }

    #[test]
    fn a_byte_order_mark_stands_before_no_comment() {
        let text = "\u{feff}// clientc: ignore[a] why\nclient<llm> A {\n}\n";
        let covers: Vec<_> = comments(text).into_iter().map(|(_, _, _, covers)| covers).collect();
        assert_eq!(covers, ["client<llm> A {\n}"]);
    }

    #[test]
    fn a_comment_behind_a_brace_covers_the_block_that_ends_there() {
        let text = "client<llm> A {\n  options {\n    model x\n  } // clientc: ignore[a] why\n} // clientc: ignore[b] why\n";
        let covers: Vec<_> = comments(text).into_iter().map(|(_, _, _, covers)| covers).collect();
        let options = "  options {\n    model x\n  } // clientc: ignore[a] why";
        assert_eq!(covers, [options.trim_start(), text.trim_end()]);
    }

    #[test]
    fn in_a_function_only_its_client_entry_has_comments() {
        let text = "function F(a: string) -> string {\n  // clientc: ignore[a] x\n  // more\n  client \"openai/\" // clientc: ignore[b] y\n  prompt #\"\n // clientc: ignore[c] z\n  \"#\n}\n";
        let rules: Vec<_> = comments(text).into_iter().map(|(_, rules, ..)| rules.join("+")).collect();
        assert_eq!(rules, ["a", "b"]);
    }

    #[test]
    fn words_that_are_near_are_kept_and_remarks_are_not() {
        let text = "// clientc: ignroe[a]\n// clientc: see the page\n// clientc: ignore\n// \"clientc:ignore[\nclass A {}\n";
        let words: Vec<_> = comments(text).into_iter().map(|(word, rules, ..)| (word, rules.len())).collect();
        assert_eq!(words, [("ignroe".into(), 1), ("ignore".into(), 0)]);
    }

    #[test]
    fn ranges_hold_what_they_name() {
        for (text, expected) in [
            (
                "client<llm> A {\n  provider openai //  clientc:  ignore  [ a ,b-c] said\n}\n",
                "//  clientc:  ignore  [ a ,b-c] said|ignore|[ a ,b-c]|a|b-c",
            ),
            ("\n// clientc ignore[a]\nclass A {}\n", "// clientc ignore[a]|clientc ignore|[a]|a"),
            (
                "{// clientc: ignore[x,,y] //}\nclass A {}\n",
                "{// clientc: ignore[x,,y] //}|ignore|[x,,y]|x|y",
            ),
            ("class A {}\n// clientc:ignore-file[a, b", "// clientc:ignore-file[a, b|ignore-file|[a, b|a|b"),
            ("// clientc: ignore because\nclass A {}\n", "// clientc: ignore because|ignore|"),
        ] {
            let facts = crate::read_file(crate::FileId(0), text);
            assert_eq!(facts.ignores.len(), 1, "{text}");
            let comment = &facts.ignores[0];
            let list = comment.list.map_or("", |list| list.slice(text));
            let mut found = vec![comment.range.slice(text).trim_end(), comment.word.range.slice(text), list];
            found.extend(comment.rules.iter().map(|rule| rule.range.slice(text)));
            assert_eq!(found.join("|"), expected);
            assert!(comment.rules.iter().all(|rule| rule.range.slice(text) == &*rule.text));
            assert_eq!(comment.word.range.slice(text), &*comment.word.text);
        }
    }

    #[test]
    fn a_comment_can_cover_the_whole_file() {
        let text = "// clientc: ignore-file[a] why\nclient<llm> A {\n}\n// clientc: ignore_file[b] why\n";
        let all = |word: &str, rule: &str| (word.to_owned(), vec![rule.to_owned()], true, text.to_owned());
        assert_eq!(comments(text), [all("ignore-file", "a"), all("ignore_file", "b")]);
    }

    #[test]
    fn a_list_without_an_end_ends_with_the_comment() {
        assert_eq!(comments("// clientc: ignore[a, b").len(), 1);
        assert_eq!(comments("// clientc: ignore[").first().map(|found| found.1.len()), Some(0));
    }
}
