#!/usr/bin/env bash
# Measures the runtime in real time against a server in a process of its own: how late limits fire with 500 calls
# under way, what a call costs over the HTTP library alone, 5,000 calls at once, the memory over a million calls, and what
# 10,000 calls leave behind that are dropped.
# `PROFILE=dev scripts/runtime_load.sh small` runs a small part of it, to see that it works.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${PROFILE:-release}
folder=$([ "$profile" = dev ] && echo debug || echo "$profile")
cargo build --quiet --profile "$profile" -p clientc-runtime --example load
load="${CARGO_TARGET_DIR:-target}/$folder/examples/load"
ulimit -n "$(ulimit -Hn)"

port_file=$(mktemp)
"$load" upstream >"$port_file" &
upstream=$!
trap 'kill $upstream || true; rm -f "$port_file"' EXIT
until [ -s "$port_file" ]; do sleep 0.05; done
port=$(cat "$port_file")

echo "commit $(git rev-parse --short HEAD), $profile, $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg) at the start"
if [ "${1:-}" = small ]; then
    "$load" limits "$port" 100 2
    "$load" cost "$port" 500
    "$load" flight "$port" 200
    "$load" leak 10000
    "$load" dropped 1000 3
else
    "$load" limits "$port" 500 10
    "$load" cost "$port" 20000
    "$load" flight "$port" 5000
    "$load" leak 1000000
    "$load" dropped 10000 10
fi
echo "load $(cut -d' ' -f1 /proc/loadavg) at the end"
