"""What a shell completes, in bash; `tests/shells` has the others."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from eks_ingress.checks.registry import CHECKS
from eks_ingress.cli import COMMANDS
from eks_ingress.cli.completion import FILES, completed
from tests.commands import run
from tests.terminals import shell

NOTHING_KNOWN = {"NAME", "GROUP", "M", "'K: V'", "IP", "url", "N", "ID", "partition", "region", "account", "VPC", "ARN", "COMMAND"}
"""What options and arguments take that nobody can list."""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script of bash, in a folder with two files and a folder."""
    code, out, err = run("completion", "bash")
    assert (code, err) == (0, "")
    folder = tmp_path_factory.mktemp("bash")
    (folder / "complete.bash").write_text(out, "utf-8")
    for name in ("shop.yaml", "two words.yaml"):
        (folder / name).touch()
    (folder / "manifests").mkdir()
    return folder / "complete.bash"


def words(script: Path, *typed: str) -> list[str]:
    """What bash offers for the last of the words that were typed."""
    code = """
    set -u
    source "$1"; shift
    COMP_WORDS=(eks-ingress "$@"); COMP_CWORD=$#
    _eks_ingress 2>/dev/null
    printf '%s\\n' "${COMPREPLY[@]+${COMPREPLY[@]}}"
    """
    done = subprocess.run(
        ["bash", "--norc", "-c", code, "bash", str(script), *typed], cwd=script.parent, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines() if done.stdout != "\n" else []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["p"], ["plan", "policy"]),
        (["--v"], ["--version"]),
        (["plan", "--fo"], ["--format"]),
        (["check", "--format", ""], ["text", "json", "sarif", "github"]),
        (["plan", "--format", "=", "j"], ["json"]),
        (["match", "--format", "="], ["text", "json"]),
        (["check", "shop.yaml", "--format", "s"], ["sarif"]),
        (["plan", "--complete", "--ag"], ["--against"]),
        (["plan", "--cluster-name", ""], []),
        (["plan", "s"], ["shop.yaml"]),
        (["plan", "--complete", "t"], ["two words.yaml"]),
        (["plan", "--aws", "m"], ["manifests"]),
        (["explain", "EKI10"], sorted(check.id for check in CHECKS if check.id.startswith("EKI10"))),
        (["annotations", "healthcheck-pa"], ["healthcheck-path"]),
        (["annotations", "listener-"], ["listener-attributes."]),
        (["policy", "--permissions", ""], ["upstream", "cluster", "strict"]),
        (["help", "ex"], ["explain"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["unknown", "--"], []),
    ],
)
def test_bash_offers_what_can_be_typed(script: Path, typed: list[str], offered: list[str]) -> None:
    assert words(script, *typed) == offered


def test_bash_completes_a_line_that_somebody_types(script: Path) -> None:
    with shell(["bash", "--norc", "--noprofile", "-i"], {"PS1": "ready> "}) as terminal:
        terminal.type(f"cd {script.parent}; source complete.bash; PS1='n''ow> '\n")
        terminal.wait_for("now> ")
        terminal.type("eks-ingress expl\tEKI101\n")
        assert "eks-ingress explain EKI101" in terminal.wait_for("EKI101")
        place = len(terminal.shown)
        terminal.type("eks-ingress plan tw\t")
        terminal.wait_for("eks-ingress plan two\\ words.yaml", place)


@pytest.mark.parametrize("name", sorted([*COMMANDS, "help"]))
def test_every_command_and_option_is_offered(script: Path, name: str) -> None:
    assert name in words(script, name)
    (command,) = (x for x in completed() if x.name == name)
    assert words(script, name, "-") == [option.name for option in command.options]


def test_of_every_value_it_is_known_what_it_may_be() -> None:
    values = [option.value for command in completed() for option in command.options if option.value]
    values += [value for command in completed() for value in command.values]
    unknown = {value.name for value in values if not value.words and not value.is_file}
    assert unknown - NOTHING_KNOWN == set()
    assert {value.name for value in values if value.is_file} == FILES


def test_a_shell_that_there_is_not_is_refused() -> None:
    code, out, err = run("completion", "tcsh")
    assert (code, out) == (2, "")
    assert "invalid choice: 'tcsh'" in err
