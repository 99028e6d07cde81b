#!/usr/bin/env bash
# Installs what scripts/dist.py has built as a user would, without a compiler on the path, and runs it: with pip, uv and npm,
# each in an empty folder and from indexes of this machine. Says how long it takes from nothing to a checked project and to
# annotations in CI, and whether the wheels keep their promises: size, glibc, SBOM.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
dist=$root/target/dist
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
work=$(mktemp -d)
servers=()
trap 'rm -rf "$work"; kill "${servers[@]}" 2>/dev/null || true' EXIT
# Python and Node.js, and no cargo, rustc or cc.
mkdir "$work/path"
for program in python3 node npm npx sh env bash cmp mkdir sed uname dirname readlink basename git; do
    found=$(command -v "$program") && ln -s "$found" "$work/path/$program"
done
without_compilers() { env -i HOME="$work" PATH="$1:$work/path" TMPDIR="$work" npm_config_offline=true "${@:2}"; }
step() { printf -- '-- %s\n' "$*"; }

begin() { began=${EPOCHREALTIME/./}; }
took() { # what the time since `begin` was for
    local ms=$(((${EPOCHREALTIME/./} - began) / 1000))
    printf '%4d.%01d s  %s\n' $((ms / 1000)) $((ms % 1000 / 100)) "$*"
}
annotates() { # a command; it must find the error of the example, as an annotation of GitHub
    local said
    said=$("$@" check --format github "$root/examples/conflict-in-one-client") && { echo "no error was found"; exit 1; }
    case $said in *"::error file="*) ;; *) echo "no annotation: $said"; exit 1 ;; esac
}

unpack_for_aarch64() { # a package; `program` is then the one in its wheel
    python3 -m zipfile -e "$dist/${1//-/_}-$version"-*aarch64.whl "$work/aarch64-$1"
    program=$(echo "$work/aarch64-$1"/*.data/scripts/"$1")
    chmod +x "$program"
}

use() { # a folder with the commands
    without_compilers "$1" clientc --version
    without_compilers "$1" clientc check "$root/examples/fallback" >/dev/null
    without_compilers "$1" clientc resolve "$root/examples/fallback" --format json | cmp - examples/fallback/resolved.json
    without_compilers "$1" python3 scripts/lsp_hello.py clientc lsp
    without_compilers "$1" clientc-gateway --version
}

step "wheels: their sizes, glibc 2.17, an SBOM"
python3 - "$dist" "$version" <<'PYTHON'
import pathlib, re, sys, tempfile, json, subprocess, zipfile
dist, version = pathlib.Path(sys.argv[1]), sys.argv[2]
wheels = sorted(dist.glob(f"*-{version}-py3-none-*.whl"))
assert wheels, f"no wheels in {dist}: run scripts/dist.py"
for wheel in wheels:
    with zipfile.ZipFile(wheel) as archive, tempfile.NamedTemporaryFile() as program:
        names = archive.namelist()
        [binary] = [name for name in names if ".data/scripts/" in name]
        [sbom] = [name for name in names if "/sboms/" in name]
        program.write(archive.read(binary))
        program.flush()
        bom = json.loads(archive.read(sbom))
        assert bom["bomFormat"] == "CycloneDX" and bom["components"], sbom
        needed = subprocess.run(["readelf", "--version-info", "--wide", program.name], capture_output=True, text=True, check=True).stdout
    glibc = max(tuple(map(int, found.split("."))) for found in re.findall(r"GLIBC_([0-9.]+)", needed))
    size = wheel.stat().st_size
    print(f"{wheel.name}: {size:,} bytes, glibc {'.'.join(map(str, glibc))}, {len(bom['components'])} components in the SBOM")
    assert glibc <= (2, 17), f"{wheel.name} needs a newer glibc"
    # At most 3 MiB for the validator. The gateway carries TLS and the signatures of clouds along; the checks build it as it is
    # published for this processor only.
    bound = 3 * 1024 * 1024 if wheel.name.startswith("clientc-") else 6_000_000 if "x86_64" in wheel.name else 16_000_000
    assert size <= bound, f"{wheel.name} is too large"
PYTHON

step "pip, in an empty folder"
begin
python3 -m venv "$work/venv"
pip=("$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-index --find-links "$dist")
"${pip[@]}" clientc
annotates without_compilers "$work/venv/bin" clientc
took "from nothing to annotations, with pip"
"${pip[@]}" 'clientc[gateway]'
use "$work/venv/bin"
without_compilers "$work/venv/bin" python3 -m clientc --version
took "with the gateway, and check, resolve and lsp"

step "uv tool run"
begin
annotates target/tools/bin/uv tool run --quiet --offline --no-index --find-links "$dist" "clientc@$version"
took "from nothing to annotations, with uv"

step "npm, in an empty folder, from a registry"
coproc REGISTRY { exec scripts/npm_registry.py "$dist"; }
servers+=("$REGISTRY_PID")
read -r address <&"${REGISTRY[0]}"
mkdir "$work/npm"
cd "$work/npm"
begin
export npm_config_registry=$address npm_config_audit=false npm_config_update_notifier=false npm_config_cache=$work/npm-cache
npm install --silent --save-dev clientc
annotates without_compilers "$work/npm/node_modules/.bin" npx clientc
took "from nothing to annotations, with npm"
npm install --silent clientc-gateway
cd "$root"
use "$work/npm/node_modules/.bin"
took "with the gateway, and check, resolve and lsp"

if compgen -G "$dist/clientc-$version-*aarch64.whl" >/dev/null; then
    step "the program for aarch64, emulated, gives the same JSON"
    unpack_for_aarch64 clientc
    for example in examples/*/resolved.json; do
        qemu-aarch64 -L /usr/aarch64-linux-gnu "$program" resolve "$(dirname "$example")" --format json | cmp - "$example"
    done
fi

if compgen -G "$dist/clientc_gateway-$version-*aarch64.whl" >/dev/null; then
    step "the gateway for aarch64, emulated, serves the example"
    unpack_for_aarch64 clientc-gateway
    qemu-aarch64 -L /usr/aarch64-linux-gnu "$program" examples/fallback --listen 127.0.0.1:28530 2>"$work/gateway.said" &
    servers+=("$!")
    curl --silent --fail --retry 30 --retry-connrefused --retry-delay 1 http://127.0.0.1:28530/v1/models | grep -q '"id":"MyFallback"'
fi

step "CI as the book prints it"
target/tools/bin/python scripts/ci_time.py
printf 'installed and run: pip, uv, npm, and in CI\n'
