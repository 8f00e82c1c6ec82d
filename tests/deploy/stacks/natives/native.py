"""A type of AWS resources: what CloudFormation does with it, by calls to AWS."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from botocore.exceptions import ClientError

from tests.deploy.stacks.change import Failed, same
from tests.deploy.stacks.clusters import Clusters
from tests.deploy.stacks.functions import Functions
from tests.deploy.stacks.refused import Unsupported
from tests.deploy.stacks.state import Made, Resource, StackState

Properties = Mapping[str, Any]


class Account(Protocol):
    """The account that stacks are deployed to."""

    id: str
    partition: str
    region: str
    clusters: Clusters
    functions: Functions

    def client(self, service: str) -> Any:
        """A boto3 client."""

    def pod_addresses(self, instance_id: str, subnet_id: str) -> str:
        """The block of addresses, in a subnet, of the pods on a node."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a resource is called in its template."""

    stack: str
    logical_id: str
    ending: str = field(default_factory=lambda: secrets.token_hex(6))

    def physical(self, limit: int = 64) -> str:
        """A name as CloudFormation gives it: of the stack, the logical id, and letters that no other has."""
        return f"{f'{self.stack}-{self.logical_id}'[: limit - 13]}-{self.ending}"


class Native:
    """A type of resources. Each of them is one class, with these three methods."""

    type: ClassVar[str]
    properties: ClassVar[frozenset[str]]
    """All that it knows; another one is refused."""
    changes: ClassVar[frozenset[str]] = frozenset()
    """Those that `update` changes in place. After a change of another one a new resource takes its place."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def create(self, name: Name, properties: Properties) -> Made:
        """Makes one."""
        raise NotImplementedError

    def update(self, made: Made, old: Properties, new: Properties) -> Made:
        """Changes one in place."""
        raise Unsupported(f"update of {self.type}")

    def delete(self, made: Made, properties: Properties) -> None:
        """Takes one away."""
        raise NotImplementedError


class Natives:
    """The provider of all native types."""

    takes_back = False

    def __init__(self, types: Mapping[str, Native]) -> None:
        self._types = types

    def check(self, type: str, properties: Properties) -> None:
        """Raises `Unsupported` for a type or a property that would be skipped."""
        if type not in self._types:
            raise Unsupported(f"resource type {type}")
        unknown = properties.keys() - self._types[type].properties
        if unknown:
            raise Unsupported(f"properties {', '.join(sorted(unknown))} of {type}")

    def create(self, stack: StackState, logical_id: str, type: str, properties: Properties) -> Made:
        with _refusals():
            return self._types[type].create(Name(stack.name, logical_id), properties)

    def update(self, stack: StackState, old: Resource, properties: Properties) -> Made:
        native = self._types[old.type]
        names = old.properties.keys() | properties.keys()
        changed = {name for name in names if not same(old.properties.get(name), properties.get(name))}
        with _refusals():
            if changed <= native.changes:
                return native.update(old.made, old.properties, properties)
            return native.create(Name(stack.name, old.logical_id), properties)

    def delete(self, stack: StackState, resource: Resource) -> None:
        with _refusals():
            try:
                self._types[resource.type].delete(resource.made, resource.properties)
            except ClientError as error:
                if not _is_gone(error):
                    raise


@contextmanager
def _refusals() -> Iterator[None]:
    """What AWS refuses, as CloudFormation tells it."""
    try:
        yield
    except ClientError as error:
        raise Failed(f"{error} (Service: {error.operation_name}, Error Code: {error.response['Error']['Code']})") from error


def _is_gone(error: ClientError) -> bool:
    code: str = error.response["Error"]["Code"]
    return code.startswith("NoSuch") or code.endswith(("NotFound", "NotFoundException"))


def tags(properties: Properties) -> list[dict[str, str]]:
    """Tags as an API takes them."""
    return [dict(tag) for tag in properties.get("Tags", [])]
