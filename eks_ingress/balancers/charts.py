"""The objects that are in constructs of cdk8s, as they are now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import cdk8s
from constructs import IConstruct

from eks_ingress.refusal import Problem
from eks_ingress.source import Source


def objects_in(construct: IConstruct, source: Source) -> list[Any] | Problem:
    """The objects of an app, of a chart with those below it, or of any construct that has ApiObjects; or why there are none.

    Those of a chart are in the order in which cdk8s would write them.
    """
    if not isinstance(construct.node.root, cdk8s.App):
        reason = f"{construct.node.path!r} is below no cdk8s.App, and cdk8s can make nothing of it."
        return Problem(reason, "Make its chart in an app of its own: `cdk8s.Chart(cdk8s.App(), id)`.", source)
    try:
        return list(_written(construct))
    except RuntimeError as error:
        # With the name of the exception of JavaScript before it, and its lines indented.
        told = re.sub(r"\s+", " ", str(error)).removeprefix("Error: ")
        return Problem(f"cdk8s refuses {construct.node.path!r}: {told}.", "Correct it in the chart.", source)


def _written(construct: IConstruct) -> Iterator[Any]:
    if isinstance(construct, cdk8s.App):
        charts = construct.charts
    else:
        below = construct.node.find_all()
        charts = [found for found in below if isinstance(found, cdk8s.Chart)]
        if not isinstance(construct, cdk8s.Chart):
            yield from (found.to_json() for found in below if isinstance(found, cdk8s.ApiObject))
            return
    for chart in charts:
        yield from chart.to_json()
