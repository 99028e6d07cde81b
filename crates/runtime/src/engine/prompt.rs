//! Keeps what was asked of a model out of errors: some servers repeat it in theirs.
//!
//! The work grows with the lengths of both texts and not with their product, so that a long prompt holds up no other
//! call on its thread.

use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Runs of at least this many bytes that are also in the prompt are taken out. Shorter ones are in every other sentence.
const WINDOW: usize = 24;
/// How much of each text is looked at, in bytes. What is longer is a file, and no server repeats it.
const MOST: usize = 256 * 1024;
/// How much is looked at in all, in bytes. A few milliseconds are spent on it.
const MOST_IN_ALL: usize = 4 * 1024 * 1024;
/// The fields of a body that hold what is asked, in the forms of all providers.
const FIELDS: [&str; 7] =
    ["messages", "input", "instructions", "contents", "system", "systemInstruction", "system_instruction"];

/// Takes out of a text what it repeats of the prompt in the body of a request.
pub(super) fn without_prompt(text: &str, body: &[u8]) -> String {
    let mut search = Search::new(text.as_bytes());
    if !search.places.is_empty() {
        // A body that cannot be read has no prompt.
        let _ = Body(&mut search).deserialize(&mut serde_json::Deserializer::from_slice(body));
    }
    let hidden = search.hidden;
    let mut shown = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        match hidden[at..at + letter.len_utf8()].contains(&true) {
            false => shown.push(letter),
            true if shown.ends_with('…') => {}
            true => shown.push('…'),
        }
    }
    shown
}

/// Looks for parts of the prompt in a text.
struct Search<'t> {
    /// Where each window of the text is that was not found yet.
    places: HashMap<&'t [u8], Vec<usize>>,
    /// How many of these windows have a hash, so that most of the prompt is passed over without a look at `places`.
    filter: Vec<u16>,
    hidden: Vec<bool>,
    left: usize,
}

/// The hash of the last bytes, as many as a window has. Each further byte moves it on in a few steps.
struct Rolling(u64);

impl Rolling {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    const BITS: u32 = 16;

    fn push(&mut self, byte: u8) {
        self.0 = self.0.wrapping_mul(Self::FACTOR).wrapping_add(u64::from(byte) + 1);
    }

    fn drop_oldest(&mut self, byte: u8, weight: u64) {
        self.0 = self.0.wrapping_sub(weight.wrapping_mul(u64::from(byte) + 1));
    }

    fn bucket(&self) -> usize {
        (self.0 >> (64 - Self::BITS)) as usize
    }

    /// Calls a function with the place and the bucket of each window.
    fn each(bytes: &[u8], mut visit: impl FnMut(usize, usize)) {
        let weight = (1..WINDOW).fold(1u64, |weight, _| weight.wrapping_mul(Self::FACTOR));
        let mut hash = Self(0);
        for (at, &byte) in bytes.iter().enumerate() {
            if let Some(oldest) = at.checked_sub(WINDOW) {
                hash.drop_oldest(bytes[oldest], weight);
            }
            hash.push(byte);
            if let Some(start) = (at + 1).checked_sub(WINDOW) {
                visit(start, hash.bucket());
            }
        }
    }
}

impl<'t> Search<'t> {
    fn new(text: &'t [u8]) -> Self {
        let mut places: HashMap<&[u8], Vec<usize>> = HashMap::new();
        let mut filter = vec![0; if text.len() < WINDOW { 0 } else { 1 << Rolling::BITS }];
        Rolling::each(text, |at, bucket| {
            let known = places.entry(&text[at..at + WINDOW]).or_default();
            filter[bucket] += u16::from(known.is_empty());
            known.push(at);
        });
        Search { places, filter, hidden: vec![false; text.len()], left: MOST_IN_ALL }
    }

    /// Hides what a part of the prompt has in common with the text. What is found once need not be found again.
    fn look(&mut self, prompt: &str) {
        let length = prompt.len().min(MOST).min(self.left);
        self.left -= length;
        let prompt = &prompt.as_bytes()[..length];
        let Search { places, filter, hidden, .. } = self;
        Rolling::each(prompt, |at, bucket| {
            if filter[bucket] == 0 {
                return;
            }
            if let Some(found) = places.remove(&prompt[at..at + WINDOW]) {
                filter[bucket] -= 1;
                found.iter().for_each(|&place| hidden[place..place + WINDOW].fill(true));
            }
        });
    }
}

/// Reads the fields of a body that hold what is asked, and skips the others.
struct Body<'s, 't>(&'s mut Search<'t>);

/// Reads every text in a value.
struct Texts<'s, 't>(&'s mut Search<'t>);

impl<'de> DeserializeSeed<'de> for Body<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Body<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match FIELDS.contains(&&*key) {
                true => map.next_value_seed(Texts(self.0))?,
                false => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Texts<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Texts<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.look(text);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        while values.next_element_seed(Texts(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(Texts(self.0))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_repeats_of_the_prompt_is_left_out() {
        let prompt = "Wie hieß die Frau, die 1843 das erste Programm schrieb?";
        let body = clientc_plan::json!({
            "model": "a-model-with-a-rather-long-name",
            "temperature": 0.5,
            "messages": [{"role": "user", "n": null, "content": [{"type": "text", "text": prompt}]}],
        });
        let shown = |text: &str| without_prompt(text, body.to_string().as_bytes());
        assert_eq!(shown(&format!("blocked: \"{prompt}\" is not allowed")), "blocked: \"…\" is not allowed");
        assert_eq!(shown("near 'die Frau, die 1843 das erste Prog': no"), "near '…': no");
        assert_eq!(shown("near 'hieß die Frau, die 1843 das': no"), "near '…': no");
        let other = "the model a-model-with-a-rather-long-name does not exist; die Frau";
        assert_eq!(shown(other), other);
        assert_eq!(
            without_prompt("the body is not JSON, so nothing is found", b"{"),
            "the body is not JSON, so nothing is found"
        );
        assert_eq!(without_prompt("", b"{}"), "");
    }

    #[test]
    fn a_repetition_that_occurs_twice_is_left_out_twice() {
        let prompt = "one two three four five six seven";
        let body = clientc_plan::json!({"system": [{"text": prompt}]}).to_string();
        assert_eq!(without_prompt(&format!("{prompt}, and {prompt}!"), body.as_bytes()), "…, and …!");
    }

    /// What is looked up by its bytes, and not passed over by the hash alone, is counted: it may grow with the length
    /// of the prompt, and what is hidden only with that of the text.
    #[test]
    fn a_prompt_of_one_letter_is_looked_at_once() {
        let text = "a".repeat(1000);
        let mut search = Search::new(text.as_bytes());
        assert_eq!(search.places.len(), 1);
        search.look(&"a".repeat(MOST * 2));
        assert!(search.places.is_empty() && search.hidden.iter().all(|hidden| *hidden));
        assert_eq!(search.left, MOST_IN_ALL - MOST);
        let body = clientc_plan::json!({"messages": [{"content": "a".repeat(MOST)}]}).to_string();
        assert_eq!(without_prompt(&text, body.as_bytes()), "…");
    }
}
