"""The names that the controller gives in AWS.

Facts: the controller's model builder (`pkg/ingress`): what it hashes, and what it takes out of a name.
"""

from __future__ import annotations

import re

from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.services import Backend
from eks_ingress.plan.unknown import is_unknown, unknown
from eks_ingress.plan.world import World


def load_balancer_name(group: Group, scheme: str) -> str:
    """The name of a load balancer that nobody named."""
    return f"{_of_group(group)}-{_hash(group.world, group.name, scheme)}"


def security_group_name(group: Group) -> str:
    """The name of the security group that is made for a load balancer."""
    return f"{_of_group(group)}-{_hash(group.world, group.name)}"


def target_group_name(group: Group, member: Member, service: Backend, port: int | str, *settings: object) -> str:
    """The name of the target group of a Service's port; another one for other `settings`."""
    parts = (group.name, member.namespace, member.manifest.name, uid_of(service), port, *settings)
    return f"{_of_service(service)}-{_hash(group.world, *parts)}"


def frontend_target_group_name(group: Group, *settings: object) -> str:
    """The name of a target group of a frontend network load balancer."""
    return f"{_of_group(group)}-{_hash(group.world, group.name, *settings)}"


def frontend_name(group: Group, scheme: str) -> str:
    """The name of a frontend network load balancer behind which the other one has an empty name."""
    digest = _hash(group.world, group.name, scheme)
    if group.explicit:
        return f"k8s-{_alphanumeric(group.name)[:16]}-{digest[:8]}-nlb"
    namespace, _, name = group.name.partition("/")
    return f"k8s-{_alphanumeric(namespace)[:8]}-{_alphanumeric(name)[:8]}-{digest[:6]}-nlb"


def service_name(world: World, service: Backend, *parts: object) -> str:
    """The name of what is made for a Service alone; `parts` are what it depends on besides the cluster."""
    return f"{_of_service(service)}-{_hash(world, *parts)}"


def uid_of(service: Backend) -> str:
    """The uid of a Service, a placeholder where it is known only in the cluster."""
    return unknown("uid") if service.uid is None else service.uid


def _of_service(service: Backend) -> str:
    return f"k8s-{_alphanumeric(service.namespace)[:8]}-{_alphanumeric(service.name)[:8]}"


def _of_group(group: Group) -> str:
    if group.explicit:
        return f"k8s-{_alphanumeric(group.name)[:17]}"
    namespace, _, name = group.name.partition("/")
    return f"k8s-{_alphanumeric(namespace)[:8]}-{_alphanumeric(name)[:8]}"


def _hash(world: World, *parts: object) -> str:
    text = "".join(map(str, parts))
    cluster = world.flags.cluster_name
    if cluster is None or is_unknown(cluster) or is_unknown(text):
        return unknown("hash")
    from hashlib import sha256  # noqa: PLC0415 - it takes long to load, and without a cluster's name is not needed

    return sha256(f"{cluster}{text}".encode()).hexdigest()[:10]


def _alphanumeric(text: str) -> str:
    return text if text.isascii() and text.isalnum() else re.sub("[^0-9A-Za-z]", "", text)
