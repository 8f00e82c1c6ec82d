"""The tables of docs/permissions.md, from the code: `python -m tests.controller.permission_tables` writes them anew."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from eks_ingress.controller import core
from eks_ingress.controller.features import PUBLISHED_FEATURES, Feature, chart_values, gates, strict_grants
from eks_ingress.controller.grants import EXISTING, REQUESTED, TAG, merged
from eks_ingress.controller.permissions import Permissions, policies
from tests.controller.comparing import listed

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
PLACE = {
    "partition": "aws",
    "cluster_name": "cluster",
    "region": "us-west-1",
    "account": "000000000000",
    "vpc_id": "vpc-0",
}
TARGET_GROUP = "arn:aws:elasticloadbalancing:us-west-1:000000000000:targetgroup/named/0"


def statements(level: Permissions) -> list[dict[str, Any]]:
    arguments: dict[str, Any] = {**PLACE, "features": set(Feature), "own_target_groups": [TARGET_GROUP]}
    return [statement for document in policies(level, **arguments) for statement in document]


def table(head: str, rows: Iterable[Iterable[str]]) -> str:
    lines = [head, "|---" * head.count(" | ") + "|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)


def code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def where(arns: list[str]) -> str:
    """What ARNs end in, with whose region and account that is."""
    if arns == ["*"]:
        return "all"
    if arns == [TARGET_GROUP]:
        return "the target groups that are given"
    if arns == ["arn:aws:iam::*:role/*"]:
        return "the roles that are given, else all"
    kinds: dict[str, list[str]] = {}
    for arn in arns:
        _, _, _, region, account, kind = arn.split(":", 5)
        places = [name for name, value in (("region", region), ("account", account)) if value not in {"", "*"}]
        kinds.setdefault(f" of this {' and '.join(places)}" if places else "", []).append(kind.replace("vpc-0", "<VPC>"))
    return "; ".join(f"{code(found)}{place}" for place, found in kinds.items())


WORDS = {
    ("Null", EXISTING, "false"): "it has the tag of any cluster",
    ("StringEquals", EXISTING, "cluster"): "it has the tag of this cluster",
    ("Null", REQUESTED, "false"): "it gets the tag of any cluster",
    ("StringEquals", REQUESTED, "cluster"): "it gets the tag of this cluster",
    ("Null", REQUESTED, "true"): "that tag is not given anew",
    ("ForAllValues:StringNotEquals", "aws:TagKeys", TAG): "that tag stays",
}


def holds(condition: dict[str, dict[str, Any]]) -> list[str]:
    """What a condition asks for, in words; first what it asks of the tag of the cluster."""
    tags, others = [], []
    for operator, keys in condition.items():
        for key, value in keys.items():
            if operator == "ArnEquals":
                others.append("it is in this VPC")
            elif isinstance(value, str) and (operator, key, value) in WORDS:
                tags.append(WORDS[operator, key, value])
            else:
                values = " or ".join(f"`{one}`" for one in listed(value))
                others.append(f"`{key.replace('/cluster/cluster', '/cluster/<cluster>')}` is {values}")
    return [*sorted(tags, key=list(WORDS.values()).index), *others]


def limits(statement: dict[str, Any]) -> str:
    asked = holds(statement.get("Condition", {}))
    return ", ".join([where(listed(statement["Resource"])), *(f"if {ask}" for ask in asked[:1]), *asked[1:]])


def differences() -> str:
    """Each action with what limits it at each level; actions that are limited alike are in one row."""
    by_level: list[dict[str, list[str]]] = []
    for level in Permissions:
        found: dict[str, list[str]] = {}
        for statement in statements(level):
            for action in statement["Action"]:
                found.setdefault(action, []).append(limits(statement))
        by_level.append({action: sorted(set(ways)) for action, ways in found.items()})
    upstream, cluster, strict = by_level
    rows: dict[tuple[str, ...], list[str]] = {}
    for action in upstream:
        cells = tuple("<br>".join(ways.get(action, ["not at all"])) for ways in (upstream, cluster, strict))
        if len(set(cells)) > 1:
            rows.setdefault((cells[0], "the same" if cells[1] == cells[0] else cells[1], cells[2]), []).append(action)
    return table("| actions | UPSTREAM | CLUSTER | STRICT |", ([code(sorted(actions)), *cells] for cells, actions in rows.items()))


def open_statements() -> str:
    """The statements of STRICT that no tag of the cluster limits, with what does, and why nothing more."""
    reasons = {grant.sid: grant.open for grant in merged([*core.STRICT, *strict_grants(Feature)])}
    by_sid = {statement["Sid"]: statement for statement in statements(Permissions.STRICT)}
    return table(
        "| statement | actions | limited to | why to nothing less |",
        (
            [f"`{sid}`", "most that list or describe" if sid == "Look" else code(by_sid[sid]["Action"]), limits(by_sid[sid]), why]
            for sid, why in reasons.items()
            if why
        ),
    )


def features() -> str:
    source = Path(core.__file__).with_name("features.py").read_text("utf-8")
    rows = []
    for feature in Feature:
        (what,) = re.findall(rf'    {feature.name} = ".*"\n    """(.*)"""\n', source)
        switched = [name for name, on in {**chart_values({feature}), **gates({feature})}.items() if on]
        published = "yes" if feature in PUBLISHED_FEATURES else "no"
        rows.append([f"`{feature.name}`", f"`{feature.value}`", what, code(switched) or "nothing", published])
    return table("| feature | on the command line | what it is for | what the chart gets for it | published |", rows)


TABLES = {"features": features, "differences": differences, "open": open_statements}


def written(page: str) -> str:
    """The page with the tables as they are now."""
    for name, make in TABLES.items():
        marks = f"<!-- table: {name} -->", f"<!-- end: {name} -->"
        before, rest = page.split(marks[0])
        _, after = rest.split(marks[1])
        page = f"{before}{marks[0]}\n{make()}\n{marks[1]}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
