"""What differs where a terminal is: colours, lines that fit, and a line about long work."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from eks_ingress.report.colours import painted
from eks_ingress.report.folding import folded
from tests.cli.conftest import LATE, SHOP, WRONG
from tests.commands import PROGRAM
from tests.terminals import Terminal, on_terminal

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Manifests that are well, and some of which something is to be told."""
    made = tmp_path_factory.mktemp("terminal")
    (made / "shop.yaml").write_text("---\n".join([SHOP, LATE, WRONG]), "utf-8")
    (made / "old.yaml").write_text(SHOP.replace("/api", "/v1"), "utf-8")
    return made


def piped(*words: str, env: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """What a command writes to pipes."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, *words], env=dict(env or {}), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def commands(folder: Path) -> list[list[str]]:
    shop, old = str(folder / "shop.yaml"), str(folder / "old.yaml")
    return [
        ["plan", shop],
        ["plan", shop, "--against", old],
        ["check", shop],
        ["check", shop, "--explain"],
        ["check", shop, "nowhere.yaml"],
        ["match", old, "--url", "https://shop.example.com/v1"],
        ["explain"],
        ["explain", "EKI101"],
    ]


@pytest.mark.parametrize("number", range(8))
def test_a_terminal_has_colours_and_the_same_text(folder: Path, number: int) -> None:
    words = commands(folder)[number]
    code, shown = on_terminal(*words, columns=400)
    expected, out, err = piped(*words)
    assert code == expected
    assert "\x1b" not in out + err
    assert sorted(ESCAPE.sub("", shown).splitlines()) == sorted((err + out).splitlines())
    assert ESCAPE.search(shown) or words[0] == "match"


@pytest.mark.parametrize(
    ("env", "option", "on_tty", "in_pipe"),
    [
        ({}, [], True, False),
        ({"NO_COLOR": "1"}, [], False, False),
        ({"NO_COLOR": ""}, [], True, False),
        ({"TERM": "dumb"}, [], False, False),
        ({"FORCE_COLOR": "1"}, [], True, True),
        ({"CLICOLOR_FORCE": "1"}, [], True, True),
        ({"FORCE_COLOR": "0"}, [], True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, [], False, False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True, True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False, False),
        ({}, ["--color", "auto"], True, False),
    ],
)
def test_colours_are_where_they_are_wanted(
    folder: Path, env: dict[str, str], option: list[str], on_tty: bool, in_pipe: bool
) -> None:
    words = ["check", str(folder / "shop.yaml"), *option]
    assert bool(ESCAPE.search(on_terminal(*words, env=env)[1])) is on_tty
    _, out, err = piped(*words, env=env)
    assert bool(ESCAPE.search(out)) is in_pipe
    assert bool(ESCAPE.search(err)) is in_pipe


@pytest.mark.parametrize(
    "words", [["plan", "--format", "json"], ["check", "--format", "sarif"], ["check", "--format", "github"], ["import"]]
)
def test_what_is_for_programs_has_none(folder: Path, words: list[str]) -> None:
    shop = str(folder / "old.yaml")
    assert piped(*words, shop, "--color", "always")[1] == piped(*words, shop)[1]
    assert "\x1b" not in piped(*words, shop, "--color", "always")[1]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("a.yaml:3: EKI101 warning: x is y.", "a.yaml:3: [36]EKI101[0] [1;33]warning[0]: x is y."),
        ("EKI201 error  a.yaml:3", "[36]EKI201[0] [1;31]error[0]  [1]a.yaml:3[0]"),
        ("error  a.yaml", "[1;31]error[0]  a.yaml"),
        ("1 error, 2 warnings.", "[1;31]1 error[0], [1;33]2 warnings[0]."),
        ("    1     any   /    Service a/b:80", "    [36]1[0]     any   /    Service a/b:80"),
        ("        + 1   any  /  Service a/b:80", "        [32]+ 1   any  /  Service a/b:80[0]"),
        ("! Load balancer a is replaced", "[1;35]! Load balancer a is replaced[0]"),
        ("    an error of yours", "    an error of yours"),
        ("", ""),
    ],
)
def test_words_have_the_colour_of_what_they_mean(line: str, shown: str) -> None:
    assert painted(line) == re.sub(r"\[([0-9;]+)\]", "\x1b[\\1m", shown)


# Lines that fit.


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize("number", range(8))
def test_lines_fit_a_terminal(folder: Path, number: int, columns: int) -> None:
    words = [*commands(folder)[number], "--color", "never"]
    shown = on_terminal(*words, columns=columns)[1]
    _, out, err = piped(*words)
    wide = [line for line in shown.splitlines() if len(line) > columns]
    # Only what cannot be broken may be longer: a path of a file, an ARN, or a table whose cells are as narrow as their words.
    assert [line for line in wide if columns >= 80 and max(map(len, line.split())) < 40] == []
    assert sorted("".join(shown.split())) == sorted("".join((err + out).split()))


def test_in_a_pipe_no_line_is_broken(folder: Path) -> None:
    words = ["check", str(folder / "shop.yaml")]
    assert piped(*words, env={"COLUMNS": "40"}) == piped(*words)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short", ["short"]),
        ("  one two three four five six seven", ["  one two three four five", "      six seven"]),
        ("one two three four five six seven eight nine", ["one two three four five", "    six seven eight nine"]),
        ("a" * 40 + " and more", ["a" * 40, "    and more"]),
        ("  ab  one two three four five six", ["  ab  one two three four", "      five six"]),
        ("x " + "a" * 40, ["x " + "a" * 40]),
    ],
)
def test_a_long_line_is_broken_between_words(text: str, lines: list[str]) -> None:
    assert folded(text, 26) == "\n".join(lines)


# Long work.

SLOW = """
import sys, time
from eks_ingress.cli import inputs, main, progress
progress._AFTER = progress._EVERY = 0.02
build = inputs.plan
def plan(*arguments, **named):
    time.sleep(0.5)
    return build(*arguments, **named)
inputs.plan = plan
sys.exit(main())
"""


def test_long_work_is_told_on_a_terminal_and_taken_away(folder: Path) -> None:
    terminal = Terminal([sys.executable, "-c", SLOW, "check", str(folder / "old.yaml"), "--color", "never"])
    assert terminal.end() == 0
    assert "\rplanning 1 objects …" in terminal.shown
    # What stands there at the end, where each return begins the line anew.
    lines = [line.rpartition("\r")[2] for line in terminal.shown.split("\n")]
    assert [line for line in lines if line.strip()] == ["Nothing found."]


@pytest.mark.parametrize("env", [{}, {"TERM": "dumb"}])
def test_long_work_is_told_nowhere_else(folder: Path, env: dict[str, str]) -> None:
    words = [sys.executable, "-c", SLOW, "check", str(folder / "old.yaml")]
    if env:
        terminal = Terminal(words, env=env)
        assert terminal.end() == 0
        assert terminal.shown == "Nothing found.\n"
    else:
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr) == ("", "Nothing found.\n")
