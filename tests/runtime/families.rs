//! Runtimes that come of each other: registries, and new states of a plan. They share their tickets.

use clientc_runtime::transport::memory::Memory;
use clientc_runtime::{ClientRegistry, Runtime, Variables};
use serde_json::json;

use crate::calls::{document, leaf, runtime};
use crate::stage::{self, KEY};

fn turns(members: &str, start: u64) -> String {
    format!(
        "client<llm> R {{\n provider round-robin\n options {{\n strategy [{members}]\n start {start}\n }}\n}}\n"
    )
}

fn leaves() -> String {
    leaf("A", &[]) + &leaf("B", &[]) + &leaf("C", &[])
}

async fn called(runtime: &Runtime, name: &str) -> String {
    let client = runtime.client(name).unwrap();
    let record = client.chat(&stage::request()).await.unwrap().record;
    record.attempts[0].path.last().unwrap().to_string()
}

#[tokio::test(start_paused = true)]
async fn a_round_robin_of_a_registry_takes_turns_though_the_registry_is_made_for_each_call() {
    let memory = Memory::new(|_| stage::answers(0, false));
    let base = runtime(&document(&leaves()), &memory);
    let mut seen = String::new();
    for _ in 0..6 {
        let mut registry = ClientRegistry::new();
        registry.add_client("Added", "round-robin", json!({"strategy": ["A", "B", "C"]}), None);
        seen += &called(&base.with_registry(&registry).unwrap(), "Added").await;
    }
    assert_eq!(seen, "ABCABC");
    // A second registry on top of the first, and another of the same base, go on with the same tickets.
    let mut first = ClientRegistry::new();
    first.add_client("Added", "round-robin", json!({"strategy": ["A", "B", "C"]}), None);
    let first = base.with_registry(&first).unwrap();
    let mut second = ClientRegistry::new();
    second.add_client("More", "round-robin", json!({"strategy": ["C", "B"]}), None);
    let second = first.with_registry(&second).unwrap();
    let mut seen = String::new();
    for _ in 0..2 {
        seen += &called(&first, "Added").await;
        seen += &called(&second, "Added").await;
        seen += &called(&second, "More").await;
    }
    assert_eq!(seen, "ABCCAB");
}

#[tokio::test(start_paused = true)]
async fn a_new_state_of_a_plan_goes_on_with_the_tickets_of_what_did_not_change() {
    let memory = Memory::new(|_| stage::answers(0, false));
    let old = runtime(&document(&(leaves() + &turns("A, B, C", 0))), &memory);
    assert_eq!(called(&old, "R").await + &called(&old, "R").await, "AB");
    let next = |text: String| {
        let builder = Runtime::builder().environment(Variables::from_iter([(KEY, "k")])).continue_from(&old);
        stage::runtime(builder, &document(&text))
    };
    let same = next(leaf("D", &[]) + &leaves() + &turns("A, B, C", 0));
    assert_eq!(called(&same, "R").await, "C");
    assert_eq!(memory.requests(), 3, "the connections are shared");
    // Other members begin anew.
    assert_eq!(called(&next(leaves() + &turns("B, C", 0)), "R").await, "B");
    assert_eq!(called(&next(leaves() + &turns("A, B, C", 2)), "R").await, "C");
}
