"""A session in Helix over a real project. scripts/helix_test.sh starts it:

    helix.py SOCKET PROJECT COMMAND...

SOCKET is where tmux listens, PROJECT a copy of the project `fabula`, COMMAND starts Helix.
"""

import pathlib
import re
import subprocess
import sys
import time

socket, project, *command = sys.argv[1:]
SOURCES = pathlib.Path(project) / "baml_src"
CLIENTS = SOURCES / "clients.baml"
# Seconds until something that does not come counts as missing. The machine may be busy.
PATIENCE = 60


def main():
    tmux("new-session", "-d", "-x", "150", "-y", "45", "-c", project, *command, "baml_src/clients.baml")
    eventually("findings are counted in the line of the status", lambda: re.search(r"● [1-9]", screen()))

    go("mutliplier")
    eventually("a finding is beside its line", lambda: "has no such key" in screen())
    asked("the fix of a misspelt key is offered", ["Space", "a"], lambda: "Write `multiplier`" in screen())
    keys("Enter")
    eventually("it is applied", lambda: saved("multiplier 1.5") and not saved("mutliplier"))

    go("GemkuA")
    asked("a hover shows the worst case", ["Space", "k"], lambda: "Worst case" in screen())
    uses = places("GemkuA")
    asked("a new name is asked for", ["Space", "r"], lambda: "rename-to:GemkuA" in screen())
    keys("C-u", *typed("Storyteller"), "Enter")
    eventually(f"a client is renamed in all {uses} places", lambda: all_saved() and renamed(uses))

    keys(*line("open baml_src/myth06.baml"))
    eventually("another file is open", lambda: "baml_src/myth06.baml" in screen())
    go("client Storyteller")
    asked("a definition is in another file", ["g", "d"], lambda: "NOR   baml_src/clients.baml" in screen())

    go("provider openai", "i")
    keys(*typed("      "), "Escape")
    eventually("the file is not laid out as `clientc fmt` does it", lambda: saved("\n        provider openai\n"))
    keys(*line("format"))
    eventually("formatted, it is", lambda: not saved("\n        provider openai\n") and is_formatted())

    go("max_tokens", "o")
    asked("keys are completed", typed("ht"), lambda: re.search(r"\bhttp +property", screen()), escape=False)
    keys("Escape", "Escape", *line("quit-all!"))


def go(text, *then):
    """Puts the cursor on the first place of a text in the open file."""
    keys("Escape", "g", "g", "/", *typed(text), "Enter", *then)


def asked(what, sequence, holds, escape=True):
    """Presses keys until something is shown. The first time the server may not be ready, and says nothing."""
    def again():
        if escape:
            keys("Escape")
        keys(*sequence)
        return wait(holds, 5)
    eventually(what, again)


def saved(text):
    """Whether the saved file has a text."""
    keys(*line("write"))
    return text in CLIENTS.read_text()


def all_saved():
    keys(*line("write-all"))
    return True


def renamed(uses):
    return uses > 8 and places("GemkuA") == 0 and places("Storyteller") == uses


def is_formatted():
    return subprocess.run(["clientc", "fmt", "--check", CLIENTS], capture_output=True).returncode == 0


def places(name):
    """How often a name is in all files."""
    return sum(len(re.findall(rf"\b{name}\b", path.read_text())) for path in SOURCES.iterdir())


def line(of):
    """The keys of a command line."""
    return ["Escape", ":", *typed(of), "Enter"]


def typed(text):
    return ["Space" if letter == " " else letter for letter in text]


def keys(*names):
    for name in names:
        tmux("send-keys", name)
    time.sleep(0.3)


def screen():
    return tmux("capture-pane", "-p")


def tmux(*arguments):
    run = subprocess.run(["tmux", "-S", socket, *arguments], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"FAILED: tmux {arguments[0]}: {run.stderr.strip()}")
    return run.stdout


def wait(holds, seconds):
    until = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return bool(found)


def eventually(what, holds):
    if not wait(holds, PATIENCE):
        print(screen())
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}")


main()
