//! What strategies and models promise and do not keep: the cases that the pages of the rules do not show.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use clientc_check::Safety;
use clientc_tests::Checked;

/// A client that makes requests, with more options.
fn leaf(name: &str, provider: &str, model: &str, options: &str) -> String {
    format!(
        "client<llm> {name} {{\n  provider {provider}\n  options {{\n    model \"{model}\"\n    {options}\n  }}\n}}\n"
    )
}

/// Such a client that nothing is wrong with.
fn plain(name: &str, key: &str) -> String {
    leaf(name, "openai", "gpt-4o", &format!("api_key env.{key}\n    http {{ request_timeout_ms 20000 }}"))
}

fn composite(name: &str, provider: &str, members: &str, more: &str) -> String {
    format!(
        "client<llm> {name} {{\n  provider {provider}\n  options {{\n    strategy [{members}]\n    {more}\n  }}\n}}\n"
    )
}

fn fallback(name: &str, members: &str) -> String {
    composite(name, "fallback", members, "")
}

fn round_robin(name: &str, members: &str) -> String {
    composite(name, "round-robin", members, "")
}

/// The clients A, B and C, each with a key of its own, and more blocks.
fn with_leaves(blocks: &[String]) -> String {
    let leaves = [plain("A", "KEY_A"), plain("B", "KEY_B"), plain("C", "KEY_C")];
    [leaves.concat(), blocks.concat()].concat()
}

/// What a rule says about, in order.
fn subjects(text: &str, rule: &str) -> Vec<String> {
    let checked = Checked::text(text);
    assert_eq!(checked.errors().count(), 0, "{}", checked.full());
    let found = checked.diagnostics().filter(|diagnostic| diagnostic.rule == rule);
    found.map(|diagnostic| diagnostic.subject.clone()).collect()
}

#[track_caller]
fn duplicates(blocks: &[String], expected: &[&str]) {
    assert_eq!(subjects(&with_leaves(blocks), "duplicate-member"), expected);
}

#[test]
fn what_a_round_robin_may_use_is_not_certain() {
    duplicates(&[round_robin("R", "A, B"), fallback("F", "R, A")], &[]);
    duplicates(&[round_robin("R", "A, B"), fallback("F", "A, R")], &[]);
    duplicates(&[round_robin("R", "A, A"), fallback("F", "R, A")], &["F/strategy/A"]);
    duplicates(&[round_robin("R", "A, B"), round_robin("S", "A, B"), fallback("F", "R, S")], &[]);
    let both =
        [fallback("G", "A, B"), fallback("H", "C, A"), round_robin("R", "G, H"), fallback("F", "R, A")];
    duplicates(&both, &["F/strategy/A"]);
}

#[test]
fn whatever_a_round_robin_uses_may_be_a_member_too() {
    let r = || round_robin("R", "A, B");
    duplicates(&[r(), fallback("F", "A, B, R")], &["F/strategy/R"]);
    duplicates(&[r(), fallback("F", "R, A, B")], &["F/strategy/B"]);
    duplicates(&[r(), fallback("F", "A, R, B")], &["F/strategy/B"]);
    duplicates(&[r(), fallback("G", "A, B"), fallback("F", "G, R")], &["F/strategy/R"]);
    duplicates(&[r(), fallback("G", "C, R"), fallback("F", "G, A, B")], &["F/strategy/B"]);
    let three = [round_robin("R", "A, B, C"), fallback("F", "R, A, B")];
    duplicates(&three, &[]);
    duplicates(&[r(), fallback("F", "A, R, C")], &[]);
    let text = with_leaves(&[r(), fallback("F", "A, B, R")]);
    let checked = Checked::text(&text);
    let found = checked.diagnostics().find(|found| found.rule == "duplicate-member").unwrap();
    assert!(found.message.contains("`A` or `B`") && found.fix.is_none(), "{found:?}");
}

#[test]
fn many_round_robins_are_judged_by_what_is_certain() {
    let leaves: Vec<String> = (0..40).map(|number| format!("L{number}")).collect();
    let blocks: Vec<String> = leaves.iter().map(|name| plain(name, &name.to_uppercase())).collect();
    let pairs: Vec<String> = leaves
        .chunks(2)
        .enumerate()
        .map(|(at, pair)| round_robin(&format!("R{at}"), &pair.join(", ")))
        .collect();
    let members: Vec<String> = (0..20).map(|at| format!("R{at}")).collect();
    let all = [blocks.concat(), pairs.concat()].concat();
    let below = [all.clone(), fallback("F", &format!("{}, A", members.join(", ")))];
    duplicates(&below, &[]);
    duplicates(&[all, fallback("F", &format!("A, {}, A", members.join(", ")))], &["F/strategy/A"]);
}

