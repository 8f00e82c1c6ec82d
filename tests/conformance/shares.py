"""What was drawn how often, and what the judge says of groups, Services and bindings: `python -m tests.conformance.shares 2000`."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from random import Random

from tests.conformance.cases.short import PREFIX, SERVICE_PREFIX, Object
from tests.conformance.generate import group
from tests.conformance.generate_bindings import bindings
from tests.conformance.generate_services import services
from tests.conformance.judge import build

_OF_A_PORT_OR_SERVICE = re.compile(
    r"(actions|conditions|transforms|listener-attributes|target-control-port|target-group-attributes)\..*"
)


def kind_of(error: str) -> str:
    """An error without the names and values of its case."""
    error = re.sub(r"^(ingress|Ingress|failed to (compute|merge).* for (port|ingress)): \S+: ", "", error)
    error = re.sub(
        r"^failed to parse (\w+) annotation, (?:alb.ingress|service.beta).kubernetes.io/([\w-]+).*",
        r"\1 \2 cannot be read",
        error,
        flags=re.DOTALL,
    )
    error = re.sub(
        r"^(conflicting [^:]*|no certificate found for host|failed build tags for|invalid CIDR|.*strconv).*",
        r"\1",
        error,
        flags=re.DOTALL,
    )
    error = re.sub(r"(?<!\w)[\[`\"'].*", "…", error, flags=re.DOTALL)
    return re.sub(r"\S+/\S+|\b\d+\b", "…", error)[:100].strip()


def drawn(cases: list[Object]) -> Counter[str]:
    """How many cases have each annotation and each type of path."""
    counts: Counter[str] = Counter()
    for case in cases:
        found = set()
        for each in case["objects"]:
            for name in each["metadata"].get("annotations", {}):
                short = _OF_A_PORT_OR_SERVICE.sub(r"\1.*", name.removeprefix(PREFIX).removeprefix(SERVICE_PREFIX))
                found.add(f"{each['kind']} {short}")
            for rules in each.get("spec", {}).get("rules", ()):
                found |= {f"path {way['pathType']}" for way in rules.get("http", {}).get("paths", ())}
        counts.update(found)
    return counts


def tell(kind: str, draw: Callable[[Random], Object], number: int) -> None:
    """Print the shares of so many cases."""
    cases = [draw(Random(seed)) for seed in range(number)]
    print(f"{number} cases of {kind}; of them have")
    for name, times in sorted(drawn(cases).items()):
        print(f"  {times / number:6.1%}  {name}")
    built = refused = left_out = 0
    kinds: Counter[str] = Counter()
    for answer in build().ask({"id": str(seed), **case} for seed, case in enumerate(cases)):
        if "error" in answer or answer.get("decode"):
            print("not judged:", answer)
        for ingress_answer in (answer.get("ingresses") or {}).values():
            left_out += bool(ingress_answer.get("error"))
            kinds.update(kind_of(ingress_answer[key]) for key in ("admission", "error") if ingress_answer.get(key))
        kinds.update(kind_of(each["admission"]) for each in (answer.get("classParams") or {}).values() if each.get("admission"))
        for made in (answer.get(kind) or {}).values():
            told = made.get("errors") or [text for text in (made.get("admission"),) if text]
            built += not told
            refused += bool(told)
            kinds.update({kind_of(error) for error in told})
    total = built + refused
    print(f"{total} {kind}: {built / total:.1%} are built, {refused / total:.1%} refused; {left_out} Ingresses get into no group")
    print(f"{len(kinds)} kinds of errors:")
    for error, times in kinds.most_common():
        print(f"  {times:6}  {error}")


def main(number: int) -> None:
    """Tell the shares of so many cases of each kind."""
    tell("groups", group, number)
    tell("services", services, number)
    tell("bindings", bindings, number)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
