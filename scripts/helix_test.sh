#!/usr/bin/env bash
# Opens a real project in Helix, in a terminal of tmux, with the settings of the book.
#
#     scripts/helix_test.sh [PROGRAM]     needs tmux, apt, and the projects in ../shared
#
# Helix comes from Debian 13, with the C library that it was built for, and lies in target/helix. Nothing is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-target/debug/clientc}")
projects=${CLIENTC_SHARED:-../shared}/corpus/projects
command -v tmux >/dev/null || { echo "tmux is missing: apt-get install tmux"; exit 1; }
for needed in "$program" "$projects"; do
    [ -e "$needed" ] || { echo "$needed is missing"; exit 1; }
done
[ -e target/helix/ready ] || python3 scripts/debian_unpack.py trixie target/helix hx libc6 libgcc-s1

work=$(mktemp -d)
trap 'tmux -S "$work/terminal" kill-server 2>/dev/null; rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/helix"
ln -s "$program" "$work/bin/clientc"
cp -r "$projects/brandburner__fabula__0" "$work/fabula"
chmod -R u+w "$work/fabula"
# The first piece of TOML below the heading is what users copy.
awk '/^## / { here = $2 } here == "Helix" && /^```toml$/ { inside = 1; next } /^```$/ { inside = 0 } inside' \
    docs/src/guide/editor.md >"$work/helix/languages.toml"
grep -q 'command = "clientc"' "$work/helix/languages.toml"
helix=$PWD/target/helix/usr/lib
HOME=$work XDG_CONFIG_HOME=$work XDG_CACHE_HOME=$work/cache PATH="$work/bin:$PATH" HELIX_RUNTIME=$helix/hx/runtime \
    timeout 300 python3 tests/editors/helix.py "$work/terminal" "$work/fabula" \
    "$helix/x86_64-linux-gnu/ld-linux-x86-64.so.2" --library-path "$helix/x86_64-linux-gnu" "$helix/hx/hx"