#[test]
fn a_round_robin_may_name_a_member_twice() {
    duplicates(&[round_robin("R", "A, A, B")], &[]);
}

#[test]
fn nested_fallbacks_are_reported_where_the_second_try_begins() {
    duplicates(&[fallback("G", "A, A"), fallback("F", "G, B")], &["G/strategy/A"]);
    duplicates(&[fallback("G", "A, B"), fallback("F", "G, G")], &["F/strategy/G"]);
    duplicates(&[fallback("G", "A, B"), fallback("H", "B, C"), fallback("F", "G, H")], &["F/strategy/H"]);
    duplicates(&[fallback("F", "A, B, A, A")], &["F/strategy/A", "F/strategy/A"]);
}

#[test]
fn a_shorthand_is_a_client_like_others() {
    duplicates(&[fallback("F", "\"openai/gpt-4o\", B, openai/gpt-4o")], &["F/strategy/openai/gpt-4o"]);
}

#[test]
fn the_fix_takes_the_later_member_out() {
    let before = with_leaves(&[fallback("F", "\n      A // first\n      B, A // again\n      A\n    ")]);
    let expected = with_leaves(&[fallback("F", "\n      A // first\n      B // again\n    ")]);
    let checked = Checked::text(&before);
    let mut edits = Vec::new();
    for diagnostic in checked.diagnostics().filter(|diagnostic| diagnostic.rule == "duplicate-member") {
        let fix = diagnostic.fix.as_ref().unwrap();
        assert_eq!(fix.safety, Safety::Unsafe);
        edits.extend(fix.edits.iter().map(|edit| &edit.edit));
    }
    let text = clientc_syntax::apply(&before, edits);
    assert_eq!(text, expected);
    assert_eq!(
        Checked::text(&text).diagnostics().filter(|found| found.rule == "duplicate-member").count(),
        0
    );
}

#[test]
fn a_composite_is_never_taken_out() {
    let checked = Checked::text(&with_leaves(&[fallback("G", "A, B"), fallback("F", "A, G")]));
    let found: Vec<_> = checked.diagnostics().filter(|found| found.rule == "duplicate-member").collect();
    assert!(matches!(&found[..], [only] if only.fix.is_none()));
}

#[test]
fn a_duplicate_is_neither_correlated_nor_single() {
    let text = with_leaves(&[fallback("F", "A, A")]);
    assert_eq!(subjects(&text, "duplicate-member").len(), 1);
    assert_eq!(subjects(&text, "correlated-fallback"), [""; 0]);
    assert_eq!(subjects(&text, "single-member"), [""; 0]);
}

#[track_caller]
fn correlated(first: &str, second: &str, expected: bool) {
    let text = [first.to_owned(), second.to_owned(), fallback("F", "X, Y")].concat();
    assert_eq!(!subjects(&text, "correlated-fallback").is_empty(), expected, "{text}");
}

#[test]
fn what_members_share_is_what_takes_effect() {
    let x = leaf("X", "openai", "gpt-4o", "");
    correlated(&x, &leaf("Y", "openai", "gpt-4o", "api_key env.OPENAI_API_KEY"), true);
    correlated(
        &x,
        &leaf("Y", "baml-openai-chat", "gpt-4o", "base_url \"https://API.openai.com:443/v1/\""),
        true,
    );
    correlated(&x, &leaf("Y", "openai-responses", "gpt-4o", ""), true);
    correlated(&x, &leaf("Y", "openai", "gpt-4o", "api_key env.OTHER"), false);
    correlated(&x, &leaf("Y", "openai", "gpt-4o", "base_url \"https://eu.api.openai.com/v1\""), false);
    correlated(&x, &leaf("Y", "openai", "gpt-4o", "base_url env.BASE"), false);
    correlated(&x, &leaf("Y", "openai", "gpt-4o", "headers { \"OpenAI-Organization\" \"two\" }"), false);
    correlated(&x, &leaf("Y", "anthropic", "claude-3-haiku-20240307", ""), false);
    let bedrock = |name: &str, region: &str| leaf(name, "aws-bedrock", "m", &format!("region \"{region}\""));
    correlated(&bedrock("X", "us-east-1"), &bedrock("Y", "us-east-1"), true);
    correlated(&bedrock("X", "us-east-1"), &bedrock("Y", "eu-west-1"), false);
    correlated(&x, &leaf("Y", "openai", "o3", ""), false);
}

