use super::*;
use crate::field::Field;
use crate::graph::{Client, ClientId, Plan, PolicyId};
use crate::limit::Limit;
use crate::retry::{Multiplier, RetryStrategy};
use crate::schedule::Schedule;
use crate::value::{Number, Value};
use crate::worst_case::{WorstCase, worst_case};

fn source(line: u32) -> Source {
    Source { file: "clients.baml".into(), line, column: 7 }
}

fn limited(mut client: Client<u32>, limits: &[(Field, u64, u32)]) -> Client<u32> {
    for &(field, ms, line) in limits {
        client.limits.set(field, Limit { ms, origin: line });
    }
    client
}

fn fast(limits: &[(Field, u64, u32)]) -> Plan<u32> {
    let defaults = limited(Client::leaf(""), limits).limits;
    let strategy = RetryStrategy::ExponentialBackoff {
        delay_ms: 200,
        multiplier: Multiplier::DEFAULT,
        max_delay_ms: 10_000,
    };
    let policies = vec![RetryPolicy { name: "P".into(), max_retries: 3, strategy, jitter: false }];
    let clients = vec![
        limited(Client::leaf("FastClient"), &[(Field::Connect, 3000, 7), (Field::Request, 20_000, 8)]),
        limited(Client::leaf("openai/gpt-4o"), &[]),
        Client {
            retry: Some(PolicyId(0)),
            ..limited(
                Client::fallback("MyFallback", &[ClientId(0), ClientId(1)]),
                &[(Field::Connect, 5000, 20), (Field::Idle, 15_000, 21), (Field::Total, 90_000, 22)],
            )
        },
        Client::round_robin("Turns", &[ClientId(2)], 3),
    ];
    Plan::new(clients, policies, defaults).unwrap()
}

fn document(plan: &Plan<u32>) -> Resolved {
    let mut resolved = Resolved::new("services/chat/baml_src", times(plan.defaults()));
    for (id, client) in plan.ids().zip(plan.clients()) {
        let members =
            || client.kind.members().iter().map(|&id| plan.client(id).unwrap().name.clone()).collect();
        let mut options = Object::new();
        options.insert("model".into(), Value::String("gpt-3.5-turbo".into()));
        options.insert("api_key".into(), Value::Env("OPENAI_API_KEY".into()));
        options.insert("temperature".into(), Value::Number(Number::parse("0.70").unwrap()));
        let kind = match client.kind {
            crate::graph::ClientKind::Leaf => {
                ResolvedKind::Leaf { provider: "openai".into(), options, connection_pooling: true }
            }
            crate::graph::ClientKind::Fallback { .. } => ResolvedKind::Fallback { members: members() },
            crate::graph::ClientKind::RoundRobin { start, .. } => {
                ResolvedKind::RoundRobin { members: members(), start }
            }
        };
        let resolved_client = ResolvedClient {
            kind,
            implicit: client.name.contains('/'),
            timeouts: times(&client.limits),
            retry: plan.policy(client).cloned(),
            routes: resolved_routes(plan, id, |&line| source(line)),
            worst_case: worst_case(plan, id),
            schedule: None,
            runtimes: None,
            source: source(1),
        };
        resolved.clients.insert(client.name.clone(), resolved_client);
    }
    let function = ResolvedFunction { client: "MyFallback".into(), source: source(30) };
    resolved.functions.insert("Extract".into(), function);
    resolved
}

