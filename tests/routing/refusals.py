"""What was refused, for comparison."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eks_ingress.refusal import Refused


def refusals(make: Callable[[], object]) -> list[tuple[str, str]]:
    """Reason and remedy of each problem for which `make` is refused."""
    with pytest.raises(Refused) as refused:
        make()
    return [(problem.reason, problem.remedy) for problem in refused.value.problems]


def reasons(make: Callable[[], object]) -> list[str]:
    """Reason of each problem for which `make` is refused."""
    return [reason for reason, _ in refusals(make)]
