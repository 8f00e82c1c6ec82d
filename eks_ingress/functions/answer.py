"""What a custom resource's Lambda function says to CloudFormation, which otherwise waits for an hour.

Facts: AWS CloudFormation documentation, "Custom resource response objects": at most 4,096 bytes; "Custom resource request types":
a creation that failed is followed by a deletion.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.request import Request, urlopen

NOT_MADE = "not-made"
"""Physical id of a resource whose creation failed, so that there is nothing to delete."""
_MOST = 4096

Event = Mapping[str, Any]
Work = Callable[[Event, Any], str]
"""What is to be done; it gives the physical id of the resource, and raises with the reason why it cannot be done."""


def by(work: Work) -> Callable[[Event, Any], None]:
    """A handler that does the work and tells CloudFormation how it ended."""

    def handler(event: Event, context: Any) -> None:
        asked = event["RequestType"]
        known = event.get("PhysicalResourceId", NOT_MADE)
        print(json.dumps({**event, "ResponseURL": "…"}))
        if asked == "Delete" and known == NOT_MADE:
            _tell(event, "SUCCESS", known)
            return
        try:
            made = work(event, context)
        except Exception as error:
            reason = str(error) or repr(error)
            print(reason)
            _tell(event, "FAILED", known, f"{reason}\nLog stream: {getattr(context, 'log_stream_name', 'unknown')}")
        else:
            _tell(event, "SUCCESS", made)

    return handler


def _tell(event: Event, status: str, physical_id: str, reason: str = "") -> None:
    request = Request(event["ResponseURL"], _body(event, status, physical_id, reason), {"Content-Type": ""}, method="PUT")
    with urlopen(request, timeout=30):
        pass


def _body(event: Event, status: str, physical_id: str, reason: str) -> bytes:
    """The answer; of a reason that is too long, its beginning and its end."""
    said = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    said |= {"Status": status, "PhysicalResourceId": physical_id}
    body = json.dumps({**said, "Reason": reason}).encode()
    half = len(reason) // 2
    while len(body) > _MOST:
        half = half * 9 // 10
        body = json.dumps({**said, "Reason": f"{reason[:half]}\n…\n{reason[-half:]}"}).encode()
    return body
