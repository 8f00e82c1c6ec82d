"""All checks."""

from __future__ import annotations

from collections.abc import Mapping

from eks_ingress.checks import (
    acknowledged,
    attributes,
    backends,
    bindings,
    classes,
    conditions,
    controller,
    dns,
    frontend,
    limits,
    listeners,
    names,
    network,
    objects,
    places,
    refused_bindings,
    refused_groups,
    refused_routing,
    refused_services,
    refused_targets,
    repeated,
    routing,
    service_listeners,
    service_settings,
    service_targets,
    services,
    sign_in,
    sign_in_clients,
    sizes,
    spelling,
    subnets,
    targets,
)
from eks_ingress.checks.check import Check, Finding
from eks_ingress.plan.model import Plan

_ROOMS = (
    acknowledged,
    places,
    attributes,
    backends,
    bindings,
    classes,
    conditions,
    controller,
    dns,
    frontend,
    limits,
    listeners,
    names,
    network,
    objects,
    refused_bindings,
    refused_groups,
    refused_routing,
    refused_services,
    refused_targets,
    repeated,
    routing,
    service_listeners,
    service_settings,
    service_targets,
    services,
    sign_in,
    sign_in_clients,
    sizes,
    spelling,
    subnets,
    targets,
)

CHECKS: tuple[Check, ...] = tuple(
    sorted(
        (
            kind()
            for room in _ROOMS
            for kind in vars(room).values()
            if isinstance(kind, type) and issubclass(kind, Check) and kind.__module__ == room.__name__ and "id" in vars(kind)
        ),
        key=lambda check: check.id,
    )
)
"""Every check, by id."""

BY_ID: Mapping[str, Check] = {check.id: check for check in CHECKS}


def find(plan: Plan) -> list[Finding]:
    """Every place where a plan breaks a rule: by place, then by id of the check, each with the reason why it is meant so if any."""
    found = {(x.id, x.source, x.object, x.message): x for check in CHECKS for x in check.find(plan)}
    return sorted(acknowledged.acknowledge(plan, list(found.values()), BY_ID), key=_place)


def _place(finding: Finding) -> tuple[str, str, int, str, str]:
    source = finding.source
    return source.construct or "", source.file or "", source.line or 0, finding.id, finding.message
