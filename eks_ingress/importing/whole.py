"""From manifests to calls: each load balancer, each class, and what is left as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from eks_ingress.importing.groups import Imported, Target, import_group
from eks_ingress.importing.items import OWN_CLASS, AddClass
from eks_ingress.importing.names import Ids
from eks_ingress.importing.sameness import Keep, difference
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.read_class import read_class_settings
from eks_ingress.plan.model import Plan
from eks_ingress.refusal import Problem
from eks_ingress.routing.ingress_class import IngressClass
from eks_ingress.routing.names import CLASS_CONTROLLER, IS_DEFAULT_CLASS, LEGACY_CLASS


class Import(NamedTuple):
    """What manifests become."""

    classes: Sequence[AddClass]
    groups: Sequence[Imported]
    refused: Sequence[tuple[str, Sequence[Problem]]]
    """The groups that the controller refuses, with the reasons."""
    others: Sequence[Manifest]
    """Objects that are not turned into code."""
    lost: Sequence[Problem]
    """What is said there and not in the code."""
    notes: Sequence[Problem]
    """What is worth knowing, though nothing is lost."""


def import_plan(plan: Plan, keep: Keep) -> Import:
    """The calls that make the load balancers of a plan."""
    assert plan.world is not None
    world = plan.world
    ids = Ids()
    lost: list[Problem] = []
    classes = _classes(world.manifests, ids, lost)
    added = {added.made.name: added for added in classes}
    made_of = {(member.namespace, member.manifest.name) for group in plan.groups for member in group.members}
    ingresses = [x for x in world.manifests if x.kind == "Ingress" and (x.namespace, x.name) in made_of]
    replaced = {id(x) for x in (*ingresses, *_objects_of(classes, world.manifests))}
    others = [manifest for manifest in world.manifests if id(manifest) not in replaced]
    # An Ingress of no group is one of another controller, and changes nothing.
    target = Target(world.flags, world.facts, [x for x in others if x.kind != "Ingress"], added, world.complete)
    planned = {balancer.group: balancer for balancer in plan.load_balancers}
    groups = [import_group(x, planned[x.name], target, keep, ids) for x in plan.groups if not x.problems]
    refused = [(group.name, tuple(dict.fromkeys(group.problems))) for group in plan.groups if group.problems]
    notes = [note for group in groups for note in group.notes]
    for other in others:
        if other.kind == "Ingress":
            (lost if _names_no_class(other) else notes).append(_of_another(other))
    lost += [problem for group in groups for problem in group.lost]
    lost += _together(groups, target)
    return Import(classes, groups, refused, others, lost, notes)


def _together(groups: Sequence[Imported], target: Target) -> Iterator[Problem]:
    """A problem for each load balancer that is another one where all of the code is run, since names meet."""
    made = {balancer.group: balancer for balancer in target.plan([item for group in groups for item in group.items]).load_balancers}
    for group in groups:
        if group.made is not None:
            found = made.get(group.made.group)
            reason = "it would not be there" if found is None else difference(group.made, found, Keep.OBJECTS)
            if reason is not None:
                names = ", ".join(group.wanted.members)
                what = f"the load balancer of Ingress {names} would not be the same beside the others: {reason}."
                yield Problem(what, "Give it another name, or leave --keep nothing out.", group.wanted.source)


def _names_no_class(ingress: Manifest) -> bool:
    spec = ingress.body.get("spec") or {}
    return spec.get("ingressClassName") is None and LEGACY_CLASS not in ingress.annotations


def _of_another(ingress: Manifest) -> Problem:
    if _names_no_class(ingress):
        reason, remedy = "it names no IngressClass", "Name the class that is the cluster's default with --class-default."
    else:
        reason, remedy = "its class is not known to be the controller's", "Name the file with its IngressClass as well, if it is."
    return Problem(f"Ingress {ingress.namespace}/{ingress.name} is not turned into code: {reason}.", remedy, ingress.source)


def _classes(manifests: Sequence[Manifest], ids: Ids, lost: list[Problem]) -> list[AddClass]:
    """The classes that `add_class` makes; what is wrong with others is noted."""
    params = {made.name: made for made in manifests if made.kind == "IngressClassParams"}
    found = []
    for manifest in manifests:
        spec = manifest.body.get("spec") or {}
        if manifest.kind != "IngressClass" or spec.get("controller") != CLASS_CONTROLLER:
            continue
        name = str((spec.get("parameters") or {}).get("name") or "")
        if manifest.name == OWN_CLASS:
            if name in params and params[name].body.get("spec"):
                reason = f"IngressClassParams {name} of class {OWN_CLASS}, that of the controller itself, are not turned into code."
                lost.append(
                    Problem(reason, "Go on applying them, or make a class of your own with `add_class`.", params[name].source)
                )
            continue
        try:
            settings = read_class_settings(params[name].body.get("spec") or {}) if name in params else None
            is_default = manifest.annotations.get(IS_DEFAULT_CLASS) == "true"
            made = IngressClass(manifest.name, settings, is_default, name or None, manifest.source)
            found.append(AddClass(ids.id(manifest.name), made))
        except ValueError as error:
            reason = f"IngressClass {manifest.name} is not turned into code: {str(error).splitlines()[0].rstrip('.')}."
            lost.append(Problem(reason, "Go on applying it.", manifest.source))
    return found


def _objects_of(classes: Sequence[AddClass], manifests: Sequence[Manifest]) -> list[Manifest]:
    """The objects in place of which some classes stand."""
    names = {("IngressClass", added.made.name) for added in classes}
    names |= {("IngressClassParams", added.made.params_name or "") for added in classes if added.made.settings is not None}
    return [manifest for manifest in manifests if (manifest.kind, manifest.name) in names]
