"""Which resource waits for which, and work done in that order, side by side where nothing forbids it.

Facts: AWS CloudFormation User Guide, DependsOn attribute: a resource also waits for what its properties refer to; resources are
deleted in reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from tests.deploy.stacks.intrinsics import references
from tests.deploy.stacks.refused import Unsupported

Graph = Mapping[str, Collection[str]]
"""For each name those that come before it."""

WORKERS = 16


def dependencies(resources: Mapping[str, Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """For each resource of a template those that must be there before. Raises `Unsupported` where they wait for each other."""
    graph = {}
    for name, resource in resources.items():
        named = resource.get("DependsOn", [])
        found = {*([named] if isinstance(named, str) else named), *references(resource.get("Properties", {}))}
        graph[name] = frozenset(found & resources.keys())
    in_layers(graph)
    return graph


def reverse(graph: Graph) -> dict[str, frozenset[str]]:
    """For each name those that wait for it: they go first when all is taken away."""
    return {name: frozenset(other for other, before in graph.items() if name in before) for name in graph}


def among(graph: Graph, names: Collection[str]) -> dict[str, frozenset[str]]:
    """The part of a graph that has these names. Who waits for one that is left out waits for those that it waits for."""
    kept = frozenset(names)

    def before(name: str) -> Iterable[str]:
        for other in graph.get(name, ()):
            if other in kept:
                yield other
            else:
                yield from before(other)

    return {name: frozenset(before(name)) for name in names}


def in_layers(graph: Graph) -> list[set[str]]:
    """The names in layers: each waits for layers before it alone."""
    left, done, layers = dict(graph), set[str](), list[set[str]]()
    while left:
        ready = {name for name, before in left.items() if not set(before) - done}
        if not ready:
            raise Unsupported(f"circular dependency between resources: {', '.join(sorted(left))}")
        layers.append(ready)
        done |= ready
        left = {name: before for name, before in left.items() if name not in ready}
    return layers


def walk(graph: Graph, act: Callable[[str], bool], *, stop_at_failure: bool) -> set[str]:
    """Acts on each name once all before it are done, several at a time; returns those that were acted on without success.

    :param act: does it, and says whether it succeeded.
    :param stop_at_failure: after a failure nothing new is begun, and what was begun is waited for. Otherwise all is done but
        what waits for a failure.
    """
    waiting, running, done, failed = dict(graph), dict[Future[bool], str](), set[str](), set[str]()
    pool = ThreadPoolExecutor(WORKERS)
    try:
        while True:
            if not (failed and stop_at_failure):
                for name in [name for name, before in waiting.items() if set(before) <= done]:
                    del waiting[name]
                    running[pool.submit(act, name)] = name
            if not running:
                return failed
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                name = running.pop(future)
                (done if future.result() else failed).add(name)
    finally:
        # Where something went wrong here, or somebody pressed Ctrl-C, what still runs is not waited for.
        pool.shutdown(wait=False, cancel_futures=True)
