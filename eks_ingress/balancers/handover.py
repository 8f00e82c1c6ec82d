"""The moment when the tree is complete: no construct will be added any more, and nothing is written yet."""

from __future__ import annotations

from collections.abc import Callable

import jsii
from aws_cdk import AspectPriority, Aspects, IAspect
from constructs import Construct, IConstruct


def when_complete(scope: Construct, act: Callable[[], object]) -> None:
    """Has `act` called once when the app is synthesized, before CDK looks for references between stacks.

    What `act` creates must stand beside or below the constructs that `scope` has then, so that other Aspects see it too.
    """
    # On a construct without children, since CDK asks Python once for every construct below.
    Aspects.of(Construct(scope, "Handover")).add(_WhenComplete(act), priority=AspectPriority.MUTATING)


@jsii.implements(IAspect)
class _WhenComplete:
    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act

    def visit(self, node: IConstruct) -> None:  # noqa: ARG002 - the shape of an IAspect
        self._act()
