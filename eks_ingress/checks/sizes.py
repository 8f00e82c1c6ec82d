"""What CloudFormation, AWS Lambda and kubectl take no more than.

Facts: AWS Lambda refused events of CloudFormation with "payload is too large for the Event invocation type (limit 262144 bytes)"
(aws-cdk issue 19165). Its documentation has 1 MB for asynchronous invocations since then, and CloudFormation's says nothing of it,
so that this can be acknowledged. CloudFormation documentation, "Custom resource request objects", of which those of an update have
the properties twice, and "AWS CloudFormation quotas". Kubernetes documentation, "Annotations", "Declarative Management".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from eks_ingress.checks.check import ERROR, WARNING, Check, Finding, name_of
from eks_ingress.checks.controller import Told
from eks_ingress.manifests.sizes import Filling, bytes_in_event, bytes_of_annotations, text_of
from eks_ingress.plan.model import Plan

_EVENT = 262_144
"""The most bytes of an event."""
_ENVELOPE = 4_096
"""How many bytes of it are left for what is beside the objects: addresses, ids and the name of the cluster."""
_ANNOTATIONS = 262_144
"""The most bytes of all annotations of an object."""
_SMALL = 32_768
"""Up to how many characters an object is far from all limits."""


class TooLargeToUpdate(Check):
    """An object that could be created, and never be changed."""

    id = "EKI420"
    severity = ERROR
    is_mixed = True
    title = "An object is too large to be updated"
    why = (
        f"CloudFormation sends the old and the new object to AWS Lambda in one event, of at most {_EVENT:,} bytes, and kubectl "
        f"keeps the last one in an annotation, of which an object has {_ANNOTATIONS:,} bytes at most: it might be created, and not "
        "be changed any more."
    )
    remedy = (
        "Part it into several objects, an Ingress into several of one group (a part of a load balancer, which "
        "`ingress.load_balancer(id, scope)` gives, has one of its own); acknowledge it where you know that AWS Lambda takes larger "
        "events of CloudFormation."
    )
    source = "AWS Lambda documentation, Lambda quotas; Kubernetes documentation, Annotations"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for manifest in () if plan.world is None else plan.world.manifests:
            text = text_of(manifest)
            if len(text) <= _SMALL:
                continue
            event, kept = 2 * bytes_in_event(text) + _ENVELOPE, bytes_of_annotations(manifest, text)
            # What no construct made may reach the cluster in another way than by CloudFormation.
            in_cdk = manifest.source.construct is not None
            if in_cdk and event > _EVENT:
                message = f"{name_of(manifest)} has {len(text):,} characters, which make an event of some {event:,} bytes."
                yield self.in_manifest(manifest, message)
            elif kept > _ANNOTATIONS:
                message = f"{name_of(manifest)} has {len(text):,} characters, which make annotations of {kept:,} bytes."
                yield self.in_manifest(manifest, message, severity=ERROR if in_cdk else WARNING)


_LIMITS: Mapping[str, int] = {"resources": 500, "bytes": 1_000_000}
_NEARLY = 0.8


class FullTemplate(Told):
    """A template that has no room for more, or hardly any."""

    id = "EKI422"
    is_mixed = True
    title = "A template is full, or will be soon"
    why = (
        f"CloudFormation takes {_LIMITS['resources']} resources and {_LIMITS['bytes']:,} bytes in a template, and each object is "
        "a resource of its own."
    )
    remedy = (
        "Make load balancers and manifests in another stack, nested ones among them, with the same controller: "
        "`ApplicationLoadBalancer(other_stack, id, ingress, …)`, `KubernetesManifests(other_stack, id, ingress, …)`."
    )
    source = "AWS CloudFormation documentation, quotas"

    def of(self, filling: Filling) -> Iterator[Finding]:
        """What is to be said of a template, nothing where it has room."""
        about = "" if filling.least == filling.size else "about "
        for what, count, least, how in (
            ("resources", filling.resources, filling.resources, ""),
            ("bytes", filling.size, filling.least, about),
        ):
            limit = _LIMITS[what]
            if count > limit:
                message = f"the template of {filling.stack} has {how}{count:,} {what}, more than the {limit:,} that there may be."
                yield self.at(filling.source, message, severity=ERROR if least > limit else WARNING)
            elif count >= _NEARLY * limit:
                message = f"the template of {filling.stack} has {how}{count:,} {what}, {count * 100 // limit} % of {limit:,}."
                yield self.at(filling.source, message)


FULL = FullTemplate()
