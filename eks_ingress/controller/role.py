"""How the controller's role is named, placed and bounded, where an organization has rules for it.

Facts: AWS IAM API, CreateRole; IAM documentation, "Permissions boundaries for IAM entities".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from aws_cdk import Tags, aws_iam
from constructs import Construct

from eks_ingress.refusal import Refusals
from eks_ingress.tokens import has_token

_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_PATH = re.compile(r"/|/[!-~]{1,510}/")
_POLICY = re.compile(r"arn:[a-z-]+:iam::(\d{12}|aws):policy/.+")


class HasManagedPolicyArn(Protocol):
    """Whatever knows the ARN of a managed policy, as `aws_iam.IManagedPolicy` does."""

    @property
    def managed_policy_arn(self) -> str:
        """ARN of the policy."""
        ...


@dataclass(frozen=True)
class RoleSettings:
    """How the controller's role looks. Raises `Refused` for what IAM would refuse, all of it at once."""

    name: str | None = None
    """Name, 1 to 64 letters, digits and `+=,.@-_`, unique in the account. Default: made by CloudFormation."""
    path: str | None = None
    """Path, beginning and ending with '/', such as `/platform/`. Default: `/`."""
    permissions_boundary: str | HasManagedPolicyArn | None = None
    """Managed policy that bounds what the role may do, as CDK object or ARN. Default: none."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the role. Default: none but those of the construct."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        if self.name is not None and not has_token(self.name):
            refusals.require(
                _NAME.fullmatch(self.name) is not None,
                "role name",
                self.name,
                "is none that IAM takes",
                "Write 1 to 64 letters, digits and + = , . @ - _.",
            )
        if self.path is not None and not has_token(self.path):
            refusals.require(
                _PATH.fullmatch(self.path) is not None,
                "role path",
                self.path,
                "does not begin and end with '/'",
                f"Write {'/' + self.path.strip('/') + '/'!r}.",
            )
        if isinstance(self.permissions_boundary, str) and not has_token(self.permissions_boundary):
            refusals.require(
                _POLICY.fullmatch(self.permissions_boundary) is not None,
                "permissions boundary",
                self.permissions_boundary,
                "is no ARN of a managed policy",
                "Write arn:aws:iam::ACCOUNT:policy/NAME, or pass the policy itself.",
            )
        refusals.settle()

    def make(self, scope: Construct, trusted: aws_iam.IPrincipal) -> aws_iam.Role:
        """The role, below `scope`."""
        boundary = self.permissions_boundary
        role = aws_iam.Role(
            scope,
            "Role",
            assumed_by=trusted,
            description="AWS Load Balancer Controller",
            role_name=self.name,
            path=self.path,
            permissions_boundary=None
            if boundary is None
            else aws_iam.ManagedPolicy.from_managed_policy_arn(
                scope, "Boundary", boundary if isinstance(boundary, str) else boundary.managed_policy_arn
            ),
        )
        for key, value in self.tags.items():
            Tags.of(role).add(key, value)
        return role
