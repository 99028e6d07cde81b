//! The resolved JSON that a project must give, as the reference computes it.

use serde_json::{Map, Value, json};

use crate::model::{KEYS, Model, Policy, Shape};
use crate::naive::{self, Setter};
use crate::text::{Place, Written};

/// The document of a project, without `schema`, `version` and `project`.
pub(crate) fn document(model: &Model, written: &Written) -> Value {
    let mut clients = Map::new();
    for &client in &written.order {
        clients.insert(model.name(client).into(), self::client(model, written, client));
    }
    let mut functions = Map::new();
    for (name, client, place) in &written.functions {
        functions.insert(name.clone(), json!({"client": model.name(*client), "source": source(place)}));
    }
    let defaults = limits(naive::set_limits(&model.defaults));
    json!({"defaults": defaults, "clients": clients, "functions": functions})
}

fn client(model: &Model, written: &Written, index: usize) -> Value {
    let this = &model.clients[index];
    let members: Vec<&str> = model.members(index).iter().map(|&member| model.name(member)).collect();
    let mut value = Map::new();
    let mut set = |key: &str, part: Value| value.insert(key.into(), part);
    match &this.shape {
        Shape::Leaf | Shape::Shorthand => {
            set("kind", json!("leaf"));
            let model_name = match this.name.split_once('/') {
                Some((_, model_name)) => {
                    set("implicit", json!(true));
                    model_name.to_owned()
                }
                None => format!("m{index}"),
            };
            set("provider", json!("openai"));
            set("options", json!({"model": model_name}));
            set("connection_pooling", json!(true));
        }
        Shape::Fallback(_) => {
            set("kind", json!("fallback"));
            set("members", json!(members));
        }
        Shape::RoundRobin(_, start) => {
            set("kind", json!("round-robin"));
            set("members", json!(members));
            set("start", json!(start));
        }
    }
    set("timeouts", limits(naive::set_limits(&this.limits)));
    set("retry", this.policy.map_or(Value::Null, |policy| retry(model, policy)));
    let routes = naive::routes(model, index);
    set("routes", routes.iter().map(|route| self::route(model, written, route)).collect());
    let (requests, duration_ms) = naive::worst_case(model, index, &[]);
    let duration_ms = duration_ms.map(|ms| ms as u64);
    set("worst_case", json!({"requests": requests as u64, "duration_ms": duration_ms}));
    set("schedule", schedule(model, index));
    set("source", source(&written.sources[&index]));
    Value::Object(value)
}

fn limits(set: impl Iterator<Item = (&'static str, u64)>) -> Value {
    Value::Object(set.map(|(key, ms)| (key.to_owned(), json!(ms))).collect())
}

fn route(model: &Model, written: &Written, route: &[usize]) -> Value {
    let found = naive::effective(model, route);
    let mut origins = Map::new();
    for (key, limit) in KEYS.iter().zip(found) {
        let Some((_, setter)) = limit else { continue };
        let place = &written.limits[&(setter, *key)];
        let Place { file, line, column } = place;
        let client = setter.map(|client| model.name(client));
        origins
            .insert((*key).into(), json!({"client": client, "file": file, "line": line, "column": column}));
    }
    let effective = KEYS.into_iter().zip(found).filter_map(|(key, limit)| Some((key, limit?.0)));
    json!({"path": names(model, route), "effective": limits(effective), "origin": origins})
}

fn names<'m>(model: &'m Model, path: &[usize]) -> Vec<&'m str> {
    path.iter().map(|&client| model.name(client)).collect()
}

fn retry(model: &Model, index: usize) -> Value {
    let policy = &model.policies[index];
    let strategy = match policy.growth {
        None => json!({"type": "constant_delay", "delay_ms": policy.delay, "jitter": policy.jitter}),
        Some((multiplier, longest)) => {
            let multiplier: Value = serde_json::from_str(multiplier).expect("a multiplier is a number");
            json!({
                "type": "exponential_backoff", "delay_ms": policy.delay, "multiplier": multiplier,
                "max_delay_ms": longest, "jitter": policy.jitter,
            })
        }
    };
    json!({"policy": Policy::name(index), "max_retries": policy.retries, "strategy": strategy})
}

fn schedule(model: &Model, client: usize) -> Value {
    let schedule = naive::schedule(model, client);
    let limit =
        |setter: Setter, key: &str| json!({"client": setter.map(|client| model.name(client)), "field": key});
    let attempts: Vec<Value> = schedule
        .attempts
        .iter()
        .map(|attempt| {
            json!({
                "path": names(model, &attempt.path),
                "start_ms": attempt.start,
                "limit_ms": attempt.limit.map(|limit| limit.0),
                "limited_by": attempt.limit.map(|(_, key, setter)| limit(setter, key)),
                "end_ms": attempt.limit.map(|limit| attempt.start + limit.0),
                "delay_ms": attempt.delay,
            })
        })
        .collect();
    let ended_by = schedule.ended_by.map(|composite| limit(Some(composite), "total_timeout_ms"));
    json!({"attempts": attempts, "end": schedule.end, "ended_by": ended_by, "end_ms": schedule.end_ms})
}

fn source(place: &Place) -> Value {
    json!({"file": place.file, "line": place.line, "column": place.column})
}
