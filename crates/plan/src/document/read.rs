//! Reading the document back, with the JSON path of what is wrong.

use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::{Resolved, ResolvedClient, ResolvedKind, SCHEMA, SchemaName, Source, VERSION, Version};
use crate::json::{JsonError, MAX_NESTING, Map, Value as Json, path_step};
use crate::providers;
use crate::value;

/// Why a text is no resolved JSON that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The text is not JSON.
    #[error("this is not JSON: {0}")]
    NotJson(String),
    /// The text nests deeper than any document that the compiler writes.
    #[error("this nests deeper than {MAX_NESTING}")]
    TooDeep,
    /// The value of `schema` is another one or missing.
    #[error("$.schema: this is not a document of the schema \"{SCHEMA}\"")]
    OtherSchema,
    /// The value of `version` is another one or missing.
    #[error("$.version: this is not version {VERSION}, the only one that is known")]
    OtherVersion,
    /// Something is missing or has another form.
    #[error("{path}: {message}")]
    Form {
        /// The JSON path of what is wrong.
        path: String,
        /// What is wrong with it.
        message: String,
    },
}

impl Resolved {
    /// Reads a document. Unknown keys are ignored.
    ///
    /// This checks the form alone. Whether the document follows from its own clients and defaults is what
    /// [`Resolved::plan`] finds out.
    pub fn read(text: &str) -> Result<Self, DocumentError> {
        // Some editors begin a file with the mark of its encoding.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let json = Json::parse_unique(text).map_err(|error| match error {
            JsonError::TooDeep => DocumentError::TooDeep,
            JsonError::DuplicateKey { path } => {
                DocumentError::Form { path: format!("${path}"), message: "this appears twice".into() }
            }
            error => DocumentError::NotJson(error.to_string()),
        })?;
        let mut keys = Keys::of("$".into(), json)?;
        if keys.map.get("schema").and_then(Json::as_str) != Some(SCHEMA) {
            return Err(DocumentError::OtherSchema);
        }
        if keys.map.get("version").and_then(Json::as_u64) != Some(u64::from(VERSION)) {
            return Err(DocumentError::OtherVersion);
        }
        Ok(Self {
            schema: SchemaName,
            version: Version,
            project: keys.take("project")?,
            defaults: keys.take("defaults")?,
            clients: keys.entries("clients", client)?,
            functions: keys.entries("functions", |path, json| read(&path, json))?,
        })
    }
}

fn client(path: String, json: Json) -> Result<ResolvedClient, DocumentError> {
    let mut keys = Keys::of(path, json)?;
    let kind: Box<str> = keys.take("kind")?;
    let kind = match &*kind {
        "leaf" => ResolvedKind::Leaf {
            provider: keys.provider()?,
            options: keys.options()?,
            connection_pooling: keys.take("connection_pooling")?,
        },
        "fallback" => ResolvedKind::Fallback { members: keys.take("members")? },
        "round-robin" => {
            ResolvedKind::RoundRobin { members: keys.take("members")?, start: keys.take("start")? }
        }
        other => {
            let message = format!("\"{other}\" is not one of \"leaf\", \"fallback\" and \"round-robin\"");
            return Err(DocumentError::Form { path: keys.path_of("kind"), message });
        }
    };
    Ok(ResolvedClient {
        kind,
        implicit: keys.take::<Option<bool>>("implicit")?.unwrap_or(false),
        timeouts: keys.take("timeouts")?,
        retry: keys.take("retry")?,
        routes: keys.items("routes")?,
        worst_case: keys.take("worst_case")?,
        schedule: keys.take("schedule")?,
        runtimes: keys.take("runtimes")?,
        source: keys.take::<Option<Source>>("source")?.unwrap_or_default(),
    })
}

/// The keys of one object that are not read yet, and the path of the object.
struct Keys {
    path: String,
    map: Map<String, Json>,
}

impl Keys {
    fn of(path: String, json: Json) -> Result<Self, DocumentError> {
        match json {
            Json::Object(map) => Ok(Self { path, map }),
            _ => Err(DocumentError::Form { path, message: "this is not an object".into() }),
        }
    }

    fn path_of(&self, key: &str) -> String {
        child_path(&self.path, key)
    }

    fn form(&self, key: &str, message: &str) -> DocumentError {
        DocumentError::Form { path: self.path_of(key), message: message.into() }
    }

    /// Reads the value of a key. A key that is not there counts as null.
    fn take<T: DeserializeOwned>(&mut self, key: &str) -> Result<T, DocumentError> {
        let path = self.path_of(key);
        match self.map.swap_remove(key) {
            Some(json) => read(&path, json),
            None => read(&path, Json::Null)
                .map_err(|_| DocumentError::Form { path, message: "this is missing".into() }),
        }
    }

    /// Reads an object entry by entry, so that an error names the entry.
    fn entries<T>(
        &mut self,
        key: &str,
        read_entry: impl Fn(String, Json) -> Result<T, DocumentError>,
    ) -> Result<IndexMap<Box<str>, T>, DocumentError> {
        let path = self.path_of(key);
        let map = match self.map.swap_remove(key) {
            Some(Json::Object(map)) => map,
            Some(_) => return Err(self.form(key, "this is not an object")),
            None => return Err(self.form(key, "this is missing")),
        };
        map.into_iter()
            .map(|(name, json)| Ok((name.as_str().into(), read_entry(child_path(&path, &name), json)?)))
            .collect()
    }

    /// Reads the provider of a leaf: a canonical name.
    fn provider(&mut self) -> Result<Box<str>, DocumentError> {
        let name: Box<str> = self.take("provider")?;
        let known = providers::provider(&name)
            .filter(|provider| provider.name == &*name && provider.kind == providers::ProviderKind::Leaf);
        match known {
            Some(_) => Ok(name),
            None => {
                Err(self.form("provider", &format!("there is no provider \"{name}\" that makes requests")))
            }
        }
    }

    /// Reads the options of a leaf, with the spelling of their numbers.
    fn options(&mut self) -> Result<value::Object, DocumentError> {
        match self.map.swap_remove("options") {
            Some(Json::Object(map)) => Ok(value::object(map)),
            Some(_) => Err(self.form("options", "this is not an object")),
            None => Err(self.form("options", "this is missing")),
        }
    }

    /// Reads an array item by item, so that an error names the item.
    fn items<T: DeserializeOwned>(&mut self, key: &str) -> Result<Vec<T>, DocumentError> {
        let path = self.path_of(key);
        let items = match self.map.swap_remove(key) {
            Some(Json::Array(items)) => items,
            Some(_) => return Err(self.form(key, "this is not an array")),
            None => return Err(self.form(key, "this is missing")),
        };
        items.into_iter().enumerate().map(|(index, json)| read(&format!("{path}[{index}]"), json)).collect()
    }
}

fn read<T: DeserializeOwned>(path: &str, json: Json) -> Result<T, DocumentError> {
    serde_path_to_error::deserialize(json).map_err(|error| {
        let steps = error.path().iter().map(|step| match step {
            Segment::Seq { index } => format!("[{index}]"),
            Segment::Map { key } => path_step(key),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        });
        let path = path.to_owned() + &steps.collect::<String>();
        DocumentError::Form { path, message: error.into_inner().to_string() }
    })
}

/// The JSON path of a key of the object at `path`.
pub(super) fn child_path(path: &str, key: &str) -> String {
    path.to_owned() + &path_step(key)
}
