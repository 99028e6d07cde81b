//! From arguments to what is served.

use crate::args::Args;
use anyhow::Context as _;
use clientc_gateway::{Keys, Loaded, Observer, PerThread, Settings, Snapshot, Source};
use clientc_report::Options;
use clientc_runtime::Runtime;
use clientc_workspace::ConfigChoice;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What is served is made of this, at the start and at every reload.
#[derive(Debug, Clone)]
pub(crate) struct Boot {
    source: Source,
    keys: Option<PathBuf>,
    settings: Settings,
    pub(crate) options: Options,
}

impl Boot {
    pub(crate) fn new(args: &Args, options: Options) -> anyhow::Result<Boot> {
        let source = match &args.resolved {
            Some(path) => Source::Resolved(path.clone()),
            None => Source::Project {
                paths: args.paths.clone(),
                working_folder: std::env::current_dir().context("the working folder cannot be found")?,
                config: args.config.clone().map_or(ConfigChoice::Nearest, ConfigChoice::File),
            },
        };
        let mut settings = Settings::default();
        settings.max_body_bytes = args.max_body_bytes.unwrap_or(settings.max_body_bytes);
        settings.max_concurrent_calls = args.max_concurrent_calls.unwrap_or(settings.max_concurrent_calls);
        settings.body_timeout = args.body_timeout_ms.map_or(settings.body_timeout, Duration::from_millis);
        settings.deadline_headers = args.deadline_headers;
        Ok(Boot { source, keys: args.api_keys.clone(), settings, options })
    }

    /// Reads everything anew. Where there is something before it, its round-robins go on.
    pub(crate) fn snapshot(
        &self,
        observer: &Arc<Observer>,
        before: Option<&Snapshot>,
    ) -> anyhow::Result<(Snapshot, Loaded)> {
        let loaded = self.source.load(&self.options)?;
        let builder = match before {
            Some(before) => Runtime::builder().continue_from(before.runtime()),
            None => Runtime::builder().transport(PerThread),
        };
        let keys = self.read_keys()?;
        let snapshot = Snapshot::new(&loaded.document, builder, self.settings.clone(), keys, observer)?;
        Ok((snapshot, loaded))
    }

    /// The keys of callers: those of the file and of the environment.
    pub(crate) fn read_keys(&self) -> anyhow::Result<Keys> {
        let mut text = std::env::var(KEYS_VARIABLE).unwrap_or_default();
        if let Some(path) = &self.keys {
            let shown = path.display();
            let read = std::fs::read_to_string(path).with_context(|| format!("{shown} cannot be read"))?;
            text = format!("{text}\n{read}");
            if Keys::from_lines(&read).is_empty() {
                anyhow::bail!("{shown} holds no key: write one a line");
            }
        }
        Ok(Keys::from_lines(&text))
    }
}

/// The variable that may hold the keys of callers, one a line.
pub(crate) const KEYS_VARIABLE: &str = "CLIENTC_GATEWAY_API_KEYS";
