#!/usr/bin/env python3
"""A registry for npm with the packages of a folder in it, on a free port of this machine, until it is ended.

    scripts/npm_registry.py target/dist      prints its address, for npm_config_registry

It lets a test run `npm install clientc` as users do: npm itself chooses the package for the platform.
"""

import base64
import hashlib
import http.server
import json
import sys
import tarfile
import urllib.parse
from pathlib import Path


def packages(folder):
    """What npm asks of a registry, by the name of the package."""
    found = {}
    for file in sorted(folder.glob("*.tgz")):
        with tarfile.open(file) as archive:
            manifest = json.load(archive.extractfile("package/package.json"))
        package = found.setdefault(manifest["name"], {"name": manifest["name"], "versions": {}})
        integrity = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
        package["versions"][manifest["version"]] = {**manifest, "dist": {"file": file.name, "integrity": f"sha512-{integrity}"}}
        package["dist-tags"] = {"latest": manifest["version"]}
    return found


class Registry(http.server.BaseHTTPRequestHandler):
    folder, known = Path(), {}

    def do_GET(self):
        name = urllib.parse.unquote(self.path.lstrip("/").split("?")[0])
        file = self.folder / Path(name).name
        if name.startswith("files/") and file.exists():
            return self.answer(200, file.read_bytes(), "application/octet-stream")
        if name not in self.known:
            return self.answer(404, b'{"error": "not found"}', "application/json")
        package = json.loads(json.dumps(self.known[name]))
        for version in package["versions"].values():
            version["dist"]["tarball"] = f"http://{self.headers['Host']}/files/{version['dist'].pop('file')}"
        self.answer(200, json.dumps(package).encode(), "application/json")

    def answer(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """A registry of tests says nothing."""


if __name__ == "__main__":
    Registry.folder = Path(sys.argv[1])
    Registry.known = packages(Registry.folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
