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
mod misplaced;
mod near;
mod number;
mod peer;
mod policy;
mod project;
mod read;
mod resolve;
mod span;
mod value;
mod value_reader;

pub use self::explain::{ClientPlaces, LimitPlaces, add_schedules, limit_places};
pub use self::facts::{
    ClientFacts, FileFacts, Form, FunctionClient, FunctionFacts, HttpFacts, IgnoreComment, IgnoreWord,
    Member, Name, OtherDefinition, PolicyFacts, RefusedForm, WrittenLimit,
};
pub use self::fault::{Fault, FaultKind, Misplaced, NumberKey, NumberProblem, Owner, UnknownClient};
pub use self::link::link;
pub use self::near::{is_misspelling, nearest, nearest_free, nearest_within, nearest_word};
pub use self::policy::POLICY_KEYS;
pub use self::project::{ClientSource, Defaults, FunctionRef, LinkedProject, Mention};
pub use self::read::read_file;
pub use self::resolve::{Places, add_figures_of_baml, resolve};
pub use self::span::{FileId, Span};
pub use self::value::{Property, Value, ValueKind};
