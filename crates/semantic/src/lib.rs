//! Names, references and typed values of BAML client definitions.
//!
//! [`read_file`] says what one file says, [`link`] joins the files of a project, and [`resolve`] makes the
//! resolved JSON of it. Everything that is wrong is a [`Fault`] as data; the words are found by the rules.

mod client;
mod cycle;
mod explain;
mod facts;
mod fault;
mod http;
mod ignore;
mod link;
mod nearest;
mod number;
mod peer;
mod policy;
mod resolve;
mod span;
mod value;

pub use explain::{ClientPlaces, LimitPlaces, add_schedules, limit_places};
pub use facts::{
    ClientFacts, FileFacts, FunctionClient, FunctionFacts, HttpFacts, Member, Name, PolicyFacts,
    WrittenLimit, read_file,
};
pub use fault::{Fault, FaultKind, NumberKey, NumberProblem, Owner, UnknownClient};
pub use ignore::IgnoreComment;
pub use link::{ClientSource, Defaults, FunctionRef, Mention, Project, link};
pub use nearest::{Nearest, is_misspelling, nearest};
pub use peer::{Form, OtherDefinition, RefusedForm};
pub use policy::POLICY_KEYS;
pub use resolve::{Places, resolve};
pub use span::{FileId, Span};
pub use value::{Property, Value, ValueKind};
