"""What is wrong, for people, for programs, and for the services that show it beside the code."""

from __future__ import annotations

import json
from collections.abc import Sequence

from eks_ingress.report.remarks import Remark


def lines(remarks: Sequence[Remark], *, explain: bool = False) -> str:
    """A line each, `file:line: ID severity: message`; with `explain` the reasons below it."""
    told = [part for remark in remarks for part in (remark.line, remark.explained if explain else "") if part]
    return "\n".join(told)


def as_json(remarks: Sequence[Remark], unread: Sequence[Remark], acknowledged: int) -> str:
    """All that is known of each."""
    told = {"findings": [x.json for x in remarks], "unread": [x.json for x in unread], "acknowledged": acknowledged}
    return json.dumps(told, indent=2)


def github(remarks: Sequence[Remark], *, explain: bool = False) -> str:
    """Commands that GitHub Actions turns into annotations; with `explain` with the reasons.

    Facts: GitHub documentation, "Workflow commands for GitHub Actions".
    """
    return "\n".join(_command(remark, explain=explain) for remark in remarks)


def _command(remark: Remark, *, explain: bool) -> str:
    source = remark.source
    where = {"file": source.file, "line": source.line} if source.file is not None and source.line is not None else {}
    said = {**where, "title": remark.id or "cannot be read"}
    properties = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in said.items())
    place = "" if where else f"{remark.place}: "
    told = f"{place}{remark.message} {remark.remedy}"
    if explain and remark.explained:
        told += f"\n{remark.explained}"
    return f"::{remark.level} {properties}::{_escaped(told)}"


def _escaped(text: str, more: str = "") -> str:
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
