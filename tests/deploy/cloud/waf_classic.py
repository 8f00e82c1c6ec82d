"""AWS WAF Classic (Regional), which moto does not have: which load balancer has which web ACL.

Facts: WAF Regional API, GetWebACLForResource, AssociateWebACL, DisassociateWebACL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

_TARGET = "AWSWAF_Regional_20161128."
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def before(application: Application) -> Application:
    """An application that answers calls of WAF Classic itself."""
    associated: dict[str, str] = {}

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if not target.startswith(_TARGET):
            return application(environ, start_response)
        asked = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        status, told = _answer(target.removeprefix(_TARGET), asked, associated)
        start_response(status, [("Content-Type", "application/x-amz-json-1.1")])
        return [json.dumps(told).encode()]

    return answer


def _answer(action: str, asked: dict[str, str], associated: dict[str, str]) -> tuple[str, dict[str, Any]]:
    arn = asked.get("ResourceArn", "")
    match action:
        case "GetWebACLForResource":
            return "200 OK", {"WebACLSummary": {"WebACLId": associated[arn], "Name": associated[arn]}} if arn in associated else {}
        case "AssociateWebACL":
            associated[arn] = asked["WebACLId"]
            return "200 OK", {}
        case "DisassociateWebACL":
            associated.pop(arn, None)
            return "200 OK", {}
    return "400 Bad Request", {"__type": "UnknownOperationException", "message": action}
