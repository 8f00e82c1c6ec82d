"""The programs of a Kubernetes without machines: built from their Go modules once, and kept outside of the tree.

`servers/` and `kwok/` are modules of their own, which pin what is built of: the second does not compile with the newer Kubernetes
of the first. The controller is built in its own source, with what that pins. helm and kubectl are those of the kubectl layer.

`python -m tests.deploy.kubernetes.tools` builds what is missing, and says what it is at.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from itertools import chain
from pathlib import Path

from tests.conformance.judge import NEWER, OLDER, NoJudge, cache, editions, go
from tests.synth.binaries import binary

HERE = Path(__file__).parent
SERVERS = {
    "kube-apiserver": ("servers", "k8s.io/kubernetes/cmd/kube-apiserver"),
    "kube-controller-manager": ("servers", "k8s.io/kubernetes/cmd/kube-controller-manager"),
    "etcd": ("servers", "go.etcd.io/etcd/server/v3"),
    "kwok": ("kwok", "sigs.k8s.io/kwok/cmd/kwok"),
}
"""Each program's folder of module files, and its package."""
KUBERNETES = re.findall(r"\tk8s\.io/kubernetes v([0-9.]+)", (HERE / "servers" / "go.mod").read_text())[0]
"""The version of Kubernetes, which its programs are told when they are built."""
_TOLD = dict(zip(("gitVersion", "gitMajor", "gitMinor"), (f"v{KUBERNETES}", *KUBERNETES.split(".")), strict=False))
LINK = " ".join(("-s -w", *(f"-X k8s.io/component-base/version.{name}={value}" for name, value in _TOLD.items())))
"""What the linker is told: without symbols, which nobody debugs with, the programs are half as large."""


@dataclass(frozen=True, slots=True)
class Controller:
    """A release of the controller."""

    release: str
    """As "3.5.0"."""
    program: Path
    source: Path

    @property
    def chart(self) -> Path:
        """The folder of its Helm chart."""
        return self.source / "helm" / "aws-load-balancer-controller"


@dataclass(frozen=True, slots=True)
class Tools:
    """Programs that are ready to run."""

    etcd: Path
    kube_apiserver: Path
    kube_controller_manager: Path
    kwok: Path
    kubectl: Path
    helm: Path
    controllers: Mapping[str, Controller]
    """By release, the newest first."""

    @property
    def controller(self) -> Controller:
        """The newest release that can be had."""
        return next(iter(self.controllers.values()))


def build() -> Tools:
    """The programs, built now if they are not there yet; raises `NoJudge` without Go, or where no controller can be had."""
    servers = {name.replace("-", "_"): _server(name, *where) for name, where in SERVERS.items()}
    return Tools(**servers, kubectl=binary("kubectl"), helm=binary("helm"), controllers=dict(_controllers()))


def _server(name: str, folder: str, package: str) -> Path:
    modules = HERE / folder
    pins = b"".join((modules / f"go.{kind}").read_bytes() for kind in ("mod", "sum"))
    return _built(name, hashlib.sha256(pins + LINK.encode()).hexdigest()[:16], modules, package)


def _controllers() -> Iterator[tuple[str, Controller]]:
    """Each release that can be had, the newest first."""
    failures: list[str] = []
    known: set[str] = set()
    # A checkout stands for its release; the others are there for upgrades.
    for edition in chain(editions(), (NEWER, OLDER)):
        try:
            source = edition.fetched()
        except subprocess.CalledProcessError as failure:
            failures.append(f"{edition.title}: {failure.stderr.strip() or failure.stdout.strip()}")
            continue
        release = (source / "version.txt").read_text().strip()
        if release not in known:
            known.add(release)
            yield release, Controller(release, _built("controller", edition.key, source, "."), source)
    if not known:
        raise NoJudge("\n".join(failures))


def _built(name: str, key: str, folder: Path, package: str) -> Path:
    program = cache() / "deploy" / key / name
    program.parent.mkdir(parents=True, exist_ok=True)
    # Two that build at a time would both take twice as long.
    with (program.parent / f"{name}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not program.exists():
            began = time.monotonic()
            print(f"building {name} …", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory(dir=program.parent, prefix="building-") as temporary:
                options = ("-mod=readonly", "-buildvcs=false", f"-ldflags={LINK}", f"-o={temporary}/{name}")
                go(folder, "build", *options, package, CGO_ENABLED="0")
                Path(temporary, name).replace(program)
            print(f"built {name} in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return program


if __name__ == "__main__":
    build()
