"""What somebody sees who names no command: which there are, and what to do next."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from eks_ingress import __version__
from eks_ingress.cli import COMMANDS, PROGRAM
from eks_ingress.nearest import nearest

_GROUPS = {
    "See what the controller will build": ("plan", "match"),
    "Find what is wrong": ("check", "test", "explain"),
    "Write what is needed": ("import", "policy", "annotations"),
    "In the shell": ("completion",),
}


def answer(words: Sequence[str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error for words that name no command."""
    if not words:
        return 2, "", _page()
    if words[0] in ("-h", "--help", "help"):
        return 0, _page(), ""
    if words[0] == "--version":
        return 0, f"{PROGRAM} {__version__}", ""
    if words[0].startswith("-"):
        return (
            2,
            "",
            f"{PROGRAM}: there is no option {words[0]!r} here; options stand behind a command. {PROGRAM} --help lists them.",
        )
    near = nearest(words[0], COMMANDS, 0.6)
    return (
        2,
        "",
        f"{PROGRAM}: there is no command {words[0]!r}. {f'Did you mean {near}?' if near else f'{PROGRAM} --help lists them.'}",
    )


def _page() -> str:
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield f"usage: {PROGRAM} COMMAND …"
    yield ""
    yield "What traffic into an EKS cluster will meet."
    width = max(map(len, COMMANDS))
    for title, names in _GROUPS.items():
        yield ""
        yield f"{title}:"
        yield from (f"    {name.ljust(width)}  {COMMANDS[name]}" for name in names)
    yield ""
    yield "What to do next:"
    steps = dict(_next())
    width = max(map(len, steps))
    yield from (f"    {step.ljust(width)}  {what}" for step, what in steps.items())
    yield ""
    yield f"{PROGRAM} help COMMAND has its options, examples and exit codes."
    yield "Exit codes: 0 all is well, 1 something is wrong, 2 something could not be read."


def _next() -> Iterator[tuple[str, str]]:
    """What fits the folder that somebody is in."""
    if os.path.exists(os.path.join("cdk.out", "manifest.json")):
        yield f"{PROGRAM} plan", "the load balancers of the app in cdk.out"
        yield f"{PROGRAM} check", "what is wrong with it"
    elif os.path.exists("cdk.json"):
        yield f"cdk synth --quiet && {PROGRAM} plan", "the load balancers of this app"
    else:
        yield f"{PROGRAM} plan manifests/", "the load balancers of Kubernetes YAML"
        yield f"{PROGRAM} check manifests/", "what is wrong with it"
        yield f"kubectl get ingress,ingressclass,service -A -o yaml | {PROGRAM} plan -", "those of a cluster"
