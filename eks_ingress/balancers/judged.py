"""What is told to CDK of a cluster's load balancers, once the whole tree is there: what is wrong, and what is worth knowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsii
from aws_cdk import Annotations, Stack
from constructs import Construct, IValidation

from eks_ingress.manifests.in_template import placeholder
from eks_ingress.tokens import tokens_of

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost
    from eks_ingress.checks.check import Finding


def readable(place: Construct, text: str) -> str:
    """Text with its tokens as what they stand for, which is the same in every run: `${Topic.Arn}`."""
    tokens = sorted(tokens_of(text))
    known = Stack.of(place).resolve(tokens) if tokens else []
    for token, value in zip(tokens, known, strict=True):
        text = text.replace(token, placeholder(value))
    return text


def tell(place: Construct, finding: Finding) -> None:
    """Tells of something that is no error, as a warning of the CDK that can be acknowledged."""
    Annotations.of(place).add_warning_v2(f"eks-ingress:{finding.check.id}", readable(place, str(finding)))


@jsii.implements(IValidation)
class Validation:
    """Tells CDK, when the whole tree is there, what is wrong with it."""

    def __init__(self, host: BalancerHost) -> None:
        self._host = host

    def validate(self) -> list[str]:
        """All that is wrong, each in a text; nothing is written then."""
        from eks_ingress.balancers.room import without_room  # noqa: PLC0415 - as the judge
        from eks_ingress.balancers.written import write  # noqa: PLC0415

        self._host.judge.look_at_vpc()
        problems = self._host.problems()
        for place, finding in (*self._host.judge.warnings(), *without_room(self._host)):
            if finding.is_error:
                problems.append(finding.problem)
            else:
                tell(place, finding)
        self._host.is_well = not problems
        if not problems:
            write(self._host)
        return [readable(self._host, str(problem)) for problem in problems]
