//! What a release does with the files that were built, from the archives to the upload, with wheels of no content for every
//! platform.

use std::path::Path;
use std::process::Command;

use clientc_tests::Folder;
use clientc_tests::program::finished;

use crate::{root, string, text, version, yaml};

/// The ends of the names of wheels.
const PLATFORMS: [&str; 6] = [
    "manylinux2014_x86_64.manylinux_2_17_x86_64",
    "manylinux2014_aarch64.manylinux_2_17_aarch64",
    "macosx_10_12_x86_64",
    "macosx_11_0_arm64",
    "win_amd64",
    "win_arm64",
];

/// Runs a line of shell in a folder, and gives its exit code and all that it wrote.
fn shell(folder: &Path, line: &str) -> (i32, String) {
    let mut command = Command::new("bash");
    command.args(["-e", "-c", line]).current_dir(folder);
    command.env("GITHUB_REF_NAME", format!("v{}", version()));
    let run = finished(command, b"");
    (run.code, run.stdout + &run.stderr)
}

fn succeed(folder: &Path, line: &str) {
    let (code, said) = shell(folder, line);
    assert_eq!(code, 0, "`{line}`: {said}");
}

/// A copy of what `scripts/dist.py` reads, with wheels of every platform.
fn built() -> Folder {
    let (folder, version) = (Folder::with(&[]), version());
    for file in
        ["scripts/dist.py", "Cargo.toml", "packaging/requirements.txt", "LICENSE-MIT", "LICENSE-APACHE"]
    {
        folder.write(file, text(file));
    }
    let generated = root().join("docs/generated");
    succeed(
        folder.path(),
        &format!("mkdir docs && cp -r '{}' docs/generated && mkdir -p target/dist", generated.display()),
    );
    for name in ["clientc", "clientc_gateway"] {
        let program = name.replace('_', "-");
        folder.write(&format!("target/dist/{name}-{version}.tar.gz"), "sources");
        for platform in PLATFORMS {
            let end = if platform.starts_with("win") { ".exe" } else { "" };
            let scripts = format!("{name}-{version}.data/scripts");
            folder.write(&format!("{scripts}/{program}{end}"), format!("{program} for {platform}"));
            let wheel = format!("target/dist/{name}-{version}-py3-none-{platform}.whl");
            succeed(
                folder.path(),
                &format!(
                    "python3 -m zipfile -c {wheel} {name}-{version}.data && rm -r {name}-{version}.data"
                ),
            );
        }
    }
    folder
}

/// The names of the files in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_wheels_of_every_platform_are_named_and_compared() {
    let folder = built();
    succeed(folder.path(), "python3 scripts/dist.py --archives --requirements");
    let requirements = std::fs::read_to_string(folder.path().join("packaging/requirements.txt")).unwrap();
    assert_eq!(requirements.matches("--hash=sha256:").count(), PLATFORMS.len(), "{requirements}");
    succeed(folder.path(), "cd target/dist && sha256sum --check --quiet SHA256SUMS");
    let verify = "python3 scripts/dist.py --verify target/dist --tag";
    succeed(folder.path(), &format!("{verify} v{}", version()));
    let (code, said) = shell(folder.path(), &format!("{verify} v99.0.0"));
    assert!(code != 0 && said.contains("the tag is v99.0.0"), "{said}");
    succeed(folder.path(), &format!("echo more >> target/dist/clientc-{}-py3-none-win_arm64.whl", version()));
    let (code, said) = shell(folder.path(), &format!("{verify} v{}", version()));
    assert!(code != 0 && said.contains("does not name the wheels"), "{said}");
}

#[test]
fn archives_hold_the_program_and_only_packages_go_to_the_index_of_python() {
    let (folder, version) = (built(), version());
    succeed(folder.path(), "python3 scripts/dist.py --archives && mv target/dist dist");
    let archive = format!("clientc-{version}-manylinux_2_17_aarch64");
    succeed(folder.path(), &format!("tar xzf dist/{archive}.tar.gz && test -x {archive}/clientc"));
    let inside = names(&folder.path().join(&archive));
    assert_eq!(inside, ["LICENSE-APACHE", "LICENSE-MIT", "clientc", "completions", "man"]);
    succeed(folder.path(), &format!("python3 -m zipfile -t dist/clientc-{version}-win_arm64.zip"));

    let workflow = yaml(&text(".github/workflows/release.yml"));
    let steps = workflow["jobs"]["pypi"]["steps"].as_array().unwrap();
    let sort =
        steps.iter().find_map(|step| step["run"].as_str().filter(|run| run.contains("packages"))).unwrap();
    succeed(folder.path(), sort);
    let uploaded = names(&folder.path().join("packages"));
    assert_eq!(uploaded.len(), 2 * (PLATFORMS.len() + 1), "{uploaded:?}");
    let is_package = |name: &String| {
        name.ends_with(".whl")
            || [format!("clientc-{version}.tar.gz"), format!("clientc_gateway-{version}.tar.gz")]
                .contains(name)
    };
    assert!(uploaded.iter().all(is_package), "{uploaded:?}");
}

#[test]
fn cargo_binstall_is_led_to_the_archive_of_every_platform_and_to_the_program_in_it() {
    let (folder, version) = (built(), version());
    succeed(folder.path(), "python3 scripts/dist.py --archives");
    let archives = names(&folder.path().join("target/dist"));
    for manifest in ["crates/cli/Cargo.toml", "crates/gateway/Cargo.toml"] {
        let manifest: toml::Table = text(manifest).parse().unwrap();
        let overrides = manifest["package"]["metadata"]["binstall"]["overrides"].as_table().unwrap();
        assert_eq!(overrides.len(), PLATFORMS.len());
        for of_platform in overrides.values() {
            let value = |key: &str| of_platform[key].as_str().unwrap().replace("{ version }", &version);
            let archive = value("pkg-url").rsplit('/').next().unwrap().to_owned();
            assert!(archives.contains(&archive), "{archive} is none of {archives:?}");
            let list = if archive.ends_with(".zip") { "python3 -m zipfile -l" } else { "tar tzf" };
            let program = value("bin-dir");
            succeed(folder.path(), &format!("{list} target/dist/{archive} | grep -E '(^| ){program}( |$)'"));
        }
    }
}

#[test]
fn what_one_job_keeps_the_next_one_finds() {
    let workflow = yaml(&text(".github/workflows/release.yml"));
    let jobs = workflow["jobs"].as_object().unwrap();
    let steps = |job: &str| jobs[job]["steps"].as_array().unwrap().clone();
    // What is kept of one path has the names below it, so that it is fetched into the folder that it came from.
    for job in ["linux", "others"] {
        let kept = steps(job)
            .into_iter()
            .find(|step| step["with"]["path"].is_string() && step["with"]["name"].is_string());
        assert_eq!(string(&kept.unwrap()["with"]["path"]), "target/dist/*");
    }
    let fetched = steps("archives").into_iter().find(|step| step["with"]["pattern"].is_string()).unwrap();
    assert_eq!(string(&fetched["with"]["path"]), "target/dist");
}
