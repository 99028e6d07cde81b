#!/usr/bin/env bash
# Checks, tests and packages the extension for VS Code; writes target/vscode/clientc.vsix.
#
#     scripts/vscode_package.sh [PROGRAM]     PROGRAM: a built clientc, whose output the problem matcher is tried on
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-target/debug/clientc}")
out=$PWD/target/vscode
[ -x "$program" ] || { echo "$program is missing: cargo build -p clientc"; exit 1; }
command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or later"; exit 1; }

# A copy, so that nothing is written beside the sources.
mkdir -p "$out/build"
find "$out/build" -mindepth 1 -maxdepth 1 ! -name node_modules -exec rm -rf {} +
(cd editors/vscode && tar --create --exclude=./node_modules --exclude=./dist .) | tar --extract --directory "$out/build"
cat LICENSE-MIT LICENSE-APACHE >"$out/build/LICENSE"
cd "$out/build"
npm install --ignore-scripts --no-package-lock --no-audit --no-fund --silent
npm run --silent check
CLIENTC=$program npm run --silent test
npx --no-install vsce package --no-dependencies --out "$out/clientc.vsix"
