#!/usr/bin/env bash
# Packs every published crate and checks that each compiles out of its own archive, in an empty folder: what an archive
# lacks, such as a file beside the crate, shows here and not at the first user. `cargo package` without `--no-verify` does
# the same with a registry of its own, and builds every dependency once for each crate, which takes ten times as long.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo package --quiet --workspace --exclude clientc-tests --no-verify --allow-dirty --target-dir target/crates
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
{
    printf '[workspace]\nresolver = "3"\nmembers = ["*"]\n\n[patch.crates-io]\n'
    for archive in target/crates/package/clientc*-"$version".crate; do
        tar --extract --gzip --file "$archive" --directory "$work"
        name=$(basename "$archive" "-$version.crate")
        printf '%s = { path = "%s-%s" }\n' "$name" "$name" "$version"
    done
} >"$work/Cargo.toml"
[ ! -f Cargo.lock ] || cp Cargo.lock "$work"
# The dependencies are those of the repository, so their builds are shared.
CARGO_TARGET_DIR=$root/target cargo check --quiet --workspace --manifest-path "$work/Cargo.toml"
echo "$(ls -d "$work"/*/ | wc -l) crates compile out of their archives"
