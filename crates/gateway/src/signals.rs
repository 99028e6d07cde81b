//! The signals that stop the gateway, and the one that asks for a new plan.

use std::time::Duration;

use futures_util::{Stream, StreamExt as _, future, stream};
use tokio::time::Instant;

/// So long after a signal another one is the same: a terminal sends it to all that it runs, and a program that started
/// the gateway sends it on.
const SAME: Duration = Duration::from_secs(1);

/// The signals to stop, as they come. The items say whether calls are still to be accepted for a while: a service manager
/// tells a load balancer at the same time, and somebody at a terminal wants the end now.
///
/// From here on none of them ends the process by itself.
pub(crate) fn stop() -> std::io::Result<impl Stream<Item = bool>> {
    let signals = Signals::listen()?;
    let all = stream::unfold(signals, async |mut signals| Some((signals.next().await, signals)));
    Ok(distinct(all))
}

/// Leaves out what comes right after another item.
fn distinct(all: impl Stream<Item = bool>) -> impl Stream<Item = bool> {
    let mut last: Option<Instant> = None;
    all.filter(move |_| {
        let is_new = last.is_none_or(|last| last.elapsed() >= SAME);
        if is_new {
            last = Some(Instant::now());
        }
        future::ready(is_new)
    })
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) -> bool {
        tokio::select! {
            _ = self.terminate.recv() => true,
            _ = self.interrupt.recv() => false,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Signals> {
        Ok(Signals)
    }

    async fn next(&mut self) -> bool {
        let _ = tokio::signal::ctrl_c().await;
        false
    }
}

/// Calls a function at every SIGHUP.
#[cfg(unix)]
pub(crate) fn on_hangup(call: impl Fn() + Send + 'static) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            call();
        }
    });
    Ok(())
}

/// There is no SIGHUP here.
#[cfg(not(unix))]
pub(crate) fn on_hangup(_call: impl Fn() + Send + 'static) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_signal_that_comes_twice_at_once_is_one() {
        let waits = [(0, true), (5, false), (900, true), (100, false), (999, true), (1, true)];
        let all = stream::iter(waits).then(async |(ms, item)| {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            item
        });
        assert_eq!(distinct(all).collect::<Vec<_>>().await, [true, false, true]);
    }
}
