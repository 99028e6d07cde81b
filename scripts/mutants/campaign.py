"""Chooses one fault after the other and runs the tests that reach it."""

import collections
import json
import random
import sys
import time

import plant
import reach

# Tests are run in heaps, of which each takes about so many times as long as the one before.
GROWTH = 4
SURVIVED = ("missed", "not reached")


def results(crate):
    """What became of each fault, by its name; the last word counts."""
    path = plant.OUT / f"results/{crate}.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return {result["fault"]: result for result in map(json.loads, lines)}


def run(crate, until, missed_again, backwards):
    built = json.loads(plant.BUILT.read_text())
    left_out = set(built["unviable"]) | {int(number) for number in built["not_switched"]}
    names = dict(enumerate(built["faults"], 1))
    known = results(crate)
    killers = collections.Counter((file(result["fault"]), result["by"]) for result in known.values() if result["by"])
    order = [number for number in names if built["crates"][number - 1] == crate and number not in left_out]
    # The order is random but always the same, so that what has been tried is a sample of the whole.
    random.Random(1).shuffle(order)
    if missed_again:
        order = [number for number in order if known.get(names[number], {}).get("result") in SURVIVED]
    if backwards:
        order.reverse()
    tests = by_fault(json.loads(reach.REACHED.read_text()))
    path = plant.OUT / f"results/{crate}.jsonl"
    path.parent.mkdir(exist_ok=True)
    for number in order:
        if time.time() > until:
            break
        # Another process may have tried it meanwhile.
        if not missed_again and names[number] in results(crate):
            continue
        start = time.monotonic()
        result, by = attempt(number, tests[number], lambda test: killers[file(names[number]), test["full_name"]])
        if by:
            killers[file(names[number]), by] += 1
        line = {"fault": names[number], "result": result, "by": by, "seconds": round(time.monotonic() - start, 1)}
        with path.open("a") as out:
            out.write(json.dumps(line) + "\n")
    counts = collections.Counter(result["result"] for result in results(crate).values())
    print(f"{crate}: {len(order)} faults, {dict(counts)}", file=sys.stderr)


def file(fault):
    return fault.split(":")[0]


def by_fault(recorded):
    tests = collections.defaultdict(list)
    for full_name, test in recorded.items():
        test["full_name"] = full_name
        for number in test["reached"] if test["passed"] else ():
            tests[number].append(test)
    return tests


def attempt(number, tests, kills):
    """Returns `caught`, `timeout`, `missed` or `not reached`, and the test that noticed the fault."""
    if not tests:
        return "not reached", None
    for heap in heaps(sorted(tests, key=lambda test: test["seconds"] / (1 + kills(test)))):
        for path in dict.fromkeys(test["path"] for test in heap):
            chosen = [test for test in heap if test["path"] == path]
            while chosen:
                passed, failed = reach.run(chosen[0], [test["name"] for test in chosen], str(number), patience(chosen))
                if passed:
                    break
                if passed is None:
                    return "timeout", chosen[0]["full_name"]
                noticed = [test for test in chosen if test["name"] in failed] or chosen
                again, _ = reach.run(noticed[0], [noticed[0]["name"]], str(number), patience(noticed[:1]))
                # A test that fails only once has noticed something else.
                if not again:
                    return "caught", noticed[0]["full_name"]
                chosen.remove(noticed[0])
    return "missed", None


def patience(tests):
    """How long tests may take before a loop counts as endless, in seconds. The machine may be busy."""
    return 15 + 8 * sum(test["seconds"] for test in tests)


def heaps(tests):
    """Cheap tests first, so that most faults cost little, and many at once, so that starting programs costs little."""
    heap, seconds, most = [], 0, 0.1
    for test in tests:
        if heap and seconds + test["seconds"] > most:
            yield heap
            heap, seconds, most = [], 0, most * GROWTH
        heap.append(test)
        seconds += test["seconds"]
    if heap:
        yield heap
