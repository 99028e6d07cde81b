#!/usr/bin/env bash
# Opens a real project in Emacs, in a terminal, with the settings of the book.
#
#     scripts/emacs_test.sh [PROGRAM]     needs emacs-nox, and elpa-eglot where Emacs is older than 29, and the projects in ../shared
set -euo pipefail
cd "$(dirname "$0")/.."
command -v emacs >/dev/null || { echo "emacs is missing: apt-get install emacs-nox elpa-eglot"; exit 1; }
. scripts/editor_project.sh
# Eglot takes the repository as the project.
git -c init.defaultBranch=main init --quiet "$work/fabula"
printed Emacs lisp >"$work/settings.el"
grep -q eglot-ensure "$work/settings.el"

# `script` gives it a terminal, so that commands, timers and questions work as for a user.
session="emacs -nw -q -l '$work/settings.el' -l '$PWD/tests/editors/emacs.el' '$work/fabula/baml_src/clients.baml'"
code=0
(cd "$work/fabula" && HOME=$work TERM=xterm PATH="$work/bin:$PATH" EMACS_LOG=$work/log \
    timeout 300 script --quiet --return --command "$session" "$work/screen" >/dev/null </dev/null) || code=$?
cat "$work/log" 2>/dev/null || tail -c 2000 "$work/screen"
exit $code
