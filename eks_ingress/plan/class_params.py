"""What the controller's webhook refuses of IngressClassParams, so that the API server does not take them.

Facts: the controller's validating webhooks (`webhooks/elbv2`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.blocks import is_block
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Problem


def problems_of_params(params: Manifest) -> Iterator[Problem]:
    """What the webhook has against IngressClassParams."""
    spec: Mapping[str, Any] = params.body.get("spec") or {}
    for place, block in enumerate(spec.get("inboundCIDRs") or ()):
        if is_unknown(block):
            continue
        at = f"spec.inboundCIDRs[{place}]: Invalid value:"
        if not is_block(block):
            yield _problem(params, "inboundCIDRs", f"{block!r} is no block of addresses", "Write one such as 10.0.0.0/8.", at)
        elif (network := str(ip_network(block, strict=False))) and _address(block) != _address(network):
            remedy = f"Write {network}."
            yield _problem(params, "inboundCIDRs", f"{block!r} has bits outside of its prefix", remedy, at)
    subnets = spec.get("subnets")
    if subnets is not None:
        yield from _problems_of_subnets(params, subnets)


def _address(block: str) -> object:
    return ip_network(block.partition("/")[0]).network_address


def _problems_of_subnets(params: Manifest, subnets: Mapping[str, Any]) -> Iterator[Problem]:
    ids, tags = subnets.get("ids"), subnets.get("tags")
    if (ids is None) == (tags is None):
        event = "spec.subnets: Required value:" if ids is None else "spec.subnets.tags: Forbidden:"
        what = "neither `ids` nor `tags`" if ids is None else "both `ids` and `tags`"
        yield _problem(params, "subnets", f"it has {what}", "Write one of them.", event)
        return
    if tags == {}:
        yield _problem(params, "subnets", "it has no tag", "Write one, with its values.", "spec.subnets.tags: Required value:")
    for where, values in [("ids", ids or ()), *((f"tags[{key}]", values) for key, values in (tags or {}).items())]:
        for place in _repeated(values):
            event = f"spec.subnets.{where}[{place}]: Duplicate value:"
            yield _problem(params, "subnets", f"it names {values[place]!r} twice", "Write it once.", event)


def _repeated(values: Sequence[str]) -> Iterator[int]:
    """The places of values that stand before already."""
    return (place for place, value in enumerate(values) if value in values[:place])


def _problem(params: Manifest, field: str, what: str, remedy: str, event: str) -> Problem:
    reason = f"IngressClassParams {params.name}: {field}: {what}; the controller's webhook refuses it."
    return Problem(reason, remedy, params.source_of("spec", field), "EKI251", event)
