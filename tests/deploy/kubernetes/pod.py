"""One pod of the controller, as a process.

Nothing of what the pod says is left out: arguments and variables of its container, the Secret that it mounts, the rights of its
service account in the API server, and the role of that service account in AWS. Added is what a machine without EKS needs: where
the API server and AWS answer, free ports, and the namespace that a process in a pod would read from a file. A pod that asks for
something else is not started, and its status says why.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Protocol
from urllib.error import URLError
from urllib.request import urlopen

from tests.deploy.kubernetes.cluster import Failed, Kubernetes, kubeconfig
from tests.deploy.processes import Process, free_port

ROLE = "eks.amazonaws.com/role-arn"
"""The annotation with which IAM Roles for Service Accounts names a role."""
LONGEST_PAUSE = 10
"""Seconds, at most, between a crash and the next start; a real kubelet waits five minutes."""


class Aws(Protocol):
    """What has to be known of AWS."""

    @property
    def endpoint(self) -> str:
        """The URL where it answers."""

    @property
    def region(self) -> str:
        """Of the cluster."""

    def credentials(self, principal: str) -> Mapping[str, str]:
        """Environment variables with the keys of a role, by its name."""


class Unable(Exception):
    """A container that cannot be started; reason as a kubelet gives it, and message."""


class ControllerPod:
    """A pod, and the process that it is."""

    def __init__(self, pod: Mapping[str, Any], address: str, kubernetes: Kubernetes, aws: Aws) -> None:
        """Nothing is started before `tend`."""
        self.name: str = pod["metadata"]["name"]
        self.namespace: str = pod["metadata"]["namespace"]
        self._objects = f"/api/v1/namespaces/{self.namespace}"
        self.path = f"{self._objects}/pods/{self.name}"
        """Where the API server has it."""
        self.told: dict[str, Any] | None = None
        """The status that the API server knows."""
        self._pod = pod
        self._spec = pod["spec"]
        (self._container,) = pod["spec"]["containers"]
        self._address = address
        self._kubernetes = kubernetes
        self._aws = aws
        self._folder = kubernetes.folder / "pods" / f"{self.name}-{pod['metadata']['uid'][:5]}"
        self._process: Process | None = None
        self._local: dict[str, int] = {}
        self._starts = 0
        self._next_start = 0.0
        self._began = _now()
        self._last_change: tuple[bool, str] = (False, self._began)
        self._asked: float | None = None

    @property
    def runs(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.returncode is None

    def tend(self, *, may_run: bool) -> dict[str, Any]:
        """Starts the process where it is missing, or ends it if it may not run, and says how the pod is."""
        if not may_run and self._process:
            self.end()
        if may_run and not self.runs and time.monotonic() >= self._next_start:
            self._next_start = time.monotonic() + min(2.0**self._starts, LONGEST_PAUSE)
            try:
                self._start()
            except Unable as why:
                return self._status({"waiting": dict(zip(("reason", "message"), why.args, strict=True))})
        if not self.runs:
            return self._status(
                {"waiting": {"reason": "CrashLoopBackOff", "message": self._process.tail() if self._process else ""}}
            )
        return self._status({"running": {"startedAt": self._began}}, is_ready=self._is_ready())

    def has_ended(self) -> bool:
        """Asks the process to end, once, and says whether it has; a pod that takes too long is ended."""
        if self._asked is None:
            self._asked = time.monotonic()
            if self._process:
                self._process.ask_to_stop()
        if self.runs and time.monotonic() < self._asked + self._spec["terminationGracePeriodSeconds"]:
            return False
        self.end()
        return True

    def end(self) -> None:
        """Ends the process at once."""
        for port in self._ports().values():
            self._kubernetes.network.ports.pop((self._address, port), None)
        if self._process:
            self._process.kill()

    def _start(self) -> None:
        command, environment = self._command(), self._environment()
        self._starts += 1
        self._process = Process(f"controller-{self.name}", command, self._kubernetes.logs, environment)
        for name, port in self._ports().items():
            self._kubernetes.network.ports[self._address, port] = self._local[name]

    def _command(self) -> list[str | Path]:
        tag = self._container["image"].rpartition(":")[2].removeprefix("v")
        release = self._kubernetes.tools.controllers.get(tag)
        if release is None:
            have = ", ".join(self._kubernetes.tools.controllers)
            raise Unable("ErrImagePull", f"there is no program for {self._container['image']}, but for {have}")
        self._local = {name: free_port() for name in ("health", *self._ports())}
        added = {
            "kubeconfig": self._own_kubeconfig(),
            # A process in a pod reads it from the volume of its token.
            "leader-election-namespace": self.namespace,
            "health-probe-bind-addr": f"127.0.0.1:{self._local['health']}",
            "metrics-bind-addr": f"127.0.0.1:{self._local['metrics-server']}",
            # Of this one only the port can be chosen.
            "webhook-bind-port": self._local["webhook-server"],
            "webhook-cert-dir": self._certificates(),
        }
        # Of an argument that is there twice the last one counts.
        return [release.program, *self._container.get("args", ()), *(f"--{name}={value}" for name, value in added.items())]

    def _ports(self) -> dict[str, int]:
        return {port["name"]: port["containerPort"] for port in self._container["ports"]}

    def _own_kubeconfig(self) -> Path:
        """What the pod may do in the API server: what its service account may."""
        if not any(volume["name"].startswith("kube-api-access-") for volume in self._spec["volumes"]):
            raise Unable("CreateContainerError", "the pod has no token of its service account (automountServiceAccountToken)")
        bound = [
            "--bound-object-kind=Pod",
            f"--bound-object-name={self.name}",
            f"--bound-object-uid={self._pod['metadata']['uid']}",
        ]
        account = ["token", self._spec["serviceAccountName"], "-n", self.namespace]
        token = self._kubernetes.kubectl("create", *account, *bound, "--duration=24h").strip()
        cluster = {"server": self._kubernetes.url, "certificate-authority": str(self._kubernetes.certificate)}
        file = self._folder / "kubeconfig"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(kubeconfig(cluster, token)))
        return file

    def _certificates(self) -> Path:
        """The Secret that is mounted for the webhooks."""
        volumes = {volume["name"]: volume for volume in self._spec["volumes"] if not volume["name"].startswith("kube-api-access-")}
        (mount,) = (x for x in self._container["volumeMounts"] if x["name"] in volumes)
        name = volumes[mount["name"]].get("secret", {}).get("secretName")
        if len(volumes) != 1 or not name:
            raise Unable("CreateContainerError", f"this kubelet mounts one Secret and nothing else: {list(volumes.values())}")
        try:
            secret = self._kubernetes.ask(f"{self._objects}/secrets/{name}")
        except Failed as failure:
            raise Unable("ContainerCreating", f"volume {mount['name']}: {failure}") from None
        folder = self._folder / "certificates"
        folder.mkdir(parents=True, exist_ok=True)
        for key, value in secret.get("data", {}).items():
            (folder / key).write_bytes(base64.b64decode(value))
        return folder

    def _environment(self) -> dict[str, str]:
        if "envFrom" in self._container or any("value" not in x for x in self._container.get("env", ())):
            raise Unable("CreateContainerConfigError", "this kubelet knows variables with a value and no others")
        account = self._kubernetes.ask(f"{self._objects}/serviceaccounts/{self._spec['serviceAccountName']}")
        annotations = account["metadata"].get("annotations", {})
        identities = self._kubernetes.pod_identities
        role = annotations.get(ROLE) or identities.get((self.namespace, self._spec["serviceAccountName"]))
        return {
            "AWS_ENDPOINT_URL": self._aws.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            # As EKS sets it beside the role.
            "AWS_REGION": self._aws.region,
            **(self._aws.credentials(role.rpartition("/")[2]) if role else {}),
            **{variable["name"]: variable["value"] for variable in self._container.get("env", ())},
        }

    def _is_ready(self) -> bool:
        probe = self._container["readinessProbe"]["httpGet"]
        try:
            with urlopen(f"http://127.0.0.1:{self._local['health']}{probe['path']}", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def _status(self, state: dict[str, Any], *, is_ready: bool = False) -> dict[str, Any]:
        if is_ready != self._last_change[0]:
            self._last_change = (is_ready, _now())
        said = {"status": str(is_ready), "lastTransitionTime": self._last_change[1]}
        container = {
            "name": self._container["name"],
            "image": self._container["image"],
            "imageID": self._container["image"],
            "ready": is_ready,
            "started": "running" in state,
            "restartCount": max(self._starts - 1, 0),
            "state": state,
        }
        return {
            "phase": "Running" if self._starts else "Pending",
            "startTime": self._began,
            "podIP": self._address,
            "podIPs": [{"ip": self._address}],
            "conditions": [
                {"type": "Initialized", "status": "True", "lastTransitionTime": self._began},
                {"type": "ContainersReady", **said},
                {"type": "Ready", **said},
            ],
            "containerStatuses": [container],
        }


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
