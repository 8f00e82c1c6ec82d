"""The clusters of an account: one Kubernetes, under the name that EKS gives it, and who may enter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import yaml

from tests.deploy.stacks.refused import Unsupported


class Kubernetes(Protocol):
    """The Kubernetes of the test, as far as stacks are concerned."""

    @property
    def kubeconfig(self) -> Path: ...

    def add_nodes(self, nodes: Any, /) -> None: ...

    def remove_nodes(self, names: Sequence[str], /) -> None: ...

    @property
    def pod_identities(self) -> dict[tuple[str, str], str]:
        """ARN of the role by namespace and name of the service account."""


class Clusters:
    """What EKS knows."""

    def __init__(self, folder: Path, kubernetes: Kubernetes) -> None:
        """
        :param folder: where `aws eks update-kubeconfig` finds what it writes.
        """
        self._folder, self._kubernetes = folder, kubernetes
        self._folder.mkdir(parents=True, exist_ok=True)
        self.names: dict[str, str] = {}
        """Version by name."""
        self._access: dict[str, set[str] | None] = {}
        told = self._told()["clusters"][0]["cluster"]
        self.endpoint, self.authority = told["server"], told.get("certificate-authority-data", "")

    def add(self, name: str, version: str) -> None:
        """A cluster of the account, which nobody has access to yet."""
        if self.names:
            raise Unsupported(f"a second cluster, {name}, beside {', '.join(self.names)}")
        self.names[name], self._access[name] = version, set()
        self._write(name)

    def know(self, name: str, version: str = "1.34") -> None:
        """A cluster that no stack made, and that every role has access to."""
        self.add(name, version)
        self._access[name] = None
        self._write(name)

    def remove(self, name: str) -> None:
        """Takes a cluster out of the account. The Kubernetes runs on."""
        del self.names[name], self._access[name]
        (self._folder / f"{name}.json").unlink()

    def give_access(self, name: str, principal: str) -> None:
        """Lets a role in, as administrator."""
        access = self._access[name]
        if access is not None:
            access.add(principal)
        self._write(name)

    def take_access(self, name: str, principal: str) -> None:
        """Locks a role out."""
        access = self._access.get(name)
        if access is not None:
            access.discard(principal)
            self._write(name)

    def add_nodes(self, nodes: Sequence[Mapping[str, Any]]) -> None:
        """Instances join as nodes."""
        self._kubernetes.add_nodes(nodes)

    def remove_nodes(self, nodes: Sequence[Mapping[str, Any]]) -> None:
        """Instances leave."""
        self._kubernetes.remove_nodes([node["name"] for node in nodes])

    @property
    def pod_identities(self) -> dict[tuple[str, str], str]:
        """ARN of the role by namespace and name of the service account."""
        return self._kubernetes.pod_identities

    def _told(self) -> dict[str, Any]:
        return dict(yaml.safe_load(self._kubernetes.kubeconfig.read_text("utf-8")))

    def _write(self, name: str) -> None:
        told, access = self._told(), self._access[name]
        stranger = {**told, "users": [{**user, "user": {"token": "no-access-entry"}} for user in told["users"]]}
        written = {
            "access": None if access is None else sorted(access),
            "kubeconfig": yaml.safe_dump(told),
            "without_access": yaml.safe_dump(stranger),
        }
        (self._folder / f"{name}.json").write_text(json.dumps(written), "utf-8")
