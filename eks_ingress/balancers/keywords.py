"""Methods that take the keywords of the construct that they make, so that these are written down once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cached_property
from types import MethodType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from constructs import Construct

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost

P = ParamSpec("P")
R = TypeVar("R")


def with_keywords_of(
    construct: Callable[[], Callable[Concatenate[Construct, str, BalancerHost, P], R]],
) -> Callable[[Callable[..., R]], Callable[Concatenate[BalancerHost, str, P], R]]:
    """Gives a method of a `BalancerHost` the keywords of a construct's `__init__`, for type checkers, editors and `help()`.

    What tells the construct's class is asked, and the class so loaded, only when somebody wants the method.
    """

    def decorate(method: Callable[..., R]) -> Callable[Concatenate[BalancerHost, str, P], R]:
        return cast("Callable[Concatenate[BalancerHost, str, P], R]", _Method(method, construct))

    return decorate


class _Method:
    """A method of a class, as a function is one."""

    def __init__(self, method: Callable[..., Any], construct: Callable[[], Any]) -> None:
        self._bare = method
        self._construct = construct
        self.__doc__ = method.__doc__

    @cached_property
    def _method(self) -> Callable[..., Any]:
        own = inspect.signature(self._bare)
        keywords = [*inspect.signature(self._construct().__init__).parameters.values()][4:]
        parameters = [*[*own.parameters.values()][:2], *keywords]
        self._bare.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        return self._bare

    def __get__(self, host: BalancerHost | None, owner: type) -> Callable[..., Any]:
        return self._method if host is None else MethodType(self._method, host)
