"""What differs between a plan and what the controller built."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from eks_ingress.plan.comparing import ABSENT, Difference, differences
from eks_ingress.plan.live import Live
from eks_ingress.plan.model import Plan
from eks_ingress.report.visible import visible

_LONGEST = 300


@dataclass(frozen=True)
class Comparison:
    """What differs, load balancer by load balancer."""

    compared: tuple[tuple[str, tuple[Difference, ...]], ...]
    """Those that are planned and live, by their group."""
    not_live: tuple[str, ...]
    """The groups that are planned and, though all were read, not live."""
    not_planned: tuple[str, ...]
    """The groups that are live and not planned."""

    @classmethod
    def of(cls, plan: Plan, live: Live) -> Comparison:
        """Compares all that both have."""
        planned = {balancer.group: balancer for balancer in plan.load_balancers}
        compared = [
            (group, tuple(differences(balancer.stack, live.stacks[group])))
            for group, balancer in planned.items()
            if group in live.stacks
        ]
        not_live = tuple(group for group in planned if live.is_all and group not in live.stacks)
        return cls(tuple(compared), not_live, tuple(group for group in live.stacks if group not in planned))

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs, but for what only the cluster knows."""
        known = (difference for _, found in self.compared for difference in found if not difference.unknown)
        return not (any(known) or self.not_live or self.not_planned)

    def __str__(self) -> str:
        paragraphs = ["\n".join(_lines(group, found)) for group, found in self.compared]
        paragraphs += [f"Load balancer {visible(group)}: planned, and not live." for group in self.not_live]
        paragraphs += [f"Load balancer {visible(group)}: live, and not planned." for group in self.not_planned]
        return "\n\n".join(paragraphs)

    @property
    def json(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "load_balancers": [
                {
                    "group": group,
                    "differences": [_json(x) for x in found if not x.unknown],
                    "known_only_in_the_cluster": [_json(x) for x in found if x.unknown],
                }
                for group, found in self.compared
            ],
            "not_live": [*self.not_live],
            "not_planned": [*self.not_planned],
        }


def _lines(group: str, found: tuple[Difference, ...]) -> list[str]:
    known = [difference for difference in found if not difference.unknown]
    title = f"Load balancer {visible(group)}: " + (
        f"{len(known)} difference{'' if len(known) == 1 else 's'}." if known else "as planned."
    )
    unknown = Counter(_short(x.planned) for x in found if x.unknown)
    places = [f"    {value}{f', {times} times' if times > 1 else ''}" for value, times in unknown.items()]
    return [
        title,
        *(f"  {visible(x.pointer)}: planned {_short(x.planned)}, live {_short(x.live)}" for x in known),
        *(["  known only in the cluster:", *places] if places else []),
    ]


def _short(value: Any) -> str:
    text = "nothing" if value is ABSENT else json.dumps(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _json(difference: Difference) -> dict[str, Any]:
    """Where it is, and both values; one that is not there is left out."""
    values = {"planned": difference.planned, "live": difference.live}
    return {"pointer": difference.pointer, **{name: value for name, value in values.items() if value is not ABSENT}}
