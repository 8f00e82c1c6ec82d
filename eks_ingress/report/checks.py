"""What the checks are about, for people to read: one of them on a terminal, all of them as a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import fill, indent

from eks_ingress.checks.acknowledged import BEGINNING
from eks_ingress.checks.check import WARNING, Check
from eks_ingress.checks.controller import Told
from eks_ingress.checks.mistakes import MISTAKES, Mistake
from eks_ingress.checks.registry import BY_ID, CHECKS

_WIDTH = 100
_PAGE_WIDTH = 132

FAMILIES = {
    "EKI1": "Routing",
    "EKI2": "Listeners, TLS, groups and classes",
    "EKI3": "Network and targets",
    "EKI4": "Limits",
    "EKI5": "Controller, permissions and acknowledgements",
}
"""What the checks whose ids begin so are about."""


def explain(id: str) -> str:
    """What a check is about, for a terminal. Raises `KeyError` for an id that there is not."""
    check = BY_ID[id]
    parts = [f"{check.id} {_severity(check)}", fill(f"{check.title}.", _WIDTH), fill(check.why, _WIDTH), fill(check.remedy, _WIDTH)]
    if check.example:
        parts.append(f"For example:\n\n{indent(check.example, '    ')}")
    if check.can_be_acknowledged:
        parts.append(f'Meant so? Say it on the object:\n\n    annotations:\n      {BEGINNING}{check.id}: "the reason"')
    parts.append(fill(f"Facts: {check.source}.{_only_in_cdk(check)}", _WIDTH))
    return "\n\n".join(parts)


def _severity(check: Check) -> str:
    return "error or warning" if check.is_mixed else check.severity.value


def _only_in_cdk(check: Check) -> str:
    return " Found by `cdk synth` alone, which knows the cluster." if isinstance(check, Told) else ""


def page() -> str:
    """`docs/checks.md`."""
    return "\n".join([_HEAD, *_families(), *_mistakes()])


_HEAD = f"""\
# Checks

`cdk synth` and `eks-ingress check` look for what is listed here, in what the controller will build and in what it was told; what
only `cdk synth` can find says so.
`eks-ingress explain ID` says the same of one check.

An **error** is what the controller or AWS would refuse, or never finish with: `cdk synth` fails, and `eks-ingress check` ends with
exit code 1. A **warning** is what would silently be something else than what was written. Nothing is said of a value that is known
only when it is deployed.

What is meant so is acknowledged where it is found, with the reason, in an annotation of the object that the finding is about:

```yaml
metadata:
  annotations:
    {BEGINNING}EKI101: "the old path stays until the apps are updated"
```

An acknowledgement without reason, for a check that there is not, or for nothing that is found, is a warning itself (EKI506). What
the controller refuses cannot be acknowledged: it would be refused all the same.

AWS's limits are those of a new account; what was raised for yours is stated with the other facts about AWS (`quotas`).

This page is made from the checks themselves: `python -m tests.checks.checks_page` writes it anew.
"""


def _families() -> Iterator[str]:
    for beginning, title in FAMILIES.items():
        checks = [check for check in CHECKS if check.id.startswith(beginning)]
        yield f"## {title}\n"
        yield "| id | | what is wrong |\n|---|---|---|"
        yield from (f"| {_link(check)} | {_severity(check)} | {_cell(check.title)} |" for check in checks)
        yield ""
        for check in checks:
            yield f"### {check.id}\n\n{_text(f'{check.title}. {check.why}')}\n\n{_text(check.remedy)}\n"
            if check.example:
                yield f"```yaml\n{check.example}\n```\n"
            how = " by an annotation" if check.severity is WARNING else ""
            unless = "" if check.can_be_acknowledged else f" Cannot be acknowledged{how}."
            yield f"{_text(f'Facts: {check.source}.{_only_in_cdk(check)}{unless}')}\n"


def _mistakes() -> Iterator[str]:
    yield "## Known mistakes\n"
    yield _text(
        "What `kubectl apply` takes and the controller does not, or takes for something else, with the check that finds it. Some "
        "of it cannot be known before it is deployed."
    )
    yield "\n| | mistake | found by |\n|---|---|---|"
    for mistake in MISTAKES:
        yield f"| {mistake.number} | {_cell(mistake.what)} | {_cell(_found_by(mistake))} |"
    yield ""


def _found_by(mistake: Mistake) -> str:
    if mistake.unknown:
        return f"cannot be known: {mistake.unknown}"
    ids = ", ".join(_link(check) for check in CHECKS if mistake.number in check.mistakes)
    return f"{ids}, where {mistake.given}" if mistake.given else ids


def _link(check: Check) -> str:
    return f"[{check.id}](#{check.id.lower()})"


def _text(text: str) -> str:
    """A paragraph of Markdown."""
    return fill(_escaped(text), _PAGE_WIDTH, break_long_words=False, break_on_hyphens=False)


def _cell(text: str) -> str:
    return _escaped(text).replace("|", r"\|")


def _escaped(text: str) -> str:
    """The text with what means something in Markdown as it stands, but for what is in backticks."""
    parts = text.split("`")
    return "`".join(re.sub(r"[*<]", r"\\\g<0>", part) if place % 2 == 0 else part for place, part in enumerate(parts))
