//! The program `clientc-gateway`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail"))]

mod args;
mod boot;
mod files;
mod fixed;
mod missing;
mod otlp;
mod reload;
mod signals;
mod terminal;
mod watched;

use std::io::IsTerminal as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser as _;
use clientc_gateway::{Gateway, Journal, Limits, Loaded, Observer, longest_call, serve};
use clientc_report::{LimitPlaces, Options, ShownPlan, plural, write_table};
use futures_util::StreamExt as _;

use crate::args::Args;
use crate::boot::{Boot, KEYS_VARIABLE};
use crate::otlp::Otlp;
use crate::terminal::note;

/// Where the gateway listens by default.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 44497);

/// How long the log may take to be written when the gateway stops.
const LOG_PATIENCE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            note(&terminal::error(&error));
            // The same exit codes as the compiler's: 1 for findings, 2 for everything else.
            let is_refused = matches!(error.downcast_ref(), Some(clientc_gateway::LoadError::Refused(_)));
            ExitCode::from(if is_refused { 1 } else { 2 })
        }
    }
}

fn run(args: &Args) -> anyhow::Result<()> {
    let options = Options {
        colour: std::io::stderr().is_terminal() && !has_no_color(),
        whole: true,
        ..Options::default()
    };
    let boot = Boot::new(args, options)?;
    let journal = Journal::to(std::io::stdout(), args.log.into()).context("cannot start the log")?;
    let loaded = boot.load()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let otlp = start_otlp(args, &loaded, &runtime)?;
    let meter = otlp.as_ref().and_then(Otlp::meter);
    let observer = Arc::new(Observer::new(journal, meter.as_ref()));
    let snapshot = boot.snapshot(&loaded, &observer, None)?;
    let listen = address(args, &loaded)?;
    check_address(listen, args, &boot)?;
    let mut limits = limits(args, &loaded);
    let calls = boot.settings(&loaded)?.max_concurrent_calls;
    let wanted = limits.max_connections;
    limits.max_connections = files::connections(wanted, calls);
    let gateway = Gateway::new(snapshot, Arc::clone(&observer));
    runtime.block_on(async {
        // Nobody who was told that it listens may end it without a drain.
        let stopped = gateway.clone();
        let stop = signals::stop()?.enumerate().map(move |(number, has_delay)| {
            if number == 0 {
                stopping(&stopped);
            }
            has_delay
        });
        let listener = tokio::net::TcpListener::bind(listen).await;
        let listener = listener.with_context(|| format!("cannot listen on {listen}"))?;
        if limits.max_connections < wanted {
            note(&format!(
                "warning: only {} of callers are accepted at the same time, not {wanted}: the process may open no \
                 more files; raise its limit (`ulimit -n`, LimitNOFILE)",
                plural(limits.max_connections as u64, "connection")
            ));
        }
        let greeting = greeting(listener.local_addr()?, &loaded, &boot, args)?;
        reload::start(boot, &gateway, &observer, loaded, args)?;
        note(&greeting);
        let cut_off = serve(listener, gateway, limits, stop).await?;
        // The calls that were cut off are in the log too.
        observer.flush(LOG_PATIENCE);
        if let Some(otlp) = otlp {
            let _ = tokio::task::spawn_blocking(move || otlp.stop()).await;
        }
        if cut_off > 0 {
            note(&format!("Stopped: {} cut off.", plural(cut_off as u64, "call")));
        }
        Ok(())
    })
}

/// Sends metrics and spans if the command line or the file asks for it.
fn start_otlp(
    args: &Args,
    loaded: &Loaded,
    runtime: &tokio::runtime::Runtime,
) -> anyhow::Result<Option<Otlp>> {
    if !args.otlp && !loaded.settings.otlp.unwrap_or(false) {
        return Ok(None);
    }
    let _entered = runtime.enter();
    Otlp::start().map(Some)
}

