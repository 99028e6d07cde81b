//! New plans while the program runs: how they come, and which are not taken.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::program::{Program, command};
use crate::stage::leaf;

const LIMIT: &str = "request_timeout_ms 5000";

/// The text of so many clients.
fn clients(number: usize) -> String {
    (1..=number).map(|number| leaf(&format!("Chat{number}"), "x", LIMIT)).collect()
}

/// The folder of a project in a repository.
fn project(number: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("baml_src")).unwrap();
    fs::write(folder.path().join("baml_src/clients.baml"), clients(number)).unwrap();
    folder
}

async fn serving(folder: TempDir, path: &str, arguments: &[&str]) -> Program {
    let mut command = command(arguments, &[("KEY", "k")]);
    command.arg(folder.path().join(path));
    Program::start_in(folder, command).await
}

/// Waits until a plan is taken, and looks at what is served then.
async fn takes(program: &mut Program, number: usize) {
    let plural = if number == 1 { "" } else { "s" };
    assert_eq!(program.says().await, format!("Now serving the new plan: {number} client{plural}."));
    let models = program.send("GET /v1/models", "", "").await;
    assert_eq!(models.matches("\"object\":\"model\"").count(), number, "{models}");
}

/// What is about files of their own must not be taken for one change.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(400)).await;
}

/// Writes a file beside the one that is to be replaced, and moves it there, as editors do.
fn replace(path: &Path, text: &str) {
    let beside = path.with_extension("new");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, path).unwrap();
}

#[tokio::test]
async fn is_taken_when_a_file_changes_comes_or_goes() {
    let mut program = serving(project(1), "", &[]).await;
    let folder = program.folder().join("baml_src");
    fs::write(folder.join("clients.baml"), clients(2)).unwrap();
    takes(&mut program, 2).await;
    replace(&folder.join("clients.baml"), &clients(3));
    takes(&mut program, 3).await;
    fs::write(folder.join("more.baml"), leaf("More", "x", LIMIT)).unwrap();
    takes(&mut program, 4).await;
    fs::remove_file(folder.join("more.baml")).unwrap();
    takes(&mut program, 3).await;
    // A folder that is new, and a file in it that comes later.
    fs::create_dir_all(folder.join("a/b")).unwrap();
    pause().await;
    fs::write(folder.join("a/b/more.baml"), leaf("More", "x", LIMIT)).unwrap();
    takes(&mut program, 4).await;
    // A file that becomes a link.
    let elsewhere = program.folder().join("elsewhere");
    fs::write(&elsewhere, clients(1)).unwrap();
    symlink(&elsewhere, folder.join("link")).unwrap();
    fs::rename(folder.join("link"), folder.join("clients.baml")).unwrap();
    takes(&mut program, 2).await;
    // Settings that were not there before, above the sources.
    fs::write(program.folder().join("clientc.toml"), "[defaults.http]\nconnect_timeout_ms = 1000\n").unwrap();
    takes(&mut program, 2).await;
    fs::remove_file(program.folder().join("clientc.toml")).unwrap();
    takes(&mut program, 2).await;
    assert_eq!(program.stop().await, "");
}

#[tokio::test]
async fn is_taken_when_the_folder_is_replaced() {
    let mut program = serving(project(1), "", &[]).await;
    let folder = program.folder().join("baml_src");
    let other = project(2);
    fs::remove_dir_all(&folder).unwrap();
    assert!(program.says().await.starts_with("error: "), "the folder is gone");
    while program.says().await != "Still serving the previous plan." {}
    pause().await;
    fs::rename(other.path().join("baml_src"), &folder).unwrap();
    takes(&mut program, 2).await;
    fs::write(folder.join("clients.baml"), clients(3)).unwrap();
    takes(&mut program, 3).await;
    assert_eq!(program.stop().await, "");
}

/// A release is a folder of its own, and a link leads to the one that counts.
#[tokio::test]
async fn is_taken_when_a_link_is_turned() {
    let folder = tempfile::tempdir().unwrap();
    let turn = |folder: &Path, release: &str| {
        symlink(release, folder.join("next")).unwrap();
        fs::rename(folder.join("next"), folder.join("current")).unwrap();
    };
    for (release, number) in [("one", 1), ("two", 2)] {
        fs::create_dir_all(folder.path().join(release).join("baml_src")).unwrap();
        fs::write(folder.path().join(release).join("baml_src/clients.baml"), clients(number)).unwrap();
    }
    turn(folder.path(), "one");
    let mut program = serving(folder, "current", &[]).await;
    turn(program.folder(), "two");
    takes(&mut program, 2).await;
    fs::write(program.folder().join("two/baml_src/clients.baml"), clients(3)).unwrap();
    takes(&mut program, 3).await;
    assert_eq!(program.stop().await, "");
}

/// Kubernetes mounts a folder whose files are links through a link that is turned.
#[tokio::test]
async fn is_taken_when_what_is_mounted_changes() {
    let folder = tempfile::tempdir().unwrap();
    let mount = |folder: &Path, version: &str, number: usize| {
        fs::create_dir(folder.join(version)).unwrap();
        fs::write(folder.join(version).join("clients.baml"), clients(number)).unwrap();
        fs::write(folder.join(version).join("callers"), format!("key-of-{version}\n")).unwrap();
        symlink(version, folder.join("..data_tmp")).unwrap();
        fs::rename(folder.join("..data_tmp"), folder.join("..data")).unwrap();
    };
    mount(folder.path(), "..2026_1", 1);
    for name in ["clients.baml", "callers"] {
        symlink(format!("..data/{name}"), folder.path().join(name)).unwrap();
    }
    let mut program = serving(folder, "clients.baml", &[]).await;
    mount(program.folder(), "..2026_2", 2);
    takes(&mut program, 2).await;
    assert_eq!(program.stop().await, "");
}

