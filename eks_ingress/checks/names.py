"""Names, ARNs and tags that AWS does not take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.grammar import Unreadable
from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.checks.reading import manifests, members, planned, read, text_of
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.model import Plan
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Refusals


class RefusedTag(Check):
    """A tag that AWS does not take, or that the controller needs itself."""

    id = "EKI247"
    severity = ERROR
    title = "A tag is one that AWS refuses"
    why = "The controller passes tags on as they are, and AWS refuses what they are put on; those of the controller are its own."
    remedy = "Write up to 128 letters, digits, spaces and '_.:/=+-@' for a key, 256 for a value, no key that begins with 'aws:'."
    source = "Elastic Load Balancing API, Tag"
    example = r"tags: owner=cart\,shop"

    def find(self, plan: Plan) -> Iterator[Finding]:
        told: dict[str, list[str]] = {}
        everywhere = (
            *((key, member.manifest) for member in members(plan) for key in _KEYS),
            *((key, manifest) for manifest in manifests(plan, "Service") for key in _KEYS),
            *((s.ADDITIONAL_RESOURCE_TAGS.key(), service.manifest) for service in plan.services),
        )
        for key, manifest in everywhere:
            text = manifest.annotations.get(key)
            if not isinstance(text, str):
                continue
            if text not in told:
                told[text] = _faults(_decoded(text))
            for fault in told[text]:
                yield self.in_manifest(manifest, f"{key}: {fault}", key=key)
        for manifest in manifests(plan, "IngressClassParams"):
            for fault in _faults(_of_class(manifest)):
                yield self.in_manifest(manifest, f"tags of the class: {fault}")


_KEYS = (c.TAGS.key(), c.FRONTEND_NLB_TAGS.key())


def _decoded(text: str) -> Mapping[str, str]:
    try:
        tags: Mapping[str, str] = c.TAGS.grammar.decode(text)
    except Unreadable:
        return {}
    return tags


def _of_class(manifest: Manifest) -> Mapping[str, str]:
    tags: Any = (manifest.body.get("spec") or {}).get("tags") or ()
    return {str(tag.get("key")): str(tag.get("value")) for tag in tags if isinstance(tag, Mapping)}


def _faults(tags: Mapping[str, str]) -> list[str]:
    from eks_ingress.routing.network import require_tags  # noqa: PLC0415 - most have no tags

    refusals = Refusals()
    known = {key: value for key, value in tags.items() if not is_unknown(key) and not is_unknown(value)}
    require_tags(refusals, "tags", known)
    return [problem.reason for problem in refusals.problems]


class RefusedName(Check):
    """The name of a load balancer that AWS does not take."""

    id = "EKI249"
    severity = ERROR
    title = "The name of a load balancer is one that AWS refuses"
    why = "The controller looks at its length only, and AWS refuses to make the load balancer."
    remedy = "Write letters, digits and '-', none of these at an end, and nothing that begins with 'internal-'."
    source = "Elastic Load Balancing API, CreateLoadBalancer"
    example = "load-balancer-name: shop_public"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for _, group in planned(plan):
            for member in group.members:
                name = member.of_class.says("loadBalancerName") or text_of(member, _NAME)
                if name is not None and not is_unknown(name):
                    yield from (self.in_ingress(member, fault, key=_NAME) for fault in _faults_of_name(name))
        for service in plan.services:
            name = text_of(service, s.NAME.key())
            if name is not None:
                yield from (self.in_manifest(service.manifest, fault, key=s.NAME.key()) for fault in _faults_of_name(name))


_NAME = c.LOAD_BALANCER_NAME.key()


def _faults_of_name(name: str) -> list[str]:
    from eks_ingress.routing.network import require_load_balancer_name  # noqa: PLC0415 - most are not named

    refusals = Refusals()
    require_load_balancer_name(refusals, "name", name)
    return [problem.reason for problem in refusals.problems]


class NoCertificateArn(Check):
    """A certificate that is named by something else than its ARN."""

    id = "EKI380"
    severity = ERROR
    title = "A certificate is not named by its ARN"
    why = "The controller passes it on as it is, and AWS refuses the listener."
    remedy = "Write the ARN of a certificate of AWS Certificate Manager or IAM."
    source = "Elastic Load Balancing API, Certificate"
    example = "certificate-arn: shop.example.com"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for member in members(plan):
            for word in _no_arns(read(member, c.CERTIFICATE_ARN)):
                key = c.CERTIFICATE_ARN.key()
                yield self.in_ingress(member, f"{key} holds {word!r}.", key=key)
        for service in plan.services:
            for word in _no_arns(read(service.said, s.SSL_CERT)):
                yield self.in_manifest(service.manifest, f"{s.SSL_CERT.key()} holds {word!r}.", key=s.SSL_CERT.key())
        for manifest in manifests(plan, "IngressClassParams"):
            for word in _no_arns((manifest.body.get("spec") or {}).get("certificateArn")):
                yield self.in_manifest(manifest, f"certificateArn of the class holds {word!r}.")


def _no_arns(words: Sequence[str] | None) -> list[str]:
    return [word for word in words or () if not word.startswith("arn:") and not is_unknown(word)]
