#!/usr/bin/env python3
"""Packs a wheel anew, as small as the format that pip reads allows.

    scripts/recompress.py WHEEL

libdeflate looks for the smallest form of the same format for some seconds; zlib gives up early.
"""

import sys
import zipfile
from pathlib import Path

import deflate


class Smallest:
    """A compressor as `zipfile` wants it, which sees a file whole."""

    def __init__(self):
        self.data = bytearray()

    def compress(self, data):
        self.data += data
        return b""

    def flush(self):
        return bytes(deflate.deflate_compress(bytes(self.data), 12))


def main():
    wheel = Path(sys.argv[1])
    # `zipfile` has no public way to be given another compressor.
    zipfile._get_compressor = lambda kind, level=None: Smallest() if kind == zipfile.ZIP_DEFLATED else None
    packed = wheel.with_suffix(".new")
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(packed, "w") as target:
        for entry in source.infolist():
            target.writestr(entry, source.read(entry), zipfile.ZIP_STORED if entry.is_dir() else zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(packed) as target:
        if contents(source) != contents(target):
            sys.exit(f"{packed} does not hold what {wheel} holds")
    print(f"{wheel.name}: {wheel.stat().st_size:,} bytes, packed anew {packed.stat().st_size:,}")
    packed.replace(wheel)


def contents(archive):
    """The files of an archive with their modes, dates and bytes. Reading them compares the checksums as well."""
    return [(entry.filename, entry.external_attr, entry.date_time, archive.read(entry)) for entry in archive.infolist()]


if __name__ == "__main__":
    main()
