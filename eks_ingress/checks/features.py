"""What an Ingress asks for and the controller has no permission for, or is told not to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations import of_services as s
from eks_ingress.annotations.grammar import Unreadable
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.classes import NO_CLASS, Class, classes
from eks_ingress.refusal import Problem
from eks_ingress.tokens import has_token


def not_chosen(manifests: Sequence[Manifest], has: Callable[[str], bool]) -> Iterator[Problem]:
    """A problem (EKI505) for each feature that is needed and that `has`, asked by the name of a `Feature`, does not know.

    Facts: controller documentation, "Installation", IAM policy; the controller's source, which calls it makes for an annotation.
    """
    found = classes(manifests, ())
    for manifest in manifests:
        spec = manifest.body.get("spec") or {}
        of_class = found.get(str(spec.get("ingressClassName")), NO_CLASS)
        if manifest.kind == "IngressClassParams":
            needed = _by_class(Class("", spec))
        elif manifest.kind == "Service":
            needed = _by_service(manifest)
        else:
            needed = _by_ingress(manifest, of_class)
        for feature, because in dict(needed).items():
            if not has(feature):
                yield Problem(
                    f"{because} needs Feature.{feature}, which is not among those of the controller.",
                    f"Add it to `features=` of the EksIngress: [Feature.{feature}, …], or leave out what needs it.",
                    manifest.source,
                    "EKI505",
                )


def _by_class(of_class: Class) -> Iterator[tuple[str, str]]:
    for row in c.ALL:
        if row.feature is not None and row.overridden_by is not None and of_class.says(row.overridden_by) is not None:
            yield row.feature, row.overridden_by


def _by_ingress(manifest: Manifest, of_class: Class) -> Iterator[tuple[str, str]]:
    for key in manifest.annotations:
        row = c.find(key)
        if row is not None and row.feature is not None:
            yield row.feature, key
    try:
        yield from _for_tls(manifest, of_class.says("certificateArn") is not None)
    except Unreadable:
        return  # the plan refuses it


def _by_service(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """What a Service says of its targets, or of a network load balancer of its own."""
    for key in manifest.annotations:
        row = c.find(key) or s.find(key)
        if row is not None and row.feature is not None:
            yield row.feature, key
    yield from _for_iam(s.SSL_CERT, manifest)


def _for_iam(row: c.Annotation, manifest: Manifest) -> Iterator[tuple[str, str]]:
    arns = row.grammar.decode(manifest.annotations.get(row.key(), ""))
    if any(":iam:" in arn for arn in arns if not has_token(arn)):
        yield "IAM_CERTIFICATES", row.key()


def _for_tls(manifest: Manifest, class_has_certificate: bool) -> Iterator[tuple[str, str]]:
    texts = manifest.annotations
    arns = c.CERTIFICATE_ARN.grammar.decode(texts.get(c.CERTIFICATE_ARN.key(), ""))
    yield from _for_iam(c.CERTIFICATE_ARN, manifest)
    ports = c.LISTEN_PORTS.grammar.decode(texts.get(c.LISTEN_PORTS.key(), "[]"))
    if any("HTTPS" in port for port in ports) and not arns and not class_has_certificate and c.CREATE_ACM_CERT.key() not in texts:
        yield "CERTIFICATE_DISCOVERY", "an HTTPS listener without certificates"
    for entry in c.MUTUAL_AUTHENTICATION.grammar.decode(texts.get(c.MUTUAL_AUTHENTICATION.key(), "[]")):
        store = entry.get("trustStore")
        if store and not has_token(store) and not store.startswith("arn:"):
            yield "MUTUAL_TLS", f"{c.MUTUAL_AUTHENTICATION.key()}, which names a trust store by name,"
