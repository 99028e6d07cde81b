#!/usr/bin/env python3
"""Runs what the page on CI prints, with what scripts/dist.py has built, and says how long it takes to the findings.

    scripts/ci_time.py

Each begins with nothing installed: the steps of the action, the script for GitLab, and the hooks of pre-commit. What makes
the machine ready before them, such as fetching an image, is not counted, and neither is a download.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import yaml

import dist

ROOT = dist.ROOT
PAGE = (ROOT / "docs/src/guide/ci.md").read_text()
PROJECT = ROOT / "examples/conflict-in-one-client"
# pip finds our wheels here, and what builds the empty package of the hooks.
INDEX = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": f"{dist.DIST} {ROOT / 'target/tools/wheels'}"}


def main():
    for name, steps in (("the action of GitHub", github), ("the script for GitLab", gitlab),
                        ("the hooks of pre-commit", pre_commit)):
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            project = folder / "project"
            subprocess.run(["cp", "-r", PROJECT, project], check=True)
            began = steps(folder, project)
            seconds, processor = (now - then for now, then in zip(moment(), began))
        print(f"{seconds:6.1f} s  from nothing to the finding, with {name}; {processor:.1f} s of a processor")


def moment():
    """The time, and how long processors have worked for our programs, which a busy machine does not change much."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic(), used.ru_utime + used.ru_stime


def github(folder, project):
    """The steps of `action.yml` that every run has."""
    (folder / "packaging").mkdir()
    (folder / "packaging/requirements.txt").write_text(dist.requirements(dist.DIST))
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    inputs = {name: given.get("default", "") for name, given in action["inputs"].items()}
    contexts = {"github.action_path": folder, "runner.temp": folder, **{f"inputs.{key}": inputs[key] for key in inputs}}
    steps = {step["name"]: step for step in action["runs"]["steps"]}
    began = moment()
    for step in (steps["Install"], steps["Check"]):
        values = {name: expanded(value, contexts) for name, value in step["env"].items()}
        code, said = shell(step["run"], project, values)
    expect(code == 1 and "::error file=" in said, said)
    return began


def expanded(text, contexts):
    """A text in which expressions have their values."""
    return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: str(contexts[found[1]]), text)


def gitlab(folder, project):
    """Its image has Python with pip, for which a fresh environment stands."""
    venv.create(folder / "image", with_pip=True)
    job = printed(".gitlab-ci.yml")["clientc"]
    began = moment()
    code, said = shell("\n".join(job["script"]), project, {"PATH": f"{folder / 'image/bin'}:{os.environ['PATH']}"})
    report = project / job["artifacts"]["reports"]["codequality"]
    expect(code == 1 and "ttft-exceeds-request" in report.read_text(), said)
    return began


def pre_commit(folder, project):
    """The repository of the hooks is this one, at its last commit."""
    config = printed(".pre-commit-config.yaml")
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    config["repos"][0].update(repo=str(ROOT), rev=commit.strip())
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    shell("git init --quiet && git add .", project)
    home = {"PRE_COMMIT_HOME": str(folder / "home")}
    began = moment()
    code, said = shell(f"{ROOT / 'target/tools/bin/pre-commit'} run --color never clientc-check", project, home)
    expect(code == 1 and "error[ttft-exceeds-request]" in said, said)
    return began


def printed(name):
    """A file that the page shows."""
    [block] = re.findall(rf"^```yaml\n(# {re.escape(name)}\n.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return yaml.safe_load(block)


def shell(script, folder, environment=None):
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **INDEX, **(environment or {})}, capture_output=True,
                          text=True)
    return done.returncode, done.stdout + done.stderr


def expect(holds, said):
    if not holds:
        sys.exit(f"there is no finding: {said}")


if __name__ == "__main__":
    main()
