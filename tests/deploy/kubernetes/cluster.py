"""A Kubernetes without machines: etcd, the API server, its controllers, and KWOK, which plays the nodes and their pods."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypedDict

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from tests.deploy.kubernetes.service_network import ServiceNetwork
from tests.deploy.kubernetes.tools import Tools
from tests.deploy.processes import Process, free_port, wait_until

SERVICES = "172.20.0.0/16"
"""Addresses of Services, those of an EKS cluster."""
_LESS_COLLECTION = {**os.environ, "GOGC": "400"}
"""For the servers, which live for minutes: memory is cheaper here than the time to free it."""
KWOK = {"kwok.x-k8s.io/node": "fake"}
"""What tells KWOK that a node is one of its own."""
_PATIENCE = 300
"""Seconds in which kubectl is done, or never will be: it waits without end for an object that has a finalizer to go."""


class Failed(Exception):
    """What kubectl, or the API server, said when it failed."""


class Machine(TypedDict):
    """A node: an instance of EC2 and the addresses of its pods."""

    name: str
    instance_id: str
    address: str
    zone: str
    pods: str
    """The block of addresses that its pods get theirs from, as "10.0.1.64/28"."""
    labels: dict[str, str]


class Kubernetes:
    """A cluster that runs until `start` is left."""

    def __init__(self, folder: Path, tools: Tools, stack: ExitStack) -> None:
        """Starts it; see `start`."""
        self.tools = tools
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.kubeconfig = folder / "kubeconfig"
        """Of the cluster's administrator."""
        self.pod_identities: dict[tuple[str, str], str] = {}
        """ARNs of roles, by namespace and service account: the associations of EKS Pod Identity."""
        self.folder = folder
        self._stack = stack
        self._port = free_port()
        self._token = secrets.token_hex(16)
        # The kubelet asks several times a second: a connection for each question would be most of its work.
        self._http = PoolManager(ca_certs=str(self.certificate), maxsize=4, timeout=10, retries=1)
        self.network = stack.enter_context(ServiceNetwork.start(self.ask))
        etcd = self._etcd()
        self._command = self._api_server(etcd)
        self._kubeconfig()
        self._server = self._start_api_server()
        stack.callback(lambda: self._server.kill())  # noqa: PLW0108 -- whichever it is then
        self._manager = self._start_controller_manager()
        stack.callback(lambda: self._manager.kill())  # noqa: PLW0108 -- likewise
        kwok = ["--manage-nodes-with-annotation-selector=" + ",".join(f"{key}={value}" for key, value in KWOK.items())]
        self._start("kwok", [tools.kwok, f"--kubeconfig={self.kubeconfig}", "--server-address=", *kwok])
        # Without it no pod can be made.
        wait_until("the default service account", self._has_default_account, seconds=60)

    @classmethod
    @contextmanager
    def start(cls, folder: Path, tools: Tools) -> Iterator[Kubernetes]:
        """A cluster whose files and logs lie in `folder`."""
        with ExitStack() as stack:
            yield cls(folder, tools, stack)

    @property
    def url(self) -> str:
        """Where the API server answers."""
        return f"https://127.0.0.1:{self._port}"

    @property
    def certificate(self) -> Path:
        """What proves the API server's name."""
        return self.folder / "certificates" / "apiserver.crt"

    def ask(self, path: str, *, method: str = "GET", body: Mapping[str, Any] | None = None) -> Any:
        """What the API server answers the administrator, without the start of a kubectl; raises `Failed` for anything but success.

        :param body: of a PATCH, merged as `kubectl patch` does it.
        """
        return json.loads(self._answer(path, method, body))

    def _answer(self, path: str, method: str = "GET", body: Mapping[str, Any] | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/strategic-merge-patch+json"}
        try:
            answer = self._http.request(method, f"{self.url}{path}", headers=headers, body=json.dumps(body) if body else None)
        except HTTPError as failure:
            raise Failed(f"{method} {path}: {failure}") from None
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise Failed(f"{method} {path}: {answer.status} {answer.data.decode('utf-8', 'replace')}")
        return answer.data

    def kubectl(self, *words: str, input: str | None = None) -> str:  # as subprocess calls it
        """What kubectl says; raises `Failed` when it fails, or takes too long."""
        command = [str(self.tools.kubectl), f"--kubeconfig={self.kubeconfig}", *words]
        try:
            done = subprocess.run(command, input=input, check=False, capture_output=True, text=True, timeout=_PATIENCE)
        except subprocess.TimeoutExpired as late:
            raise Failed(f"kubectl {' '.join(words)}: not within {_PATIENCE} s") from late
        if done.returncode:
            raise Failed(f"kubectl {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def objects(self, kind: str, namespace: str | None = None) -> list[dict[str, Any]]:
        """The objects of a kind, as kubectl names it, in one namespace or in all; none of a kind that is not installed."""
        where = ["-n", namespace] if namespace else ["-A"]
        try:
            told = self.kubectl("get", kind, *where, "-o", "json")
        except Failed as failure:
            if "the server doesn't have a resource type" in str(failure):
                return []
            raise
        found: list[dict[str, Any]] = json.loads(told)["items"]
        return found

    @property
    def pods(self) -> list[dict[str, Any]]:
        """All pods."""
        return self.objects("pods")

    def add_nodes(self, machines: Iterable[Machine]) -> None:
        """Adds nodes that KWOK plays: they are ready at once, and so are their pods."""
        for machine in machines:
            self.register(machine, KWOK)

    def register(self, machine: Machine, annotations: dict[str, str]) -> None:
        """Adds a node as a kubelet would."""
        self.kubectl("create", "-f", "-", input=json.dumps(node(machine, annotations)))
        # An admission plugin makes it wait for a controller that this cluster has no use for.
        self.kubectl("patch", "node", machine["name"], "-p", '{"spec": {"taints": null}}')

    def remove_nodes(self, names: Iterable[str]) -> None:
        """Removes nodes, with their pods."""
        for name in names:
            self.kubectl("delete", "node", name)
            self.kubectl("delete", "pods", "-A", f"--field-selector=spec.nodeName={name}", "--force", "--grace-period=0")

    def stop_api_server(self) -> None:
        """Takes the API server away, as a crash would; what is in it stays."""
        self._server.kill()

    def start_api_server(self) -> None:
        """Brings it back, at the same address, and waits until it is ready.

        The controller manager begins anew: in a real cluster it has lost its lease meanwhile, and ends. This one has no lease, and
        would come back only after a minute of its own; an object that is deleted and made again by then it takes for the same.
        """
        self._manager.kill()
        self._server = self._start_api_server()
        self._manager = self._start_controller_manager()

    def restart_api_server(self) -> None:
        """Stops the API server and starts it again."""
        self.stop_api_server()
        self.start_api_server()

    def _etcd(self) -> str:
        url, peers = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        options = {
            "data-dir": self.folder / "etcd",
            "listen-client-urls": url,
            "advertise-client-urls": url,
            "listen-peer-urls": peers,
            "initial-advertise-peer-urls": peers,
            "initial-cluster": f"default={peers}",
            "unsafe-no-fsync": "true",
            "log-level": "warn",
        }
        self._start("etcd", [self.tools.etcd, *_flags(options)])
        return url

    def _api_server(self, etcd: str) -> Sequence[str | Path]:
        key = self.folder / "service-accounts.pem"
        key.write_bytes(_rsa_key())
        tokens = self.folder / "tokens.csv"
        tokens.write_text(f"{self._token},admin,admin,system:masters\n")
        egress = self.folder / "egress.json"
        egress.write_text(json.dumps(self.network.configuration))
        options = {
            "etcd-servers": etcd,
            "bind-address": "127.0.0.1",
            "advertise-address": "127.0.0.1",
            "secure-port": self._port,
            "endpoint-reconciler-type": "none",
            "cert-dir": self.certificate.parent,
            "service-cluster-ip-range": SERVICES,
            "service-account-issuer": "https://kubernetes.default.svc",
            "service-account-signing-key-file": key,
            "service-account-key-file": key,
            "token-auth-file": tokens,
            "authorization-mode": "Node,RBAC",
            "egress-selector-config-file": egress,
            "profiling": "false",
        }
        return [self.tools.kube_apiserver, *_flags(options)]

    def _start_controller_manager(self) -> Process:
        options = {
            "kubeconfig": self.kubeconfig,
            "service-account-private-key-file": self.folder / "service-accounts.pem",
            "root-ca-file": self.certificate,
            "use-service-account-credentials": "true",
            "leader-elect": "false",
            "secure-port": 0,
            # Nodes here have no heartbeat.
            "controllers": "*,-node-lifecycle-controller",
            "kube-api-qps": 200,
            "kube-api-burst": 400,
        }
        return Process(
            "kube-controller-manager", [self.tools.kube_controller_manager, *_flags(options)], self.logs, _LESS_COLLECTION
        )

    def _kubeconfig(self) -> None:
        cluster = {"server": self.url, "certificate-authority": str(self.certificate)}
        self.kubeconfig.write_text(json.dumps(kubeconfig(cluster, self._token)))

    def _start_api_server(self) -> Process:
        process = Process("kube-apiserver", self._command, self.logs, _LESS_COLLECTION)
        wait_until("the API server is ready", self._is_ready, seconds=120, process=process)
        return process

    def _is_ready(self) -> bool:
        if not self.certificate.exists():
            return False
        try:
            return self._answer("/readyz") == b"ok"
        except Failed:
            return False

    def _has_default_account(self) -> bool:
        return any(x["metadata"]["name"] == "default" for x in self.objects("serviceaccounts", "default"))

    def _start(self, name: str, command: Sequence[str | Path]) -> None:
        process = Process(name, command, self.logs, _LESS_COLLECTION)
        self._stack.callback(process.kill)


def kubeconfig(cluster: dict[str, str], token: str) -> dict[str, Any]:
    """A kubeconfig for whoever has that token."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "here", "cluster": cluster}],
        "users": [{"name": "user", "user": {"token": token}}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "user"}}],
        "current-context": "here",
    }


def node(machine: Machine, annotations: dict[str, str]) -> dict[str, Any]:
    """A node as a kubelet would register it."""
    resources = {"cpu": "8", "memory": "32Gi", "pods": "110"}
    labels = {
        "kubernetes.io/hostname": machine["name"],
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/zone": machine["zone"],
        "topology.kubernetes.io/region": machine["zone"][:-1],
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": machine["name"], "labels": {**labels, **machine["labels"]}, "annotations": annotations},
        "spec": {"providerID": f"aws:///{machine['zone']}/{machine['instance_id']}", "podCIDR": machine["pods"]},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": machine["address"]},
                {"type": "Hostname", "address": machine["name"]},
            ],
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
            "capacity": resources,
            "allocatable": resources,
        },
    }


def _flags(options: dict[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in options.items()]


def _rsa_key() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    format_ = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, format_, serialization.NoEncryption())
