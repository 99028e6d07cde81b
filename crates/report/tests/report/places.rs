//! Places are those of the index of lines.

use crate::sources::Files;
use clientc_check::{FileId, Sources};
use clientc_report::Places;

#[test]
fn places_are_those_of_the_index() {
    let long = "\u{feff}\u{feff}ab日本🦀\t".repeat(2000);
    let texts =
        [String::new(), "a".into(), "\u{feff}a\r\nb\rc\n".into(), long.clone(), format!("{long}\r{long}\n")];
    for text in texts {
        let files = Files::new(&[("a.baml", &text)]);
        let mut places = Places::new(&files);
        let offsets = (0..=text.len() + 3).step_by(if text.len() > 100 { 37 } else { 1 });
        for offset in offsets.map(|offset| offset as u32) {
            let expected = files.line_index(FileId(0)).line_column(&text, offset);
            assert_eq!(places.at(FileId(0), offset), expected, "at {offset}");
        }
    }
}
