"""Tries single faults in a crate. scripts/mutants.sh says how it is called."""

import argparse
import os
import sys
import time

import campaign
import plant
import reach
import report


def main():
    parser = argparse.ArgumentParser(prog="scripts/mutants.sh")
    parser.add_argument("what", choices=[*plant.CRATES, "build", "reach", "report"])
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many minutes")
    parser.add_argument("--missed", action="store_true", help="try those that were missed once more")
    parser.add_argument("--backwards", action="store_true", help="from the end, as a second process beside the first")
    arguments = parser.parse_args()
    until = time.time() + 60 * arguments.minutes
    # Snapshots that differ are failures, and nothing is written beside the sources.
    os.environ.update({"INSTA_UPDATE": "no", "CARGO_INCREMENTAL": "0"})
    if arguments.what == "report":
        return report.write(sys.stdout)
    if arguments.what == "build" or not plant.BUILT.exists():
        plant.build()
    if arguments.what == "build":
        return
    if arguments.what == "reach" or not reach.REACHED.exists():
        reach.record(until)
    if arguments.what in plant.CRATES:
        campaign.run(arguments.what, until, arguments.missed, arguments.backwards)


main()
