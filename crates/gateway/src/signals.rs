//! The signals that stop the gateway.

use std::future::Future;

/// Waits for the signal to stop. Returns whether calls are still to be accepted for a while: a service manager tells a
/// load balancer at the same time, and somebody at a terminal wants the end now.
#[cfg(unix)]
pub(crate) fn stop() -> std::io::Result<impl Future<Output = bool>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => true,
            _ = interrupt.recv() => false,
        }
    })
}

/// Waits for the signal to stop.
#[cfg(not(unix))]
pub(crate) fn stop() -> std::io::Result<impl Future<Output = bool>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
        false
    })
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
