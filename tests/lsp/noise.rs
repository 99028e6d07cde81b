//! Messages at random: whatever comes, every request is answered and the session goes on.

use clientc_tests::Editor;
use serde_json::{Value, json};

use crate::methods::{METHODS, is_told};
use crate::project::{self, CLIENTS, PATH};

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

/// Parameters that are right but for some of their parts, which are missing or of another kind.
fn params(random: &mut Random, editor: &Editor) -> Value {
    let number = |random: &mut Random| [0, 1, 5, 27, 1000, u64::from(u32::MAX)][random.below(6)];
    let position = |random: &mut Random| json!({ "line": number(random), "character": number(random) });
    let uri =
        [editor.uri(PATH), editor.uri("baml_src/functions.baml"), "untitled:x".to_owned(), "%".to_owned()]
            [random.below(4)]
        .clone();
    let mut params = json!({
        "textDocument": { "uri": uri, "version": 3, "text": "client<llm> A {", "languageId": "baml" },
        "position": position(random),
        "positions": [position(random)],
        "range": { "start": position(random), "end": position(random) },
        "newName": (["A", "", "FastClient", "\u{1f600}"][random.below(4)]),
        "query": "a",
        "context": { "diagnostics": [], "includeDeclaration": true, "only": ["source"] },
        "contentChanges": [{ "range": { "start": position(random), "end": position(random) }, "text": "\u{1f600}{" }],
        "changes": [{ "uri": editor.uri("baml_src/functions.baml"), "type": random.below(5) }],
        "settings": { "clientc": { "peer": (["beside", "auto"][random.below(2)]) } },
        "command": "clientc.showPlan",
        "arguments": [editor.uri(PATH), "MyFallback"],
        "item": { "uri": editor.uri(PATH), "name": "MyFallback", "data": { "isFunction": random.below(2) == 0 } },
        "data": { "fixAll": editor.uri(PATH) },
    });
    for _ in 0..random.below(3) {
        spoil(random, &mut params);
    }
    params
}

/// Takes a part away or puts something else in its place.
fn spoil(random: &mut Random, value: &mut Value) {
    let odd = || [Value::Null, json!(-1), json!(1e300), json!("x"), json!([]), json!({}), json!(true)];
    match value {
        Value::Object(object) if !object.is_empty() => {
            let key = object.keys().nth(random.below(object.len())).unwrap().clone();
            match random.below(4) {
                0 => drop(object.remove(&key)),
                1 => drop(object.insert(key, odd()[random.below(7)].clone())),
                _ => spoil(random, object.get_mut(&key).unwrap()),
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let at = random.below(items.len());
            spoil(random, &mut items[at]);
        }
        other => *other = odd()[random.below(7)].clone(),
    }
}

#[test]
fn every_request_is_answered_whatever_it_holds() {
    let folder = project::folder();
    let mut random = Random(7);
    let rounds =
        std::env::var("CLIENTC_LSP_NOISE").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(600);
    let mut editor = project::editor(&folder);
    let mut asked = Vec::new();
    for _ in 0..rounds {
        let method = METHODS[random.below(METHODS.len())];
        let params = params(&mut random, &editor);
        if is_told(method) {
            editor.notify(method, params);
        } else {
            asked.push(editor.ask(method, params));
        }
        if random.below(20) == 0 {
            editor.send_body(["{", "[]", "{\"id\":{}}", "\u{1f600}"][random.below(4)]);
        }
    }
    for id in asked {
        let answer = editor.answer(&json!(id));
        let code = answer["error"]["code"].as_i64();
        assert_ne!(code, Some(-32603), "{answer}");
    }
    editor.open_text(PATH, CLIENTS);
    let params = editor.on(PATH, CLIENTS, "FastClient,", 0);
    assert_ne!(editor.request("textDocument/definition", params), Value::Null);
    assert_eq!(editor.shut_down(), 0);
}