fn address(args: &Args, loaded: &Loaded) -> anyhow::Result<SocketAddr> {
    match (args.listen, &loaded.settings.listen) {
        (Some(address), _) => Ok(address),
        (None, Some(text)) => text.parse().with_context(|| {
            format!(
                "`gateway.listen` of clientc.toml is `{text}`; it must be an address such as 127.0.0.1:44497"
            )
        }),
        (None, None) => Ok(LISTEN),
    }
}

/// The limits of the command line, else those of the file, else the defaults.
fn limits(args: &Args, loaded: &Loaded) -> Limits {
    let (file, ours) = (&loaded.settings, Limits::default());
    let most = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let ms = |written: Option<u64>, other: Option<u64>, ours| {
        written.or(other).map_or(ours, Duration::from_millis)
    };
    Limits {
        header_timeout: ms(args.header_timeout_ms, file.header_timeout_ms, ours.header_timeout),
        write_timeout: ms(args.write_timeout_ms, file.write_timeout_ms, ours.write_timeout),
        drain_delay: ms(args.drain_delay_ms, file.drain_delay_ms, ours.drain_delay),
        drain_timeout: drain_timeout_ms(args, loaded).map(Duration::from_millis),
        max_connections: (args.max_connections.or(file.max_connections.map(most)))
            .unwrap_or(ours.max_connections),
        threads: args.threads.and_then(NonZero::new),
    }
}

/// The time that calls in progress have, where it is set.
fn drain_timeout_ms(args: &Args, loaded: &Loaded) -> Option<u64> {
    args.drain_timeout_ms.or(loaded.settings.drain_timeout_ms)
}

/// Whether a stop would cut off calls that the plan still allows.
fn drain_warning(args: &Args, loaded: &Loaded) -> Option<String> {
    let (client, longest) = longest_call(&loaded.document)?;
    let set = drain_timeout_ms(args, loaded).filter(|set| *set < longest)?;
    Some(format!(
        "warning: drain_timeout_ms is {set}, and a call to {client} may take {longest} ms, so a stop may cut it off"
    ))
}

fn has_no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Others must not make calls with the keys of this machine.
fn check_address(listen: SocketAddr, args: &Args, boot: &Boot) -> anyhow::Result<()> {
    if listen.ip().is_loopback() || args.insecure || !boot.read_keys()?.is_empty() {
        return Ok(());
    }
    anyhow::bail!(
        "others can reach {listen}, and callers need no key: use --api-keys FILE or set {KEYS_VARIABLE}, listen on \
         127.0.0.1, or allow it with --insecure"
    )
}

/// What a signal to stop leads to, where it does not end the gateway at once.
fn stopping(gateway: &Gateway) {
    let calls = gateway.calls() as u64;
    if calls > 0 {
        let them = if calls == 1 { "it" } else { "them" };
        note(&format!("Stopping: {} in progress. Another signal cuts {them} off.", plural(calls, "call")));
    }
}

/// Writes where the gateway listens, what it serves, and with which limits.
fn greeting(address: SocketAddr, loaded: &Loaded, boot: &Boot, args: &Args) -> anyhow::Result<String> {
    let mut text = Vec::new();
    let places = LimitPlaces::default();
    let plan = ShownPlan { document: &loaded.document, places: &places, first: Vec::new() };
    write_table(&mut text, [plan], &boot.options)?;
    let mut greeting = String::from_utf8_lossy(&text).into_owned();
    let missing = missing::warnings(&loaded.document, |variable| std::env::var(variable).ok());
    for warning in missing.into_iter().chain(drain_warning(args, loaded)) {
        greeting += &format!("\n{warning}");
    }
    if loaded.warnings > 0 {
        let warnings = plural(loaded.warnings as u64, "warning");
        greeting += &format!("\n{warnings}: run `clientc check`.");
    }
    let clients = plural(loaded.document.clients.len() as u64, "client");
    let version = env!("CARGO_PKG_VERSION");
    greeting += &format!("\nclientc-gateway {version} serves {clients} on http://{address}/v1");
    Ok(greeting)
}
