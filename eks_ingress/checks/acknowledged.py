"""What a user says is meant so: `eks-ingress/acknowledge.EKI101: "the reason"` on the object that a finding is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eks_ingress.checks.check import Check, Finding, name_of
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.model import Plan

BEGINNING = "eks-ingress/acknowledge."
"""What stands before the id of a check in the key of the annotation."""


class WrongAcknowledgement(Check):
    """An acknowledgement that does nothing."""

    id = "EKI506"
    title = "An acknowledgement is without effect"
    why = "It counts for findings of one check about the same object, with a reason; what the controller refuses stays refused."
    remedy = "Take it out."
    source = "eks-ingress, acknowledgements"
    example = 'eks-ingress/acknowledge.EKI101: ""'
    can_be_acknowledged = False

    def find(self, plan: Plan) -> Iterator[Finding]:  # noqa: ARG002 - what the others find decides, see `acknowledge`
        yield from ()

    def of(self, said: _Said, what: str, remedy: str | None = None) -> Finding:
        """The finding for what somebody said."""
        return self.in_manifest(said.manifest, f"{BEGINNING}{said.id} {what}.", remedy, key=BEGINNING + said.id)


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """One acknowledgement."""

    manifest: Manifest
    id: str
    reason: str


def acknowledge(plan: Plan, findings: Sequence[Finding], checks: Mapping[str, Check]) -> list[Finding]:
    """The findings, each with the reason why it is meant so if somebody gave one, and a finding for each reason that is none."""
    said = {(name_of(x.manifest), x.id): x for x in _all(plan)}
    beside = {(name_of(x), check): reason for x in _manifests(plan) for check, reason in x.acknowledged.items()}
    if not said and not beside:
        return list(findings)
    told: list[Finding] = []
    used: set[_Said] = set()
    refused: set[_Said] = set()
    for finding in findings:
        found = said.get((finding.object, finding.id))
        if found is None:
            reason = beside.get((finding.object, finding.id))
            may = finding.check.can_be_acknowledged and not finding.refused
            told.append(finding._replace(acknowledged=reason) if reason and may else finding)
        elif finding.refused or not finding.check.can_be_acknowledged:
            refused.add(found)
            told.append(finding)
        else:
            used.add(found)
            told.append(finding._replace(acknowledged=found.reason) if found.reason else finding)
    for x in said.values():
        check = checks.get(x.id)
        if check is None:
            meant = x.id.upper()
            remedy = f"Did you mean {meant}?" if meant in checks else "`eks-ingress explain` lists all checks."
            told.append(_WRONG.of(x, "names no check", remedy))
        elif not check.can_be_acknowledged or x in refused:
            told.append(_WRONG.of(x, "is for what cannot be acknowledged"))
        elif not x.reason:
            told.append(_WRONG.of(x, "has no reason", "Write why it is meant so."))
        elif x not in used and not plan.problems:  # of what is refused, not everything is found
            told.append(_WRONG.of(x, "is for nothing: there is no such finding"))
    return told


_WRONG = WrongAcknowledgement()


def _manifests(plan: Plan) -> Sequence[Manifest]:
    return () if plan.world is None else plan.world.manifests


def _all(plan: Plan) -> Iterator[_Said]:
    for manifest in _manifests(plan):
        for key, reason in manifest.annotations.items():
            if key.startswith(BEGINNING):
                yield _Said(manifest, key.removeprefix(BEGINNING), reason.strip() if isinstance(reason, str) else "")
