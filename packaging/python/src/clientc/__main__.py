"""``python -m clientc`` runs the command that this package contains."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path


def find_binary() -> Path:
    """The command of this installation; an error where no folder of scripts has it."""
    name = "clientc" + (sysconfig.get_config_var("EXE") or "")
    user = sysconfig.get_preferred_scheme("user")
    folders = [
        Path(sysconfig.get_path("scripts")),
        Path(sysconfig.get_path("scripts", scheme=user)),
        # `pip install --target` puts scripts beside the packages.
        Path(__file__).parent.parent / "bin",
    ]
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    searched = ", ".join(str(folder) for folder in folders)
    raise FileNotFoundError(f"the command `{name}` is in none of these folders: {searched}")


def main() -> int:
    """Runs the command with the arguments of this process, and returns its exit code."""
    try:
        command = [str(find_binary()), *sys.argv[1:]]
    except FileNotFoundError as error:
        print(f"clientc: {error}", file=sys.stderr)
        return 2
    if os.name == "nt":
        # Windows cannot replace a process.
        return subprocess.run(command, check=False).returncode
    os.execv(command[0], command)


if __name__ == "__main__":
    sys.exit(main())
