"""What a reader does with a page: writes its files, runs its Python and its commands, in a folder of their own."""

from __future__ import annotations

import importlib
import json
import re
import runpy
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
import yaml
from cfnlint.api import lint
from cfnlint.config import ConfigMixIn
from cfnlint.helpers import REGION_PRIMARY
from cfnlint.rules import RulesCollection
from cfnlint.runner import Runner

from eks_ingress.cli import main
from tests.docs.commands import CDK, commands, fits, reason_not_to_run, run
from tests.docs.pages import Block
from tests.docs.settings import Setting
from tests.synth.apps import FLAGS


class Reader:
    """Someone who follows a page from top to bottom."""

    def __init__(self, folder: Path, setting: Setting) -> None:
        self.folder = folder
        self.setting = setting
        self.names: dict[str, Any] | None = None
        """What the Python of the page has at hand; what one block makes, the next ones have too."""
        self.refusal: Exception | None = None
        """What the Python just now was refused with: the page must show it below."""
        setting.files(folder)

    def read(self, page: Sequence[Block]) -> dict[str, Any]:
        """Does what each block asks for, and fails if something else comes of it than the page says.

        :return: the names that its Python has at the end.
        """
        for block in page:
            if block.language == "text":
                self._message(block)
            else:
                self._nothing_refused()
                self._follow(block)
        self._nothing_refused()
        self._synthesize()
        self._nothing_refused()
        return self.names or {}

    def _follow(self, block: Block) -> None:
        if block.file is not None:
            self._write(block.file, block.text)
        match block.language:
            case "python" if block.file is not None:
                self._file(block.file)
            case "python":
                self._python(block)
            case "console" | "sh":
                self._commands(block)
            case "yaml":
                self._yaml(block)
            case "json":
                json.loads(block.text)
            case _ if block.file is None:
                raise AssertionError(f"{block.place}: nothing runs or reads a block of the language {block.language!r}")

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        # Python tells by size and second whether a file is another.
        for cached in path.parent.glob(f"__pycache__/{path.stem}.*"):
            cached.unlink()

    def _python(self, block: Block) -> None:
        """Runs a block with the names of those before it."""
        if self.names is None or self.setting.fresh:
            self._synthesize()
            self._nothing_refused()
            self.names = {"__name__": "__main__", **self.setting.names(self.folder)}
        code = compile("\n" * (block.line - 1) + block.text, block.page, "exec")
        with self._apps():
            exec(code, self.names)

    def _file(self, name: str) -> None:
        """Runs a file: tests as tests, all else as the app that it belongs to, or by itself if there is none."""
        if Path(name).name.startswith("test_"):
            ran = run(f"python -m pytest -q -p no:cacheprovider {name}", self.folder, 0)
            assert ran.code == 0, ran.said
            return
        name = "app.py" if (self.folder / "app.py").exists() else name
        importlib.invalidate_caches()
        with self._apps():
            runpy.run_path(str(self.folder / name), run_name="__main__")

    @contextmanager
    def _apps(self) -> Iterator[None]:
        """Has each app that is made meanwhile end in `cdk.out`, as the CDK's command line does, and judges it."""
        made: list[aws_cdk.App] = []

        def app(**given: Any) -> aws_cdk.App:
            made.append(real(**{"outdir": str(self.folder / "cdk.out"), "context": FLAGS, **given}))
            return made[-1]

        real = aws_cdk.App
        loaded = set(sys.modules)
        with pytest.MonkeyPatch.context() as patch, self._refusals():
            patch.chdir(self.folder)
            patch.syspath_prepend(self.folder)
            patch.setattr(aws_cdk, "App", app)
            yield
            assert len(made) <= 1, "an app a block: both would be in cdk.out"
            for one in made:
                judge(Path(one.synth().directory))
        for name in set(sys.modules) - loaded:
            if str(getattr(sys.modules[name], "__file__", None)).startswith(str(self.folder)):
                del sys.modules[name]

    def _synthesize(self) -> None:
        """Synthesizes the app that the page takes as there, and checks it."""
        if self.names is not None and "app" in self.names:
            with self._refusals():
                check(Path(self.names["app"].synth().directory))

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Keeps what is raised for the message below the block. Of jsii comes RuntimeError, of the library ValueError."""
        try:
            yield
        except (ValueError, RuntimeError) as refusal:
            self.refusal = refusal

    def _nothing_refused(self) -> None:
        if self.refusal is not None:
            raise self.refusal

    def _message(self, block: Block) -> None:
        """Compares a message with what the Python above it was refused with.

        Its file and line must be those of a file that the page has shown; any others are the reader's own.
        """
        if self.refusal is None:
            self._synthesize()
        assert self.refusal is not None, f"{block.place}: what says this? A message stands below the Python that it refuses"
        said = str(self.refusal)
        parts = re.split(r"(\(\S+:\d+\))", block.text.rstrip())
        pattern = "".join(r"\S+" if n % 2 and not self._has(part) else re.escape(part) for n, part in enumerate(parts))
        assert re.search(pattern, said), f"{block.place}: it says\n{said}"
        self.refusal = self.names = None

    def _has(self, place: str) -> bool:
        """Whether `(file:line)` is in the reader's folder."""
        return (self.folder / place.strip("()").rpartition(":")[0]).exists()

    def _commands(self, block: Block) -> None:
        code = 0
        steps = [command for command in commands(block.text) if reason_not_to_run(command.line) is None]
        for step, after in zip_longest(steps, steps[1:]):
            if step.line.startswith(f"npx {CDK} synth"):
                # What it would fetch is tried by tests/synth/test_app.py; the app alone is quicker.
                self._file("app.py")
                self._nothing_refused()
                continue
            ran = run(step.line, self.folder, code)
            code = ran.code
            if after is None or after.line != "echo $?":
                assert code == 0, f"{block.place}: `{step.line}` ended with {code}:\n{ran.said}"
            if step.line.removeprefix("npx ").startswith("cdk synth") and code == 0:
                judge(self.folder / "cdk.out")
            if block.language == "console":
                assert fits(step.shown, ran.said), f"{block.place}: `{step.line}` says\n{ran.said}"

    def _yaml(self, block: Block) -> None:
        documents = list(yaml.safe_load_all(block.text))
        if block.file is None and all(isinstance(document, dict) and "kind" in document for document in documents):
            file = self.folder / "block.yaml"
            file.write_text(block.text, "utf-8")
            check(file)


_CLEAN: set[str] = set()
"""Templates in which the linter found nothing: steps of a page leave some as they were, and it takes a second for each."""


def judge(assembly: Path) -> None:
    """The plan of a whole app must have no error, nor CloudFormation's linter find one in its templates."""
    check(assembly)
    for template in assembly.rglob("*.template.json"):
        text = template.read_text("utf-8")
        if text not in _CLEAN:
            wrong = [found for found in lint(text, _rules(), [REGION_PRIMARY]) if found.rule.severity == "error"]
            assert wrong == [], "\n".join(f"{template.name}: {found}" for found in wrong)
            _CLEAN.add(text)


@cache
def _rules() -> RulesCollection:
    """The linter's rules, which take as long to load as to ask."""
    return Runner(ConfigMixIn([])).rules


def check(path: Path) -> None:
    """`eks-ingress check` must find no error."""
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = main(["check", str(path)])
    assert code == 0, said.getvalue()
