#!/usr/bin/env python3
"""Builds what is published: wheels, source distributions and npm packages, into target/dist.

    scripts/dist.py                      everything for x86-64 and aarch64 Linux
    scripts/dist.py --target x86_64      one processor
    scripts/dist.py --package clientc    without the gateway
    scripts/dist.py --profile dev        fast to build; for tries
    scripts/dist.py --rust-target T      only wheels and npm packages of their programs, for one target of Rust
    scripts/dist.py --archives           archives and checksums, out of the wheels that are in target/dist
    scripts/dist.py --requirements       packaging/requirements.txt, which the action installs from, out of the same
    scripts/dist.py --verify DIR --tag T whether DIR is what packaging/requirements.txt names, and T the version

Wheels need glibc 2.17 or newer: zig links against it. For another processor the standard library is built from source, with
the compiler and the sources of Debian's packages rustc-web and rust-web-src, since rustup's host need not be reachable.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "target/dist"
TOOLS = ROOT / "target/dist-tools"
SCRIPTS = TOOLS / ("Scripts" if os.name == "nt" else "bin")
REQUIREMENTS = ROOT / "packaging/requirements.txt"
PYTHON_PACKAGES = {"clientc": ROOT / "packaging/python", "clientc-gateway": ROOT / "packaging/gateway"}
PROFILES = {"clientc": "dist", "clientc-gateway": "dist-gateway"}
NPM_PACKAGES = {"clientc": ROOT / "packaging/npm/clientc", "clientc-gateway": ROOT / "packaging/npm/gateway"}
# What is built for, in the words of Rust: in those of npm, and the end of the name of its wheel.
PLATFORMS = {
    "x86_64-unknown-linux-gnu": ("linux", "x64", "*linux*_x86_64"),
    "aarch64-unknown-linux-gnu": ("linux", "arm64", "*linux*_aarch64"),
    "x86_64-apple-darwin": ("darwin", "x64", "macosx_*_x86_64"),
    "aarch64-apple-darwin": ("darwin", "arm64", "macosx_*_arm64"),
    "x86_64-pc-windows-msvc": ("win32", "x64", "win_amd64"),
    "aarch64-pc-windows-msvc": ("win32", "arm64", "win_arm64"),
}
PROCESSORS = ("x86_64", "aarch64")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", choices=PROCESSORS, action="append")
    parser.add_argument("--package", choices=PYTHON_PACKAGES, action="append")
    parser.add_argument("--profile")
    parser.add_argument("--rust-target", choices=PLATFORMS)
    parser.add_argument("--requirements", action="store_true")
    parser.add_argument("--archives", action="store_true")
    parser.add_argument("--verify", type=Path)
    parser.add_argument("--tag")
    arguments = parser.parse_args()
    DIST.mkdir(parents=True, exist_ok=True)
    if arguments.verify:
        return verify(arguments.verify, arguments.tag)
    if arguments.archives or arguments.requirements:
        if arguments.archives:
            archives()
        if arguments.requirements:
            REQUIREMENTS.write_text(requirements(DIST))
        return None
    install_tools()
    for package in arguments.package or PYTHON_PACKAGES:
        profile = arguments.profile or PROFILES[package]
        targets = [f"{processor}-unknown-linux-gnu" for processor in arguments.target or PROCESSORS]
        if arguments.rust_target:
            targets = [arguments.rust_target]
        else:
            source_distribution(package)
            npm_package(package)
        for target in targets:
            build_wheel(package, target, profile)
            npm_binary(package, target)
    for file in sorted(DIST.iterdir()):
        print(f"{file.stat().st_size:>10,}  {file.name}")


def install_tools():
    if not list(SCRIPTS.glob("pip*")):
        run([sys.executable, "-m", "venv", "--clear", TOOLS])
    run([SCRIPTS / "python", "-m", "pip", "--quiet", "--disable-pip-version-check", "install",
         "maturin==1.16.*", "ziglang==0.17.*", "cargo-zigbuild==0.24.*", "deflate==0.9.*"])


def version():
    """The one place of the version is the workspace's manifest."""
    manifest = (ROOT / "Cargo.toml").read_text()
    return re.search(r'^version = "(.+)"$', manifest, re.MULTILINE)[1]


def build_wheel(package, target, profile):
    """Builds a wheel for a target of Rust: one for Linux on any processor, another on its own system."""
    arguments, environment = [], {}
    if target.endswith("-linux-gnu"):
        arguments = ["--zig", "--compatibility", "manylinux2014"]
        if not target.startswith(os.uname().machine):
            environment = standard_library_from_source()
    maturin(package, "build", "--profile", profile, "--target", target, *arguments, **environment)
    recompress(wheel_of(package, target))


def standard_library_from_source():
    """The environment in which cargo builds the standard library as well."""
    if not Path("/usr/lib/rustlib/src/rust").exists():
        sys.exit("another processor's standard library is built from source: apt-get install rustc-web rust-web-src")
    return {"RUSTC": "/usr/bin/rustc", "RUSTC_BOOTSTRAP": "1", "CARGO_UNSTABLE_BUILD_STD": "std,panic_unwind"}


def wheel_of(package, target):
    """The wheel that was built for a target of Rust."""
    _, _, end = PLATFORMS[target]
    [wheel] = DIST.glob(f"{package.replace('-', '_')}-{version()}-py3-none-{end}.whl")
    return wheel


def recompress(wheel):
    """Packs a wheel as small as its format allows: maturin compresses at the middle level of zlib."""
    run([SCRIPTS / "python", ROOT / "scripts/recompress.py", wheel])


def source_distribution(package):
    maturin(package, "sdist")


