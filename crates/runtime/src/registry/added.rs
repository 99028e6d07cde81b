//! A client that is added at run time.

use std::collections::HashMap;

use clientc_plan::document::{ResolvedPlan, Source};
use clientc_plan::json::{Map, Value as Json};
use clientc_plan::providers::{self, Provider, ProviderKind};
use clientc_plan::{
    ByField, Client, ClientId, ClientKind, Field, Limit, Limits, MAX_MS, MAX_ROUTE_LENGTH, MAX_ROUTES,
    PlanError, PolicyId,
};

use super::error::RegistryError;
use crate::inner::Entry;
use crate::leaf::Leaf;

#[derive(Debug, Clone)]
pub(super) struct Added {
    pub(super) name: String,
    pub(super) provider: String,
    pub(super) options: Json,
    pub(super) retry_policy: Option<String>,
}

type Place = Option<Source>;
type Names = HashMap<Box<str>, ClientId>;

impl Added {
    /// Reads the client, and for a leaf what the engine needs to know of it.
    pub(super) fn client(
        &self,
        names: &Names,
        plan: &ResolvedPlan,
    ) -> Result<(Client<Place>, Option<Entry>), RegistryError> {
        if names.contains_key(&*self.name) {
            return Err(RegistryError::NameTaken(self.name.clone()));
        }
        let (client, provider) = (self.name.clone(), self.provider.clone());
        let provider =
            providers::provider(&self.provider).ok_or(RegistryError::UnknownProvider { client, provider })?;
        let mut options = match &self.options {
            Json::Object(options) => options.clone(),
            Json::Null => Map::new(),
            _ => return Err(self.wrong("options", "must be an object")),
        };
        let (limits, is_pooled) = self.http(options.shift_remove("http"), provider)?;
        let kind = self.kind(provider, &mut options, names)?;
        let retry = self.policy(plan)?;
        let entry = kind.is_leaf().then(|| {
            let options = options.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
            Entry::new(
                Leaf { name: self.name.as_str().into(), provider: provider.name.into(), options },
                is_pooled,
            )
        });
        Ok((Client { name: self.name.as_str().into(), kind, limits, retry }, entry))
    }

    fn kind(
        &self,
        provider: &Provider,
        options: &mut Map<String, Json>,
        names: &Names,
    ) -> Result<ClientKind, RegistryError> {
        if provider.kind == ProviderKind::Leaf {
            return Ok(ClientKind::Leaf);
        }
        let member = |value: &Json| {
            let name = value.as_str().ok_or_else(|| self.wrong("strategy", "must be an array of names"))?;
            names.get(name).copied().ok_or_else(|| RegistryError::UnknownClient(name.into()))
        };
        let members = match options.shift_remove("strategy") {
            Some(Json::Array(values)) => values.iter().map(member).collect::<Result<Box<[_]>, _>>()?,
            _ => return Err(self.wrong("strategy", "must be an array of names")),
        };
        if provider.kind == ProviderKind::Fallback {
            return Ok(ClientKind::Fallback { members });
        }
        let start = match options.shift_remove("start") {
            None => 0,
            Some(start) => start
                .as_u64()
                .and_then(|start| u32::try_from(start).ok())
                .ok_or_else(|| self.wrong("start", "must be a whole number from 0 to 2147483647"))?,
        };
        Ok(ClientKind::RoundRobin { members, start })
    }

    fn http(&self, http: Option<Json>, provider: &Provider) -> Result<(Limits<Place>, bool), RegistryError> {
        let mut limits = ByField::NONE;
        let mut is_pooled = true;
        let entries = match http {
            None => Map::new(),
            Some(Json::Object(entries)) => entries,
            Some(_) => return Err(self.wrong("http", "must be an object")),
        };
        for (key, value) in entries {
            let option = format!("http.{key}");
            if !provider.http_keys().any(|known| known.name == key) {
                return Err(self.wrong(&option, &format!("is not a limit of a client of {}", provider.name)));
            }
            match Field::from_key(&key) {
                Some(field) => {
                    let ms = value.as_u64().filter(|ms| (1..=MAX_MS).contains(ms));
                    let range = format!("must be a whole number of milliseconds from 1 to {MAX_MS}");
                    let ms = ms.ok_or_else(|| self.wrong(&option, &range))?;
                    limits.set(field, Limit { ms, origin: None });
                }
                // Of the keys of `http` only the pooling of connections is no limit.
                None => {
                    is_pooled =
                        value.as_bool().ok_or_else(|| self.wrong(&option, "must be true or false"))?;
                }
            }
        }
        let (token, request) = (limits.ms(Field::TimeToFirstToken), limits.ms(Field::Request));
        if token.zip(request).is_some_and(|(token, request)| token > request) {
            return Err(self.wrong("http", "has a time to first token that is longer than its request limit"));
        }
        Ok((limits, is_pooled))
    }

    fn policy(&self, plan: &ResolvedPlan) -> Result<Option<PolicyId>, RegistryError> {
        let Some(name) = &self.retry_policy else {
            return Ok(None);
        };
        let position = plan.policies().iter().position(|policy| *policy.name == **name);
        let id = position.and_then(|position| u32::try_from(position).ok()).map(PolicyId);
        let unknown = || RegistryError::UnknownPolicy { client: self.name.clone(), policy: name.clone() };
        id.map(Some).ok_or_else(unknown)
    }

    fn wrong(&self, option: &str, message: &str) -> RegistryError {
        RegistryError::Option { client: self.name.clone(), option: option.into(), message: message.into() }
    }
}

/// Says which added client does not fit.
pub(super) fn misfit(clients: &[Added], before: usize, error: &PlanError) -> RegistryError {
    let id = match error {
        PlanError::Empty(id) | PlanError::StartOutOfRange(id) => Some(*id),
        PlanError::UnknownMember { client, .. } | PlanError::UnknownPolicy { client, .. } => Some(*client),
        PlanError::LimitOutOfRange { client, .. } | PlanError::MisplacedTotal { client } => *client,
        PlanError::TooManyClients | PlanError::Cycles(_) | PlanError::Policy { .. } => None,
    };
    let added = id.and_then(|id| clients.get(id.index().checked_sub(before)?));
    let client = added.map_or_else(String::new, |added| added.name.clone());
    let option = match error {
        PlanError::StartOutOfRange(_) => "start",
        PlanError::LimitOutOfRange { .. } | PlanError::MisplacedTotal { .. } => "http",
        _ => "strategy",
    };
    let message = match error {
        PlanError::Empty(_) => "must name at least one client".into(),
        PlanError::StartOutOfRange(_) => "must be a whole number from 0 to 2147483647".into(),
        other => format!("does not fit: {other}"),
    };
    RegistryError::Option { client, option: option.into(), message }
}

/// Says that an added client leads to more routes, or longer ones, than the compiler allows.
pub(super) fn too_many_routes(client: &str) -> RegistryError {
    let message = format!(
        "has too many routes, or routes that are too long; at most {MAX_ROUTES} routes of at most {MAX_ROUTE_LENGTH} \
         clients each are followed"
    );
    RegistryError::Option { client: client.into(), option: "strategy".into(), message }
}
