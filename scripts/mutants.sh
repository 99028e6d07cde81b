#!/bin/sh
# Plants single faults into a crate with cargo-mutants, one after the other, and lists those that no test notices.
#
#     cargo install cargo-mutants cargo-nextest --locked
#     scripts/mutants.sh plan           # every fault: hours
#     scripts/mutants.sh plan 0/40      # the first of forty parts, which are spread over the whole crate
#
# The tests are run in steps, the cheap ones first, and each step tries only what the one before has missed:
#
#     own      the crate's own tests
#     quick    tests/mutants.rs, which is one program of many suites, without what takes seconds; or the suites of the runtime
#     slow     all of it, and the random plans of `oracle`
#     program  suites that build and run the command
#
# What is named here decides what is noticed. The lists lie in target/mutants/CRATE/PART/STEP/mutants.out; what the last
# step has missed survives.
#
# The faults are tried in the checkout itself, so that nothing is built anew but what a fault changes. So it must be
# clean, and nobody may edit it meanwhile.
set -eu

crate=${1:?"which crate: plan, semantic, check or runtime"}
shard=${2:-0/1}
cd "$(dirname "$0")/.."

quick="--profile=quick --test=mutants"
slow="--test=mutants"
case $crate in
    plan)
        steps="own quick slow program"
        slow="--package=clientc-plan --test=oracle --test=mutants"
        program="--test=plan_diff --test=cli --test=runtime"
        ;;
    semantic | check)
        steps="quick own slow program"
        program="--package=clientc-report --test=report --test=cli --test=lsp"
        ;;
    runtime)
        steps="own quick"
        quick="--test=runtime"
        ;;
    *) echo "there is no list of tests for \`$crate\`" >&2 && exit 2 ;;
esac

if [ -n "$(git status --porcelain -- crates)" ]; then
    echo "the crates have changes that are not committed" >&2
    exit 2
fi

out=target/mutants/$crate/$(echo "$shard" | tr / -)
rm -rf "$out"
# A failing test must not leave new snapshots behind.
export CARGO_INCREMENTAL=1 INSTA_UPDATE=no
# A fault may make a loop endless or take all memory. Seconds of the processor are counted, so a busy machine does no
# harm.
ulimit -t 60
ulimit -v 12000000

# The schemas of the documents are a feature that only the command turns on; its generated files show them.
mutants() {
    cargo mutants --package "clientc-$crate" --exclude crates/plan/src/document/schema.rs --shard "$shard" \
        --sharding round-robin "$@"
}

mkdir -p "$out"
mutants --list >"$out/faults.txt"
cp "$out/faults.txt" "$out/left.txt"
for step in $steps; do
    case $step in
        own) package=clientc-$crate tests=--lib ;;
        quick) package=clientc-tests tests=$quick ;;
        slow) package=clientc-tests tests=$slow ;;
        program) package=clientc-tests tests=$program ;;
    esac
    # All faults of the crate but those that are left count as caught before.
    mkdir -p "$out/$step/mutants.out"
    cargo mutants --package "clientc-$crate" --list | grep -vxFf "$out/left.txt" >"$out/$step/mutants.out/caught.txt"
    touch "$out/$step/mutants.out/unviable.txt"
    # Only as arguments of cargo itself do the tests also decide what is built.
    set -- "--cargo-arg=--tool-config-file=mutants:$PWD/scripts/mutants.toml"
    for test in $tests; do
        set -- "$@" "--cargo-arg=$test"
    done
    status=0
    cargo mutants --package "clientc-$crate" --iterate --in-place --baseline skip --no-shuffle --no-times \
        --output "$out/$step" --timeout 1800 --test-tool nextest --test-package "$package" "$@" || status=$?
    # Faults that are missed or time out are a result, and not a failure.
    case $status in 0 | 2 | 3) ;; *) exit "$status" ;; esac
    cp "$out/$step/mutants.out/missed.txt" "$out/left.txt"
    [ -s "$out/left.txt" ] || break
done
echo "$(wc -l <"$out/left.txt") of $(wc -l <"$out/faults.txt") survive"
