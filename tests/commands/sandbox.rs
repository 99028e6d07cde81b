//! A folder in which the commands of one page run, with nothing of ours on the path but the program.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use clientc_tests::Folder;
use clientc_tests::program::{finished, program};
use clientc_tests::shared::repository;

use crate::packages::Packages;
use crate::pages::Page;

/// The project of a page, with its folder and all that its commands left behind.
pub(crate) struct Sandbox {
    page: &'static str,
    folder: Folder,
    packages: Option<Packages>,
    /// The gateway that a command has started, and where it listens.
    gateway: Option<(Child, String)>,
    /// The commands that did not end as they should, with what they wrote.
    pub faults: Vec<String>,
}

impl Sandbox {
    /// A repository with the project of a page in it, after the preparation that the page has.
    pub(crate) fn new(page: &Page) -> Self {
        let mut sandbox = Self {
            page: page.path,
            folder: Folder::with(&[]),
            packages: None,
            gateway: None,
            faults: Vec::new(),
        };
        for folder in ["bin", "home", "work"] {
            fs::create_dir_all(sandbox.path(folder)).unwrap();
        }
        sandbox.folder.write("cwd", sandbox.path("work").to_str().unwrap());
        sandbox.folder.write("bin/clientc", format!("#!/bin/sh\nexec '{}' \"$@\"\n", program().display()));
        if !page.project.is_empty() {
            copy(&repository().join("examples").join(page.project), &sandbox.path("work"));
        }
        for command in ["chmod +x ../bin/*", GIT, page.prepare] {
            sandbox.run_to_code(command, 0);
        }
        sandbox
    }

    /// Writes a file where the last command ended.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = Path::new(fs::read_to_string(self.path("cwd")).unwrap().trim()).join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Whether a command installs or uses packages that are not built here. That is said.
    pub(crate) fn lacks_packages(&mut self, command: &str) -> bool {
        if Packages::are_used_by(command) && self.packages.is_none() {
            self.packages = Packages::new(self.folder.path());
            return self.packages.is_none();
        }
        false
    }

    /// Whether a command is about a gateway that could not be started, for want of packages.
    pub(crate) fn lacks_gateway(&self, command: &str) -> bool {
        self.gateway.is_none() && (command.contains(GATEWAY) || command.contains("gateway.log"))
    }

    /// Runs a command where the one before it ended, and gives what it wrote. It is a fault if its exit code is larger.
    pub(crate) fn run_to_code(&mut self, command: &str, largest: i32) -> String {
        let (code, output) = self.run(command);
        if code > largest {
            self.faults.push(format!("{}: `{command}` ends with {code}:\n{output}", self.page));
        }
        output
    }

    /// Starts the gateway that the packages have, with its log in `gateway.log`, and waits until it listens. The port is
    /// another one than it has by itself, so that tests may run beside each other.
    pub(crate) fn serve(&mut self, command: &str) {
        let program = self.path("environment/bin/clientc-gateway");
        if !program.exists() {
            self.run_to_code("pip install --quiet clientc-gateway", 0);
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        let folder = fs::read_to_string(self.path("cwd")).unwrap();
        let folder = Path::new(folder.trim());
        let arguments = command.split_whitespace().skip(1);
        let child = Command::new(program)
            .args(arguments)
            .args(["--listen", &address])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(fs::File::create(folder.join("gateway.log")).unwrap())
            .stderr(fs::File::create(self.path("gateway.err")).unwrap())
            .spawn()
            .unwrap();
        self.gateway = Some((child, address.clone()));
        let begin = Instant::now();
        while TcpStream::connect(&address).is_err() {
            if begin.elapsed() > PATIENCE {
                let said = fs::read_to_string(self.path("gateway.err")).unwrap();
                return self.faults.push(format!("{}: `{command}` does not listen:\n{said}", self.page));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn run(&self, command: &str) -> (i32, String) {
        let address = self.gateway.as_ref().map_or(GATEWAY, |(_, address)| address);
        let command = command.replace(GATEWAY, address);
        let cwd = self.path("cwd");
        let cwd = cwd.display();
        let script =
            format!("exec 2>&1\ncd \"$(cat '{cwd}')\"\n{command}\ncode=$?\npwd >'{cwd}'\nexit $code\n");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut bash = Command::new("bash");
        bash.args(["-c", &script]).current_dir(self.path("work"));
        bash.env_clear().env("HOME", self.path("home")).env("LC_ALL", "C.UTF-8").env("BASE", "main");
        bash.env("PATH", format!("{}:{path}", self.path("bin").display()));
        if let Some(packages) = &self.packages {
            bash.envs(packages.variables());
        }
        let run = finished(bash, b"");
        (run.code, run.stdout)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.gateway {
            // A process that has ended already is what is wanted.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Where the gateway listens by itself.
const GATEWAY: &str = "127.0.0.1:44497";

/// How long a gateway may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// A repository that git knows, with all of the project in its first commit.
const GIT: &str = "git config --global user.name Reader && git config --global user.email reader@example.com && \
    git init --quiet --initial-branch main && git add --all && git commit --quiet --allow-empty --message start";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
