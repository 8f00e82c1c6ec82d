"""What the controller called in the stories, and by which statement each level of the permissions allows it.

`python -m tests.deploy.cloud.seen` reads the calls that the last run of the stories kept, and fails if any level would have denied
one, or if docs/permissions-seen.md says otherwise; with `--write` it writes that page anew.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eks_ingress.controller import core
from eks_ingress.controller.features import PUBLISHED_FEATURES, Feature, strict_grants
from eks_ingress.controller.grants import EXISTING, REQUESTED
from eks_ingress.controller.permissions import Permissions, policies
from tests.deploy.cloud.calls import Call, Question, from_line
from tests.deploy.cloud.evaluation import evaluate
from tests.deploy.kubernetes.tools import build

ROOT = Path(__file__).parents[3]
RUNS = ROOT / "build" / "deploy"
PAGE = ROOT / "docs" / "permissions-seen.md"
NEVER_CALLED = (
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAddresses",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeTags",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:GetSecurityGroupsForVpc",
    "elasticloadbalancing:DescribeSSLPolicies",
)
"""What every controller is granted and has no call for: controller source, package aws/services."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the policies of a story are for, as its calls tell."""

    cluster_name: str
    vpc_id: str
    account: str
    region: str
    features: frozenset[Feature]
    target_groups: tuple[str, ...]
    """Those that the controller registered in and did not make."""
    roles: tuple[str, ...]

    def statements(self, level: Permissions) -> list[dict[str, Any]]:
        """The policy of a level for this place: at STRICT with the features that the calls are for, else with those published."""
        documents = policies(
            level,
            partition="aws",
            cluster_name=self.cluster_name,
            features=self.features if level is Permissions.STRICT else self.features | PUBLISHED_FEATURES,
            region=self.region,
            account=self.account,
            vpc_id=self.vpc_id,
            own_target_groups=self.target_groups,
            role_arns=self.roles,
        )
        return [statement for document in documents for statement in document]


def place_of(calls: Sequence[Call]) -> Place:
    """The cluster, VPC and features that calls of one controller are about."""
    questions = [question for call in calls for question in call.questions]
    names = {str(question.keys[REQUESTED]) for question in questions if REQUESTED in question.keys}
    vpcs = {str(call.parameters["VpcId"]) for call in calls if call.name == "ec2:CreateSecurityGroup"}
    if len(names) != 1 or len(vpcs) != 1:
        raise ValueError(f"a story has one cluster in one VPC, and these calls are about {sorted(names)} in {sorted(vpcs)}")
    resources = [question.resource for question in questions if question.action == "ec2:CreateSecurityGroup"]
    _, _, _, region, account, _ = resources[0].split(":", 5)
    foreign = {
        question.resource
        for question in questions
        if question.action.endswith(":RegisterTargets") and EXISTING not in question.keys
    }
    return Place(
        cluster_name=names.pop(),
        vpc_id=vpcs.pop(),
        account=account,
        region=region,
        features=_needed({question.action for question in questions}),
        target_groups=tuple(sorted(foreign)),
        roles=tuple(sorted(question.resource for question in questions if question.action == "sts:AssumeRole")),
    )


def _needed(actions: set[str]) -> frozenset[Feature]:
    """The features without which some of the actions would not be granted, the smallest first."""
    missing = actions - {action for grant in core.STRICT for action in grant.actions}
    chosen = set()
    for feature in sorted(Feature, key=lambda feature: len(_actions(feature))):
        if missing & _actions(feature):
            chosen.add(feature)
            missing -= _actions(feature)
    return frozenset(chosen)


def _actions(feature: Feature) -> set[str]:
    return {action for grant in strict_grants([feature]) for action in grant.actions}


@dataclass
class Seen:
    """What came of all questions, at each level."""

    allowed: dict[str, dict[Permissions, set[str]]] = field(default_factory=dict)
    """The statements that allowed an action."""
    denied: list[str] = field(default_factory=list)

    def add(self, calls: Iterable[Call]) -> None:
        """Judge the calls of a controller in one story."""
        known = list(calls)
        place = place_of(known)
        for level in Permissions:
            statements = place.statements(level)
            for question in {_key(question): question for call in known for question in call.questions}.values():
                verdict = evaluate(question, statements)
                by_level = self.allowed.setdefault(question.action, {one: set() for one in Permissions})
                by_level[level].update(verdict.sids if verdict.allowed else ())
                if not verdict.allowed:
                    reasons = "; ".join(verdict.reasons or verdict.sids)
                    self.denied.append(f"{level.name}: {question.action} on {question.resource}: {reasons}")


def _key(question: Question) -> tuple[str, str, str]:
    return question.action, question.resource, repr(sorted(question.keys.items()))


def calls_of_controllers(runs: Path) -> dict[str, list[Call]]:
    """The controller's calls of each story that ran."""
    found = {}
    for file in sorted(runs.glob("*/cloud/calls.jsonl")):
        calls = [call for line in file.read_text("utf-8").splitlines() if (call := from_line(line)).by_controller]
        if any(call.changes for call in calls):
            found[file.parents[1].name] = calls
    return found


