"""The way from the API server to a Service: what a cluster's network does for webhooks.

The API server is told to reach Services through a proxy (its egress selector: HTTP CONNECT over a Unix socket). The proxy does what
kube-proxy does on a node: it leads the address of a Service to a ready pod of its EndpointSlices, here to the process that is the
pod. Where none is ready, the connection is refused, as there. No port below 1024 and no address beyond loopback is needed.
"""

from __future__ import annotations

import socket
import socketserver
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path
from threading import Thread
from typing import Any

SERVICE_NAME = "kubernetes.io/service-name"


class ServiceNetwork:
    """Leads connections to Services."""

    def __init__(self, server: Path, ask: Callable[[str], Any]) -> None:
        """See `start`."""
        self.ports: dict[tuple[str, int], int] = {}
        """Where, on 127.0.0.1, a port of a pod's address is."""
        self._socket = server
        self._ask = ask

    @classmethod
    @contextmanager
    def start(cls, ask: Callable[[str], Any]) -> Iterator[ServiceNetwork]:
        """A network that is there until it is left.

        :param ask: what the API server answers to a path.
        """
        # Not in the folder of the run: the name of a socket has a hundred characters at most.
        with tempfile.TemporaryDirectory(prefix="services-") as folder:
            network = cls(Path(folder, "proxy"), ask)

            class Handler(socketserver.StreamRequestHandler):
                def handle(self) -> None:
                    network._connect(self)

            with _Server(str(network._socket), Handler) as server:
                Thread(target=server.serve_forever, daemon=True).start()
                try:
                    yield network
                finally:
                    server.shutdown()

    @property
    def configuration(self) -> Mapping[str, Any]:
        """What the API server has to know."""
        connection = {"proxyProtocol": "HTTPConnect", "transport": {"uds": {"udsName": str(self._socket)}}}
        return {
            "apiVersion": "apiserver.k8s.io/v1beta1",
            "kind": "EgressSelectorConfiguration",
            "egressSelections": [{"name": "cluster", "connection": connection}],
        }

    def _connect(self, request: socketserver.StreamRequestHandler) -> None:
        """Answers one CONNECT, and then passes bytes both ways until either side ends."""
        host, _, port = request.rfile.readline().split()[1].decode().rpartition(":")
        while request.rfile.readline().strip():
            pass
        local = self._leads_to(host, int(port))
        if local is None:
            request.wfile.write(b"HTTP/1.1 503 connection refused: the Service has no ready endpoint\r\n\r\n")
            return
        try:
            pod = socket.create_connection(("127.0.0.1", local), timeout=10)
        except OSError:
            request.wfile.write(b"HTTP/1.1 502 connection refused by the pod\r\n\r\n")
            return
        with pod:
            pod.settimeout(None)
            request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            back = Thread(target=_pass_on, args=(pod, request.connection), daemon=True)
            back.start()
            _pass_on(request.connection, pod)
            back.join()

    def _leads_to(self, address: str, port: int) -> int | None:
        """The local port of a ready pod behind a Service's address."""
        for service in self._ask("/api/v1/services")["items"]:
            if service["spec"].get("clusterIP") == address:
                name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
                wanted = {x.get("name") for x in service["spec"]["ports"] if x["port"] == port}
                slices = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices?labelSelector={SERVICE_NAME}%3D{name}"
                return next(self._ready(self._ask(slices)["items"], wanted), None)
        return None

    def _ready(self, parts: list[dict[str, Any]], wanted: set[str | None]) -> Iterator[int]:
        for part in parts:
            ports = [x["port"] for x in part.get("ports") or () if x.get("name") in wanted]
            ready = [x for x in part.get("endpoints") or () if x["conditions"].get("ready")]
            for endpoint, port in product(ready, ports):
                if (local := self.ports.get((endpoint["addresses"][0], port))) is not None:
                    yield local


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    # A connection to a full queue is refused, where one to a node waits.
    request_queue_size = 128


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
