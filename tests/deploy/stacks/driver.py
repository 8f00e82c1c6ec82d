"""What CloudFormation and `cdk deploy` do with a cloud assembly, on this machine: AWS in moto, the functions in processes.

    with Driver.start(folder, kubernetes, cloud, charts=[chart]) as driver:
        driver.deploy(assembly, "Shop")
        driver.destroy("Shop")

A template that asks for something that the driver does not know is refused before anything is made.
"""

from __future__ import annotations

import sys
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from tests.deploy.stacks.assembly import Stack, read_assembly
from tests.deploy.stacks.change import Change, Failed, Provider, same
from tests.deploy.stacks.clusters import Clusters, Kubernetes
from tests.deploy.stacks.custom import CustomResources, Request
from tests.deploy.stacks.functions import RUNTIME, Functions
from tests.deploy.stacks.natives import TYPES
from tests.deploy.stacks.natives.native import Natives
from tests.deploy.stacks.refused import Unsupported
from tests.deploy.stacks.served import Served
from tests.deploy.stacks.state import Event, StackFailed, StackState
from tests.deploy.stacks.template import Deployment, Surroundings

_STEADY = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
_NEVER_THERE = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}


class Cloud(Protocol):
    """AWS of the test, as far as stacks are concerned."""

    @property
    def endpoint(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def region(self) -> str: ...

    def client(self, service: str) -> Any: ...

    def credentials(self, principal: str) -> Mapping[str, str]: ...

    def pod_addresses(self, instance_id: str, subnet_id: str) -> str: ...


class Driver:
    """The stacks of an account, and what they are made and unmade with."""

    def __init__(self, folder: Path, kubernetes: Kubernetes, cloud: Cloud) -> None:
        """Use `start`, which also ends what it began."""
        self._folder, self._cloud, self._lock = folder, cloud, threading.Lock()
        self.stacks: dict[str, StackState] = {}
        """By name; those that were deleted are not there."""
        self._clients: dict[str, Any] = {}
        self.events: list[Event] = []
        """All that happened, in order."""
        self.requests: list[Request] = []
        """All that custom resources were asked, in the order of their answers."""
        self.clusters = Clusters(folder / "aws" / "clusters", kubernetes)
        self.functions = Functions(folder, self._object, self._environment)
        self.served = Served(folder / "tls", self.functions, self._described, cloud.region)
        self._custom = CustomResources(self.functions, self.served.ask, self._note)
        self._natives = Natives({name: native(self) for name, native in TYPES.items()})
        self.id, self.region, self.partition = cloud.account, cloud.region, "aws"

    @classmethod
    @contextmanager
    def start(cls, folder: Path, kubernetes: Kubernetes, cloud: Cloud, *, charts: Iterable[Path] = ()) -> Iterator[Driver]:
        """Makes a driver that is there until the `with` block ends.

        :param folder: for code, logs and the like; `folder/logs` has what each function wrote, `folder/events.log` all events.
        :param charts: what `helm package` made of the charts that the Helm repository of the controller's project has.
        """
        folder.mkdir(parents=True, exist_ok=True)
        command = folder / "bin" / "aws"
        command.parent.mkdir()
        command.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{RUNTIME / 'aws.py'}' \"$@\"\n", "utf-8")
        command.chmod(0o755)
        driver = cls(folder, kubernetes, cloud)
        try:
            for chart in charts:
                driver.served.add_chart(chart)
            yield driver
        finally:
            driver.functions.close()
            driver.served.close()

    def deploy(self, assembly: Path, *names: str) -> None:
        """Creates or updates stacks of an assembly, each after those that it needs, which are deployed too; without names, all.

        Raises `StackFailed` once the rollback is through, `Unsupported` for what the driver does not know.
        """
        stacks = {stack.id: stack for stack in read_assembly(assembly)}
        unknown = [name for name in names if name not in {stack.name for stack in stacks.values()}]
        if unknown:
            raise Unsupported(f"stack {', '.join(unknown)}, which is not in the assembly")
        chosen = _with_needed([stack for stack in stacks.values() if not names or stack.name in names], stacks)
        for key, stack in stacks.items():
            if key in chosen:
                self._deploy(stack)

    def destroy(self, *names: str) -> None:
        """Deletes stacks; without names all, the last one first. Raises `StackFailed` where something stays."""
        for name in names or list(reversed(self.stacks)):
            self._destroy(self.stacks[name])

    def client(self, service: str) -> Any:
        """A boto3 client of the account."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._cloud.client(service)
            return self._clients[service]

    def pod_addresses(self, instance_id: str, subnet_id: str) -> str:
        """The block of addresses, in a subnet, of the pods on a node."""
        return self._cloud.pod_addresses(instance_id, subnet_id)

    def _deploy(self, stack: Stack) -> None:
        if (stack.account or self.id) != self.id or (stack.region or self.region) != self.region:
            raise Unsupported(f"stack {stack.name} in {stack.account}/{stack.region}")
        state = self.stacks.get(stack.name)
        if state is not None and state.status in _NEVER_THERE:
            self._destroy(state)
            state = None
        new = state is None
        state = state or StackState(stack.name, self._stack_id(stack.name), "REVIEW_IN_PROGRESS")
        if not new and state.status not in _STEADY:
            raise StackFailed(stack.name, state.status, [])
        deployment = Deployment(stack.name, state.id, stack.template, self._around(state))
        try:
            wanted, imported = deployment.wanted(), deployment.imports()
        except Failed as refused:
            raise StackFailed(
                stack.name, state.status, [_refusal(state, "CREATE_FAILED" if new else "UPDATE_FAILED", refused)]
            ) from None
        for name in wanted:
            resource = stack.template["Resources"][name]
            if not _is_custom(resource["Type"]):
                self._natives.check(resource["Type"], resource.get("Properties", {}))
        if not new and same(state.template, stack.template):
            return
        self._publish(stack)
        self.stacks[stack.name] = state

        def finish(state: StackState) -> None:
            exports = deployment.exports(state.resources)
            self._check_exports(state, exports, "updated")
            state.outputs, state.exports, state.imports, state.template = (
                deployment.outputs(state.resources),
                exports,
                imported,
                stack.template,
            )

        change, first = Change(state, self._provider, self._tell, finish), len(self.events)
        if not (change.create(wanted) if new else change.update(wanted)):
            raise self._failed(state, first)

    def _destroy(self, state: StackState) -> None:
        first = len(self.events)
        try:
            self._check_exports(state, {}, "deleted")
        except Failed as refused:
            raise StackFailed(state.name, state.status, [_refusal(state, "DELETE_FAILED", refused)]) from None
        if not Change(state, self._provider, self._tell).delete():
            raise self._failed(state, first)
        del self.stacks[state.name]

    def _around(self, state: StackState) -> Surroundings:
        others = [other for other in self.stacks.values() if other is not state]
        return Surroundings(
            account=self.id,
            region=self.region,
            exports={name: value for other in others for name, value in other.exports.items()},
            outputs={(other.name, name): value for other in others for name, value in other.outputs.items()},
            zones=self._zones,
        )

    def _check_exports(self, state: StackState, exports: Mapping[str, str], what: str) -> None:
        """Refuses to change or take away what other stacks import."""
        for name, value in state.exports.items():
            users = [other.name for other in self.stacks.values() if other is not state and name in other.imports]
            if users and exports.get(name) != value:
                raise Failed(f"Export {name} cannot be {what} as it is in use by {' and '.join(users)}")

    def _failed(self, state: StackState, first: int) -> StackFailed:
        failures = [event for event in self.events[first:] if event.status.endswith("_FAILED") and event.reason]
        return StackFailed(state.name, state.status, failures)

    def _provider(self, type: str) -> Provider:
        return self._custom if _is_custom(type) else self._natives

    def _publish(self, stack: Stack) -> None:
        """Puts the files of a stack into their buckets."""
        for asset in stack.assets:
            bucket = asset.bucket.replace("${AWS::AccountId}", self.id).replace("${AWS::Region}", self.region)
            if not (target := self._object(bucket, asset.key)).exists() and asset.path.suffix != ".json":
                asset.write_zip(target)

    def _object(self, bucket: str, key: str) -> Path:
        return self._folder / "aws" / "buckets" / bucket / key

    def _environment(self, role: str) -> Mapping[str, str]:
        """What functions with a role find in their environment."""
        served = self.served
        return {
            **self._cloud.credentials(role.rpartition("/")[2]),
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self._cloud.endpoint,
            "AWS_ENDPOINT_URL_CLOUDFORMATION": served.url,
            "AWS_ENDPOINT_URL_LAMBDA": served.url,
            "HTTPS_PROXY": served.proxy,
            "HTTP_PROXY": served.proxy,
            "NO_PROXY": "127.0.0.1,localhost",
            "NODE_EXTRA_CA_CERTS": str(served.authorities),
            "SSL_CERT_FILE": str(served.authorities),
            "_AWS_FILES": str(self._folder / "aws"),
            "_TLS_PORT": str(served.tls_port),
        }

    def _zones(self, region: str) -> Sequence[str]:
        found = self.client("ec2").describe_availability_zones(Filters=[{"Name": "region-name", "Values": [region]}])
        return sorted(zone["ZoneName"] for zone in found["AvailabilityZones"])

    def _stack_id(self, name: str) -> str:
        return f"arn:aws:cloudformation:{self.region}:{self.id}:stack/{name}/{uuid.uuid4()}"

    def _described(self, name: str) -> Mapping[str, str] | None:
        state = next((state for state in list(self.stacks.values()) if name in {state.name, state.id}), None)
        return None if state is None else {"name": state.name, "id": state.id, "status": state.status}

    def _tell(self, event: Event) -> None:
        with self._lock:
            self.events.append(event)
            with (self._folder / "events.log").open("a", encoding="utf-8") as log:
                log.write(f"{event}\n")

    def _note(self, request: Request) -> None:
        with self._lock:
            self.requests.append(request)


def _refusal(state: StackState, status: str, refused: Failed) -> Event:
    """What stopped a stack before anything of it was touched."""
    return Event(state.name, state.name, "AWS::CloudFormation::Stack", status, str(refused))


def _is_custom(type: str) -> bool:
    return type.startswith("Custom::") or type == "AWS::CloudFormation::CustomResource"


def _with_needed(chosen: Iterable[Stack], stacks: Mapping[str, Stack]) -> set[str]:
    """The ids of these stacks and of all that they need."""
    found: set[str] = set()
    left = {stack.id for stack in chosen}
    while left:
        found |= left
        left = {need for key in left for need in stacks[key].needs} - found
    return found
