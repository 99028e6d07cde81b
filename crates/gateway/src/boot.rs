//! From arguments to what is served.

use std::env::VarError;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clientc_gateway::{
    CallSettings, Keys, Loaded, Observer, PassingOn, PerThread, Snapshot, Source, StreamUpstream,
};
use clientc_report::Options;
use clientc_runtime::Runtime;
use clientc_workspace::ConfigChoice;

use crate::args::Args;
use crate::watched::Watched;

/// Makes what is served, at the start and at every reload.
#[derive(Debug, Clone)]
pub(crate) struct Boot {
    source: Source,
    keys: Option<PathBuf>,
    args: Args,
    pub(crate) options: Options,
}

impl Boot {
    pub(crate) fn new(args: &Args, options: Options) -> anyhow::Result<Self> {
        let source = match &args.resolved {
            Some(path) => Source::Resolved(path.clone()),
            None => Source::Project {
                paths: args.paths.clone(),
                working_folder: std::env::current_dir().context("cannot find the working folder")?,
                config: args.config.clone().map_or(ConfigChoice::Nearest, ConfigChoice::File),
                profile: args.profile.clone(),
            },
        };
        Ok(Self { source, keys: args.api_keys.clone(), args: args.clone(), options })
    }

    /// The settings of the command line, else those of the file, else the defaults.
    pub(crate) fn settings(&self, loaded: &Loaded) -> anyhow::Result<CallSettings> {
        let (args, file, ours) = (&self.args, &loaded.settings, CallSettings::default());
        let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        for name in file.stream_upstream_of.keys() {
            if !loaded.document.clients.contains_key(&**name) {
                anyhow::bail!(
                    "`gateway.stream_upstream` of clientc.toml names {name}, but there is no such client"
                );
            }
        }
        let calls = args.max_concurrent_calls.or(file.max_concurrent_calls.map(size));
        let bytes = args.max_body_bytes.or(file.max_body_bytes.map(size));
        let body_ms = args.body_timeout_ms.or(file.body_timeout_ms);
        let of_clients = file.stream_upstream_of.iter();
        Ok(CallSettings {
            max_body_bytes: bytes.unwrap_or(ours.max_body_bytes),
            body_timeout: body_ms.map_or(ours.body_timeout, Duration::from_millis),
            max_concurrent_calls: calls.unwrap_or(ours.max_concurrent_calls),
            stream_upstream: StreamUpstream {
                all: file.stream_upstream,
                clients: of_clients.map(|(name, flag)| (name.as_str().into(), *flag)).collect(),
            },
            deadline_headers: args.deadline_headers || file.deadline_headers.unwrap_or(false),
        })
    }

    /// What has to be watched while this is served.
    pub(crate) fn watched(&self, loaded: &Loaded) -> Watched {
        Watched::of(loaded, self.keys.as_ref(), &self.args.paths)
    }

    /// Reads the project, or the plan.
    pub(crate) fn load(&self) -> anyhow::Result<Loaded> {
        Ok(self.source.load(&self.options)?)
    }

    /// The snapshot of what was read. It continues the round-robins of the one before it, if there is one.
    pub(crate) fn snapshot(
        &self,
        loaded: &Loaded,
        observer: &Arc<Observer>,
        before: Option<&Snapshot>,
    ) -> anyhow::Result<Snapshot> {
        let builder = match before {
            Some(before) => Runtime::builder().continue_from(before.runtime()),
            None => Runtime::builder().transport(PassingOn(PerThread)),
        };
        let keys = self.read_keys()?;
        Ok(Snapshot::new(&loaded.document, builder, self.settings(loaded)?, keys, observer)?)
    }

    /// The keys of callers: those of the file and of the environment.
    pub(crate) fn read_keys(&self) -> anyhow::Result<Keys> {
        let mut text = match std::env::var(KEYS_VARIABLE) {
            Ok(text) => text,
            Err(VarError::NotPresent) => String::new(),
            // Who sets it wants callers to need a key.
            Err(VarError::NotUnicode(_)) => anyhow::bail!("{KEYS_VARIABLE} is not UTF-8"),
        };
        if let Some(path) = &self.keys {
            let shown = path.display();
            let read = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
            text = format!("{text}\n{read}");
            if Keys::from_lines(&read).is_empty() {
                anyhow::bail!("{shown} contains no key: write one per line");
            }
        }
        Ok(Keys::from_lines(&text))
    }
}

/// The variable that may contain the keys of callers, one per line.
pub(crate) const KEYS_VARIABLE: &str = "CLIENTC_GATEWAY_API_KEYS";
