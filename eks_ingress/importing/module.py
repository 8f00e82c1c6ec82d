"""The text of a Python file that makes what was imported."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from eks_ingress.importing.code import WIDTH, Atom, Call, Expression, Items, lines, text
from eks_ingress.importing.groups import Imported
from eks_ingress.importing.items import OWN_CLASS, AddClass, AddIngress, AddLoadBalancer, AddManifests, Item
from eks_ingress.importing.names import Variables
from eks_ingress.importing.whole import Import
from eks_ingress.importing.words import Imports, differing, expression
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Problem
from eks_ingress.report.visible import visible
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.names import slug
from eks_ingress.routing.route import Route
from eks_ingress.routing.scheme import Scheme

_INDENT = "    "
_FUNCTION = "add_load_balancers"
_NOT_VARIABLES = {"ingress", "timedelta", _FUNCTION}
_TAKE_OVER: tuple[str | None, Expression] = ("take_over", Atom("True"))
"""The objects are in the cluster already."""
_SHOWN = 20
"""How many objects are named that are not turned into code."""


def module(made: Import, paths: Sequence[str]) -> str:
    """The text of the file; `paths` are what was read."""
    body = _Body()
    for added in made.classes:
        body.add_class(added)
    for group in made.groups:
        body.add_group(group)
    for name, problems in made.refused:
        body.comment(f"Left out: the controller refuses the load balancer of {name}.", *map(_told, problems))
    others = [_named(other) for other in made.others]
    if others:
        more = [f"and {len(others) - _SHOWN} more"] if len(others) > _SHOWN else []
        body.comment(
            f"Not turned into code, and to be applied as before: {', '.join([*others[:_SHOWN], *more])}. A file that holds nothing "
            'else can be given to `ingress.add_manifests("Objects", "FILE")`.'
        )
    return "\n".join([*_head(body.imports, paths), *body.lines, ""])


class _Body:
    """The lines of the function."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.imports = Imports()
        self.imports.word("BalancerHost")
        self._variables = Variables(_NOT_VARIABLES)
        self._classes: dict[str, str] = {}

    def comment(self, *paragraphs: str) -> None:
        """Lines of a comment, after an empty one."""
        self.lines += [""] if self.lines else []
        for paragraph in paragraphs:
            wrapped = textwrap.wrap(visible(paragraph), WIDTH - len(_INDENT) - 2, break_long_words=False, break_on_hyphens=False)
            self.lines += [f"{_INDENT}# {line}" for line in wrapped]

    def add_class(self, added: AddClass) -> None:
        """The call for a class; load balancers refer to it by a variable."""
        made = added.made
        arguments: list[tuple[str | None, Expression]] = [(None, text(added.id))]
        if made.settings is not None:
            arguments.append(("settings", expression(made.settings, self.imports)))
        arguments += [("is_default", Atom("True"))] if made.is_default else []
        arguments += [("name", text(made.name))] if slug(added.id, 253) != made.name else []
        if made.params_name not in (None, made.name) or (made.params_name is not None and made.settings is None):
            arguments.append(("params_name", text(str(made.params_name))))
        arguments.append(_TAKE_OVER)
        self.comment(f"IngressClass {made.name} ({made.source})")
        self._classes[made.name] = self._variables.name(added.id)
        self._statement(f"{self._classes[made.name]} = ", Call("ingress.add_class", arguments))

    def add_group(self, group: Imported) -> None:
        """The calls for one load balancer."""
        name = "" if is_unknown(group.wanted.name) else f"{group.wanted.name} "
        self.comment(
            f"Load balancer {name}of Ingress {', '.join(group.wanted.members)}",
            *_why(group),
            *(f"Lost: {problem.reason} ({problem.source})" for problem in group.lost),
            *(_told(problem) for problem in group.notes),
        )
        for item in group.items:
            self._item(item)

    def _item(self, item: Item) -> None:
        match item:
            case AddLoadBalancer():
                self._load_balancer(item)
            case AddIngress():
                self._ingress(item)
            case AddManifests():
                body = expression(item.object.body, self.imports)
                self._statement("", Call("ingress.add_manifests", [(None, text(item.id)), (None, body), _TAKE_OVER]))

    def _load_balancer(self, item: AddLoadBalancer) -> None:
        call = Call("ingress.add_load_balancer", _arguments(item, self._classes, self.imports))
        if not item.routes:
            self._statement("", call)
            return
        variable = self._variables.name(item.id)
        self._statement(f"{variable} = ", call)
        for route in item.routes:
            self._statement("", Call(f"{variable}.add_route", _route(route, self.imports)))

    def _ingress(self, item: AddIngress) -> None:
        spec = item.spec
        default_name = slug(item.id, 63) == spec.name
        said = [x for x in differing(spec, self.imports, ["class_name"]) if not (default_name and x[0] == "name")]
        of_class = self._classes.get(spec.class_name or "")
        if spec.class_name is not None:
            place = next((n for n, (name, _) in enumerate(said) if name not in ("namespace", "name")), len(said))
            said.insert(place, ("class_name", text(spec.class_name)))
        spec_of = Call(self.imports.word("Ingress"), said)
        call = Call("ingress.add_ingress", [(None, text(item.id)), (None, spec_of), _TAKE_OVER])
        if of_class is None:
            self._statement("", call)
            return
        variable = self._variables.name(item.id)
        self._statement(f"{variable} = ", call)
        self._statement("", Call(f"{variable}.node.add_dependency", [(None, Atom(of_class))]))

    def _statement(self, before: str, value: Expression) -> None:
        self.lines += lines(before, value, indent=_INDENT)


