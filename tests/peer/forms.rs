//! The forms that rows of the table of differences speak of, as predicates on the texts of a case.

use std::collections::BTreeSet;

use clientc_syntax::{
    Block, BlockKind, Entry, Function, Node, NodeKind, Parse, SyntaxFaultKind, Unterminated, Value,
};
use clientc_tests::shared::Case;

/// What fits 64 bits with a sign and is no safe integer of JSON.
const HUGE: std::ops::RangeInclusive<u64> = 9_007_199_254_740_992..=9_223_372_036_854_775_807;

/// Whether a form occurs in one of the files of a case.
pub(crate) fn occurs(form: &str, case: &Case) -> bool {
    case.files.iter().any(|(_, bytes)| {
        let Ok(text) = std::str::from_utf8(bytes) else { return form == "not-utf8" };
        let parsed = clientc_syntax::parse(text);
        File { text, parsed: &parsed }.has(form)
    })
}

struct File<'f> {
    text: &'f str,
    parsed: &'f Parse,
}

impl<'f> File<'f> {
    fn has(&self, form: &str) -> bool {
        match form {
            "not-utf8" => false,
            "byte-order-mark" => self.text.starts_with('\u{feff}'),
            "unterminated-string" => self.has_fault(SyntaxFaultKind::Unterminated(Unterminated::String)),
            "nested-deeper-than-256" => self.has_fault(SyntaxFaultKind::TooDeep),
            "limits-on-composites" => self.blocks().any(|block| self.has_limits_on_composite(block)),
            "colon-in-block" => self.blocks().flat_map(Block::entries).any(|entry| self.has_colon(entry)),
            "comma-without-entry" => self.maps().any(|map| self.has_comma_without_entry(map)),
            "comment-after-bracket" => self.nodes(NodeKind::Array).any(comment_comes_first),
            "block-comment-behind-entry" => {
                self.parsed.tree.nodes().any(|node| self.has_comment_behind(node))
            }
            "brace-on-next-line" => {
                self.nodes(NodeKind::Entry).any(|entry| self.has_brace_on_next_line(entry))
            }
            "name-of-other-kind" => self.has_name_of_other_kind(),
            "duplicate-key" => self.maps().any(|map| self.has_duplicate_key(map)),
            "zero-limit" => self.limits().any(|(_, value)| value == Some(0)),
            "huge-limit" => self.limits().any(|(_, value)| value.is_some_and(|ms| HUGE.contains(&ms))),
            "first-token-above-request" => self.blocks().any(|block| self.has_late_first_token(block)),
            "retry-number-out-of-range" => self.blocks().any(|block| self.has_odd_retry_number(block)),
            "negative-start" => self.options().any(|(key, value)| key == "start" && value.starts_with('-')),
            "member-from-environment" => self.members().any(|member| is_known_late(member, self.text)),
            "composite-shorthand" => {
                self.members().any(|member| is_composite_shorthand(&member.text(self.text)))
            }
            _ => panic!("no form is named {form}"),
        }
    }

    fn has_fault(&self, kind: SyntaxFaultKind) -> bool {
        self.parsed.faults.iter().any(|fault| fault.kind == kind)
    }