#[test]
fn of_nested_correlated_fallbacks_only_the_outermost_is_reported() {
    let leaves: String = ["X", "Y", "Z"].iter().map(|name| leaf(name, "openai", "gpt-4o", "")).collect();
    let nested = |outer: &str| [leaves.clone(), fallback("G", "X, Y"), fallback("F", outer)].concat();
    assert_eq!(subjects(&nested("G, Z"), "correlated-fallback"), ["F/strategy"]);
    let other = [nested("G, Q"), leaf("Q", "anthropic", "claude-3-haiku-20240307", "")].concat();
    assert_eq!(subjects(&other, "correlated-fallback"), ["G/strategy"]);
}

#[test]
fn costs_of_turns_are_compared_under_what_is_above_them() {
    let leaves = [
        leaf("Short", "openai", "gpt-4o", "http { request_timeout_ms 10000 }"),
        leaf("Long", "anthropic", "m", "http { request_timeout_ms 90000 }"),
        leaf("Open", "anthropic", "m", ""),
    ]
    .concat();
    let uneven = |more: &[String]| subjects(&[leaves.clone(), more.concat()].concat(), "uneven-round-robin");
    assert_eq!(uneven(&[round_robin("R", "Short, Long")]), ["R/strategy/Long"]);
    assert_eq!(uneven(&[round_robin("R", "Short, Open")]), [""; 0]);
    assert_eq!(
        uneven(&[composite("R", "round-robin", "Short, Long", "http { request_timeout_ms 50000 }")]),
        [""; 0]
    );
    let above = composite("F", "fallback", "R, Open", "http { request_timeout_ms 50000 }");
    assert_eq!(uneven(&[round_robin("R", "Short, Long"), above]), [""; 0]);
    let many = fallback("Many", "Short, Long, X1, X2, X3, X4");
    let more: String = (1..=4).map(|number| leaf(&format!("X{number}"), "openai", "gpt-4o", "")).collect();
    assert_eq!(uneven(&[more, many, round_robin("R", "Many, Short")]), ["R/strategy/Many"]);
}

#[test]
fn a_round_robin_that_no_function_reaches_is_left_alone() {
    let text = [
        leaf("Short", "openai", "gpt-4o", "http { request_timeout_ms 10000 }"),
        leaf("Long", "anthropic", "m", "http { request_timeout_ms 90000 }"),
        round_robin("R", "Short, Long"),
        "function Ask(text: string) -> string {\n  client Short\n  prompt #\"{{ text }}\"#\n}\n".to_owned(),
    ];
    assert_eq!(subjects(&text.concat(), "uneven-round-robin"), [""; 0]);
}

const BACKOFF: &str =
    "retry_policy P {\n  max_retries 2\n  strategy {\n    type exponential_backoff\n  }\n}\n";

fn timeouts(text: &str) -> Vec<String> {
    subjects(&[BACKOFF, text].concat(), "reasoning-model-timeout")
}

fn thinker(name: &str, request_ms: u32) -> String {
    leaf(name, "openai", "o3-mini", &format!("http {{ request_timeout_ms {request_ms} }}"))
}

#[test]
fn one_limit_above_many_models_is_one_cause() {
    let above = composite("F", "fallback", "X, Y", "http { request_timeout_ms 30000 }");
    let text = [thinker("X", 120_000), thinker("Y", 90_000), above].concat();
    assert_eq!(timeouts(&text), ["F/http/request_timeout_ms"]);
    let both = [thinker("X", 20_000), thinker("Y", 59_999), fallback("F", "X, Y")].concat();
    assert_eq!(timeouts(&both), ["X/http/request_timeout_ms", "Y/http/request_timeout_ms"]);
    assert_eq!(timeouts(&thinker("X", 60_000)), [""; 0]);
}

#[test]
fn the_first_token_counts_where_it_is_late_and_streamed() {
    let ttft = "http { time_to_first_token_timeout_ms 10000 }";
    assert_eq!(timeouts(&leaf("X", "openai", "o1", ttft)), ["X/http/time_to_first_token_timeout_ms"]);
    assert_eq!(
        timeouts(&leaf("X", "openai-generic", "deepseek-reasoner", &format!("base_url env.B\n    {ttft}"))),
        ["X/http/time_to_first_token_timeout_ms"]
    );
    assert_eq!(
        timeouts(&leaf("X", "openai", "o1", &format!("supports_streaming false\n    {ttft}"))),
        [""; 0]
    );
}

