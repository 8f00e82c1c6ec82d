"""Amounts of cpu and memory as Kubernetes writes them.

Facts: Kubernetes documentation, "Resource Management for Pods and Containers".
"""

from __future__ import annotations

import re
from decimal import Decimal

from eks_ingress.refusal import Refusals

_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]+)?)(m|k|Ki|[MGT]i?)?")
_UNITS = {
    "m": Decimal("0.001"),
    "k": Decimal(1000),
    "Ki": Decimal(1024),
    "M": Decimal(1000**2),
    "Mi": Decimal(1024**2),
    "G": Decimal(1000**3),
    "Gi": Decimal(1024**3),
    "T": Decimal(1000**4),
    "Ti": Decimal(1024**4),
}


def amount(quantity: str) -> Decimal | None:
    """The number that a quantity stands for, in cores or bytes; None if it is no quantity."""
    found = _QUANTITY.fullmatch(quantity) if isinstance(quantity, str) else None
    return None if found is None else Decimal(found[1]) * _UNITS.get(found[2], Decimal(1))


def require_cpu(refusals: Refusals, what: str, quantity: str) -> None:
    """Cores, such as `0.5`, or thousandths of one, such as `500m`: at least `1m`."""
    cores = amount(quantity)
    refusals.require(
        cores is not None and cores >= _UNITS["m"] and not quantity.endswith(("k", "i", "M", "G", "T")),
        what,
        quantity,
        "is no amount of cpu",
        "Write thousandths of a core, such as '250m', or cores, such as '1'.",
    )


def require_memory(refusals: Refusals, what: str, quantity: str) -> None:
    """Bytes, such as `128Mi`; less than a mebibyte is taken for a wrong unit (`128m` is an eighth of a byte)."""
    size = amount(quantity)
    refusals.require(
        size is not None and size >= _UNITS["Mi"],
        what,
        quantity,
        "is no amount of memory",
        "Write mebibytes, such as '256Mi', or gibibytes, such as '1Gi'.",
    )