#[tokio::test]
async fn has_the_keys_of_callers_as_they_are_now() {
    let folder = project(1);
    let keys = folder.path().join("callers");
    fs::write(&keys, "old-key\n").unwrap();
    let mut program = serving(folder, "baml_src", &["--api-keys", keys.to_str().unwrap()]).await;
    let status = async |program: &Program, key: &str| {
        let header = format!("authorization: Bearer {key}\r\n");
        program.send("GET /v1/models", &header, "").await[9..12].to_owned()
    };
    assert_eq!(status(&program, "old-key").await, "200");
    fs::write(&keys, "new-key\n").unwrap();
    assert_eq!(program.says().await, "Now serving the new plan: 1 client.");
    assert_eq!((&*status(&program, "old-key").await, &*status(&program, "new-key").await), ("401", "200"));
    // Without a key everybody could call.
    fs::write(&keys, "# none\n").unwrap();
    assert!(program.says().await.ends_with("contains no key: write one per line"));
    assert_eq!(program.says().await, "Still serving the previous plan.");
    assert_eq!(status(&program, "new-key").await, "200");
    assert_eq!(program.stop().await, "");
}

#[tokio::test]
async fn with_errors_is_not_taken_and_says_why() {
    let mut program = serving(project(1), "", &[]).await;
    let file = program.folder().join("baml_src/clients.baml");
    fs::write(&file, "client<llm> Chat1 {\n  provider opnai\n}\n").unwrap();
    let mut said = program.says().await;
    while !said.ends_with("Still serving the previous plan.") {
        said = format!("{said}\n{}", program.says().await);
    }
    assert!(said.contains("unknown-provider") && said.contains("opnai"), "{said}");
    assert!(!said.contains("nothing is served"), "{said}");
    let numbers = program.send("GET /metrics", "", "").await;
    assert!(numbers.contains("clientc_gateway_reloads_total{result=\"refused\"} 1"), "{numbers}");
    assert!(program.send("GET /v1/models", "", "").await.contains("\"Chat1\""));
    // One that is whole again and says what it said before: the error is no longer the last word.
    fs::write(&file, clients(1)).unwrap();
    assert_eq!(program.says().await, "The plan that is served is current again: 1 client.");
    let numbers = program.send("GET /metrics", "", "").await;
    assert!(numbers.contains("clientc_gateway_reloads_total{result=\"taken\"} 1"), "{numbers}");
    // What changes nothing is not spoken of.
    fs::write(&file, clients(1) + "\n").unwrap();
    pause().await;
    fs::write(&file, clients(2)).unwrap();
    takes(&mut program, 2).await;
    assert_eq!(program.stop().await, "");
}

#[tokio::test]
async fn says_which_settings_need_a_restart() {
    let mut program = serving(project(1), "", &[]).await;
    let settings = program.folder().join("clientc.toml");
    replace(&settings, "[gateway]\nlisten = \"127.0.0.1:1\"\nmax_body_bytes = 10\notlp = true\n");
    assert_eq!(program.says().await, "Changes of these settings need a restart: listen, otlp.");
    takes(&mut program, 1).await;
    let answer = program.send("POST /v1/chat/completions", "", "{\"model\": \"Chat1\"}").await;
    assert!(answer.starts_with("HTTP/1.1 413"), "the other one counts at once: {answer}");
    // Nothing is said twice, and nothing of what was taken back.
    replace(&settings, "[gateway]\nlisten = \"127.0.0.1:1\"\nmax_body_bytes = 20\notlp = true\n");
    takes(&mut program, 1).await;
    replace(&settings, "[gateway]\nmax_body_bytes = 10\n");
    takes(&mut program, 1).await;
    assert_eq!(program.stop().await, "");
}

#[tokio::test]
async fn is_asked_for_by_a_signal_alone_where_files_are_not_watched() {
    let mut program = serving(project(1), "", &["--no-watch"]).await;
    let file = program.folder().join("baml_src/clients.baml");
    fs::write(&file, clients(2)).unwrap();
    pause().await;
    assert_eq!(program.send("GET /v1/models", "", "").await.matches("\"object\":\"model\"").count(), 1);
    program.signal("HUP").await;
    takes(&mut program, 2).await;
    // Whoever asks gets an answer, whether it is another plan or not.
    program.signal("HUP").await;
    takes(&mut program, 2).await;
    assert_eq!(program.stop().await, "");
}

/// The log of calls may lie in the folder of the project, and grow all the time.
#[tokio::test]
async fn is_taken_while_a_log_grows_beside_it() {
    let mut program = serving(project(1), "baml_src", &[]).await;
    let folder = program.folder().join("baml_src");
    let log = folder.join("gateway.log");
    let growing = tokio::spawn(async move {
        let mut text = String::new();
        loop {
            text.push_str("{}\n");
            fs::write(&log, &text).unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    pause().await;
    fs::write(folder.join("clients.baml"), clients(2)).unwrap();
    takes(&mut program, 2).await;
    growing.abort();
    assert_eq!(program.stop().await, "");
}

/// A source that never stops changing is still read.
#[tokio::test]
async fn is_taken_while_files_go_on_changing() {
    let mut program = serving(project(1), "baml_src", &[]).await;
    let file = program.folder().join("baml_src/clients.baml");
    let changing = tokio::spawn(async move {
        for number in 0.. {
            replace(&file, &format!("{}// {number}\n", clients(2)));
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    });
    takes(&mut program, 2).await;
    changing.abort();
    let _ = changing.await;
    program.stop().await;
}
