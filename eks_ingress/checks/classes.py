"""Of which class an Ingress is, and what the class decides."""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.annotations.grammar import Int, Unreadable
from eks_ingress.checks.check import ERROR, WARNING, Check, Finding, Refusal, name_of
from eks_ingress.checks.reading import did_you_mean, manifests
from eks_ingress.plan.model import Plan
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.plan.world import World
from eks_ingress.routing.names import LEGACY_CLASS, PREFIX

_AUTO_MODE = "eks.amazonaws.com/alb"
"""The load balancing of EKS Auto Mode, which reads annotations of the same names."""


class OverruledByClass(Check):
    """An annotation that the IngressClassParams of its class overrule."""

    id = "EKI233"
    title = "The class of an Ingress overrules an annotation"
    why = "What the IngressClassParams of a class say goes before the annotations of its Ingresses."
    remedy = "Leave it out here, or take it out of the class."
    source = "controller documentation, IngressClassParams"

    def find(self, plan: Plan) -> Iterator[Finding]:
        owners = {made.source: made for made in manifests(plan, "Ingress")} if plan.overruled else {}
        for found in dict.fromkeys(plan.overruled):
            message = f"{found.annotation} {found.value!r} has no effect: `{found.field}` of class {found.class_name!r} decides."
            owner = owners.get(found.source)
            yield self.at(found.source, message, of="" if owner is None else name_of(owner))


class UnknownClass(Refusal):
    """An Ingress of a class that is not the controller's, as far as that can be known."""

    id = "EKI236"
    is_mixed = True
    title = "The IngressClass of an Ingress is not known"
    why = "The controller takes care of Ingresses of its own classes; others are passed over, or refused if there is no such class."
    remedy = "Write a class of the controller, or add the IngressClass to what is looked at."
    source = "controller documentation, IngressClass"
    example = "ingressClassName: abl"
    mistakes = (31,)
    can_be_acknowledged = True

    def find(self, plan: Plan) -> Iterator[Finding]:
        yield from super().find(plan)
        world = plan.world
        if world is None:
            return
        controllers = {made.name: (made.body.get("spec") or {}).get("controller") for made in manifests(plan, "IngressClass")}
        for manifest in manifests(plan, "Ingress"):
            name = (manifest.body.get("spec") or {}).get("ingressClassName")
            if name is None or name in world.classes or LEGACY_CLASS in manifest.annotations or is_unknown(name):
                continue
            if name in world.foreign_classes:
                if controllers.get(name) != _AUTO_MODE and any(key.startswith(PREFIX) for key in manifest.annotations):
                    message = f"class {name!r} is of {controllers.get(name)}, which does not read the annotations of {PREFIX}"
                    yield self.in_manifest(manifest, f"{message}.", "Write a class of the controller.", severity=WARNING)
            elif not world.complete:
                message = f"class {name!r} is not among the manifests, and the Ingress is not looked at."
                yield self.in_manifest(manifest, message, did_you_mean(name, world.classes), severity=WARNING)


class OlderAnnotation(Check):
    """The annotation `kubernetes.io/ingress.class`, which goes before `ingressClassName`."""

    id = "EKI238"
    is_mixed = True
    title = "The older annotation for the class goes before ingressClassName"
    why = "With kubernetes.io/ingress.class the controller reads neither the IngressClass nor its parameters."
    remedy = "Take the annotation out, and write ingressClassName."
    source = "controller documentation, IngressClass, Deprecated annotation"
    example = "kubernetes.io/ingress.class: alb   # where the IngressClass alb has parameters"
    mistakes = (33,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        world = plan.world
        if world is None:
            return
        for manifest in manifests(plan, "Ingress"):
            legacy = manifest.annotations.get(LEGACY_CLASS)
            if not isinstance(legacy, str) or is_unknown(legacy):
                continue
            name = (manifest.body.get("spec") or {}).get("ingressClassName")
            is_own = legacy == (world.flags.ingress_class or "alb")
            if name is not None and name != legacy and (is_own or name in world.classes):
                message = f"{LEGACY_CLASS} is {legacy!r} and ingressClassName {name!r}, which Kubernetes refuses."
                yield self.in_manifest(manifest, message, key=LEGACY_CLASS, severity=ERROR)
            elif is_own and _has_parameters(world, legacy):
                message = f"{LEGACY_CLASS} is {legacy!r}, so that the parameters of the class {legacy!r} do not count."
                yield self.in_manifest(manifest, message, key=LEGACY_CLASS)


def _has_parameters(world: World, name: str) -> bool:
    of_class = world.classes.get(name)
    return of_class is not None and (bool(of_class.spec) or of_class.missing is not None)


class RedirectPortOfClass(Check):
    """A port in IngressClassParams that is no number, so that nothing is redirected."""

    id = "EKI245"
    title = "sslRedirectPort of a class is no number"
    why = "The controller takes it for no redirect at all, whatever the annotations of the group say."
    remedy = "Write the number of an HTTPS port in quotes: sslRedirectPort: '443'."
    source = "controller source, SSL redirect"
    example = "sslRedirectPort: https"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for manifest in manifests(plan, "IngressClassParams"):
            port = (manifest.body.get("spec") or {}).get("sslRedirectPort")
            if port in (None, "") or is_unknown(port):
                continue
            try:
                Int().decode(str(port))
            except Unreadable:
                yield self.in_manifest(manifest, f"sslRedirectPort is {port!r}.")
