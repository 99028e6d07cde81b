#!/usr/bin/env python3
"""Builds the book and follows every link in it, to its page and to its heading.

    scripts/book_test.py MDBOOK    the program that builds it

Fails where mdBook warns, and where a link leads nowhere. The book is left in target/book.
"""

import argparse
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "target/book"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mdbook")
    build(parser.parse_args().mdbook)
    pages = {path: read(path) for path in sorted(BOOK.rglob("*.html"))}
    links = [(path, link) for path, page in pages.items() for link in page.links]
    broken = [f"{path.relative_to(BOOK)}: {link}: {why}" for path, link in links if (why := fault(pages, path, link))]
    for line in broken:
        print(line)
    if broken or not links:
        sys.exit(f"{len(broken)} of {len(links)} links lead nowhere")
    print(f"{len(pages)} pages, and every one of {len(links):,} links leads somewhere")


def build(mdbook):
    done = subprocess.run([mdbook, "build", ROOT / "docs", "--dest-dir", BOOK], capture_output=True, text=True)
    said = done.stdout + done.stderr
    if done.returncode != 0 or "WARN" in said or "ERROR" in said:
        sys.exit(said)


class Page(HTMLParser):
    """The names that a page can be entered at, and where it leads to."""

    def __init__(self):
        super().__init__()
        self.names, self.links = set(), []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.names.update(filter(None, (attributes.get("id"), attributes.get("name") if tag == "a" else None)))
        self.links.extend(filter(None, (attributes.get("href"), attributes.get("src"))))


def read(path):
    page = Page()
    page.feed(path.read_text())
    return page


def fault(pages, path, link):
    """What is wrong with a link of a page, if it leads into the book."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    target = (BOOK / parts.path.lstrip("/") if parts.path.startswith("/") else path.parent / unquote(parts.path)).resolve()
    if not parts.path:
        target = path
    if not target.is_relative_to(BOOK):
        return "it leads out of the book"
    if target.is_dir():
        target = target / "index.html"
    if not target.exists():
        return "no such page"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].names:
        return "no such heading"
    return None


if __name__ == "__main__":
    main()
