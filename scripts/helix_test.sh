#!/usr/bin/env bash
# Opens a real project in Helix, in a terminal of tmux, with the settings of the book.
#
#     scripts/helix_test.sh [PROGRAM]     needs tmux, apt, and the projects in ../shared
#
# Helix comes from Debian 13, with the C library that it was built for, and lies in target/helix. Nothing is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v tmux >/dev/null || { echo "tmux is missing: apt-get install tmux"; exit 1; }
. scripts/editor_project.sh
# Helix has usually ended by then, and the terminal with it. A command that fails in a trap would be the script's result.
trap 'tmux -S "$work/terminal" kill-server 2>/dev/null || true; rm -rf "$work" || true' EXIT
[ -e target/helix/ready ] || python3 scripts/debian_unpack.py trixie target/helix hx libc6 libgcc-s1

mkdir "$work/helix"
printed Helix toml >"$work/helix/languages.toml"
grep -q 'command = "clientc"' "$work/helix/languages.toml"
helix=$PWD/target/helix/usr/lib
HOME=$work XDG_CONFIG_HOME=$work XDG_CACHE_HOME=$work/cache PATH="$work/bin:$PATH" HELIX_RUNTIME=$helix/hx/runtime \
    timeout 300 python3 tests/editors/helix.py "$work/terminal" "$work/fabula" \
    "$helix/x86_64-linux-gnu/ld-linux-x86-64.so.2" --library-path "$helix/x86_64-linux-gnu" "$helix/hx/hx"
