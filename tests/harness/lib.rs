//! What the tests share: texts from outside the repository, projects in memory or in a folder, properties that
//! hold for every text, and texts made at random; the built program, run the way a user does, the formats of
//! its output, files that tests generate, output of the program in Markdown, a judge of JSON Schemas, and what others have published for tests.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail"
)]

pub mod background;
pub mod compiled;
pub mod editor;
pub mod folder;
pub mod formats;
pub mod generated;
pub mod invariants;
pub mod markdown;
pub mod memory;
pub mod program;
pub mod project;
pub mod published;
pub mod random;
pub mod schema;
pub mod shared;
pub mod tools;
pub mod written;

pub use self::background::Background;
pub use self::editor::Editor;
pub use self::folder::Folder;
pub use self::memory::MemoryDisk;
pub use self::program::{Run, run_in};
pub use self::project::Checked;
pub use self::written::Written;
