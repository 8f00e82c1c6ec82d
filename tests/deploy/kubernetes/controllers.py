"""A kubelet that runs one thing: the real controller, for the pods of its own Deployment.

There is no scheduler in this cluster, so it also puts all other pods on the nodes that KWOK plays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from threading import Event, Thread
from typing import Any

from tests.deploy.kubernetes.cluster import KWOK, Failed, Kubernetes, Machine
from tests.deploy.kubernetes.pod import Aws, ControllerPod
from tests.deploy.processes import wait_until

CONTROLLER = ("app.kubernetes.io/name", "aws-load-balancer-controller")
"""The label with which its chart marks the controller's pods."""
OWN: Machine = {
    "name": "controllers",
    "instance_id": "i-0c0ffee0000000000",
    "address": "10.255.0.1",
    "zone": "us-east-1a",
    "pods": "10.255.1.0/24",
    # No load balancer leads here.
    "labels": {"node.kubernetes.io/exclude-from-external-load-balancers": "true"},
}
"""The node of this kubelet."""
PAUSE = 0.4
"""Seconds between two looks at the pods."""


class Controllers:
    """The controller's pods, as processes."""

    def __init__(self, kubernetes: Kubernetes, aws: Aws) -> None:
        """See `start`."""
        self._kubernetes = kubernetes
        self._aws = aws
        self._pods: dict[str, ControllerPod] = {}
        self._addresses = (f"10.255.1.{number}" for number in count(10))
        self._turns = count()
        self._over = Event()
        self._may_run = True
        self._failure: BaseException | None = None

    @classmethod
    @contextmanager
    def start(cls, kubernetes: Kubernetes, aws: Aws) -> Iterator[Controllers]:
        """Runs the pods of a cluster as they come and go, until it is left."""
        kubernetes.register(OWN, {})
        controllers = cls(kubernetes, aws)
        thread = Thread(target=controllers._run, name="kubelet")
        thread.start()
        try:
            yield controllers
        finally:
            controllers._over.set()
            thread.join()
        controllers._raise()

    def down(self) -> None:
        """Makes the controllers crash, and crash again, until `up`."""
        self._raise()
        self._may_run = False
        wait_until("the controllers are down", lambda: not any(pod.runs for pod in self._all()), seconds=30)

    def up(self) -> None:
        """Lets them run again."""
        self._raise()
        self._may_run = True

    def _raise(self) -> None:
        if self._failure:
            raise self._failure

    def _all(self) -> list[ControllerPod]:
        return list(self._pods.values())

    def _run(self) -> None:
        try:
            while not self._over.wait(PAUSE):
                # The API server may be away for a while, and a pod may change while it is looked at.
                with suppress(Failed):
                    self._look()
        except BaseException as failure:
            self._failure = failure
        finally:
            for pod in self._all():
                pod.end()

    def _look(self) -> None:
        pods = self._kubernetes.ask("/api/v1/pods")["items"]
        for pod in pods:
            if "nodeName" not in pod["spec"]:
                self._bind(pod)
        ours = {pod["metadata"]["uid"]: pod for pod in pods if pod["spec"].get("nodeName") == OWN["name"]}
        for uid in self._pods.keys() - ours.keys():
            # Deleted by force.
            self._pods.pop(uid).end()
        for uid, pod in ours.items():
            if uid not in self._pods:
                self._pods[uid] = ControllerPod(pod, next(self._addresses), self._kubernetes, self._aws)
            if "deletionTimestamp" not in pod["metadata"]:
                self._tend(self._pods[uid])
            elif self._pods[uid].has_ended():
                self._kubernetes.ask(f"{self._pods[uid].path}?gracePeriodSeconds=0", method="DELETE")

    def _bind(self, pod: Mapping[str, Any]) -> None:
        key, value = CONTROLLER
        if pod["metadata"].get("labels", {}).get(key) == value:
            name = OWN["name"]
        elif played := [x["metadata"]["name"] for x in self._kubernetes.ask("/api/v1/nodes")["items"] if _is_played(x)]:
            name = sorted(played)[next(self._turns) % len(played)]
        else:
            return
        where = {key: pod["metadata"][key] for key in ("name", "namespace")}
        binding = {"apiVersion": "v1", "kind": "Binding", "metadata": where, "target": {"kind": "Node", "name": name}}
        path = "/api/v1/namespaces/{namespace}/pods/{name}/binding".format(**where)
        self._kubernetes.kubectl("create", "--raw", path, "-f", "-", input=json.dumps(binding))

    def _tend(self, pod: ControllerPod) -> None:
        status = pod.tend(may_run=self._may_run)
        if status != pod.told:
            self._kubernetes.ask(f"{pod.path}/status", method="PATCH", body={"status": status})
            pod.told = status


def _is_played(machine: Mapping[str, Any]) -> bool:
    return bool(KWOK.items() <= machine["metadata"].get("annotations", {}).items())
