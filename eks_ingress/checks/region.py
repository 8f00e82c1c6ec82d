"""AWS resources that are named in an annotation and stand in another region than the load balancer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eks_ingress.manifests.controller_kinds import BINDING_KIND
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.partitions import partition_of
from eks_ingress.refusal import Problem
from eks_ingress.routing.names import PREFIX, SERVICE_PREFIX
from eks_ingress.tokens import has_token

_ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):(acm|wafv2|elasticloadbalancing):(?P<region>[a-z0-9-]+):[0-9]{12}:[^\s\",]+")


def elsewhere(manifests: Sequence[Manifest], region: str) -> Iterator[Problem]:
    """A problem (EKI240) for each ARN of another region or partition, if `region`, the cluster's, is known.

    Facts: Elastic Load Balancing documentation, "Create an HTTPS listener": certificates, web ACLs and target groups
    are those of the load balancer's region.
    """
    if has_token(region):
        return
    for manifest in manifests:
        whose = "controller" if manifest.kind == BINDING_KIND else "load balancer"
        for where, text in _texts(manifest):
            for found in _ARN.finditer(text):
                if found["region"] != region:
                    yield Problem(
                        f"{where} names {found[0]}, which is in {found['region']}, while the {whose} is in {region}.",
                        "Name one of its own region.",
                        manifest.source,
                        "EKI240",
                    )
                elif found["partition"] != (own := partition_of(region)):
                    yield Problem(
                        f"{where} names {found[0]}, of partition {found['partition']}, while the {whose} is in {region}, which is "
                        f"in partition {own}.",
                        f"Begin it with arn:{own}:.",
                        manifest.source,
                        "EKI240",
                    )


def _texts(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Where an object may name a resource of AWS, and what stands there."""
    yield from ((key, text) for key, text in manifest.annotations.items() if key.startswith((PREFIX, SERVICE_PREFIX)))
    if manifest.kind == "IngressClassParams":
        spec = manifest.body.get("spec") or {}
        yield from (("certificateArn", arn) for arn in spec.get("certificateArn") or ())
        yield "wafv2AclArn", spec.get("wafv2AclArn") or ""
    if manifest.kind == BINDING_KIND:
        yield "targetGroupARN", (manifest.body.get("spec") or {}).get("targetGroupARN") or ""
