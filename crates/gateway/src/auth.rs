//! The keys of callers.

use std::fmt;

use http::HeaderMap;
use http::header::{AUTHORIZATION, ORIGIN};
use subtle::{Choice, ConstantTimeEq};

use crate::refusal::{Reason, Refusal};

/// The keys that callers may use. Without any, every caller is admitted.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Keys(Vec<Box<[u8]>>);

impl Keys {
    /// Reads keys from a text, one per line. Blank lines and lines that begin with `#` are skipped, and so is the mark that
    /// some editors write before the first one.
    #[must_use]
    pub fn from_lines(text: &str) -> Self {
        let lines = text.lines().map(|line| line.trim_start_matches('\u{feff}').trim());
        Self(
            lines
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .map(|line| line.as_bytes().into())
                .collect(),
        )
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks the key of a caller. The time that it takes does not reveal how much of a key is right.
    ///
    /// Without keys every web page that somebody has open could make calls too: browsers let every page send requests to this
    /// machine, though none reads the answers. They say which page it is, as no other caller does.
    pub(crate) fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        if self.is_empty() {
            return match headers.contains_key(ORIGIN) {
                false => Ok(()),
                true => {
                    let message = "web pages cannot call this gateway, since its callers need no key: send the \
                                   request from a server, without `Origin`, or let callers need one (--api-keys)";
                    Err(Refusal::new(Reason::FromWebPage, message))
                }
            };
        }
        let shown = headers.get(AUTHORIZATION).map(http::HeaderValue::as_bytes);
        let Some(shown) = shown.and_then(|value| without_scheme(value)) else {
            let message = "this gateway needs an API key: send it as `Authorization: Bearer KEY`";
            return Err(Refusal::new(Reason::Unauthorized, message));
        };
        let known = self.0.iter().fold(Choice::from(0), |known, key| known | key.ct_eq(shown));
        match bool::from(known) {
            true => Ok(()),
            false => Err(Refusal::new(Reason::Unauthorized, "this gateway does not know the API key")),
        }
    }
}

fn without_scheme(value: &[u8]) -> Option<&[u8]> {
    let (scheme, key) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| key.trim_ascii())
}

/// Only the number of keys.
impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} keys", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(keys: &Keys, value: &'static str) -> bool {
        let headers = [(AUTHORIZATION, http::HeaderValue::from_static(value))].into_iter().collect();
        keys.admit(&headers).is_ok()
    }

    #[test]
    fn only_a_known_key_is_admitted() {
        let keys = Keys::from_lines("# team a\nabc\n\n  def  \n");
        assert!(admits(&keys, "Bearer abc") && admits(&keys, "bearer  def"));
        for wrong in ["Bearer ab", "Bearer abcd", "Bearer", "abc", "Basic abc", "Bearer # team a", "Bearer "]
        {
            assert!(!admits(&keys, wrong), "{wrong}");
        }
        assert!(keys.admit(&HeaderMap::new()).is_err());
        assert!(Keys::from_lines("# none\n").admit(&HeaderMap::new()).is_ok());
        let page = [(ORIGIN, http::HeaderValue::from_static("null"))].into_iter().collect();
        assert_eq!(Keys::default().admit(&page).unwrap_err().reason, Reason::FromWebPage);
        assert!(admits(&Keys::from_lines("\u{feff}abc\r\n"), "Bearer abc"));
        assert!(Keys::from_lines("\u{feff}\r\n").is_empty());
        assert_eq!(format!("{keys:?}"), "2 keys");
    }
}
