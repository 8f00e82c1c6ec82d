"""The command line as a user runs it, in a process of its own: in that of the tests, Node may still write to standard error."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = "import sys; from eks_ingress.cli import main; sys.exit(main())"


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr
