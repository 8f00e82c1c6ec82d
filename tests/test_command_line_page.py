"""The page about the command line is run as it stands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import run

PAGE = (Path(__file__).parent.parent / "docs" / "command-line.md").read_text("utf-8")
FILES = dict(re.findall(r"^`(\S+)`\n\n```yaml\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))


def commands() -> Iterator[tuple[str, str, int]]:
    """Each command with what it prints, and its exit code: that of `echo $?` below it, or else 0."""
    for block in re.findall(r"^```console\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE):
        steps = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        for step, after in zip(steps, [*steps[1:], ""], strict=True):
            command, _, printed = step.partition("\n")
            if command.startswith("eks-ingress"):
                code = int(after.partition("\n")[2]) if after.startswith("echo $?") else 0
                yield command, printed, code


@pytest.mark.parametrize(("command", "printed", "code"), [pytest.param(*found, id=found[0]) for found in commands()])
def test_a_command_prints_what_the_page_says(
    command: str, printed: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, "utf-8")
    ended, out, err = run(*shlex.split(command)[1:])
    said = out + err
    assert ended == code
    assert said.startswith(printed) if "explain" in command else said == printed


def test_every_command_is_on_the_page() -> None:
    _, listed, _ = run("--help")
    names = re.findall(r"^    ([a-z]+)(?: |$)", listed, re.MULTILINE)
    assert "annotations" in names
    assert [name for name in names if f"\n## {name}\n" not in PAGE] == []
