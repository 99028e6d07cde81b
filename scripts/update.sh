#!/usr/bin/env bash
# Writes what tests compare with: outputs in pages, generated pages, schemas, completions, manual pages, records and snapshots.
#
# Usage: scripts/update.sh [ARGUMENTS OF cargo test]     the default is --workspace
#
# No test stops another one, so that one run writes everything. A snapshot inside the source of a test stays as it is.
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- --workspace
CLIENTC_UPDATE=1 INSTA_UPDATE=always exec cargo test --no-fail-fast "$@"
