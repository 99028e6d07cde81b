#!/usr/bin/env bash
# Load with faults: a tenth of the calls meets a server that hangs, stalls or refuses, and every 5 seconds a new plan is taken.
# No call may be lost, no limit may fire more than 10 ms late at the 99th percentile, and memory must not grow. Then comes four
# times as much for 8 seconds: what there is no room for is sent away, and memory stays below 256 MB.
#
#     scripts/gateway_load.sh [RATE] [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
# Each call in progress is a connection or two, of the gateway and of the upstream server.
ulimit -n "$(ulimit -Hn)"
rate=${1:-2000} seconds=${2:-600} port=28502
[ -n "${CLIENTC_GATEWAY:-}" ] || cargo build --release -p clientc-gateway
cargo build --release -p clientc-gateway --example gateway_load
gateway=${CLIENTC_GATEWAY:-target/release/clientc-gateway}
load=target/release/examples/gateway_load
work=$(mktemp -d)
trap 'kill $pids 2>/dev/null || true; rm -rf "$work"' EXIT
pids=
"$load" upstream >"$work/port" & pids="$pids $!"
until [ -s "$work/port" ]; do sleep 0.1; done
base=http://127.0.0.1:$(cat "$work/port")
export UPSTREAM_OK=$base/ok UPSTREAM_SLOW=$base/slow UPSTREAM_HANG=$base/hang UPSTREAM_STALL=$base/stall UPSTREAM_BUSY=$base/busy
cp -r tests/clients/load "$work/plan"
"$gateway" "$work/plan" --listen 127.0.0.1:$port --log failures >"$work/log" 2>"$work/said" & server=$!
pids="$pids $server"
until curl -fs http://127.0.0.1:$port/ready >/dev/null; do
    kill -0 "$server" 2>/dev/null || { cat "$work/said"; exit 1; }
    sleep 0.1
done
memory() { awk '/VmRSS/ {print $2}' /proc/$server/status; }

"$load" call 127.0.0.1:$port "$rate" 10 >"$work/warm"
echo "warm: $(cat "$work/warm")"
before=$(memory)
(while sleep 5; do echo "// $(date +%s%N)" >>"$work/plan/clients.baml"; kill -HUP $server; done) & pids="$pids $!"
"$load" call 127.0.0.1:$port "$rate" "$seconds" | tee "$work/result"
sleep 2
after=$(memory)
echo "memory: $((before / 1024)) MB after 10 s, $((after / 1024)) MB at the end; plans taken: $(grep -c 'Now serving the new plan' "$work/said")"
"$load" call 127.0.0.1:$port $((rate * 4)) 8 | tee "$work/flood"
flooded=$(memory)
echo "memory after four times as much: $((flooded / 1024)) MB"
python3 - "$work/result" "$before" "$after" "$flooded" <<'PYTHON'
import json, sys
result, before, after, flooded = json.load(open(sys.argv[1])), *map(int, sys.argv[2:])
wrong = []
if result["lost"]: wrong.append(f"{result['lost']} calls were lost")
if result["sent_away"]: wrong.append(f"{result['sent_away']} calls were sent away")
if flooded > 256 * 1024: wrong.append(f"too many calls took {flooded} KB")
if result["wrong"]: wrong.append(f"{result['wrong']} answers were wrong")
if (result["late_p99_ms"] or 0) > 10: wrong.append(f"limits fired {result['late_p99_ms']} ms late at p99")
if after > before * 1.3 + 8192: wrong.append(f"memory grew from {before} to {after} KB")
print("; ".join(wrong) or "no call lost, no limit late, memory flat")
sys.exit(bool(wrong))
PYTHON
