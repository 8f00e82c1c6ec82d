"""What an older release of the controller does otherwise than 3.5.0, which the plan is a model of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MODELLED = "3.5.0"


def is_younger(case: Mapping[str, Any], release: str) -> bool:
    """Whether a case is about something that came after `release`, so that its answer means nothing.

    Between 3.2.2 and 3.5.0 came: certificates that the controller asks for, the label of Secrets, the refusal of capacities that
    are no number, that of subnets without IPv6 for load balancers with it, and network load balancers that one subnet is found for.
    """
    if release == MODELLED:
        return False
    controller = case.get("controller") or {}
    if "EnableCertificateManagement" in (controller.get("featureGates") or {}) or "requiredSecretsLabel" in controller:
        return True
    said = json.dumps(case["objects"])
    if "enable-frontend-nlb" in said and "frontend-nlb-subnets" not in said:
        return True
    return any(words in said for words in ("minimum-load-balancer-capacity", "minimumLoadBalancerCapacity", "dualstack"))
