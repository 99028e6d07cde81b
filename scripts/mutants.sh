#!/bin/sh
# Plants single faults into a crate with cargo-mutants, one after the other, and lists those that no test notices.
#
#     cargo install cargo-mutants
#     scripts/mutants.sh plan           # every fault: hours
#     scripts/mutants.sh plan 0/40      # the first of forty parts, which are spread over the whole crate
#
# The faults are tried in the checkout itself, so that nothing is built anew but what a fault changes. So it must be
# clean, and nobody may edit it meanwhile. The tests are those of the crate, and those from outside that are about it;
# what is named here decides what is noticed. The lists lie in target/mutants/CRATE/mutants.out.
set -eu

crate=${1:?"which crate: plan, semantic, check, workspace or runtime"}
shard=${2:-0/1}
cd "$(dirname "$0")/.."

case $crate in
    plan) tests="oracle conformance boundaries" ;;
    semantic) tests="language judgements rule_pages boundaries" ;;
    check) tests="rule_pages judgements fix_texts silencing boundaries" ;;
    workspace) tests="discovery odd_disks settings settings_faults snapshots texts" ;;
    runtime) tests="runtime" ;;
    *) echo "there is no list of tests for \`$crate\`" >&2 && exit 2 ;;
esac

if [ -n "$(git status --porcelain -- crates)" ]; then
    echo "the crates have changes that are not committed" >&2
    exit 2
fi

set -- --lib
for test in $tests; do
    set -- "$@" --test "$test"
done
mkdir -p "target/mutants/$crate"
# A fault may make a loop endless, so each run has a limit.
exec cargo mutants --in-place --package "clientc-$crate" --shard "$shard" --test-package "clientc-$crate" \
    --test-package clientc-tests --output "target/mutants/$crate" --timeout 120 --baseline skip -- "$@"
