//! The runtime: a checked plan whose clients can be called.

use std::sync::Arc;

use crate::client::Client;
use crate::error::UnknownClient;
use crate::inner::Inner;
use crate::overrides::Ignored;
use crate::provider;

/// Makes the calls of one resolved plan.
///
/// It is cheap to clone. All clones share the connections and the tickets of the round-robins.
#[derive(Debug, Clone)]
pub struct Runtime {
    pub(crate) inner: Arc<Inner>,
}

/// A client that the runtime cannot call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unserved<'r> {
    /// The client.
    pub client: &'r str,
    /// Its provider.
    pub provider: &'r str,
}

impl Runtime {
    /// The client with this name.
    ///
    /// # Errors
    ///
    /// Where no client has this name, the error suggests one.
    pub fn client(&self, name: &str) -> Result<Client, UnknownClient> {
        match self.inner.names.get(name) {
            Some(&id) => Ok(Client::new(&self.inner, id)),
            None => Err(self.unknown(name)),
        }
    }

    /// The client that a function names, or the primary one of the registry where there is one.
    ///
    /// # Errors
    ///
    /// Where no function has this name.
    pub fn function(&self, name: &str) -> Result<Client, UnknownClient> {
        let named = self.inner.functions.get(name).copied();
        match named.map(|id| self.inner.primary.unwrap_or(id)) {
            Some(id) => Ok(Client::new(&self.inner, id)),
            None => Err(self.unknown(name)),
        }
    }

    /// Goes through the names of all clients in the order of the document.
    pub fn client_names(&self) -> impl Iterator<Item = &str> {
        self.inner.plan.clients().iter().map(|client| &*client.name)
    }

    /// Names the clients that the plan has and this runtime cannot call, with their providers. A call to one fails
    /// without a request, and a fallback moves on.
    pub fn unserved(&self) -> impl Iterator<Item = Unserved<'_>> {
        let leaves = self.inner.entries.iter().flatten().map(|entry| &entry.leaf);
        leaves
            .filter(|leaf| !provider::is_served(&leaf.provider) || leaf.is_transcription())
            .map(|leaf| Unserved { client: &leaf.name, provider: &leaf.provider })
    }

    /// The limits of the registry that change nothing, because the plan's are not larger.
    pub fn ignored(&self) -> &[Ignored] {
        &self.inner.ignored
    }

    fn unknown(&self, name: &str) -> UnknownClient {
        // A caller may send a name of any length, and the search takes a thread from all other calls.
        let near = (name.len() <= LONGEST_NAME).then(|| {
            let written = plain(name);
            let same = self.client_names().find(|known| plain(known) == written);
            same.or_else(|| self.client_names().find(|known| is_near(&plain(known), &written)))
        });
        UnknownClient { name: name.into(), suggestion: near.flatten().map(str::to_owned) }
    }
}

/// The longest name for which another one is suggested, in bytes.
const LONGEST_NAME: usize = 256;

/// A name without what people mistake: its case, and `-`, `_` and spaces in it.
fn plain(name: &str) -> Vec<char> {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether two plain names are the same but for one letter.
fn is_near(first: &[char], second: &[char]) -> bool {
    let (short, long) = if first.len() <= second.len() { (first, second) } else { (second, first) };
    let same = short.iter().zip(long.iter()).take_while(|(first, second)| first == second).count();
    let (short_rest, long_rest) = (&short[same..], &long[same..]);
    match long.len() - short.len() {
        0 => short_rest.is_empty() || short_rest[1..] == long_rest[1..],
        1 => short_rest == &long_rest[1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    fn is_near(first: &str, second: &str) -> bool {
        super::is_near(&plain(first), &plain(second))
    }

    #[test]
    fn names_that_differ_in_a_letter_are_near() {
        for (first, second) in [
            ("Fast", "fast"),
            ("MyFallback", "My_Fallback"),
            ("Fast", "Fost"),
            ("Fast", "Fas"),
            ("Fast", "Feast"),
        ] {
            assert!(is_near(first, second) && is_near(second, first), "{first} {second}");
        }
        for (first, second) in [("Fast", "Slow"), ("Fast", "Fastest"), ("", "Fast")] {
            assert!(!is_near(first, second) && !is_near(second, first), "{first} {second}");
        }
    }
}
