//! A server that nobody asks anything does nothing at all.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::time::Duration;

use crate::project::{self, CLIENTS, PATH};

/// How often each thread of a process has gone to sleep. One that wakes up, by a timer or in a loop, goes to sleep again.
fn sleeps(process: u32) -> BTreeMap<String, u64> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let paths = tasks.map(|task| task.unwrap().path());
    let count = |status: String| {
        let lines = status.lines().filter_map(|line| line.split_once("voluntary_ctxt_switches:"));
        lines.map(|(_, count)| count.trim().parse::<u64>().unwrap()).sum()
    };
    paths
        .filter_map(|path| {
            let status = std::fs::read_to_string(path.join("status")).ok()?;
            Some((path.to_string_lossy().into_owned(), count(status)))
        })
        .collect()
}

#[test]
fn no_thread_of_an_idle_session_wakes_up() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    editor.open_text(PATH, CLIENTS);
    editor.wait_for(PATH);
    editor.change_all(PATH, &CLIENTS.replace("openai", "nobody"));
    editor.wait_for(PATH);
    let process = editor.process();
    // What the last message set off may still go on for a moment, on a busy machine for a long one.
    let mut before = sleeps(process);
    for _ in 0..50 {
        std::thread::sleep(Duration::from_millis(500));
        let now = sleeps(process);
        if now == before {
            // The threads do go to sleep, so that the numbers would show one that wakes up.
            assert!(now.len() > 1 && now.values().all(|sleeps| *sleeps > 0), "{now:?}");
            assert_eq!(editor.shut_down(), 0);
            return;
        }
        before = now;
    }
    panic!("threads wake up again and again: {before:?}");
}
