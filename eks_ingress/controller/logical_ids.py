"""Names of CloudFormation resources that stay the same when a construct moves to another place in the tree.

CDK makes them of the whole path. A moved construct would be a new resource, and CloudFormation would make the new Ingress (which
is there already), then delete the old one (which is the same): and with it the load balancer.
"""

from __future__ import annotations

import re
from hashlib import sha256

from aws_cdk import CfnResource
from constructs import IConstruct


def resource_of(construct: IConstruct) -> CfnResource:
    """The CloudFormation resource that a construct is about."""
    found: IConstruct | None = construct
    while found is not None and not isinstance(found, CfnResource):
        found = found.node.default_child
    assert found is not None, f"{construct.node.path} has no resource"
    return found


def fix_logical_id(construct: IConstruct, logical_id: str) -> None:
    """Names the CloudFormation resource of a construct."""
    resource_of(construct).override_logical_id(logical_id)


def logical_id(first: str, *names: str) -> str:
    """A logical id that people can read and that tells any names apart: `IngressShopApi` and eight digits."""
    words = (word for name in names for word in re.split(r"[^A-Za-z0-9]+", name))
    unique = sha256("/".join(names).encode()).hexdigest()[:8].upper()
    return alphanumeric(first) + "".join(word[:1].upper() + word[1:] for word in words)[:200] + unique


def alphanumeric(text: str) -> str:
    """The text without what a logical id may not hold."""
    return re.sub(r"[^A-Za-z0-9]", "", text)