#[test]
fn what_a_client_asks_of_its_model_counts() {
    let short = "http { request_timeout_ms 20000 }";
    let with = |model: &str, option: &str| {
        !timeouts(&leaf("X", "openai", model, &format!("{option}\n    {short}"))).is_empty()
    };
    assert!(with("gpt-5", ""));
    assert!(with("gpt-5", "reasoning_effort \"high\""));
    assert!(!with("gpt-5", "reasoning_effort \"minimal\""));
    assert!(!with("gpt-5.1", ""));
    assert!(with("gpt-5.1", "reasoning { effort \"medium\" }"));
    assert!(!with("gpt-5-chat-latest", ""));
}

#[test]
fn models_on_azure_and_bedrock_have_other_keys() {
    let azure = "client<llm> X {\n  provider azure-openai\n  options {\n    resource_name \"r\"\n    deployment_id \"o1\"\n    http { request_timeout_ms 20000 }\n  }\n}\n";
    assert_eq!(timeouts(azure).len(), 1);
    let bedrock = "client<llm> X {\n  provider aws-bedrock\n  options {\n    model_id \"us.deepseek.r1-v1:0\"\n    http { request_timeout_ms 20000 }\n  }\n}\n";
    assert_eq!(timeouts(bedrock).len(), 1);
}

#[test]
fn what_no_entry_reaches_is_left_alone() {
    let function =
        "function Ask(text: string) -> string {\n  client \"openai/gpt-4o\"\n  prompt #\"{{ text }}\"#\n}\n";
    assert_eq!(timeouts(&[&thinker("X", 20_000), function].concat()), [""; 0]);
    assert_eq!(
        timeouts(&[&thinker("X", 20_000), &*function.replace("\"openai/gpt-4o\"", "X")].concat()).len(),
        1
    );
}

#[test]
fn a_smaller_limit_after_an_unbounded_client_is_no_weaker_one() {
    let weaker = |first: &str, http: &str| {
        let text = [
            leaf("Fast", "openai", "gpt-4o", first),
            thinker("X", 90_000),
            composite("F", "fallback", "Fast, X", http),
        ];
        subjects(&text.concat(), "weaker-fallback")
    };
    assert_eq!(weaker("http { request_timeout_ms 120000 }", ""), ["X/http/request_timeout_ms"]);
    assert_eq!(weaker("", ""), [""; 0]);
    assert_eq!(weaker("http { request_timeout_ms 90000 }", ""), [""; 0]);
    assert_eq!(weaker("http { request_timeout_ms 120000 }", "http { request_timeout_ms 80000 }"), [""; 0]);
}

#[test]
fn a_policy_without_backoff_is_reported_once() {
    let constant = "retry_policy P {\n  max_retries 2\n  strategy {\n    type constant_delay\n  }\n}\n";
    let retried = |name: &str| {
        thinker(name, 90_000).replacen("provider openai\n", "provider openai\n  retry_policy P\n", 1)
    };
    let text = [constant, &retried("X"), &retried("Y")].concat();
    assert_eq!(subjects(&text, "reasoning-model-advice"), ["X/retry_policy"]);
}

#[test]
fn the_last_member_is_tried_once() {
    let text = [thinker("X", 90_000), thinker("Y", 90_000), fallback("F", "X, Y")].concat();
    assert_eq!(subjects(&text, "reasoning-model-advice"), ["Y/retry_policy"]);
    let above = text.replace("provider fallback\n", "provider fallback\n  retry_policy P\n");
    assert_eq!(subjects(&[BACKOFF, &above].concat(), "reasoning-model-advice"), [""; 0]);
}

#[test]
fn a_time_in_the_body_is_in_seconds() {
    let longer = |timeout: &str, ms: u32| {
        let options = format!(
            "base_url \"http://localhost/v1\"\n    timeout {timeout}\n    http {{ request_timeout_ms {ms} }}"
        );
        let text = leaf("X", "openai-generic", "m", &options);
        subjects(&text, "client-not-longer-than-server").is_empty()
    };
    assert!(!longer("120", 120_000));
    assert!(longer("120", 120_001));
    assert!(!longer("4.35", 4350));
    assert!(longer("4.35", 4351));
    assert!(longer("null", 5));
    assert!(longer("-1", 5));
    assert!(longer("0", 5));
    assert!(longer("\"120\"", 5));
}

