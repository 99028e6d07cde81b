//! Insertions into a text, and where they lie afterwards.

use std::cmp::Reverse;
use std::ops::Range;

use serde::Serialize;

/// Text around a range of the source.
pub struct Edit {
    /// The bytes of the source that stay between the two texts.
    pub around: Range<usize>,
    pub before: Vec<Piece>,
    pub after: String,
}

/// A piece of what is inserted.
pub enum Piece {
    Text(String),
    /// What is executed if the fault of this number is chosen.
    Faulty(u32, String),
}

/// Where a fault lies.
#[derive(Serialize)]
pub struct Place {
    fault: u32,
    /// The bytes that are executed if the fault is chosen.
    faulty: Range<usize>,
    /// The bytes of the whole switch. An error there that is in no faulty part concerns the switch itself.
    switch: Range<usize>,
}

/// Returns the text with all edits. Of two with the same range the earlier one is outside.
pub fn apply(source: &str, edits: &[Edit]) -> (String, Vec<Place>) {
    let mut steps: Vec<(usize, bool)> = (0..edits.len()).flat_map(|at| [(at, true), (at, false)]).collect();
    steps.sort_by_key(|&(at, opens)| {
        let Range { start, end } = edits[at].around;
        // At one position: first what ends there, then what is around nothing, then what begins there.
        match (opens, start == end) {
            (false, false) => (end, 0, Reverse(start), Reverse(at), false),
            (_, true) => (end, 1, Reverse(0), Reverse(edits.len() - at), !opens),
            (true, false) => (start, 2, Reverse(end), Reverse(edits.len() - at), false),
        }
    });
    let mut text = String::with_capacity(source.len() * 3);
    let mut copied = 0;
    let mut opened = vec![0; edits.len()];
    let mut places: Vec<Place> = Vec::new();
    for (at, opens) in steps {
        let Edit { around, before, after } = &edits[at];
        let position = if opens { around.start } else { around.end };
        text.push_str(&source[copied..position]);
        copied = position;
        if opens {
            opened[at] = text.len();
            push(&mut text, before);
        } else {
            text.push_str(after);
            places.extend(faulty(opened[at], before).map(|(fault, faulty)| Place {
                fault,
                faulty,
                switch: opened[at]..text.len(),
            }));
        }
    }
    text.push_str(&source[copied..]);
    (text, places)
}

fn push(text: &mut String, pieces: &[Piece]) {
    for piece in pieces {
        let (Piece::Text(piece) | Piece::Faulty(_, piece)) = piece;
        text.push_str(piece);
    }
}

/// The faulty pieces, and where they lie if the first piece begins at this position.
fn faulty(mut position: usize, pieces: &[Piece]) -> impl Iterator<Item = (u32, Range<usize>)> {
    pieces.iter().filter_map(move |piece| {
        let (fault, text) = match piece {
            Piece::Text(text) => (None, text),
            Piece::Faulty(fault, text) => (Some(*fault), text),
        };
        position += text.len();
        fault.map(|fault| (fault, position - text.len()..position))
    })
}
