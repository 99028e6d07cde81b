"""Counts the results by crate, and lists what survived without an explanation."""

import collections
import json
import math
import re
import tomllib

import campaign
import plant

# Why faults survive, by reason.
SURVIVORS = plant.ROOT / "tests/mutants/survivors.toml"


def write(out):
    built = json.loads(plant.BUILT.read_text())
    unviable, not_switched = set(built["unviable"]), {int(number) for number in built["not_switched"]}
    explained = reasons()
    print(f"Sources of {built['commit']}\n", file=out)
    print("| crate | faults | unviable | not switched | tried | caught | timeouts | survived | rate | explained |", file=out)
    print("| --- | --: | --: | --: | --: | --: | --: | --: | --- | --: |", file=out)
    unexplained = []
    for crate in plant.CRATES:
        numbers = [number for number, of in enumerate(built["crates"], 1) if of == crate]
        results = campaign.results(crate)
        results = {name: results[name] for name in (built["faults"][number - 1] for number in numbers) if name in results}
        counts = collections.Counter(result["result"] for result in results.values())
        survived = [name for name, result in results.items() if result["result"] in campaign.SURVIVED]
        known = [name for name in survived if without_place(name) in explained]
        unexplained += sorted(set(survived) - set(known), key=place)
        print(f"| {crate} | {len(numbers):,} | {len(unviable.intersection(numbers)):,} "
              f"| {len(not_switched.intersection(numbers)):,} | {len(results):,} | {counts['caught']:,} | {counts['timeout']:,} "
              f"| {len(survived):,} | {rate(len(survived), len(results))} | {len(known):,} |", file=out)
    print(f"\nNot explained: {len(unexplained)}\n", file=out)
    for name in unexplained:
        print(name, file=out)


def reasons():
    """The faults that are known to survive. A fault is named without its line, because lines move."""
    if not SURVIVORS.exists():
        return {}
    groups = tomllib.loads(SURVIVORS.read_text())["group"]
    return {fault: group["reason"] for group in groups for fault in group["faults"]}


def without_place(name):
    return re.sub(r":\d+:\d+: ", ": ", name, count=1)


def place(name):
    file, line, column, _ = name.split(":", 3)
    return file, int(line), int(column)


def rate(survived, tried):
    """The share that survives with its interval of 95 % after Wilson."""
    if not tried:
        return ""
    share, z = survived / tried, 1.96
    middle, width = share + z * z / (2 * tried), z * math.sqrt(share * (1 - share) / tried + z * z / (4 * tried * tried))
    low, high = ((middle + sign * width) / (1 + z * z / tried) for sign in (-1, 1))
    return f"{share:.1%} ({max(low, 0):.1%} to {high:.1%})"
