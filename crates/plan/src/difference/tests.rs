use super::*;
use crate::graph::Client;
use crate::testing::{constant, ids, leaf, repeated, resolved};

fn policy(name: &str, max_retries: u32) -> RetryPolicy {
    RetryPolicy { name: name.into(), ..constant(max_retries, 200) }
}

fn clients(clients: Vec<Client<()>>) -> Resolved {
    resolved(clients, vec![], &[])
}

fn retried(name: &str, policies: Vec<RetryPolicy>) -> Resolved {
    resolved(vec![repeated(Client::leaf(name), 0)], policies, &[])
}

fn changes<'d>(before: &'d Resolved, after: &'d Resolved) -> Vec<Change<'d>> {
    Differences::between(before, after).changes
}

fn pair<T>(before: T, after: T) -> Pair<T> {
    Pair { before, after }
}

#[test]
fn a_call_is_longer_where_its_bound_grows_or_is_lost() {
    for (before, after, is_longer) in [
        (Some(10), Some(11), true),
        (Some(10), Some(10), false),
        (Some(10), Some(9), false),
        (Some(10), None, true),
        (None, Some(10), false),
        (None, None, false),
    ] {
        for (requests, is_more) in [(2, true), (1, false), (0, false)] {
            let cost = pair(
                WorstCase { requests: 1, duration_ms: before },
                WorstCase { requests, duration_ms: after },
            );
            let change = WorstCaseChange { name: "A", earlier: "A", cost };
            assert_eq!(change.is_longer(), is_longer, "{cost:?}");
            assert_eq!(change.is_raised(), is_longer || is_more, "{cost:?}");
        }
    }
}

#[test]
fn a_client_of_another_name_is_the_same_where_only_one_is_alike() {
    let one = |name: &str| clients(vec![leaf(name, 5)]);
    let two = clients(vec![leaf("C", 5), leaf("D", 5)]);
    assert_eq!(changes(&one("A"), &one("A")), []);
    assert_eq!(changes(&one("A"), &one("B")), [Change::ClientRenamed(pair("A", "B"))]);
    let apart = [Change::ClientRemoved("A"), Change::ClientAdded("C"), Change::ClientAdded("D")];
    assert_eq!(changes(&one("A"), &two), apart);
    let together = [Change::ClientRemoved("C"), Change::ClientRemoved("D"), Change::ClientAdded("A")];
    assert_eq!(changes(&two, &one("A")), together);
    let other = clients(vec![leaf("B", 6)]);
    assert_eq!(changes(&one("A"), &other), [Change::ClientRemoved("A"), Change::ClientAdded("B")]);
}

#[test]
fn shorthands_come_and_go_without_a_word() {
    let without = clients(vec![Client::leaf("A")]);
    let with = clients(vec![Client::leaf("A"), Client::leaf("openai/gpt-4o")]);
    assert_eq!(changes(&without, &with), []);
    assert_eq!(changes(&with, &without), []);
}

#[test]
fn a_composite_is_known_by_its_members_under_their_new_names() {
    let of =
        |name: &str, composite: &str| clients(vec![leaf(name, 5), Client::fallback(composite, &ids(&[0]))]);
    let renamed = [Change::ClientRenamed(pair("A", "B")), Change::ClientRenamed(pair("F", "G"))];
    assert_eq!(changes(&of("A", "F"), &of("B", "G")), renamed);
    assert_eq!(changes(&of("A", "F"), &of("B", "F")), renamed[..1]);
    assert_eq!(Differences::between(&of("A", "F"), &of("B", "G")).worst_cases, []);
}

