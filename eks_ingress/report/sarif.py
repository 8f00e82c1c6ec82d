"""What is wrong, in the format that code hosts and editors read: SARIF 2.1.0.

Facts: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; GitHub documentation, "SARIF support for code
scanning".
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from eks_ingress.checks.check import Check
from eks_ingress.report.remarks import Remark

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(checks: Sequence[Check], remarks: Sequence[Remark], unread: Sequence[Remark], version: str) -> str:
    """A log of one run, with all checks as its rules."""
    rules = {check.id: _rule(check) for check in checks}
    for remark in remarks:
        rules.setdefault(remark.id or "", {"id": remark.id or "", "shortDescription": {"text": "The controller refuses it"}})
    places = {rule: at for at, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": {"name": "eks-ingress", "version": version, "rules": [*rules.values()]}},
        "invocations": [
            {
                "executionSuccessful": not unread,
                **({"toolExecutionNotifications": [_notification(remark) for remark in unread]} if unread else {}),
            }
        ],
        "results": [_result(remark, places[remark.id or ""], seen) for remark in remarks],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "name": type(check).__name__,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {"text": f"{check.why} {check.remedy}", "markdown": f"{check.why}\n\n{check.remedy}"},
        "defaultConfiguration": {"level": check.severity.value},
    }


def _result(remark: Remark, rule: int, seen: Counter[str]) -> dict[str, Any]:
    # Of the words and not of the line, so that a finding stays the same when lines move.
    parts = (remark.id, remark.source.file, remark.source.construct, remark.object, remark.message)
    print_of = sha256("\0".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    seen[print_of] += 1
    return {
        "ruleId": remark.id or "",
        "ruleIndex": rule,
        "level": remark.level,
        "message": {"text": f"{remark.message} {remark.remedy}"},
        **_locations(remark),
        "partialFingerprints": {"eksIngress/v1": f"{print_of}:{seen[print_of]}"},
    }


def _notification(remark: Remark) -> dict[str, Any]:
    return {"level": "error", "message": {"text": f"{remark.message} {remark.remedy}"}, **_locations(remark)}


def _locations(remark: Remark) -> dict[str, Any]:
    source = remark.source
    location: dict[str, Any] = {}
    if source.file is not None and source.file != "<stdin>":
        location["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(source.file)},
            **({} if source.line is None else {"region": {"startLine": source.line}}),
        }
    names = [{"fullyQualifiedName": name, "kind": "object"} for name in (source.construct, remark.object) if name]
    if names:
        location["logicalLocations"] = names
    return {"locations": [location]} if location else {}


def _uri(file: str) -> str:
    path = PurePath(file)
    if path.is_absolute():
        return path.as_uri()
    return quote(path.as_posix(), errors="surrogateescape")
