"""Asks the controller itself: `python -m tests.conformance [--record] [--random N] [--seed S]`.

Without options, all cases are asked again, and an answer that is not the recorded one is a failure; the checks are put to the
manifests of the controller's documentation; then N random groups, and as many random Services and TargetGroupBindings, are built by
the controller and by the plan. `--record` keeps the answers instead.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import count
from random import Random
from typing import Any

from tests.conformance.answers import differences
from tests.conformance.cases import load
from tests.conformance.documentation import objections
from tests.conformance.generate import group
from tests.conformance.generate_bindings import bindings
from tests.conformance.generate_services import services
from tests.conformance.judge import Judge, NoJudge, build
from tests.conformance.recorded import answers, asked, write
from tests.conformance.releases import MODELLED, is_answered_otherwise, is_younger
from tests.conformance.verdict import Tally, disagreements, without_certificates

_MOST_SHOWN = 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--record", action="store_true", help="keep the answers to the cases")
    parser.add_argument("--random", type=int, default=10_000, metavar="N", help="how many of each kind (default: 10000)")
    parser.add_argument("--seed", type=int, default=None, help="begin with this one (default: by the clock)")
    options = parser.parse_args()
    try:
        judge = build()
    except NoJudge as reason:
        print(f"No judge could be built:\n{reason}", file=sys.stderr)
        return 2
    print(f"The judge is controller {judge.release}.")
    if judge.release != MODELLED:
        print(f"Release {MODELLED} cannot be had here: what is younger than {judge.release} is left out.")
    wrong = _record(judge) if options.record else _again(judge)
    wrong += _documentation(judge)
    seed = time.time_ns() % 10**9 if options.seed is None else options.seed
    if options.random:
        print(f"Random cases from seed {seed}.")
        wrong += _random(judge, "groups", group, options.random, seed)
        wrong += _random(judge, "Services", services, options.random, seed)
        wrong += _random(judge, "bindings", bindings, options.random, seed)
    return 1 if wrong else 0


def _record(judge: Judge) -> int:
    if judge.release != MODELLED:
        print(f"Answers are recorded from {MODELLED} only.", file=sys.stderr)
        return 1
    cases = load()
    write(cases, judge.ask(map(asked, cases)))
    print(f"{len(cases)} answers are recorded.")
    return 0


def _again(judge: Judge) -> int:
    """Asks all cases again; the number of those whose answer is another one."""
    kept = answers()
    cases = [case for case in load() if not is_younger(asked(case), judge.release)]
    wrong = left_out = 0
    for case, answer in zip(cases, judge.ask(map(asked, cases)), strict=True):
        if is_answered_otherwise(asked(case), answer, judge.release):
            left_out += 1
            continue
        found = differences(without_certificates(kept[case.name]), without_certificates(answer))
        wrong += bool(found)
        if found and wrong <= _MOST_SHOWN:
            print(f"{case.file}: {case.name} is answered otherwise:\n  " + "\n  ".join(found[:5]))
    print(f"{len(cases) - left_out} of {len(kept)} cases were asked again; {wrong} answers differ.")
    return wrong


def _documentation(judge: Judge) -> int:
    """The number of objections to the controller's own examples."""
    found = list(objections(judge.docs))
    print(f"{len(found)} objections to the manifests of the controller's documentation." + "".join(f"\n  {x}" for x in found))
    return len(found)


def _random(judge: Judge, kind: str, draw: Callable[[Random], dict[str, Any]], number: int, seed: int) -> int:
    """Compares so many random groups or Services; the number of cases on which the plan and the judge disagree."""
    sent: deque[dict[str, Any]] = deque()  # filled by the thread that feeds the judge
    tally = Tally()
    wrong = asked_of = judged = 0
    for answer in judge.ask(_kept(_cases(judge, draw, seed), sent)):
        case = sent.popleft()
        if is_answered_otherwise(case, answer, judge.release):
            continue
        asked_of += 1
        found = disagreements(case, answer, tally)
        wrong += bool(found)
        if found and wrong <= _MOST_SHOWN:
            print(f"{case['id']} of {kind}:\n  " + "\n  ".join(found[:5]))
        judged = sum(times for what, times in tally.items() if what.startswith(f"{kind} that are "))
        if judged >= number:
            break
    for what, times in sorted(tally.items()):
        print(f"  {times:7} {what}" + (f" ({times / judged:.0%})" if what.startswith(kind) else ""))
    print(f"{judged} random {kind} in {asked_of} cases; on {wrong} cases the plan and the controller disagree.")
    return wrong


def _kept(cases: Iterator[dict[str, Any]], sent: deque[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The cases, each of which is kept before it is handed on."""
    for case in cases:
        sent.append(case)
        yield case


def _cases(judge: Judge, draw: Callable[[Random], dict[str, Any]], seed: int) -> Iterator[dict[str, Any]]:
    """Random cases without end."""
    for number in count(seed):
        case = {**draw(Random(number)), "id": f"seed {number}"}
        if not is_younger(case, judge.release):
            yield case


if __name__ == "__main__":
    sys.exit(main())
