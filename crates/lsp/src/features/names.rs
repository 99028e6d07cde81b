//! Every mention of a name: definitions and references of clients, policies and functions.

use clientc_check::Sources as _;
use clientc_semantic::{FileFacts, FileId, Span};
use clientc_syntax::TextRange;

use crate::scene::Scene;

/// A name in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mention<'s> {
    /// The name, or the shorthand.
    pub(crate) name: &'s str,
    /// Its bytes, without quotes.
    pub(crate) span: Span,
    /// What it does there.
    pub(crate) role: Role,
}

/// What a name does where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It names a client block.
    Client,
    /// It names a retry policy block.
    Policy,
    /// It names a function.
    Function,
    /// A strategy names a client. The index is that of the composite in its file.
    Member(usize),
    /// A client names a policy. The index is that of the client in its file.
    PolicyOf(usize),
    /// A function names a client. The index is that of the function in its file.
    ClientOf(usize),
    /// `clientc.toml` names a client.
    Entry,
}

impl Role {
    /// Whether the name is defined there.
    #[must_use]
    pub(crate) const fn is_definition(self) -> bool {
        matches!(self, Self::Client | Self::Policy | Self::Function)
    }

    /// Whether the name is that of a client or policy, which share one namespace.
    #[must_use]
    pub(crate) const fn is_of_a_client_or_policy(self) -> bool {
        !matches!(self, Self::Function)
    }
}

/// All names of a file, in no useful order.
pub(crate) fn of_file<'s>(text: &'s str, facts: &'s FileFacts) -> impl Iterator<Item = Mention<'s>> {
    let mention = move |name: &'s str, range: TextRange, role: Role| Mention {
        name,
        span: Span::new(facts.file, inner(text, range, name)),
        role,
    };
    let clients = facts.clients.iter().enumerate().flat_map(move |(index, client)| {
        let own = mention(&client.name.text, client.name.range, Role::Client);
        let members = client.members.iter();
        let members = members.map(move |member| mention(&member.text, member.range, Role::Member(index)));
        let policy = client.retry_policy.iter();
        let policy = policy.map(move |policy| mention(&policy.text, policy.range, Role::PolicyOf(index)));
        std::iter::once(own).chain(members).chain(policy)
    });
    let policies = facts.policies.iter();
    let policies = policies.map(move |policy| mention(&policy.name.text, policy.name.range, Role::Policy));
    let functions = facts.functions.iter().enumerate().flat_map(move |(index, function)| {
        let own = mention(&function.name.text, function.name.range, Role::Function);
        let client = function.client.iter().filter_map(move |client| {
            Some(mention(client.text.as_deref().ok()?, client.range, Role::ClientOf(index)))
        });
        std::iter::once(own).chain(client)
    });
    clients.chain(policies).chain(functions)
}

/// The name at an offset.
#[must_use]
pub(crate) fn at<'s>(scene: &'s Scene, file: FileId, offset: u32) -> Option<Mention<'s>> {
    let touches = |mention: &Mention<'_>| {
        let range = mention.span.range;
        range.start <= offset && offset <= range.end
    };
    let of_settings = || of_settings(scene).find(|mention| mention.span.file == file && touches(mention));
    match scene.facts(file) {
        Some(facts) => of_file(scene.text(file), facts).find(touches),
        None => of_settings(),
    }
}

/// Every mention of a name among clients and policies, file by file: those in the settings come last.
#[must_use]
pub(crate) fn everywhere<'s>(scene: &'s Scene, name: &str) -> Vec<Mention<'s>> {
    let files = scene.project.files.iter().flat_map(|facts| of_file(scene.text(facts.file), facts));
    let is_it = |mention: &Mention<'_>| mention.name == name && mention.role.is_of_a_client_or_policy();
    let mut found: Vec<_> = files.chain(of_settings(scene)).filter(is_it).collect();
    // A stable order within a file, whatever the kinds of the mentions.
    let order = |file: FileId| scene.project.files.iter().position(|facts| facts.file == file);
    found.sort_by_key(|mention| (order(mention.span.file).unwrap_or(usize::MAX), mention.span.range.start));
    found
}

/// The clients that the settings of the project name as entries.
fn of_settings(scene: &Scene) -> impl Iterator<Item = Mention<'_>> {
    let configs = scene.snapshot.input(scene.number).map(|input| input.configs()).unwrap_or_default();
    configs.into_iter().flat_map(|config| config.text.entries()).map(|entry| {
        let text = scene.snapshot.files().text(entry.span.file);
        let range = inner(text, entry.span.range, &entry.value);
        Mention { name: &entry.value, span: Span::new(entry.span.file, range), role: Role::Entry }
    })
}

/// The bytes of a name without the quotes around it.
fn inner(text: &str, range: TextRange, name: &str) -> TextRange {
    let written = range.slice(text);
    if written == name {
        return range;
    }
    match written.find(name) {
        Some(at) => {
            let start = range.start as usize + at;
            TextRange::of(start, start + name.len())
        }
        None => range,
    }
}
