#!/usr/bin/env bash
# Looks for texts that break clientc: every target of fuzz/ for a number of minutes.
#
# Usage: scripts/fuzz.sh [MINUTES] [TARGET...]     needs cargo-fuzz (cargo install cargo-fuzz --locked)
#
# The code is safe Rust throughout, so no sanitizer is needed, and a stable toolchain will do.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${1:-5}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(parse check_resolve lsp)

shared=${CLIENTC_SHARED:-../shared}
if [ -d "$shared" ]; then
    python3 fuzz/seeds.py "$shared"
else
    echo "no seeds: $shared does not exist; CLIENTC_SHARED says where it is" >&2
fi

export RUSTC_BOOTSTRAP=1
for target in "${targets[@]}"; do
    echo "== $target, $minutes minutes"
    mkdir -p "fuzz/corpus/$target"
    cargo fuzz run --sanitizer none "$target" -- \
        -dict=fuzz/baml.dict -max_total_time=$((minutes * 60)) -max_len=8192 -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1
done