fn line(resolved: &Resolved) -> String {
    let mut bytes = Vec::new();
    resolved.write_line(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn pretty(resolved: &Resolved) -> String {
    let mut bytes = Vec::new();
    resolved.write_pretty(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn keys_stand_in_their_order() {
    let plan = fast(&[]);
    let mut resolved = document(&plan);
    resolved.clients.truncate(1);
    resolved.functions[0].client = "FastClient".into();
    let expected = r#"{
  "schema": "clientc.resolved",
  "version": 1,
  "project": "services/chat/baml_src",
  "defaults": {},
  "clients": {
    "FastClient": {
      "kind": "leaf",
      "provider": "openai",
      "options": {
        "model": "gpt-3.5-turbo",
        "api_key": {
          "$env": "OPENAI_API_KEY"
        },
        "temperature": 0.70
      },
      "connection_pooling": true,
      "timeouts": {
        "connect_timeout_ms": 3000,
        "request_timeout_ms": 20000
      },
      "retry": null,
      "routes": [
        {
          "path": [
            "FastClient"
          ],
          "effective": {
            "connect_timeout_ms": 3000,
            "request_timeout_ms": 20000
          },
          "origin": {
            "connect_timeout_ms": {
              "client": "FastClient",
              "file": "clients.baml",
              "line": 7,
              "column": 7
            },
            "request_timeout_ms": {
              "client": "FastClient",
              "file": "clients.baml",
              "line": 8,
              "column": 7
            }
          }
        }
      ],
      "worst_case": {
        "requests": 1,
        "duration_ms": 20000
      },
      "source": {
        "file": "clients.baml",
        "line": 1,
        "column": 7
      }
    }
  },
  "functions": {
    "Extract": {
      "client": "FastClient",
      "source": {
        "file": "clients.baml",
        "line": 30,
        "column": 7
      }
    }
  }
}
"#;
    assert_eq!(pretty(&resolved), expected);
}

#[test]
fn composites_have_members_in_place_of_options() {
    let written = line(&document(&fast(&[])));
    for part in [
        r#""MyFallback":{"kind":"fallback","members":["FastClient","openai/gpt-4o"],"timeouts":{"#,
        r#""Turns":{"kind":"round-robin","members":["MyFallback"],"start":3,"timeouts":{},"retry":null,"#,
        r#""openai/gpt-4o":{"kind":"leaf","implicit":true,"provider":"openai","#,
        r#""retry":{"policy":"P","max_retries":3,"strategy":{"type":"exponential_backoff","delay_ms":200,"multiplier":1.5,"max_delay_ms":10000,"jitter":false}}"#,
    ] {
        assert!(written.contains(part), "{part}\n{written}");
    }
}

#[test]
fn what_is_written_is_read_and_written_again() {
    let plan = fast(&[(Field::Request, 120_000, 3), (Field::Idle, 9, 4)]);
    let mut resolved = document(&plan);
    for (id, client) in plan.ids().zip(resolved.clients.values_mut()) {
        client.schedule = Some(resolved_schedule(&plan, &Schedule::of(&plan, id)));
    }
    for written in [line(&resolved), pretty(&resolved)] {
        let read = Resolved::read(&written).unwrap();
        assert_eq!(read, resolved);
        assert_eq!((line(&read), pretty(&read)), (line(&resolved), pretty(&resolved)));
    }
    let rebuilt = resolved.plan().unwrap();
    let place =
        |id: u32, field| rebuilt.client(ClientId(id)).unwrap().limits.get(field).unwrap().origin.clone();
    assert_eq!(place(0, Field::Request), Some(source(8)));
    assert_eq!(rebuilt.defaults().get(Field::Request).unwrap().origin, Some(source(3)));
    assert_eq!(place(2, Field::Total), Some(source(22)));
}

#[test]
fn a_schedule_is_written_with_what_limits_each_attempt() {
    let plan = fast(&[]);
    let schedule = resolved_schedule(&plan, &Schedule::of(&plan, ClientId(3)));
    assert_eq!(
        serde_json::to_string(&schedule).unwrap(),
        concat!(
            r#"{"attempts":[{"path":["Turns","MyFallback","FastClient"],"start_ms":0,"limit_ms":20000,"#,
            r#""limited_by":{"client":"FastClient","field":"request_timeout_ms"},"end_ms":20000,"delay_ms":0},"#,
            r#"{"path":["Turns","MyFallback","openai/gpt-4o"],"start_ms":20000,"limit_ms":70000,"#,
            r#""limited_by":{"client":"MyFallback","field":"total_timeout_ms"},"end_ms":90000,"delay_ms":0}],"#,
            r#""end":"deadline","ended_by":{"client":"MyFallback","field":"total_timeout_ms"},"end_ms":90000}"#
        )
    );
}

#[test]
fn unknown_keys_are_ignored() {
    let resolved = document(&fast(&[]));
    let written = line(&resolved)
        .replacen("{\"schema\"", "{\"new\":[1,{}],\"schema\"", 1)
        .replace("\"kind\"", "\"colour\":\"red\",\"kind\"")
        .replace("\"requests\"", "\"more\":{\"a\":1.5},\"requests\"")
        .replace("\"max_retries\"", "\"later\":null,\"max_retries\"");
    assert_eq!(Resolved::read(&written), Ok(resolved));
}

#[test]
fn what_has_another_form_is_refused_with_its_path() {
    let written = line(&document(&fast(&[])));
    let error = |from: &str, to: &str| {
        assert!(written.contains(from), "{from}");
        Resolved::read(&written.replacen(from, to, 1)).unwrap_err().to_string()
    };
    assert!(error("clientc.resolved", "other").starts_with("$.schema: "));
    assert!(error("\"version\":1", "\"version\":2").starts_with("$.version: "));
    assert!(error("\"kind\":\"fallback\"", "\"kind\":\"fall\"").starts_with("$.clients.MyFallback.kind: "));
    assert!(
        error("\"kind\":\"leaf\",\"implicit\"", "\"implicit\"")
            .starts_with("$.clients[\"openai/gpt-4o\"].kind: ")
    );
    assert!(
        error("\"multiplier\":1.5", "\"multiplier\":1.50000001").starts_with("$.clients.MyFallback.retry: ")
    );
    assert!(error("\"multiplier\":1.5,", "").starts_with("$.clients.MyFallback.retry: "));
    assert!(error("\"requests\":1,", "").starts_with("$.clients.FastClient.worst_case: "));
    assert!(error("{\"path\":", "{\"paths\":").starts_with("$.clients.FastClient.routes[0]: "));
    assert!(error("\"project\":", "\"projects\":").starts_with("$.project: this is missing"));
    assert!(matches!(Resolved::read("{"), Err(DocumentError::NotJson(_))));
    assert!(matches!(Resolved::read("{} {}"), Err(DocumentError::NotJson(_))));
    assert!(Resolved::read("[]").is_err());
}

#[test]
fn depth_is_bounded_and_deep_options_are_read() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(Resolved::read(&deep(1_000_000)), Err(DocumentError::TooDeep));
    let written = line(&document(&fast(&[]))).replacen("\"gpt-3.5-turbo\"", &deep(256), 1);
    let read = Resolved::read(&written).unwrap();
    assert_eq!(line(&read), written);
}

#[test]
fn what_does_not_follow_is_refused_with_its_path() {
    let resolved = document(&fast(&[(Field::Request, 120_000, 3)]));
    let error = |change: &dyn Fn(&mut Resolved)| {
        let mut changed = resolved.clone();
        change(&mut changed);
        changed.plan().unwrap_err().path
    };
    assert!(resolved.plan().is_ok());
    let fallback = "MyFallback";
    let mut older = resolved.clone();
    older.clients[fallback].worst_case = WorstCase { requests: 99, duration_ms: None };
    assert!(older.plan().is_ok(), "older compilers counted more");
    assert_eq!(error(&|it| it.clients[fallback].worst_case.requests -= 1), "$.clients.MyFallback.worst_case");
    let shorter = |it: &mut Resolved| it.clients[fallback].worst_case.duration_ms = Some(89_999);
    assert_eq!(error(&shorter), "$.clients.MyFallback.worst_case");
    assert_eq!(error(&|it| drop(it.clients[fallback].routes.pop())), "$.clients.MyFallback.routes");
    let twice = |it: &mut Resolved| {
        let route = it.clients[fallback].routes[0].clone();
        it.clients[fallback].routes.push(route);
    };
    assert_eq!(error(&twice), "$.clients.MyFallback.routes[2]");
    let effective = |it: &mut Resolved| it.clients[fallback].routes[1].effective.set(Field::Connect, 1);
    assert_eq!(error(&effective), "$.clients.MyFallback.routes[1].effective.connect_timeout_ms");
    let origin = |it: &mut Resolved| it.clients[fallback].routes[1].origin.idle_timeout_ms = None;
    assert_eq!(error(&origin), "$.clients.MyFallback.routes[1].origin.idle_timeout_ms");
    let path = |it: &mut Resolved| it.clients[fallback].routes[1].path.swap(0, 1);
    assert_eq!(error(&path), "$.clients.MyFallback.routes[1].path");
    // A raised limit of a leaf shows at once in what follows from it.
    let raised = |it: &mut Resolved| it.clients["FastClient"].timeouts.set(Field::Request, 25_000);
    assert_eq!(error(&raised), "$.clients.FastClient.worst_case");
    let members = |it: &mut Resolved, names: &[&str]| {
        it.clients[fallback].kind =
            ResolvedKind::Fallback { members: names.iter().map(|&name| name.into()).collect() };
    };
    assert_eq!(error(&|it| members(it, &["Nobody"])), "$.clients.MyFallback.members[0]");
    assert_eq!(error(&|it| members(it, &["Turns"])), "$.clients.MyFallback.members");
    assert_eq!(error(&|it| members(it, &[])), "$.clients.MyFallback.members");
    assert_eq!(error(&|it| it.defaults.set(Field::Total, 5)), "$.defaults.total_timeout_ms");
    let zero = |it: &mut Resolved| it.clients["FastClient"].timeouts.set(Field::Idle, 0);
    assert_eq!(error(&zero), "$.clients.FastClient.timeouts.idle_timeout_ms");
    assert_eq!(error(&|it| it.functions[0].client = "Nobody".into()), "$.functions.Extract.client");
}

#[cfg(feature = "schema")]
#[test]
fn the_schema_describes_every_key() {
    let schema = serde_json::to_string(&schema()).unwrap();
    for key in
        ["connection_pooling", "round-robin", "limited_by", "exponential_backoff", "$env", "never_ends"]
    {
        assert!(schema.contains(key), "{key}");
    }
    assert!(Field::ALL.into_iter().all(|field| schema.contains(field.key())));
}