    fn blocks(&self) -> impl Iterator<Item = Block<'f>> {
        self.parsed.tree.items().filter_map(Block::cast)
    }

    fn nodes(&self, kind: NodeKind) -> impl Iterator<Item = Node<'f>> {
        self.parsed.tree.nodes().filter(move |node| node.kind() == kind)
    }

    fn maps(&self) -> impl Iterator<Item = Node<'f>> {
        self.nodes(NodeKind::Map)
    }

    fn key(&self, entry: Entry<'_>) -> String {
        entry.key_text(self.text).into_owned()
    }

    fn find(&self, mut entries: impl Iterator<Item = Entry<'f>>, key: &str) -> Option<Value<'f>> {
        entries.find(|entry| self.key(*entry) == key).and_then(Entry::value)
    }

    fn option(&self, block: Block<'f>, key: &str) -> Option<Value<'f>> {
        self.find(self.find(block.entries(), "options")?.entries(), key)
    }

    fn is_composite(&self, block: Block<'f>) -> bool {
        let provider = self.find(block.entries(), "provider");
        provider.is_some_and(|provider| {
            let name = provider.text(self.text);
            ["fallback", "round-robin"].contains(&name.trim_start_matches("baml-"))
        })
    }

    /// The numbers of an `http` block, by key; none where a value is no whole number.
    fn http(&self, block: Block<'f>) -> Vec<(String, Option<u64>)> {
        let http = self.option(block, "http");
        let entries = http.into_iter().flat_map(Value::entries);
        let number = |entry: Entry<'f>| match entry.value()? {
            Value::Number(node) if node.text(self.text) == "-0" => Some(0),
            Value::Number(node) => node.text(self.text).parse().ok(),
            _ => None,
        };
        entries.map(|entry| (self.key(entry), number(entry))).collect()
    }

    fn limits(&self) -> impl Iterator<Item = (String, Option<u64>)> {
        self.blocks().flat_map(|block| self.http(block)).filter(|(key, _)| key.ends_with("_timeout_ms"))
    }

    fn options(&self) -> impl Iterator<Item = (String, String)> {
        let entries = self.blocks().filter_map(|block| self.find(block.entries(), "options"));
        let entries = entries.flat_map(Value::entries);
        entries.filter_map(|entry| Some((self.key(entry), entry.value()?.text(self.text).into_owned())))
    }

    fn members(&self) -> impl Iterator<Item = Value<'f>> {
        let composites = self.blocks().filter(|block| self.is_composite(*block));
        composites.filter_map(|block| self.option(block, "strategy")).flat_map(Value::members)
    }

    fn has_limits_on_composite(&self, block: Block<'f>) -> bool {
        let attempt = ["connect", "time_to_first_token", "idle", "request"];
        let is_attempt = |key: &str| attempt.contains(&key.trim_end_matches("_timeout_ms"));
        self.is_composite(block) && self.http(block).iter().any(|(key, _)| is_attempt(key))
    }

    fn between(&self, start: Node<'_>, end: Node<'_>) -> &'f str {
        self.text.get(start.range().end as usize..end.range().start as usize).unwrap_or_default()
    }

    fn has_colon(&self, entry: Entry<'_>) -> bool {
        let value = entry.value().map(Value::node);
        entry.key().zip(value).is_some_and(|(key, value)| self.between(key, value).contains(':'))
    }

    fn has_brace_on_next_line(&self, entry: Node<'_>) -> bool {
        let (key, map) = (entry.child(NodeKind::Key), entry.child(NodeKind::Map));
        key.zip(map).is_some_and(|(key, map)| self.between(key, map).contains(['\n', '\r']))
    }

    fn has_comma_without_entry(&self, map: Node<'_>) -> bool {
        let is_body = self.blocks().any(|block| block.body().is_some_and(|body| body.id() == map.id()));
        let children: Vec<_> = map.children().collect();
        let inner = children.windows(2).any(|pair| self.between(pair[0], pair[1]).contains(','));
        let last = children.last().map_or("", |last| {
            self.text.get(last.range().end as usize..map.range().end as usize).unwrap_or_default()
        });
        is_body && inner || last.contains(',')
    }

    fn has_comment_behind(&self, parent: Node<'_>) -> bool {
        let children: Vec<_> = parent.children().collect();
        children.windows(3).any(|three| {
            let is_inner = matches!(parent.kind(), NodeKind::Map | NodeKind::Array);
            let is_comment = three[1].kind() == NodeKind::BlockComment;
            is_inner && is_comment && !self.between(three[0], three[1]).contains(['\n', '\r'])
        })
    }

    fn has_name_of_other_kind(&self) -> bool {
        let mut names = BTreeSet::new();
        for item in self.parsed.tree.items() {
            if let Some(name) = Function::cast(item).and_then(Function::name) {
                names.insert(name.text(self.text));
            } else if item.kind() == NodeKind::Foreign {
                let is_name = |c: char| c.is_alphanumeric() || c == '_';
                let word = item.text(self.text).split_whitespace().nth(1).unwrap_or_default();
                names.insert(word.split(|c| !is_name(c)).next().unwrap_or_default());
            }
        }
        self.blocks()
            .filter_map(|block| block.name(self.text))
            .any(|name| names.contains(name.text(self.text)))
    }

    fn has_duplicate_key(&self, map: Node<'_>) -> bool {
        let mut keys = BTreeSet::new();
        let entries = map.children().filter(|child| child.kind() == NodeKind::Entry);
        entries
            .filter_map(|entry| entry.child(NodeKind::Key))
            .any(|key| !keys.insert(key.text(self.text).trim_matches('"')))
    }

    fn has_late_first_token(&self, block: Block<'f>) -> bool {
        let http = self.http(block);
        let find = |key: &str| http.iter().find(|(found, _)| found == key).and_then(|(_, value)| *value);
        let first_token = find("time_to_first_token_timeout_ms");
        first_token
            .zip(find("request_timeout_ms"))
            .is_some_and(|(first_token, request)| first_token > request)
    }

    fn has_odd_retry_number(&self, block: Block<'f>) -> bool {
        if block.kind() != BlockKind::Policy {
            return false;
        }
        let strategy = self.find(block.entries(), "strategy");
        let entries = block.entries().chain(strategy.into_iter().flat_map(Value::entries));
        let mut numbers = entries.filter_map(|entry| {
            let Some(Value::Number(node)) = entry.value() else { return None };
            Some((self.key(entry), node.text(self.text).parse::<f64>().ok()?))
        });
        numbers.any(|(key, number)| match &*key {
            "max_retries" => !(0.0..=100.0).contains(&number),
            "multiplier" => number <= 0.0 || number > 1000.0,
            "delay_ms" | "max_delay_ms" => !(0.0..=86_400_000.0).contains(&number),
            _ => false,
        })
    }
}

fn comment_comes_first(array: Node<'_>) -> bool {
    array.children().next().is_some_and(|first| first.kind() == NodeKind::LineComment)
}

fn is_known_late(member: Value<'_>, text: &str) -> bool {
    let is_env = matches!(member, Value::Word(_)) && member.text(text).starts_with("env.");
    is_env || matches!(member, Value::Template(_))
}

fn is_composite_shorthand(member: &str) -> bool {
    member.split_once('/').is_some_and(|(provider, _)| {
        ["fallback", "round-robin"].contains(&provider.trim_start_matches("baml-"))
    })
}
