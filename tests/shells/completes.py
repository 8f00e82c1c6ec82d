"""What zsh and fish complete; the unit tests have bash. Not collected by name: it needs both shells."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.commands import run
from tests.terminals import shell


@pytest.fixture(scope="module", params=["zsh", "fish"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder named as a shell is, with its script and some files."""
    made: Path = tmp_path_factory.mktemp("shells") / request.param
    made.mkdir()
    code, out, err = run("completion", request.param)
    assert (code, err) == (0, "")
    (made / "_eks-ingress").write_text(out, "utf-8")
    for name in ("shop.yaml", "two words.yaml"):
        (made / name).touch()
    return made


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("eks-ingress pl", "plan"),
        ("eks-ingress plan --fo", "--format"),
        ("eks-ingress check --format sa", "sarif"),
        ("eks-ingress check --format=sa", "--format=sarif"),
        ("eks-ingress plan sho", "shop.yaml"),
        ("eks-ingress plan tw", "two\\ words.yaml"),
        ("eks-ingress plan --aws sho", "shop.yaml"),
        ("eks-ingress explain EKI42", "EKI42"),
        ("eks-ingress explain EKI111", "EKI111"),
        ("eks-ingress annotations healthcheck-pa", "healthcheck-path"),
        ("eks-ingress policy --permissions str", "strict"),
        ("eks-ingress help expl", "explain"),
        ("eks-ingress completion fi", "fish"),
    ],
)
def test_a_line_is_completed(folder: Path, typed: str, becomes: str) -> None:
    if folder.name == "fish":
        assert becomes.replace("\\ ", " ") in fish(folder, typed)
    else:
        zsh(folder, typed, typed.rpartition(" ")[0] + " " + becomes)


def test_what_a_check_is_about_is_shown(folder: Path) -> None:
    if folder.name == "fish":
        assert "EKI101\tA rule is never reached" in fish(folder, "eks-ingress explain EKI10")
    else:
        zsh(folder, "eks-ingress explain EKI10", "EKI101  -- A rule is never reached")


def fish(folder: Path, typed: str) -> str:
    """What fish offers."""
    code = f'source _eks-ingress; complete -C "{typed}"'
    done = subprocess.run(["fish", "--no-config", "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def zsh(folder: Path, typed: str, shown: str) -> None:
    """Waits until zsh shows a text, once the key for completion is pressed."""
    with shell(["zsh", "-f", "-i"], {"TERM": "dumb", "PS1": "ready> "}) as terminal:
        terminal.wait_for("ready> ")
        terminal.type(f"cd {folder}; fpath=({folder} $fpath); autoload -U compinit; compinit -u -D; LISTMAX=0; PS1='n''ow> '\n")
        terminal.wait_for("now> ")
        place = len(terminal.shown)
        terminal.type(f"{typed}\t")
        terminal.wait_for(shown, place)