def maturin(package, *arguments, **environment):
    folder = PYTHON_PACKAGES[package]
    copy_licences(folder)
    # What another compiler builds has a folder of its own, so that neither invalidates what the other has built.
    target = ROOT / "target" / ("cross" if "RUSTC" in environment else "wheel")
    run([SCRIPTS / "maturin", *arguments, "--out", DIST], folder, CARGO_TARGET_DIR=target, **environment)


def npm_package(package):
    """Packs the package that users name; it depends on those with the binaries."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder) / "package"
        source = NPM_PACKAGES[package]
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("node_modules", "dist", "package-lock.json"))
        shutil.copy(ROOT / "packaging/npm/launch.js", folder / "bin")
        copy_licences(folder)
        manifest = json.loads((folder / "package.json").read_text())
        manifest["version"] = version()
        manifest["optionalDependencies"] = {
            binary_name(package, target): version() for target in PLATFORMS
        }
        if "devDependencies" in manifest:
            npm("install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error", folder=folder)
            run(["npx", "tsc"], folder)
            shutil.rmtree(folder / "node_modules")
        for key in ("devDependencies", "scripts"):
            manifest.pop(key, None)
        (folder / "package.json").write_text(json.dumps(manifest, indent=2) + "\n")
        npm("pack", "--silent", "--pack-destination", DIST, folder=folder)


def npm_binary(package, target):
    """Packs the program of a target's wheel for npm."""
    system, processor, _ = PLATFORMS[target]
    program = f"{package}.exe" if system == "win32" else package
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        with zipfile.ZipFile(wheel_of(package, target)) as archive:
            [name] = [name for name in archive.namelist() if name.endswith(f".data/scripts/{program}")]
            (folder / program).write_bytes(archive.read(name))
            [sbom] = [name for name in archive.namelist() if "/sboms/" in name]
            (folder / "sbom.cyclonedx.json").write_bytes(archive.read(sbom))
        (folder / program).chmod(0o755)
        copy_licences(folder)
        name = binary_name(package, target)
        (folder / "README.md").write_text(f"# {name}\n\nThe program of the package `{package}` for one platform.\n")
        source = json.loads((NPM_PACKAGES[package] / "package.json").read_text())
        manifest = {
            "name": name,
            "version": version(),
            "description": f"{source['description']} ({system} {processor})",
            "license": source["license"],
            "repository": source["repository"],
            "os": [system],
            "cpu": [processor],
            **({"libc": ["glibc"]} if system == "linux" else {}),
            "files": [program, "sbom.cyclonedx.json", "LICENSE-MIT", "LICENSE-APACHE"],
        }
        (folder / "package.json").write_text(json.dumps(manifest, indent=2) + "\n")
        npm("pack", "--silent", "--pack-destination", DIST, folder=folder)


def npm(*arguments, folder):
    # On Windows npm is a script, which is found by its whole name only.
    run([shutil.which("npm") or "npm", *arguments], folder)


def binary_name(package, target):
    """The name of a platform's package; `launch.js` makes the same one."""
    system, processor, _ = PLATFORMS[target]
    return f"@clientc/{package}-{system}-{processor}{'-gnu' if system == 'linux' else ''}"


def requirements(folder):
    """What pip installs the validator from, with the hash of each wheel."""
    comment = [line for line in REQUIREMENTS.read_text().splitlines() if line.startswith("#")]
    hashes = [f"    --hash=sha256:{sha256(wheel)}" for wheel in sorted(folder.glob(f"clientc-{version()}-py3-none-*.whl"))]
    return "\n".join(comment + [" \\\n".join([f"clientc=={version()}", *hashes])]) + "\n"


def verify(folder, tag):
    """Ends with an error where what was built is not what the tag names."""
    if tag != f"v{version()}":
        sys.exit(f"the tag is {tag}, and the version in Cargo.toml is {version()}")
    if REQUIREMENTS.read_text() != requirements(folder):
        sys.exit("packaging/requirements.txt does not name the wheels that were built: commit the one of the build")


def archives():
    """Packs each wheel's program with completions and manual pages, and writes the checksums of all files."""
    extras = ROOT / "docs/generated"
    for wheel in sorted(DIST.glob(f"*-{version()}-py3-none-*.whl")):
        package, _, _, _, platform = wheel.stem.split("-")
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder) / f"{package.replace('_', '-')}-{version()}-{platform.split('.')[-1]}"
            folder.mkdir()
            with zipfile.ZipFile(wheel) as archive:
                for name in archive.namelist():
                    if ".data/scripts/" in name and not name.endswith("/"):
                        program = folder / Path(name).name
                        program.write_bytes(archive.read(name))
                        program.chmod(0o755)
            copy_licences(folder)
            if package == "clientc":
                shutil.copytree(extras / "completions", folder / "completions")
                shutil.copytree(extras / "man", folder / "man")
            kind = "zip" if platform.startswith("win") else "gztar"
            shutil.make_archive(str(DIST / folder.name), kind, folder.parent, folder.name)
    files = [file for file in sorted(DIST.iterdir()) if file.name != "SHA256SUMS"]
    (DIST / "SHA256SUMS").write_text("".join(f"{sha256(file)}  {file.name}\n" for file in files))


def sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def copy_licences(folder):
    for name in ("LICENSE-MIT", "LICENSE-APACHE"):
        shutil.copy(ROOT / name, folder)


def run(command, folder=ROOT, **environment):
    environment = {name: str(value) for name, value in environment.items()}
    path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run([str(word) for word in command], cwd=folder, env={**os.environ, "PATH": path, **environment})
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(str(word) for word in command)}")


if __name__ == "__main__":
    main()
