//! The program while it runs.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::program::command_in;

/// How long a test waits for a word before it gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run of the program that goes on until it is dropped.
#[derive(Debug)]
pub struct Background {
    child: Child,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
}

impl Background {
    /// Starts the program in a folder.
    #[must_use]
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = command_in(folder, arguments);
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let stdout = collect(child.stdout.take().expect("standard output is a pipe"));
        let stderr = collect(child.stderr.take().expect("standard error is a pipe"));
        Self { child, stdout, stderr }
    }

    /// Waits until standard output holds a text.
    pub fn wait_for_stdout(&mut self, text: &str) {
        wait_for(&self.stdout, text);
    }

    /// Waits until standard error holds a text.
    pub fn wait_for_stderr(&mut self, text: &str) {
        wait_for(&self.stderr, text);
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(mut stream: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let collected = Arc::new(Mutex::new(String::new()));
    let out = Arc::clone(&collected);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            out.lock().expect("no reader panics").push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    });
    collected
}

fn wait_for(stream: &Mutex<String>, text: &str) {
    let start = Instant::now();
    while !stream.lock().expect("no reader panics").contains(text) {
        assert!(start.elapsed() < PATIENCE, "no {text:?} in {:?}", stream.lock());
        std::thread::sleep(Duration::from_millis(10));
    }
}
