"""Methods that take the keywords of the construct that they make, so that these are written down once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from constructs import Construct

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost

P = ParamSpec("P")
R = TypeVar("R")


def with_keywords_of(
    construct: Callable[Concatenate[Any, Construct, str, BalancerHost, P], None],
) -> Callable[[Callable[..., R]], Callable[Concatenate[BalancerHost, str, P], R]]:
    """Gives a method of a `BalancerHost` the keywords of a construct's `__init__`, for type checkers, editors and `help()`."""

    def decorate(method: Callable[..., R]) -> Callable[Concatenate[BalancerHost, str, P], R]:
        own = inspect.signature(method)
        keywords = [*inspect.signature(construct).parameters.values()][4:]
        parameters = [*[*own.parameters.values()][:2], *keywords]
        method.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        return method

    return decorate
