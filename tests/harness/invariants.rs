//! What holds for every text.

use clientc_syntax::{Node, NodeKind, Parse, SyntaxFaultKind, TextRange, parse, parse_general};

/// Checks all that holds for the tree of a text.
///
/// # Panics
///
/// Where one of them does not hold.
pub fn tree(text: &str) {
    let parsed = parse(text);
    spells(text, &parsed);
    is_never_refused(text, &parsed);
    rules_agree(text, &parsed);
}

/// The nodes come in order, inside their parents, on the boundaries of characters, and what lies between the
/// leaves of a block is blank or punctuation: nothing of the text is lost.
///
/// # Panics
///
/// Where that does not hold.
pub fn spells(text: &str, parsed: &Parse) {
    let mut at = 0;
    for item in parsed.tree.items() {
        assert!(item.range().start >= at, "{item:?} begins before {at}");
        let gap = TextRange::new(at, item.range().start).slice(text);
        let gap = if at == 0 { gap.trim_start_matches('\u{feff}') } else { gap };
        assert!(gap.bytes().all(|byte| byte.is_ascii_whitespace()), "{gap:?} lies between items");
        at = item.range().end;
        let is_block = matches!(item.kind(), NodeKind::ClientBlock | NodeKind::PolicyBlock);
        node(text, item, is_block && item.child(NodeKind::Map).is_some());
    }
    let rest = text.get(at as usize..).expect("an item ends on the boundary of a character");
    assert!(rest.trim_start_matches('\u{feff}').trim_ascii().is_empty(), "{rest:?} is in no item");
    for fault in &parsed.faults {
        assert!(is_on_boundaries(text, fault.range), "{fault:?}");
        assert!(fault.related.is_none_or(|range| is_on_boundaries(text, range)), "{fault:?}");
        assert!(!fault.range.is_empty(), "{fault:?} shows nothing");
    }
}

fn is_on_boundaries(text: &str, range: TextRange) -> bool {
    text.get(range.start as usize..range.end as usize).is_some()
}

fn node(text: &str, parent: Node<'_>, is_complete: bool) {
    assert!(is_on_boundaries(text, parent.range()), "{parent:?}");
    let mut at = parent.range().start;
    let mut is_leaf = true;
    for child in parent.children() {
        is_leaf = false;
        assert!(parent.range().contains(child.range()), "{child:?} in {parent:?}");
        assert!(child.range().start >= at, "{child:?} begins before {at}");
        if is_complete {
            gap(text, parent, TextRange::new(at, child.range().start));
        }
        at = child.range().end;
        node(text, child, is_complete);
    }
    if is_complete && parent.kind() == NodeKind::Map {
        assert!(
            parent.text(text).starts_with('{') && parent.text(text).ends_with('}'),
            "{:?}",
            parent.text(text)
        );
    }
    if is_complete && (!is_leaf || matches!(parent.kind(), NodeKind::Map | NodeKind::Array)) {
        gap(text, parent, TextRange::new(at, parent.range().end));
    }
}

fn gap(text: &str, parent: Node<'_>, range: TextRange) {
    let lost = range.slice(text).trim_matches([' ', '\t', '\n', '\r', ',', ':', '{', '}', '[', ']']);
    assert!(lost.is_empty(), "{lost:?} is in no leaf of {parent:?}");
}

/// The scanner and the grammar agree on every block: none that the scanner gives is refused by the grammar.
///
/// # Panics
///
/// Where that does not hold.
pub fn is_never_refused(text: &str, parsed: &Parse) {
    for item in parsed.tree.items() {
        let refused = |kind| kind == SyntaxFaultKind::Unexpected;
        let fault = parsed.faults.iter().find(|fault| refused(fault.kind) && fault.range == item.range());
        assert!(fault.is_none(), "the grammar refuses {:?}", item.text(text));
    }
}

/// The grammar's rule for the usual layout gives the same tree as its general rule.
///
/// # Panics
///
/// Where that does not hold.
pub fn rules_agree(text: &str, parsed: &Parse) {
    let general = parse_general(text);
    assert_eq!(parsed.faults, general.faults);
    let mut nodes = general.tree.nodes();
    for node in parsed.tree.nodes() {
        let other = nodes.next().expect("the general rule gives as many nodes");
        assert_eq!(outline(node), outline(other), "{:?}", node.text(text));
    }
    assert!(nodes.next().is_none(), "the general rule gives more nodes");
}

fn outline(node: Node<'_>) -> (NodeKind, TextRange, bool, Vec<u32>) {
    (node.kind(), node.range(), node.is_broken(), node.children().map(Node::id).collect())
}

/// Every whole block that ends before a cut is the same without what follows the cut, up to the first line that
/// opens no block: what such a line means may depend on what follows.
///
/// # Panics
///
/// Where that does not hold.
pub fn keeps_blocks_before(text: &str, parsed: &Parse, cut: usize) {
    let Some(start) = text.get(..cut) else { return };
    let shorter = parse(start);
    let before = parsed
        .tree
        .items()
        .take_while(|item| item.kind() != NodeKind::Invalid && item.range().end as usize <= cut);
    let mut kept = shorter.tree.items().filter(is_whole);
    for item in before.filter(is_whole) {
        let same = kept.next().expect("a whole block before the cut is kept");
        assert_eq!((item.kind(), item.range()), (same.kind(), same.range()));
        let inner = |node: Node<'_>| -> Vec<_> {
            node.children().map(|child| (child.kind(), child.range())).collect()
        };
        assert_eq!(inner(item), inner(same));
    }
}

fn is_whole(item: &Node<'_>) -> bool {
    matches!(item.kind(), NodeKind::ClientBlock | NodeKind::PolicyBlock)
        && item.child(NodeKind::Map).is_some()
}
