#!/usr/bin/env bash
# Calls the gateway with real clients over a scripted upstream: httpx, requests, OpenAI's for Python and JavaScript, and
# BAML's own runtime. Installs them into target/gateway-clients.
set -euo pipefail
cd "$(dirname "$0")/.."
gateway=${1:-target/debug/clientc-gateway}
tools=target/gateway-clients

[ -x "$gateway" ] || cargo build -p clientc-gateway
[ -x "$tools/bin/pip" ] || python3 -m venv --clear "$tools"
"$tools/bin/pip" --disable-pip-version-check --quiet install 'baml-py==0.226.3' 'httpx==0.28.*' 'openai==2.54.*' 'pydantic==2.*' 'requests==2.*'
command -v node >/dev/null || { echo "node is missing: install Node.js 20 or later"; exit 1; }
mkdir -p "$tools/node"
[ -d "$tools/node/node_modules/openai" ] || npm install --silent --no-audit --no-fund --prefix "$tools/node" 'openai@6.49.0'
"$tools/bin/python" tests/clients/run.py "$gateway" "$tools/node"