def _arguments(item: AddLoadBalancer, classes: dict[str, str], imports: Imports) -> list[tuple[str | None, Expression]]:
    """The arguments of `add_load_balancer`, in its order, without those that are its defaults."""
    balancer = item.balancer
    settings = dict(differing(balancer.settings, imports, ["scheme"] if balancer.settings.scheme is Scheme.INTERNAL else []))
    said: dict[str, Expression] = {"namespace": text(balancer.namespace)}
    said |= {"scheme": settings.pop("scheme")} if "scheme" in settings else {}
    if balancer.listeners != (Listener.http(),):
        said["listeners"] = expression(balancer.listeners, imports)
    if not balancer.targets.says_nothing:
        said["targets"] = expression(balancer.targets, imports)
    said |= {} if balancer.auth is None else {"auth": expression(balancer.auth, imports)}
    said |= {} if item.default is None else {"default": expression(item.default, imports)}
    said |= settings
    for name, texts in (("labels", balancer.labels), ("annotations", balancer.annotations)):
        said |= {name: expression(texts, imports)} if texts else {}
    if balancer.class_name != OWN_CLASS:
        variable = classes.get(balancer.class_name)
        said["ingress_class"] = text(balancer.class_name) if variable is None else Atom(variable)
    if balancer.name != slug(item.id, 63):
        said["name"] = text(balancer.name)
    if "group.name" not in balancer.overridden and balancer.group_name != f"{balancer.namespace}.{balancer.name}":
        said["group_name"] = text(balancer.group_name)
    return [(None, text(item.id)), *said.items(), _TAKE_OVER]


def _route(route: Route, imports: Imports) -> list[tuple[str | None, Expression]]:
    said = differing(route, imports, ["match", "backend"])
    # One condition or transform needs no list.
    plain = [(name, value.items[0] if isinstance(value, Items) and len(value.items) == 1 else value) for name, value in said]
    order = ["conditions", "transforms", "auth", "order"]
    return [
        (None, expression(route.match, imports)),
        (None, expression(route.backend, imports)),
        *sorted(plain, key=lambda argument: order.index(argument[0])),
    ]


def _why(group: Imported) -> Iterator[str]:
    """Why it is not written in fewer words."""
    if group.reasons:
        level = "as it stands" if any(isinstance(item, AddManifests) for item in group.items) else "one to one"
        yield f"Written {level}: {'; '.join(group.reasons)}."


def _told(problem: Problem) -> str:
    place = "" if problem.source is None else f" ({problem.source})"
    return f"{problem.reason}{place} {problem.remedy}".strip()


def _named(manifest: Manifest) -> str:
    return f"{manifest.kind} {manifest.full_name} ({manifest.source})"


def _head(imports: Imports, paths: Sequence[str]) -> Iterator[str]:
    """Everything down to the body of the function."""
    # A quote could end the docstring, a backslash begin an escape.
    names = visible(", ".join(paths)).replace("\\", "/").replace('"', "'")
    yield f'"""Load balancers of Ingresses, imported from {names}.'
    yield ""
    yield f'    {_FUNCTION}(EksIngress.from_existing(self, "Ingress", cluster=cluster))'
    yield ""
    yield "or, where the app installs the controller itself, with an EksIngress(…). What is in the"
    yield "cluster already is taken over: it is the stack's from then on, and deleted with it."
    yield '"""'
    yield ""
    if imports.timedelta:
        yield "from datetime import timedelta"
        yield ""
    words = sorted(imports.words, key=str.lower)  # as isort has it
    flat = f"from eks_ingress import {', '.join(words)}"
    if len(flat) <= WIDTH:
        yield flat
    else:
        yield "from eks_ingress import ("
        yield from (f"{_INDENT}{word}," for word in words)
        yield ")"
    yield ""
    yield ""
    yield f"def {_FUNCTION}(ingress: BalancerHost) -> None:"
    yield f'{_INDENT}"""Adds them to the controller of a cluster."""'
