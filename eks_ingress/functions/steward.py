"""Makes a cluster ready for the next revision of the controller's release, before Helm does that.

What a deployment that was broken off left of the release is undone, since Helm would not touch it; and the custom resource
definitions of the chart are applied, which Helm installs once and never upgrades.

Facts: Helm 4, commands `upgrade`, `rollback`, `uninstall`, `show crds`, and how it keeps releases in Secrets; Kubernetes
documentation, "Server-Side Apply"; AWS Lambda documentation, "Configure Lambda function timeout".
"""

from __future__ import annotations

import json
import re
import time
import zipfile
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .answer import Event, by
from .programs import Failed, Programs

LIFETIME = 16 * 60
"""Seconds after which whoever changed a release in a Lambda function is gone: that is stopped after 15 minutes; clocks differ."""
SPARE = 60
"""Seconds that this function leaves itself for what comes after it has waited."""
PAUSE = 10
"""Seconds between two looks at a release that somebody may still be working on."""
MANAGER = "helm"
"""Field manager of the definitions: Helm's own, which would refuse to install a chart whose definitions another manager has."""

NEWER = "status.storedVersions"
"""What the API server names when a definition lacks a version in which objects may be stored: that of a newer chart."""

_GOOD = ("deployed", "superseded")
_FIRST = ("pending-install", "uninstalling")
_LATER = ("pending-upgrade", "pending-rollback")
_ECR = re.compile(r"oci://(\d+\.dkr\.ecr\.([a-z0-9-]+)\.[a-z0-9.-]+)/")


def _work(event: Event, context: Any) -> str:
    wanted: Mapping[str, str] = event["ResourceProperties"]
    removes = wanted.get("Definitions") == "remove"
    if event["RequestType"] == "Delete" and not removes:
        return wanted["Cluster"]
    with TemporaryDirectory() as folder:
        tools = Tools(Path(folder), wanted)
        if event["RequestType"] == "Delete":
            tools.delete(tools.definitions())
        else:
            settle(tools, deadline=time.time() + context.get_remaining_time_in_millis() / 1000 - SPARE)
            if "Definitions" in wanted:
                tools.apply(tools.definitions())
    return wanted["Cluster"]


handler = by(_work)


@dataclass(frozen=True)
class Revision:
    """One revision of a release, as Helm keeps it."""

    number: int
    status: str
    touched: int
    """When it was last changed, in seconds."""


def settle(tools: Tools, *, deadline: float) -> None:
    """Undoes what was broken off; waits for whoever may still be working on it, until `deadline`."""
    while (found := tools.revisions()) and found[-1].status in _FIRST + _LATER:
        last = found[-1]
        free = last.touched + LIFETIME
        if free <= time.time():
            _undo(tools, found)
            return
        if free > deadline:
            since, then = (time.strftime("%H:%M:%S UTC", time.gmtime(at)) for at in (last.touched, free))
            raise RuntimeError(
                f"Release {tools.release!r} is {last.status} since {since}, and somebody may still be working on it. "
                f"Deploy again after {then}: what is left of it then is undone."
            )
        print(f"Revision {last.number} of release {tools.release!r} is {last.status}: waiting.")
        time.sleep(PAUSE)


def _undo(tools: Tools, revisions: list[Revision]) -> None:
    last = revisions[-1]
    good = [revision.number for status in _GOOD for revision in reversed(revisions) if revision.status == status]
    if last.status in _FIRST:
        print(f"Revision {last.number} is {last.status} for too long: what there is of the release is uninstalled.")
        tools.helm("uninstall", tools.release, "--wait", "--timeout", "120s")
    elif good:
        print(f"Revision {last.number} is {last.status} for too long: rolled back to {good[0]}.")
        tools.helm("rollback", tools.release, str(good[0]))
    else:
        print(f"Revision {last.number} is {last.status} for too long, and none before it ever ran: it is forgotten.")
        tools.kubectl("delete", "secret", f"sh.helm.release.v1.{tools.release}.v{last.number}", "--namespace", tools.namespace)


class Tools(Programs):
    """What works on the release and on the definitions of its chart."""

    def __init__(self, folder: Path, wanted: Mapping[str, str]) -> None:
        super().__init__(folder, wanted)
        self.release = wanted["Release"]
        self.namespace = wanted["Namespace"]

    def helm(self, *words: str) -> str:
        """Runs Helm in the namespace of the release."""
        return self._run("helm", *words, "--namespace", self.namespace, "--kubeconfig", self._config)

    def revisions(self) -> list[Revision]:
        """The revisions of the release, the oldest first."""
        found = self.kubectl(
            *("get", "secrets", "--namespace", self.namespace, "--selector", f"owner=helm,name={self.release}"),
            # Helm hands its own times on from one revision to the next, so that they say nothing.
            *("--output", r'jsonpath={range .items[*]}{.metadata.labels}{"\t"}{.metadata.managedFields[*].time}{"\n"}{end}'),
        )
        revisions = []
        for line in found.splitlines():
            labels, times = line.split("\t")
            about = json.loads(labels)
            touched = max(timegm(time.strptime(at, "%Y-%m-%dT%H:%M:%SZ")) for at in times.split())
            revisions.append(Revision(int(about["version"]), about["status"], touched))
        return sorted(revisions, key=lambda revision: revision.number)

    def definitions(self) -> str:
        """The custom resource definitions of the chart, as YAML."""
        origin = self._origin()
        found = self._run("helm", "show", "crds", *origin)
        if "kind: CustomResourceDefinition" not in found:
            raise RuntimeError(f"The chart ({' '.join(origin)}) holds no custom resource definitions: take crds='chart' out.")
        return found

    def apply(self, definitions: str) -> None:
        """Makes the cluster's definitions those, and waits until it heeds them.

        Those of an older chart, after a rollback say, may lack a version in which objects are stored; there the newer ones stay.
        """
        forced = ("--server-side", "--force-conflicts", "--field-manager", MANAGER)
        try:
            self.kubectl("apply", *forced, "--filename", "-", text=definitions)
        except Failed as failure:
            if not all(NEWER in line for line in failure.complaint.splitlines() if not line.startswith("Warning: ")):
                raise
            print(f"Newer definitions stay: {failure.complaint}")
        self.kubectl("wait", "--for=condition=Established", "--timeout=60s", "--filename", "-", text=definitions)

    def delete(self, definitions: str) -> None:
        """Removes the definitions, with all objects of their kinds."""
        self.kubectl("delete", "--ignore-not-found", "--timeout=10m", "--filename", "-", text=definitions)

    def _origin(self) -> list[str]:
        """The chart, in the words of Helm's command line."""
        if asset := self._wanted.get("ChartAssetURL"):
            archive = self._folder / "chart.zip"
            self._run("aws", "s3", "cp", asset, str(archive))
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(self._folder / "chart")
            return [str(self._folder / "chart")]
        repository, version = self._wanted["Repository"], ["--version", self._wanted["Version"]]
        if not repository.startswith("oci://"):
            return [self._wanted["Chart"], "--repo", repository, *version]
        if private := _ECR.match(repository):
            password = self._run("aws", "ecr", "get-login-password", "--region", private[2])
            self._run("helm", "registry", "login", "--username", "AWS", "--password-stdin", private[1], text=password)
        return [repository, *version]