#[test]
fn a_policy_without_retries_is_named() {
    let policy = "retry_policy P {\n  max_retries 0\n}\n";
    let text = [policy, &thinker("X", 90_000)]
        .concat()
        .replace("provider openai\n", "provider openai\n  retry_policy P\n");
    let checked = Checked::text(&text);
    let found = checked.diagnostics().find(|found| found.rule == "reasoning-model-advice").unwrap();
    assert!(found.message.contains("its retry policy `P` makes no retry"), "{}", found.message);
}

#[test]
fn a_bare_timeout_is_judged_by_one_rule() {
    let one = |text: &str| {
        let rules = ["misplaced-key", "client-not-longer-than-server"];
        rules.map(|rule| subjects(text, rule).len())
    };
    let bounded = composite("F", "fallback", "J, A", "http { request_timeout_ms 1000 }");
    let bare = leaf("J", "openai", "m", "timeout 61");
    assert_eq!(one(&[&*bare, &bounded, &plain("A", "KEY_A")].concat()), [0, 1]);
    assert_eq!(one(&[&*bare, &fallback("F", "J, A"), &plain("A", "KEY_A")].concat()), [1, 0]);
    let request = leaf("J", "openai", "m", "timeout 61\n    http { request_timeout_ms 62000 }");
    assert_eq!(one(&request), [0, 0]);
}

#[test]
fn a_timeout_that_is_refused_is_not_sent() {
    let options = "region us-east-1\n    timeout 30\n    http { request_timeout_ms 20000 }";
    let text = leaf("X", "aws-bedrock", "m", options);
    let checked = Checked::text(&text);
    let rules: Vec<_> = checked.diagnostics().map(|found| found.rule).collect();
    assert!(rules.contains(&"invalid-option"), "{rules:?}");
    assert!(!rules.contains(&"client-not-longer-than-server"), "{rules:?}");
}

#[test]
fn milliseconds_among_the_options_are_always_misplaced() {
    let text = leaf("X", "openai", "m", "timeout_ms 30");
    assert_eq!(subjects(&text, "misplaced-key"), ["X/timeout_ms"]);
    let text = leaf("X", "openai", "m", "timeout_ms 30\n    http { request_timeout_ms 20000 }");
    assert_eq!(subjects(&text, "misplaced-key"), ["X/timeout_ms"]);
}

#[test]
fn a_limit_for_streams_has_one_finding() {
    let options = "supports_streaming false\n    http {\n      request_timeout_ms 20000\n      time_to_first_token_timeout_ms 3000\n    }";
    let above = composite("F", "fallback", "X, A", "http { time_to_first_token_timeout_ms 1500 }");
    let text = [leaf("X", "openai", "m", options), above, plain("A", "KEY_A")].concat();
    assert_eq!(subjects(&text, "streaming-timeout-unused"), ["X/http/time_to_first_token_timeout_ms"]);
    assert_eq!(subjects(&text, "shadowed-timeout"), [""; 0]);
    let streaming = text.replace("supports_streaming false", "supports_streaming true");
    assert_eq!(subjects(&streaming, "shadowed-timeout"), ["X/http/time_to_first_token_timeout_ms"]);
}

#[test]
fn several_clients_without_a_limit_are_many() {
    let bare = |name: &str| leaf(name, "openai", "m", &format!("api_key env.{name}"));
    let text = [bare("X"), bare("Y"), plain("A", "KEY_A"), fallback("F", "A, X, Y")].concat();
    let checked = Checked::text(&text);
    let found = checked.diagnostics().find(|found| found.rule == "unbounded-worst-case").unwrap();
    assert!(found.message.ends_with("but `F > X` and 1 more are not"), "{}", found.message);
}

#[test]
fn references_that_are_texts_are_told() {
    let text = leaf(
        "X",
        "openai",
        "m",
        "api_key ENV.KEY\n    base_url \"{{ env.URL }}\"\n    organization \"see {{ env.URL }}\"",
    );
    assert_eq!(subjects(&text, "odd-env-name"), ["X/api_key", "X/base_url"]);
}

#[test]
fn a_limit_above_the_client_counts_for_its_server() {
    let options = "base_url \"http://localhost/v1\"\n    timeout 120\n    http { request_timeout_ms 130000 }";
    let above = composite("F", "fallback", "X, A", "http { request_timeout_ms 100000 }");
    let text = [leaf("X", "openai-generic", "m", options), above, plain("A", "KEY_A")].concat();
    assert_eq!(subjects(&text, "client-not-longer-than-server"), ["F/http/request_timeout_ms"]);
}
