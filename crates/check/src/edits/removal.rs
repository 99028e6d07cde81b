//! Removing a member of an array so that the layout and the comments of the others stay.

use clientc_semantic::Span;
use clientc_syntax::TextRange;

/// The range that is removed with a member that is not the first of its array; `None` where only a person can judge the
/// layout.
///
/// A member that is alone on its line goes with the line, one after a comma goes with that comma, and one that begins a
/// line with others goes with the comma after it.
pub(crate) fn of_member(text: &str, member: Span) -> Option<Span> {
    let (start, end) = (member.range.start as usize, member.range.end as usize);
    let before = text.get(..start)?.trim_end_matches([' ', '\t']);
    let after = skip_blanks(text, end);
    let range = if before.ends_with(',') {
        (before.len() - 1, end)
    } else if before.ends_with(['\n', '\r']) {
        let behind_comma =
            text.get(after..)?.strip_prefix(',').map_or(after, |_| skip_blanks(text, after + 1));
        match line_end(text.get(behind_comma..)?) {
            Some(length) => (before.len(), behind_comma + length),
            None => (start, behind_comma),
        }
    } else {
        return None;
    };
    Some(Span::new(member.file, TextRange::of(range.0, range.1)))
}

fn skip_blanks(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + (rest.len() - rest.trim_start_matches([' ', '\t']).len())
}

/// The length of a line break at the beginning of a text.
fn line_end(text: &str) -> Option<usize> {
    ["\r\n", "\n", "\r"].into_iter().find(|end| text.starts_with(end)).map(str::len)
}

#[cfg(test)]
mod tests {
    use clientc_semantic::FileId;

    use super::*;

    /// Takes out what is between `<` and `>`.
    fn without(marked: &str) -> Option<String> {
        let start = marked.find('<')?;
        let end = marked.find('>')? - 1;
        let mut text = marked.replace(['<', '>'], "");
        let range = of_member(&text, Span::new(FileId(0), TextRange::of(start, end)))?.range;
        text.replace_range(range.start as usize..range.end as usize, "");
        Some(text)
    }

    #[track_caller]
    fn is(marked: &str, left: &str) {
        assert_eq!(without(marked).as_deref(), Some(left));
    }

    #[test]
    fn on_one_line_the_comma_before_it_goes() {
        is("[A, <A>]", "[A]");
        is("[A, <A>, B]", "[A, B]");
        is("[A,<A>,]", "[A,]");
        is("[A , <A> // why\n]", "[A  // why\n]");
    }

    #[test]
    fn a_line_of_its_own_goes_whole() {
        is("[\n  A\n  <A>\n  B\n]", "[\n  A\n  B\n]");
        is("[\n  A,\n  <A>,\n  B\n]", "[\n  A,\n  B\n]");
        is("[\r\n  A,\r\n  <A>\r\n]", "[\r\n  A,\r\n]");
    }

    #[test]
    fn comments_and_other_members_stay() {
        is("[\n  A, // one\n  <A>, // two\n  B\n]", "[\n  A, // one\n  // two\n  B\n]");
        is("[\n  A, B\n  <A>, C\n]", "[\n  A, B\n  C\n]");
        is("[A,\n  <A>]", "[A,\n  ]");
        assert_eq!(without("[A {// x //} <A>]"), None);
    }
}