#[test]
fn members_their_order_and_the_first_ticket_are_changes() {
    let leaves = || vec![leaf("A", 5), leaf("B", 6)];
    let with = |composite: Client<()>| clients([leaves(), vec![composite]].concat());
    let (before, after) =
        (with(Client::fallback("F", &ids(&[0, 1]))), with(Client::fallback("F", &ids(&[1, 0]))));
    let members = pair(before.clients["F"].members(), after.clients["F"].members());
    assert_eq!(changes(&before, &after), [Change::Members("F", members)]);
    let turns = |start| with(Client::round_robin("F", &ids(&[0, 1]), start));
    assert_eq!(changes(&turns(0), &turns(1)), [Change::Options("F", vec!["start"])]);
    let kind = Change::Kind("F", pair("fallback".to_owned(), "round-robin".to_owned()));
    assert_eq!(changes(&before, &turns(0)), [kind]);
    let (short, long) = (with(Client::fallback("F", &ids(&[0]))), before.clone());
    let differences = Differences::between(&short, &long);
    let joined = |paths: &[&[Box<str>]]| paths.iter().map(|path| path.join(" ")).collect::<Vec<_>>();
    assert_eq!(joined(&differences.routes_added), ["F B"]);
    assert_eq!(joined(&differences.routes_removed), [""; 0]);
    assert_eq!(joined(&Differences::between(&long, &short).routes_removed), ["F B"]);
}

#[test]
fn a_policy_is_changed_once_and_renamed_without_a_word_about_its_numbers() {
    let (one, two, other) = (
        retried("A", vec![policy("P", 1)]),
        retried("A", vec![policy("P", 2)]),
        retried("A", vec![policy("Q", 1)]),
    );
    let plain = clients(vec![Client::leaf("A")]);
    assert_eq!(changes(&one, &two), [Change::Policy(pair(&policy("P", 1), &policy("P", 2)), vec!["A"])]);
    assert_eq!(changes(&one, &other), [Change::PolicyRenamed(pair("P", "Q"))]);
    let exchanged = pair(two.clients["A"].retry.as_ref(), other.clients["A"].retry.as_ref());
    assert_eq!(changes(&two, &other), [Change::Retry("A", exchanged)]);
    assert_eq!(changes(&plain, &one), [Change::Retry("A", pair(None, one.clients["A"].retry.as_ref()))]);
}

#[test]
fn a_function_is_renamed_once() {
    let of = |functions: &[(&str, &str)]| resolved(vec![leaf("A", 5), leaf("B", 6)], vec![], functions);
    let renamed = Change::FunctionRenamed(pair("Old", "New"));
    assert_eq!(changes(&of(&[("Old", "A")]), &of(&[("New", "A")])), [renamed]);
    let renamed = Change::FunctionRenamed(pair("Old", "New"));
    let more = [renamed, Change::FunctionAdded("Newer")];
    assert_eq!(changes(&of(&[("Old", "A")]), &of(&[("New", "A"), ("Newer", "A")])), more);
    let apart = [Change::FunctionAdded("New"), Change::FunctionRemoved("Old")];
    assert_eq!(changes(&of(&[("Old", "A")]), &of(&[("New", "B")])), apart);
    let two =
        [Change::FunctionAdded("New"), Change::FunctionRemoved("Old"), Change::FunctionRemoved("Older")];
    assert_eq!(changes(&of(&[("Old", "A"), ("Older", "A")]), &of(&[("New", "A")])), two);
    let client = [Change::FunctionClient("Old", pair("A", "B"))];
    assert_eq!(changes(&of(&[("Old", "A")]), &of(&[("Old", "B")])), client);
}

#[test]
fn a_limit_is_changed_with_the_routes_on_which_another_one_holds() {
    let of = |ms| clients(vec![leaf("A", ms), Client::fallback("F", &ids(&[0]))]);
    let (before, after) = (of(5), of(6));
    let found = changes(&before, &after);
    let [Change::Limit(change)] = &*found else { panic!("{found:?}") };
    assert_eq!(
        (change.owner, change.field, change.limit),
        (Some("A"), Field::Request, pair(Some(5), Some(6)))
    );
    assert!(change.is_obeyed);
    let paths: Vec<String> = change.routes.iter().map(|route| route.path.join(" > ")).collect();
    assert_eq!(paths, ["A", "F > A"]);
    let held: Vec<_> = change.routes.iter().map(|route| (route.limit.before, route.limit.after)).collect();
    assert!(held.iter().all(|(before, after)| before.unwrap().0 == 5 && after.unwrap().0 == 6), "{held:?}");
    let worst: Vec<_> =
        Differences::between(&before, &after).worst_cases.into_iter().map(|it| it.name).collect();
    assert_eq!(worst, ["A", "F"]);
}
