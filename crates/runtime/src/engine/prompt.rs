//! Keeps what was asked of a model out of errors: some servers repeat it in theirs.

use clientc_plan::json::Value;
use std::collections::HashMap;

/// So many bytes in a row that are also in the prompt are taken out. Less is found in every other sentence.
const WINDOW: usize = 24;
/// How much of each text is looked at, in bytes. What is longer is a file, and no server repeats it.
const MOST: usize = 256 * 1024;
/// The fields of a body that hold what is asked, in the forms of all providers.
const FIELDS: [&str; 6] = ["messages", "input", "instructions", "contents", "system", "systemInstruction"];

/// Takes out of a text what it repeats of the prompt in the body of a request.
pub(super) fn without_prompt(text: &str, body: &[u8]) -> String {
    let mut places: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (at, window) in text.as_bytes().windows(WINDOW).enumerate() {
        places.entry(window).or_default().push(at);
    }
    let body = Value::from_slice(body).unwrap_or(Value::Null);
    let mut hidden = vec![false; text.len()];
    if !places.is_empty() {
        for field in FIELDS {
            each_text(&body[field], &mut |prompt| {
                let prompt = prompt.as_bytes();
                for window in prompt[..prompt.len().min(MOST)].windows(WINDOW) {
                    for &at in places.get(window).into_iter().flatten() {
                        hidden[at..at + WINDOW].fill(true);
                    }
                }
            });
        }
    }
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

/// Calls a function with every text in a value. Bodies nest no deeper than the parser lets them.
fn each_text(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(values) => values.iter().for_each(|value| each_text(value, visit)),
        Value::Object(map) => map.values().for_each(|value| each_text(value, visit)),
        _ => {}
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
            "messages": [{"role": "user", "content": [{"type": "text", "text": prompt}]}],
        });
        let shown = |text: &str| without_prompt(text, body.to_string().as_bytes());
        assert_eq!(shown(&format!("blocked: \"{prompt}\" is not allowed")), "blocked: \"…\" is not allowed");
        assert_eq!(shown("near 'die Frau, die 1843 das erste Prog': no"), "near '…': no");
        assert_eq!(shown("near 'hieß die Frau, die 1843 das': no"), "near '…': no");
        let other = "the model a-model-with-a-rather-long-name does not exist; die Frau";
        assert_eq!(shown(other), other);
        assert_eq!(
            without_prompt("the body is no JSON, so nothing is found", b"{"),
            "the body is no JSON, so nothing is found"
        );
        assert_eq!(without_prompt("", b"{}"), "");
    }
}
