//! A client that makes requests, as its document says it.

use clientc_plan::Object;

/// What a provider needs to know of a client to build its requests and read its answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Leaf {
    /// The name of the client, for errors.
    pub(crate) name: Box<str>,
    /// The canonical name of the provider.
    pub(crate) provider: Box<str>,
    /// The options as written, in order, with `{"$env": …}` as [`clientc_plan::Value::Env`].
    pub(crate) options: Object,
}
