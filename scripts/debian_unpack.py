#!/usr/bin/env python3
"""Unpacks packages of another release of Debian into a folder, without installing them.

    scripts/debian_unpack.py RELEASE FOLDER PACKAGE...

They come from the mirror from which apt takes its own. The programs in them run with the C library among them.
"""

import hashlib
import lzma
import pathlib
import subprocess
import sys
import urllib.request


def main():
    release, folder, *names = sys.argv[1:]
    folder = pathlib.Path(folder)
    mirror = mirror_of_apt()
    index = lzma.decompress(read(f"{mirror}/dists/{release}/main/binary-amd64/Packages.xz")).decode()
    packages = {fields["Package"]: fields for fields in map(fields_of, index.split("\n\n")) if "Package" in fields}
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        archive = read(f"{mirror}/{packages[name]['Filename']}")
        if hashlib.sha256(archive).hexdigest() != packages[name]["SHA256"]:
            sys.exit(f"{name} did not arrive whole")
        path = folder / f"{name}.deb"
        path.write_bytes(archive)
        subprocess.run(["dpkg-deb", "--extract", path, folder], check=True)
        print(f"{name} {packages[name]['Version']}")
    (folder / "ready").touch()


def mirror_of_apt():
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian", "Label: Debian"]
    mirrors = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return mirrors[0].rstrip("/") if mirrors else sys.exit("apt knows no mirror of Debian: run apt-get update")


def fields_of(paragraph):
    return dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and not line.startswith(" "))


def read(address):
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read()


main()
