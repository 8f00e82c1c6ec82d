"""What goes with what: the releases of the controller and of its Helm chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ControllerVersion:
    """A release of the controller, and the version of the Helm chart that installs it."""

    controller: str
    """Version of the controller, without a leading `v`."""
    chart: str
    """Version of the chart `aws-load-balancer-controller`."""

    V3_5_0: ClassVar[ControllerVersion]
    """Controller 3.5.0, on which this package was tested."""


ControllerVersion.V3_5_0 = ControllerVersion("3.5.0", chart="3.5.0")
