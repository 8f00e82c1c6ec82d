"""Custom resources: requests to the functions behind them, and what they answer.

Facts: AWS CloudFormation User Guide, "Custom resource request objects", "Custom resource response objects"; AWS CloudFormation
template reference, AWS::CloudFormation::CustomResource.
"""

from __future__ import annotations

import json
import queue
import secrets
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.deploy.stacks.change import Failed
from tests.deploy.stacks.functions import Answer, Functions
from tests.deploy.stacks.intrinsics import text
from tests.deploy.stacks.state import Made, Resource, StackState

LONGEST_ANSWER = 4096
_DEFAULT_TIMEOUT = 3600


@dataclass(frozen=True, slots=True)
class Request:
    """A request to a custom resource, with what was answered."""

    event: Mapping[str, Any]
    answer: Mapping[str, Any]
    """Empty if none came."""

    @property
    def type(self) -> str:
        """Create, Update or Delete."""
        return str(self.event["RequestType"])

    @property
    def logical_id(self) -> str:
        return str(self.event["LogicalResourceId"])


class CustomResources:
    """The provider of all custom resources."""

    takes_back = True

    def __init__(
        self, functions: Functions, ask: Callable[[], tuple[str, queue.Queue[bytes]]], tell: Callable[[Request], None]
    ) -> None:
        """
        :param ask: an address for one answer, and where the answer comes in.
        :param tell: told of each request once it is answered.
        """
        self._functions, self._ask, self._tell = functions, ask, tell

    def create(self, stack: StackState, logical_id: str, type: str, properties: Mapping[str, Any]) -> Made:
        if self._functions.get(properties["ServiceToken"]) is None:
            raise Failed(f"Function not found: {properties['ServiceToken']}")
        try:
            return self._request(stack, "Create", logical_id, type, properties)
        except Failed as failure:
            # Whatever came of it, it will be asked to delete it; without an answer, by a name that CloudFormation gives.
            raise Failed(str(failure), failure.physical_id or f"{stack.name}-{logical_id}-{secrets.token_hex(6)}") from failure

    def update(self, stack: StackState, old: Resource, properties: Mapping[str, Any]) -> Made:
        earlier = {"PhysicalResourceId": old.made.physical_id, "OldResourceProperties": _texts(old.properties)}
        return self._request(stack, "Update", old.logical_id, old.type, properties, earlier)

    def delete(self, stack: StackState, resource: Resource) -> None:
        earlier = {"PhysicalResourceId": resource.made.physical_id}
        self._request(stack, "Delete", resource.logical_id, resource.type, resource.properties, earlier)

    def _request(
        self,
        stack: StackState,
        request: str,
        logical_id: str,
        type: str,
        properties: Mapping[str, Any],
        earlier: Mapping[str, Any] | None = None,
    ) -> Made:
        address, answers = self._ask()
        event = {
            "RequestType": request,
            "ServiceToken": properties["ServiceToken"],
            "ResponseURL": address,
            "StackId": stack.id,
            "RequestId": str(uuid.uuid4()),
            "LogicalResourceId": logical_id,
            "ResourceType": type,
            "ResourceProperties": _texts(properties),
            **(earlier or {}),
        }
        answer: Mapping[str, Any] = {}
        try:
            answer = _read(self._answer(event, answers), event)
            return _made(answer, event)
        finally:
            self._tell(Request(event, answer))

    def _answer(self, event: Mapping[str, Any], answers: queue.Queue[bytes]) -> bytes:
        """What the function puts to the address. One that ends without a word has failed: nobody else will answer."""
        function = event["ServiceToken"]
        if self._functions.get(function) is None:
            raise Failed(f"Function not found: {function}")
        ended: list[Answer] = []
        runs = threading.Thread(target=lambda: ended.append(self._functions.invoke(function, json.dumps(event))), daemon=True)
        runs.start()
        seconds = float(event["ResourceProperties"].get("ServiceTimeout", _DEFAULT_TIMEOUT))
        while seconds > 0:
            seconds -= 1
            try:
                return answers.get(timeout=1)
            except queue.Empty:
                if not runs.is_alive() and answers.empty():
                    said = ended[0].payload if ended else ""
                    raise Failed(f"the function ended without an answer, for which CloudFormation waits an hour: {said}") from None
        raise Failed("CloudFormation did not receive a response from your Custom Resource.")


def _read(said: bytes, event: Mapping[str, Any]) -> Mapping[str, Any]:
    if len(said) > LONGEST_ANSWER:
        raise Failed("Response object is too long.")
    try:
        answer = json.loads(said)
    except ValueError:
        raise Failed("Invalid response object: Value of the response is not a JSON object") from None
    for name in ("StackId", "RequestId", "LogicalResourceId"):
        if not isinstance(answer, dict) or answer.get(name) != event[name]:
            raise Failed(f"Invalid response object: {name} is not that of the request")
    return dict(answer)


def _made(answer: Mapping[str, Any], event: Mapping[str, Any]) -> Made:
    physical_id = answer.get("PhysicalResourceId")
    if answer.get("Status") != "SUCCESS":
        reason = f"Received response status [{answer.get('Status')}] from custom resource. Message returned: {answer.get('Reason')}"
        raise Failed(f"{reason} (RequestId: {event['RequestId']})", physical_id)
    if not physical_id or not isinstance(physical_id, str):
        raise Failed("Invalid PhysicalResourceId")
    return Made(physical_id, answer.get("Data") or {})


def _texts(value: Any) -> Any:
    """Properties as they are sent: every number and boolean as text."""
    match value:
        case Mapping():
            return {name: _texts(part) for name, part in value.items()}
        case list():
            return [_texts(part) for part in value]
    return text(value)
