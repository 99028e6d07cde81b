//! Credentials that are kept until they expire, and fetched once for all callers.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::source::CredentialError;

/// So long before they expire, credentials are fetched again. Other calls meanwhile get the old ones.
const AHEAD: Duration = Duration::from_secs(300);
/// The most kinds of credentials that are kept.
const MAX_KEPT: usize = 1_000;

/// What can expire.
pub(super) trait Expires: Clone {
    fn expires_at(&self) -> Option<SystemTime>;
}

/// Credentials by what they are for.
#[derive(Debug)]
pub(super) struct Cache<K, T> {
    slots: Mutex<HashMap<K, Arc<Slot<T>>>>,
}

#[derive(Debug)]
struct Slot<T> {
    kept: Mutex<Option<T>>,
    /// Held by the one who fetches.
    fetching: tokio::sync::Mutex<()>,
}

impl<K, T> Default for Cache<K, T> {
    fn default() -> Self {
        Self { slots: Mutex::default() }
    }
}

impl<K: Hash + Eq + Clone, T: Expires> Cache<K, T> {
    /// What is kept, or fetches it. Of many who ask at once, one fetches.
    pub(super) async fn get<F>(&self, key: &K, fetch: impl FnOnce() -> F) -> Result<T, CredentialError>
    where
        F: Future<Output = Result<T, CredentialError>>,
    {
        let slot = self.slot(key);
        let now = SystemTime::now();
        if let Some(kept) = slot.valid(now) {
            let is_due = kept.expires_at().is_some_and(|at| at < now + AHEAD);
            let Some(_fetching) = is_due.then(|| slot.fetching.try_lock().ok()).flatten() else {
                return Ok(kept);
            };
            // The old ones still serve where the new ones cannot be had yet.
            return Ok(fetch().await.map_or(kept, |fetched| slot.keep(fetched)));
        }
        let _fetching = slot.fetching.lock().await;
        match slot.valid(SystemTime::now()) {
            Some(kept) => Ok(kept),
            None => Ok(slot.keep(fetch().await?)),
        }
    }

    fn slot(&self, key: &K) -> Arc<Slot<T>> {
        let mut slots = lock(&self.slots);
        if let Some(slot) = slots.get(key) {
            return Arc::clone(slot);
        }
        let slot = Arc::new(Slot { kept: Mutex::new(None), fetching: tokio::sync::Mutex::new(()) });
        if slots.len() < MAX_KEPT {
            slots.insert(key.clone(), Arc::clone(&slot));
        }
        slot
    }
}

impl<T: Expires> Slot<T> {
    fn valid(&self, now: SystemTime) -> Option<T> {
        lock(&self.kept).clone().filter(|kept| kept.expires_at().is_none_or(|at| now < at))
    }

    fn keep(&self, fetched: T) -> T {
        *lock(&self.kept) = Some(fetched.clone());
        fetched
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Token(usize, Option<SystemTime>);

    impl Expires for Token {
        fn expires_at(&self) -> Option<SystemTime> {
            self.1
        }
    }

    #[tokio::test(start_paused = true)]
    async fn many_who_ask_at_once_fetch_once() {
        let (cache, fetched) = (Cache::default(), AtomicUsize::new(0));
        let ask = || {
            cache.get(&"a", || async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Ok(Token(fetched.fetch_add(1, Ordering::SeqCst), None))
            })
        };
        let all = futures_util::future::join_all((0..100).map(|_| ask())).await;
        assert!(all.iter().all(|token| *token == Ok(Token(0, None))));
        assert_eq!(ask().await, Ok(Token(0, None)));
        assert_eq!(fetched.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_old_ones_serve_while_the_new_ones_are_fetched_and_where_that_fails() {
        let cache = Cache::default();
        let soon = Some(SystemTime::now() + AHEAD / 2);
        assert_eq!(cache.get(&"a", || async { Ok(Token(1, soon)) }).await, Ok(Token(1, soon)));
        let slow = cache.get(&"a", || async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok(Token(2, None))
        });
        let meanwhile = cache.get(&"a", || async { panic!("somebody else is fetching") });
        let (slow, meanwhile) = tokio::join!(slow, meanwhile);
        assert_eq!((slow, meanwhile), (Ok(Token(2, None)), Ok(Token(1, soon))));
        let broken = || async { Err(CredentialError::unreachable("no server")) };
        let cache = Cache::default();
        assert_eq!(cache.get(&"a", broken).await, Err(CredentialError::unreachable("no server")));
        assert!(cache.get(&"a", || async { Ok(Token(3, soon)) }).await.is_ok());
        assert_eq!(cache.get(&"a", broken).await, Ok(Token(3, soon)));
        let past = Some(SystemTime::UNIX_EPOCH);
        let cache = Cache::default();
        assert!(cache.get(&"a", || async { Ok(Token(4, past)) }).await.is_ok());
        assert!(cache.get(&"a", broken).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_fetch_that_is_given_up_leaves_the_next_one_its_turn() {
        let cache = Cache::default();
        let never = cache.get(&"a", std::future::pending);
        assert!(tokio::time::timeout(Duration::from_millis(10), never).await.is_err());
        assert_eq!(cache.get(&"a", || async { Ok(Token(5, None)) }).await, Ok(Token(5, None)));
    }
}
