"""What an older release of the controller does otherwise than 3.5.0, which the plan is a model of."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

MODELLED = "3.5.0"


_NO_NUMBER = re.compile(r'minimum-load-balancer-capacity": "CapacityUnits=(?![0-9]{1,9}")')
"""A capacity that is no number, or none of 32 bits."""


def is_younger(case: Mapping[str, Any], release: str) -> bool:
    """Whether a case is about something that came after `release`, so that its answer means nothing.

    Between 3.2.2 and 3.5.0 came: certificates that the controller asks for, the label of Secrets, the refusal of capacities that
    are no number, and that of subnets without IPv6 for load balancers with it.
    """
    if release == MODELLED:
        return False
    controller = case.get("controller") or {}
    if "EnableCertificateManagement" in (controller.get("featureGates") or {}) or "requiredSecretsLabel" in controller:
        return True
    said = json.dumps(case["objects"])
    subnets = (case.get("facts") or {}).get("subnets") or ()
    return ("dualstack" in said and not all(x.get("ipv6") for x in subnets)) or _NO_NUMBER.search(said) is not None


def is_answered_otherwise(case: Mapping[str, Any], answer: Mapping[str, Any], release: str) -> bool:
    """Whether an answer shows that it is about something that came after `release`.

    That is a network load balancer in front, for which one subnet is enough by now; the words for having found none with IPv6; and
    the numbers of the messages by which a path's MTU is discovered, which were others.
    """
    if release == MODELLED:
        return False
    said, told = json.dumps(case["objects"]), json.dumps(answer)
    return (
        ("enable-frontend-nlb" in said and "minimal required count: 1 < 2" in told)
        or ("dualstack" in said and "unable to resolve at least one subnet" in told)
        or '"ipProtocol": "icmp' in told
    )
