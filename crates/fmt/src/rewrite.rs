//! One file: which blocks are laid out again, and what changes.

use clientc_syntax::{Block, Node, Parse, TextEdit, TextRange};

use crate::line_end;
use crate::printer::Printer;
use crate::silencing::Silencing;
use crate::skip::{SkipReason, Skipped};

/// What is to be changed in a file and what was left.
pub(crate) struct Rewrite {
    pub(crate) edits: Vec<TextEdit>,
    pub(crate) skipped: Vec<Skipped>,
}

/// Reads a file and lays out each of its blocks.
pub(crate) fn rewrite(text: &str) -> Rewrite {
    let parse = clientc_syntax::parse(text);
    let mut faults = parse.faults.iter().peekable();
    let file_line_end = line_end::of_file(text);
    let mixed = text.contains('\r');
    let mut printer = Printer::new(text);
    let mut out = Rewrite { edits: Vec::new(), skipped: Vec::new() };
    let blocks = || parse.tree.items().filter_map(Block::cast).map(Block::node);
    let silencing = Silencing::of(text, blocks().map(Node::range));
    for block in blocks() {
        let range = block.range();
        while faults.next_if(|fault| fault.range.start < range.start).is_some() {}
        let faulty = faults.peek().is_some_and(|fault| fault.range.start < range.end);
        let block_line_end = mixed.then(|| line_end::of_block(block, text)).flatten();
        let printed = if faulty {
            Err(SkipReason::Fault)
        } else {
            printer.block(block, block_line_end.unwrap_or(file_line_end))
        };
        match printed {
            Ok(printed) if !silencing.is_kept(whole_lines(block, text), printed) => {
                out.skipped.push(Skipped { range, reason: SkipReason::Silencing });
            }
            Ok(printed) => out.edits.extend(TextEdit::smallest(text, whole_lines(block, text), printed)),
            Err(reason) => out.skipped.push(Skipped { range, reason }),
        }
    }
    if blocks().next().is_some() && !ends_in_fault(&parse) {
        end_last_line(text, file_line_end, &mut out.edits);
    }
    out
}

/// The range of a block with the blanks before it on its first line and after it on its last, where nothing else is
/// there.
fn whole_lines(block: Node<'_>, text: &str) -> TextRange {
    let range = block.range();
    let before = text.get(..range.start as usize).unwrap_or_default();
    let after = text.get(range.end as usize..).unwrap_or_default();
    let kept = before.trim_end_matches([' ', '\t']);
    let starts_line = kept.is_empty() || kept.ends_with(['\n', '\r', '\u{feff}']);
    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
    let rest = after.get(blanks..).unwrap_or_default();
    let ends_line = rest.is_empty() || rest.starts_with(['\n', '\r']);
    let start = if starts_line { kept.len() } else { before.len() };
    let end = text.len() - if ends_line { rest.len() } else { after.len() };
    TextRange::of(start, end)
}

/// Whether the last item of a file has a fault: it may never end, and a line end would become a part of it.
fn ends_in_fault(parse: &Parse) -> bool {
    let (Some(last), Some(fault)) = (parse.tree.items().last(), parse.faults.last()) else { return false };
    fault.range.end > last.range().start
}

/// Adds the line end that the last line of a file lacks.
fn end_last_line(text: &str, line_end: &str, edits: &mut Vec<TextEdit>) {
    let content = text.trim_start_matches('\u{feff}');
    let addressable = u32::try_from(text.len()).is_ok();
    if content.is_empty() || content.ends_with(['\n', '\r']) || !addressable {
        return;
    }
    let end = TextRange::of(text.len(), text.len());
    match edits.last_mut() {
        Some(last) if last.range.end == end.end => last.text.push_str(line_end),
        _ => edits.push(TextEdit::new(end, line_end)),
    }
}
