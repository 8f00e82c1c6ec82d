"""The judge: the AWS Load Balancer Controller's own code, asked what it would build.

`oracle/` is a small Go program on the controller's own module. It is built once for each release and each change of its source,
outside of the tree, from the first of these that can be had:

1. a checkout of the controller, where the environment variable `CONTROLLER_SOURCE` says;
2. the module of release 3.5.0, which the plan is a model of;
3. a commit between 3.2.2 and 3.3.0: the newest that was published under the module's older path, which some proxies serve alone.

`Judge.release` says which release answers, so that comparisons can leave out what is younger.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from threading import Thread
from typing import Any

ORACLE = Path(__file__).parent / "oracle"
MODULE = "sigs.k8s.io/aws-load-balancer-controller"


class NoJudge(Exception):
    """None could be built; the message says what was tried, and how each try ended."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A judge that is ready to answer."""

    program: Path
    source: Path
    """The controller's source that it is built on."""
    release: str
    """The controller's release, as "3.5.0"."""

    @property
    def docs(self) -> Path:
        """The controller's documentation."""
        return self.source / "docs"

    def ask(
        self, cases: Iterable[Mapping[str, Any]], *, workers: int | None = None, patience: int = 96
    ) -> Iterator[dict[str, Any]]:
        """Answer each case, in the order of the cases, each as soon as it can be.

        Several are judged at a time, by default one a processor. A group that fails is built again until `patience` builds in a
        row bring no new error; fewer are quicker, and may miss one of several errors.
        """
        command = [str(self.program), f"-patience={patience}"]
        programs = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(workers or os.cpu_count() or 1)
        ]
        failures: list[BaseException] = []

        def feed() -> None:
            try:
                for case, program in zip(cases, cycle(programs), strict=False):
                    assert program.stdin
                    program.stdin.write(json.dumps(case).encode() + b"\n")
                    program.stdin.flush()
            except BrokenPipeError:  # nobody listens any more
                pass
            except BaseException as failure:
                failures.append(failure)
            finally:
                for program in programs:
                    assert program.stdin
                    with contextlib.suppress(OSError):
                        program.stdin.close()

        feeder = Thread(target=feed, daemon=True)
        feeder.start()
        try:
            for program in cycle(programs):
                assert program.stdout
                line = program.stdout.readline()
                if not line:
                    break
                yield json.loads(line)
            feeder.join()
            if failures:
                raise failures[0]
            if any(program.wait() for program in programs):
                raise RuntimeError("the judge ended before its time")
        finally:
            for program in programs:
                program.kill()
                program.wait()
                assert program.stdout
                program.stdout.close()


@dataclass(frozen=True, slots=True)
class Edition:
    """One of the ways to build the judge."""

    title: str
    module: str
    modules: str
    """Which of the oracle's module files pins what it is built of."""
    tags: str = ""
    checkout: Path | None = None

    @property
    def sources(self) -> dict[str, bytes]:
        """The files to build; the source is written for the module's newer path."""
        files = {path.name: path.read_bytes() for path in sorted(ORACLE.glob("*.go"))}
        if self.module != f"{MODULE}/v3":
            files = {name: text.replace(f"{MODULE}/v3/".encode(), f"{MODULE}/".encode()) for name, text in files.items()}
        for kind in ("mod", "sum"):
            files[f"go.{kind}"] = (ORACLE / f"{self.modules}.{kind}").read_bytes()
        return files

    def fetched(self) -> Path:
        """The controller's source, fetched if it is not there yet."""
        if self.checkout:
            return self.checkout
        pinned = (ORACLE / f"{self.modules}.mod").read_text().split()
        version = pinned[pinned.index(self.module, pinned.index("require")) + 1]
        return Path(json.loads(go(ORACLE, "mod", "download", "-json", f"{self.module}@{version}"))["Dir"])

    @property
    def key(self) -> str:
        """What changes when another program would come out."""
        digest = hashlib.sha256(f"{self.module} {self.tags} {self.checkout}".encode())
        for name, text in self.sources.items():
            digest.update(f"\0{name}\0".encode() + text)
        for path in sorted(self.checkout.rglob("*.go")) if self.checkout else ():
            stat = path.stat()
            digest.update(f"\0{path}\0{stat.st_size}\0{stat.st_mtime_ns}".encode())
        return digest.hexdigest()[:24]


NEWER = Edition("release 3.5.0", f"{MODULE}/v3", "go")
OLDER = Edition("the commit after release 3.2.2", MODULE, "go-3.2", tags="controller_3_2")


def editions() -> Iterator[Edition]:
    """The ways to build, the best first."""
    if checkout := os.environ.get("CONTROLLER_SOURCE"):
        path = Path(checkout).resolve()
        try:
            told = (path / "go.mod").read_text().split()[1]
        except (OSError, IndexError):
            raise NoJudge(f"CONTROLLER_SOURCE: {checkout} is not a checkout of the controller") from None
        like = OLDER if told == MODULE else NEWER
        yield Edition(f"the checkout {checkout}", like.module, like.modules, like.tags, path)
    else:
        yield NEWER
        yield OLDER


def build() -> Judge:
    """The judge, built now if it is not there yet."""
    failures = []
    for edition in editions():
        folder = cache() / "judge" / edition.key
        try:
            return _built(folder) or _build(edition, folder)
        except subprocess.CalledProcessError as failure:
            failures.append(f"{edition.title}: {failure.stderr.strip()}")
    raise NoJudge("\n".join(failures))


def cache() -> Path:
    """Where is kept what takes long to build, outside of the tree."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "eks-ingress"


def _built(folder: Path) -> Judge | None:
    """The judge of an earlier build, if what it was built of is still there too."""
    try:
        told = json.loads((folder / "built.json").read_text())
    except OSError:
        return None
    source = Path(told["source"])
    return Judge(folder / "judge", source, told["release"]) if source.is_dir() else None


def _build(edition: Edition, folder: Path) -> Judge:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="building-") as temporary:
        here = Path(temporary)
        for name, text in edition.sources.items():
            (here / name).write_bytes(text)
        if edition.checkout:
            go(here, "mod", "edit", f"-replace={edition.module}={edition.checkout}")
        modules = "-mod=mod" if edition.checkout else "-mod=readonly"
        go(here, "build", modules, "-buildvcs=false", f"-tags={edition.tags}", "-o", "judge", ".")
        source = Path(json.loads(go(here, "list", modules, "-m", "-json", edition.module))["Dir"])
        told = {"source": str(source), "release": (source / "version.txt").read_text().strip()}
        folder.mkdir(exist_ok=True)
        (here / "judge").replace(folder / "judge")
        (here / "built.json").write_text(json.dumps(told))
        (here / "built.json").replace(folder / "built.json")
    return Judge(folder / "judge", source, told["release"])


def go(folder: Path, *words: str, **environment: str) -> str:
    """What Go says to a command."""
    program = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if not program:
        raise NoJudge("Go is not installed: https://go.dev/dl")
    environment = {**os.environ, "GOWORK": "off", "GIT_TERMINAL_PROMPT": "0", **environment}
    return subprocess.run([program, *words], cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout
