"""What all commands share; each has tests of its own beside these."""

from __future__ import annotations

import gc
import json
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from eks_ingress import __version__
from eks_ingress.cli import COMMANDS, main
from tests.commands import PROGRAM
from tests.manifests.assemblies import ingress


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr() == (f"eks-ingress {__version__}\n", "")


@pytest.mark.parametrize("arguments", [["plan", "--unknown"], ["plan", "--form", "json"], ["match"], ["policy", "shop"]])
def test_what_a_command_does_not_take_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"\neks-ingress {arguments[0]}: error: " in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["plna"], "eks-ingress: there is no command 'plna'. Did you mean plan?"),
        (["chekc", "shop.yaml"], "eks-ingress: there is no command 'chekc'. Did you mean check?"),
        (["frobnicate"], "eks-ingress: there is no command 'frobnicate'. eks-ingress --help lists them."),
        (["help", "exlpain"], "eks-ingress: there is no command 'exlpain'. Did you mean explain?"),
        (
            ["--", "plan"],
            "eks-ingress: there is no option '--' here; options stand behind a command. eks-ingress --help lists them.",
        ),
    ],
)
def test_what_is_no_command_is_told_with_what_it_may_mean(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", f"{told}\n")


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--formt=json", "there is no option '--formt=json'. Did you mean --format?"),
        ("--cluster", "there is no option '--cluster'. Did you mean --cluster-name?"),
        ("--xyz", "there is no option '--xyz'."),
    ],
)
def test_an_option_that_is_misspelt_is_told_with_what_it_may_mean(
    option: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["plan", option])
    assert capsys.readouterr().err.endswith(f"eks-ingress plan: error: {told}\n")


WORDS = ["plan.network", "routing.backend", "routing.attributes", "routing.target_group_binding"]
"""What is needed for typed words, or for some manifests alone."""


@pytest.mark.parametrize("command", ["", "check", "plan", "match", "test", "explain", "policy", "annotations", "completion"])
def test_a_command_loads_neither_cdk_nor_jsii(command: str) -> None:
    module = f"eks_ingress.cli.{command}" if command else "eks_ingress.cli"
    assert loaded(module, "aws_cdk", "cdk8s", "constructs", "jsii") == []


@pytest.mark.parametrize(
    ("command", "others"),
    [
        ("check", ["controller", "plan.requests", "plan.comparing", "report.text", "report.sarif", "manifests.assembly", *WORDS]),
        ("plan", ["controller", "plan.requests", "plan.comparing", "manifests.assembly", *WORDS]),
        ("policy", ["plan", "checks", "manifests", "annotations"]),
        ("annotations", ["plan", "checks", "manifests", "controller"]),
    ],
)
def test_a_command_loads_nothing_that_only_others_need(command: str, others: list[str]) -> None:
    assert loaded(f"eks_ingress.cli.{command}", *(f"eks_ingress.{name}" for name in others)) == []


def loaded(module: str, *others: str) -> list[str]:
    """Those of `others` that a module loads."""
    code = f"import sys, {module}; print(*sorted({{*{others!r}}} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


# What a user sees of it.


@pytest.mark.parametrize("word", ["--help", "-h", "help"])
def test_the_front_page_lists_all_commands(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([word]) == 0
    out, err = capsys.readouterr()
    listed = re.findall(r"^    (\w+)  ", out, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)
    assert err == ""


def test_the_program_alone_says_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    steps = {
        "": "plan manifests/",
        "cdk.json": "cdk synth --quiet && eks-ingress plan ",
        "cdk.out/manifest.json": "eks-ingress plan  ",
    }
    for file, step in steps.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        if file:
            (tmp_path / file).write_text("{}")
        assert main([]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert step in err.partition("What to do next:")[2]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_command_has_examples_and_exit_codes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([command, "--help"], ["help", command]):
        with pytest.raises(SystemExit) as stopped:
            main(words)
        assert stopped.value.code == 0
        _, examples, codes = re.split("\nexamples:\n|\nexit codes:\n", capsys.readouterr().out)
        assert re.search(rf"eks-ingress {command}\b", examples)
        assert codes.startswith("  0  all is well\n")


def test_options_may_stand_between_paths(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text(json.dumps(ingress(name)))
    assert main(["plan", str(tmp_path / "a.json"), "--format", "text", str(tmp_path / "b.json")]) == 0
    assert re.findall("^Load balancer (.*), ", capsys.readouterr().out, re.MULTILINE) == ["shop/a", "shop/b"]


# What goes wrong outside of it.


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    program = f"{shlex.quote(sys.executable)} -c {shlex.quote(PROGRAM)}"
    done = subprocess.run(f"{program} annotations | true", shell=True, capture_output=True, text=True, check=True)
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a disk that is always full")
def test_a_full_disk_is_told() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "annotations"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (2, "The output cannot be written: No space left on device.\n")


def test_a_terminal_need_not_know_all_characters(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(ingress(tags="team=café")), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "plan", str(tmp_path / "a.json")],
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "team=caf\\xe9" in done.stdout


def test_a_fault_of_the_program_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(import_module("eks_ingress.cli.annotations"), "tables", fail)
    assert main(["annotations"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"This is a fault of eks-ingress, please report it: KeyError: 'x' \(cli/annotations.py:\d+\)\n", err)


def test_an_interrupt_ends_it_without_a_word(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_module("eks_ingress.cli.annotations"), "tables", interrupt)
    assert main(["annotations"]) == 130
    assert capsys.readouterr() == ("", "")


def test_garbage_is_collected_where_a_command_runs_inside_of_a_program() -> None:
    main(["explain"])
    assert gc.isenabled()
