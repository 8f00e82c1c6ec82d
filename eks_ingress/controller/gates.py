"""The feature gates of controller 3.5.0.

Facts: the controller's `pkg/config/feature_gates.go`, which ends with `unknown feature` for any other name. The controller would
crash again and again, and while it is down, so is every change of an Ingress, since its webhooks refuse what they cannot see.
"""

from __future__ import annotations

from collections.abc import Mapping

from eks_ingress.controller.features import GATES as OF_FEATURES
from eks_ingress.nearest import nearest
from eks_ingress.refusal import Refusals

GATES: Mapping[str, bool] = {
    "ListenerRulesTagging": True,
    "WeightedTargetGroups": True,
    "EndpointsFailOpen": True,
    "EnableServiceController": True,
    "EnableIPTargetType": True,
    "SubnetsClusterTagCheck": True,
    "NLBHealthCheckAdvancedConfig": True,
    "NLBSecurityGroup": True,
    "SubnetDiscoveryByReachability": True,
    "LBCapacityReservation": True,
    "NLBGatewayAPI": True,
    "ALBGatewayAPI": True,
    "GatewayListenerSet": True,
    "ServiceTypeLoadBalancerOnly": False,
    "EnableRGTAPI": False,
    "ALBSingleSubnet": False,
    "GlobalAcceleratorController": False,
    "EnableTCPUDPListener": False,
    "EnhancedDefaultBehavior": False,
    "EnableDefaultTagsLowPriority": False,
    "ALBTargetControlAgent": False,
    "EnableCertificateManagement": False,
    "IngressPlanAnnotation": False,
}
"""Every gate, and whether it is open when nothing is said."""

SINCE: Mapping[str, str] = {
    "EnableDefaultTagsLowPriority": "2.14.1",
    "ALBTargetControlAgent": "2.16.0",
    "GlobalAcceleratorController": "2.17.0",
    "GatewayListenerSet": "3.2.2",
    "EnableCertificateManagement": "3.3.0",
    "IngressPlanAnnotation": "3.4.0",
}
"""The releases that knew a gate first; the others are older than 2.14.1."""

_WRONGLY_DOCUMENTED = {
    "NLBHealthCheckAdvancedConfiguration": "NLBHealthCheckAdvancedConfig",
    "EnableTCPUDPListenerType": "EnableTCPUDPListener",
}
"""Names in the controller's documentation that the controller itself does not know, and what it knows instead."""


def unknown_gates(gates: Mapping[str, object]) -> list[str]:
    """The names that controller 3.5.0 would not start with."""
    return [name for name in gates if name not in GATES]


def require_gates(refusals: Refusals, what: str, gates: Mapping[str, object], *, names_too: bool = True) -> None:
    """Notes each gate that is unknown (unless not `names_too`, for another release of the controller), or not True or False."""
    for name, is_open in gates.items():
        if name in _WRONGLY_DOCUMENTED:
            refusals.require(
                False,
                what,
                name,
                "stands in the controller's documentation, but the controller does not know it and would crash at every start",
                f"Write {_WRONGLY_DOCUMENTED[name]!r}.",
            )
        elif names_too and name not in GATES:
            meant = nearest(str(name), GATES)
            refusals.require(
                False,
                what,
                name,
                "is unknown to controller 3.5.0, which would crash at every start",
                f"Did you mean {meant!r}?" if meant else f"It knows {', '.join(sorted(GATES))}.",
            )
        elif name in OF_FEATURES:
            refusals.require(
                False,
                what,
                name,
                "belongs to a feature, which brings its permissions too",
                f"Name Feature.{OF_FEATURES[name].name} in `features=` of EksIngress, or leave it out.",
            )
        refusals.require(
            isinstance(is_open, bool), f"{what} {name!r} =", is_open, "is neither True nor False", "Write True or False, unquoted."
        )