def granted(level: Permissions) -> dict[str, list[str]]:
    """All that a level grants with all features, by action: the statements that do."""
    named = f"arn:aws:elasticloadbalancing:us-east-1:{'0' * 12}:targetgroup/named/0"
    place = Place("cluster", "vpc-0", "0" * 12, "us-east-1", frozenset(Feature), (named,), ())
    found: dict[str, list[str]] = {}
    for statement in place.statements(level):
        for action in statement["Action"]:
            found.setdefault(action, []).append(statement["Sid"])
    return found


def unused(seen: Iterable[str]) -> list[tuple[str, str]]:
    """What is granted and was not used, with the reason."""
    known = set(seen)
    of_features: dict[str, list[str]] = {}
    of_core = {action for grant in core.STRICT for action in grant.actions}
    for feature in Feature:
        for action in dict.fromkeys(action for grant in strict_grants([feature]) for action in grant.actions):
            if action not in of_core:
                of_features.setdefault(action, []).append(feature.name)
    idle = [action for action in sorted(granted(Permissions.UPSTREAM)) if action not in known]
    return [(action, _reason(action, of_features.get(action, []))) for action in idle]


def _reason(action: str, features: list[str]) -> str:
    if features:
        return f"Comes with {', '.join(f'`{name}`' for name in features)}, and no story does what needs it."
    if action in NEVER_CALLED:
        return "The controller has no call for it; its project grants it all the same."
    return "No story does what needs it."


def page(seen: Seen) -> str:
    """docs/permissions-seen.md."""
    reasons: dict[str, list[str]] = {}
    for action, reason in unused(seen.allowed):
        reasons.setdefault(reason, []).append(action)
    idle = [f"| {', '.join(f'`{action}`' for action in actions)} | {reason} |" for reason, actions in reasons.items()]
    return "\n".join([_HEAD, *rows(seen), _BETWEEN, *idle, ""])


def told(text: str) -> Seen:
    """What a page says was seen."""
    seen = Seen()
    for line in text.partition("## Granted and never used")[0].splitlines():
        if line.startswith("| `"):
            (action,), *by_level = (re.findall(r"`([^`]+)`", cell) for cell in line.strip("| ").split(" | "))
            seen.allowed[action] = {level: set(sids) for level, sids in zip(Permissions, by_level, strict=True)}
    return seen


def differences(before: Seen, now: Seen, *, complete: bool) -> list[str]:
    """What the page does not say of a run, and, of a complete one, what it says that was not seen.

    By which of several statements a call was allowed can depend on what is there at that moment; each must be on the page.
    """
    found = [f"{action} was called and is not on it" for action in sorted(now.allowed.keys() - before.allowed.keys())]
    for action in sorted(now.allowed.keys() & before.allowed.keys()):
        for level in Permissions:
            found += [
                f"{action} was allowed by {sid} at {level.name}, which it does not say"
                for sid in sorted(now.allowed[action][level] - before.allowed[action][level])
            ]
    # An older controller has no call for what is younger.
    gone = sorted(before.allowed.keys() - now.allowed.keys()) if complete else []
    return found + [f"{action} is on it and was not called" for action in gone]


def rows(seen: Seen) -> list[str]:
    """The rows of what was called."""
    return [
        f"| `{action}` | {' | '.join(', '.join(f'`{sid}`' for sid in sorted(by_level[level])) for level in Permissions)} |"
        for action, by_level in sorted(seen.allowed.items())
    ]


_HEAD = """# Permissions, as seen

`make e2e` deploys apps with the real controller and puts each of its calls to the policies of all three levels, as IAM would: the
action, the resources, and the condition keys that the Service Authorization Reference has for them. None was denied. While the
stories run, the policy that was deployed is held against each call as well, so that a right that comes too late, or goes too early,
fails them.

This page is written by `python -m tests.deploy.cloud.seen --write` after `make e2e`, which fails when it is stale.

## Calls, and what allows them

What a service asks for on behalf of the caller is among them: tags of what is made with tags, the role that Elastic Load Balancing
takes on. A statement's limits are in [permissions](permissions.md).

| action | UPSTREAM | CLUSTER | STRICT |
|---|---|---|---|"""
_BETWEEN = """
## Granted and never used

| actions | why |
|---|---|"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the calls of the last run, and write the page or hold it against them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/permissions-seen.md anew")
    options = parser.parse_args(arguments)
    stories = calls_of_controllers(RUNS)
    if not stories:
        print(f"no calls of a controller in {RUNS}: run `make e2e` first", file=sys.stderr)
        return 2
    seen = Seen()
    for calls in stories.values():
        seen.add(calls)
    total = sum(map(len, stories.values()))
    print(f"{total} calls in {', '.join(stories)}: {len(seen.allowed)} actions, {len(seen.denied)} denied")
    for denial in seen.denied:
        print(denial, file=sys.stderr)
    if options.write and not seen.denied:
        PAGE.write_text(page(seen), "utf-8")
    stale = differences(told(PAGE.read_text("utf-8")), seen, complete=build().controller.release == "3.5.0")
    for difference in stale:
        print(f"{PAGE.name}: {difference}", file=sys.stderr)
    if stale:
        print("It is stale: run python -m tests.deploy.cloud.seen --write", file=sys.stderr)
    return 1 if seen.denied or stale else 0


if __name__ == "__main__":
    sys.exit(main())
