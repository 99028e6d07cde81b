//! Clients and limits that are only known at run time.

mod added;
mod error;

use std::sync::Arc;

use clientc_plan::json::Value;
use clientc_plan::{Plan, RouteCounts, WorstCases};

use self::added::Added;
pub use self::error::RegistryError;
use crate::inner::Inner;
use crate::overrides::{self, Timeouts};
use crate::runtime::Runtime;

/// Changes to a plan at run time: lower limits, further clients, and another client for all functions.
///
/// A client of the plan cannot be replaced, because that could loosen its limits.
#[derive(Debug, Clone, Default)]
pub struct ClientRegistry {
    primary: Option<String>,
    timeouts: Vec<(String, Timeouts)>,
    clients: Vec<Added>,
}

impl ClientRegistry {
    /// Starts without any change.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes this the client of every function.
    pub fn set_primary(&mut self, client: impl Into<String>) -> &mut Self {
        self.primary = Some(client.into());
        self
    }

    /// Bounds a client by further limits, on every route that it is on. The smaller limit counts.
    pub fn override_timeouts(&mut self, client: impl Into<String>, timeouts: Timeouts) -> &mut Self {
        self.timeouts.push((client.into(), timeouts));
        self
    }

    /// Adds a client. Its options are those of a client block, `http`, `strategy` and `start` among them; an
    /// environment variable is written `{"$env": "NAME"}`. Members and the retry policy are those of the plan, or
    /// clients that were added before.
    pub fn add_client(
        &mut self,
        name: impl Into<String>,
        provider: impl Into<String>,
        options: impl Into<Value>,
        retry_policy: Option<&str>,
    ) -> &mut Self {
        self.clients.push(Added {
            name: name.into(),
            provider: provider.into(),
            options: options.into(),
            retry_policy: retry_policy.map(Into::into),
        });
        self
    }
}

impl Runtime {
    /// Makes a runtime with the changes of a registry. Both share the connections and the tickets.
    ///
    /// # Errors
    ///
    /// An unknown name, an invalid option of an added client, or a limit out of range.
    pub fn with_registry(&self, registry: &ClientRegistry) -> Result<Self, RegistryError> {
        let old = &*self.inner;
        let mut clients = old.plan.clients().to_vec();
        let mut names = old.names.clone();
        let mut entries = old.entries.clone();
        for added in &registry.clients {
            let (client, entry) = added.client(&names, &old.plan)?;
            let id = clientc_plan::ClientId(u32::try_from(clients.len()).unwrap_or(u32::MAX));
            names.insert(client.name.clone(), id);
            clients.push(client);
            entries.push(entry.map(Arc::new));
        }
        let plan = Plan::new(clients, old.plan.policies().to_vec(), old.plan.defaults().clone())
            .map_err(|error| added::misfit(&registry.clients, old.plan.clients().len(), &error))?;
        let counts = RouteCounts::new(&plan);
        if let Some(exceeded) = counts.exceeded(&plan, plan.ids()).first() {
            return Err(added::too_many_routes(
                plan.client(exceeded.client).map_or("", |client| &client.name),
            ));
        }
        let id = |name: &String| {
            names.get(name.as_str()).copied().ok_or_else(|| RegistryError::UnknownClient(name.clone()))
        };
        let mut lowered = old.overrides.clone();
        let (mut asked, mut ignored) = (old.asked.clone(), Vec::new());
        for (name, timeouts) in &registry.timeouts {
            let added = overrides::add(&plan, &mut lowered, id(name)?, timeouts)?;
            asked.extend(added.asked);
            ignored.extend(added.ignored);
        }
        let mut worst_cases = WorstCases::new(&plan);
        let worst_cases_ms = plan.ids().map(|id| worst_cases.of(id).duration_ms).collect();
        let inner = Inner {
            project: old.project.clone(),
            primary: registry.primary.as_ref().map(id).transpose()?.or(old.primary),
            worst_cases_ms,
            entries,
            functions: old.functions.clone(),
            overrides: lowered,
            asked,
            ignored,
            tickets: old.tickets.for_plan(&plan),
            services: old.services.clone(),
            names,
            plan,
        };
        Ok(Self { inner: Arc::new(inner) })
    }
}
