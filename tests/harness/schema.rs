//! A small judge of JSON Schemas. It knows the keywords that our own schemas use and refuses all others.

use serde_json::Value;

/// What in a value does not follow a schema, one line each with its place.
#[must_use]
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut judge = Judge { root: schema, faults: Vec::new() };
    judge.value(schema, value, "$");
    judge.faults
}

struct Judge<'s> {
    root: &'s Value,
    faults: Vec<String>,
}

impl<'s> Judge<'s> {
    fn value(&mut self, schema: &'s Value, value: &Value, place: &str) {
        for (keyword, rule) in schema.as_object().expect("a schema is an object") {
            match keyword.as_str() {
                "$schema" | "$defs" | "title" | "description" | "default" | "format" => {}
                "$ref" => self.value(self.definition(rule), value, place),
                "type" => self.expect(has_type(rule, value), place, || format!("is not of type {rule}")),
                "const" => self.expect(rule == value, place, || format!("is not {rule}")),
                "enum" => self.expect(items(rule).contains(value), place, || format!("is none of {rule}")),
                "minimum" => self.number(value, place, |found| found >= number(rule)),
                "maximum" => self.number(value, place, |found| found <= number(rule)),
                "exclusiveMinimum" => self.number(value, place, |found| found > number(rule)),
                "minItems" => {
                    let length = value.as_array().map_or(0, Vec::len);
                    self.expect(length as f64 >= number(rule), place, || "has too few items".into());
                }
                "required" => self.required(rule, value, place),
                "properties" => self.properties(rule, value, place),
                "additionalProperties" => self.additional(schema, rule, value, place),
                "items" => self.items(rule, value, place),
                "oneOf" => self.choice(rule, value, place, |fitting| fitting == 1),
                "anyOf" => self.choice(rule, value, place, |fitting| fitting > 0),
                _ => panic!("this judge does not know the keyword {keyword}"),
            }
        }
    }

    fn definition(&self, reference: &Value) -> &'s Value {
        let pointer = reference.as_str().and_then(|text| text.strip_prefix('#')).expect("a local reference");
        self.root.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }

    fn expect(&mut self, holds: bool, place: &str, fault: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(format!("{place} {}", fault()));
        }
    }

    fn number(&mut self, value: &Value, place: &str, holds: impl Fn(f64) -> bool) {
        self.expect(value.as_f64().is_none_or(holds), place, || format!("is out of range: {value}"));
    }

    fn required(&mut self, keys: &Value, value: &Value, place: &str) {
        for key in items(keys).iter().filter_map(Value::as_str) {
            self.expect(value.get(key).is_some(), place, || format!("has no {key}"));
        }
    }

    fn properties(&mut self, properties: &'s Value, value: &Value, place: &str) {
        for (key, schema) in properties.as_object().expect("properties are an object") {
            if let Some(value) = value.get(key) {
                self.value(schema, value, &format!("{place}.{key}"));
            }
        }
    }

    fn additional(&mut self, schema: &Value, rule: &'s Value, value: &Value, place: &str) {
        let known = |key: &str| schema["properties"].get(key).is_some();
        for (key, value) in value.as_object().into_iter().flatten().filter(|(key, _)| !known(key)) {
            match rule {
                Value::Bool(allowed) => self.expect(*allowed, place, || format!("has the unknown key {key}")),
                schema => self.value(schema, value, &format!("{place}.{key}")),
            }
        }
    }

    fn items(&mut self, schema: &'s Value, value: &Value, place: &str) {
        for (position, item) in value.as_array().into_iter().flatten().enumerate() {
            self.value(schema, item, &format!("{place}[{position}]"));
        }
    }

    fn choice(&mut self, schemas: &'s Value, value: &Value, place: &str, fits: fn(usize) -> bool) {
        let faults = |schema: &'s Value| {
            let mut judge = Judge { root: self.root, faults: Vec::new() };
            judge.value(schema, value, place);
            judge.faults
        };
        let all: Vec<Vec<String>> = items(schemas).iter().map(faults).collect();
        let fitting = all.iter().filter(|faults| faults.is_empty()).count();
        self.expect(fits(fitting), place, || format!("fits {fitting} choices: {all:?}"));
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// Whether a value is of a type, or of one of several.
fn has_type(types: &Value, value: &Value) -> bool {
    match types.as_str() {
        None => items(types).iter().any(|one| has_type(one, value)),
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("number") => value.is_number(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some("null") => value.is_null(),
        Some(other) => panic!("there is no type {other}"),
    }
}
