"""What goes with what: the releases of the controller, the charts that install them, and their custom resources.

Facts: releases of the controller; the repository eks-charts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from eks_ingress.refusal import Refusals

_NUMBER = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True, order=True)
class Number:
    """A version as three numbers, so that versions can be compared."""

    major: int
    minor: int
    patch: int

    @classmethod
    def of(cls, text: str) -> Number:
        """Reads `3.5.0`."""
        return cls(*map(int, text.split(".")))


@dataclass(frozen=True)
class ControllerVersion:
    """A release of the controller, and the version of the Helm chart that installs it.

    Raises `Refused` for what is no version: three numbers with dots between them.
    """

    controller: str
    """Version of the controller, without a leading `v`."""
    chart: str
    """Version of the chart `aws-load-balancer-controller`: the same from 3.0.0 on, `1.x` for a controller of `2.x`."""

    V2_17_1: ClassVar[ControllerVersion]
    """Controller 2.17.1, the last of 2.x."""
    V3_0_0: ClassVar[ControllerVersion]
    """Controller 3.0.0."""
    V3_1_0: ClassVar[ControllerVersion]
    """Controller 3.1.0."""
    V3_2_0: ClassVar[ControllerVersion]
    """Controller 3.2.0."""
    V3_2_1: ClassVar[ControllerVersion]
    """Controller 3.2.1."""
    V3_2_2: ClassVar[ControllerVersion]
    """Controller 3.2.2."""
    V3_3_0: ClassVar[ControllerVersion]
    """Controller 3.3.0."""
    V3_4_0: ClassVar[ControllerVersion]
    """Controller 3.4.0."""
    V3_4_1: ClassVar[ControllerVersion]
    """Controller 3.4.1."""
    V3_4_2: ClassVar[ControllerVersion]
    """Controller 3.4.2."""
    V3_4_3: ClassVar[ControllerVersion]
    """Controller 3.4.3."""
    V3_5_0: ClassVar[ControllerVersion]
    """Controller 3.5.0, on which this package was tested; the default."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        for what, text in (("controller", self.controller), ("chart", self.chart)):
            refusals.require(
                _NUMBER.fullmatch(text) is not None,
                f"version of the {what}",
                text,
                "is none",
                "Write three numbers, such as '3.5.0', without a leading 'v'.",
            )
        refusals.settle()

    @classmethod
    def of(cls, controller: str, *, chart: str) -> ControllerVersion:
        """Any other release. What is newer than this package knows is warned about at synth.

        :param controller: version of the controller, such as `3.6.0`.
        :param chart: version of the chart that installs it.
        """
        return cls(controller, chart)

    @property
    def number(self) -> Number:
        """The controller's version, to be compared."""
        return Number.of(self.controller)

    @property
    def image_tag(self) -> str:
        """Tag of the controller's image."""
        return f"v{self.controller}"

    @property
    def is_newer_than_known(self) -> bool:
        """Whether this package was made before this release."""
        return self.number > ControllerVersion.V3_5_0.number

    def has(self, since: str) -> bool:
        """Whether what came with the release `since` is in this one."""
        return self.number >= Number.of(since)


_CHARTS = {"2.17.1": "1.17.1"} | {
    name: name for name in ("3.0.0", "3.1.0", "3.2.0", "3.2.1", "3.2.2", "3.3.0", "3.4.0", "3.4.1", "3.4.2", "3.4.3", "3.5.0")
}
for _name, _chart in _CHARTS.items():
    setattr(ControllerVersion, f"V{_name.replace('.', '_')}", ControllerVersion(_name, _chart))

CRDS_CHANGED_IN = ("2.15.0", "2.16.0", "2.17.0", "3.0.0", "3.2.0", "3.5.0")
"""The releases whose custom resource definitions differ from those before, of the Gateway API among them."""
