#!/bin/sh
# Tries single faults in a crate and tells which of them no test notices.
#
#     cargo install cargo-mutants --locked
#     scripts/mutants.sh plan               # every fault of the crate: about an hour
#     scripts/mutants.sh plan --minutes 10  # as many as that, in a random order; the next run goes on
#     scripts/mutants.sh plan --missed      # those that were missed, once more, with the tests as they are now
#     scripts/mutants.sh report             # what is known by now
#
# cargo-mutants lists the faults. All of them are put into one copy of the sources, each behind a switch, so that the copy is
# built once and a fault costs no more than the tests that reach it. The copy and all results lie in target/mutants.
set -eu
cd "$(dirname "$0")/.."
exec python3 scripts/mutants/main.py "$@"
