"""What the controller's role must be allowed for one TargetGroupBinding, beside its own policies.

Each binding has a policy of its own, in its own stack. Were it a part of one that several share, taking a binding out of an app
would take the rights away first and delete the binding then, when the controller could no longer take its targets out; and a policy
of the controller's stack could not name a target group of a stack that depends on it.

Facts: controller source, targets manager (it registers with the role that a binding names, else with its own); IAM, "IAM and AWS
STS quotas": the inline policies of a role have at most 10,240 characters, white space not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam
from constructs import Construct

from eks_ingress.controller.core import REGISTER_IN_NAMED
from eks_ingress.controller.documents import Statement, size
from eks_ingress.controller.features import ASSUME_ROLE, Feature
from eks_ingress.controller.grants import TARGET_GROUPS, Grant
from eks_ingress.controller.logical_ids import fix_logical_id
from eks_ingress.controller.permissions import LONGEST, Permissions, wildcards
from eks_ingress.controller.policies import acknowledge_wildcards
from eks_ingress.tokens import has_token, tokens_of

MOST = 10_240
"""How many characters all inline policies of a role may have."""


@dataclass(frozen=True)
class BindingRights:
    """What the controller may do by its own policies, as far as bindings need it."""

    level: Permissions
    partition: str
    region: str
    account: str
    features: frozenset[Feature]
    target_groups: Sequence[str]
    """ARNs of target groups that its policies name."""
    roles: Sequence[str]
    """ARNs of roles that its policies name."""

    def statements(self, *, arn: str | None, name: str | None, role: str | None) -> list[Statement]:
        """What is missing for a target group, by ARN or name, which the controller reaches by `role` if one is named.

        For a text that would stand for several, which a binding in YAML may have, nothing is: AWS knows no such target group.
        """
        if "*" in (role or arn or name or ""):
            return []
        if role:
            any_role = Feature.CROSS_ACCOUNT_TARGET_GROUPS in self.features and not self.roles
            return [] if any_role or role in self.roles else [_statement(ASSUME_ROLE, role)]
        if self.level is not Permissions.STRICT or arn in self.target_groups:
            return []
        values = {"partition": self.partition, "region": self.region, "account": self.account}
        # A name is unique in a region of an account; what follows it in the ARN is AWS's own.
        return [_statement(REGISTER_IN_NAMED, arn or TARGET_GROUPS.format(**values).replace("*", str(name), 1))]

    def characters(self, documents: Iterable[Sequence[Statement]]) -> int:
        """How many characters policies of these statements have at most."""
        values = {"partition": self.partition, "region": self.region, "account": self.account}
        known = {value: LONGEST[name] for name, value in values.items() if has_token(value)}
        return sum(size([*statements], known | _longest(statements)) for statements in documents)


def _statement(grant: Grant, resource: str) -> Statement:
    return {"Sid": grant.sid, "Effect": "Allow", "Action": list(grant.actions), "Resource": resource}


def _longest(statements: Sequence[Statement]) -> dict[str, int]:
    """The length of what only CloudFormation knows of the resources, where they are that as a whole."""
    lengths = {ASSUME_ROLE.sid: LONGEST["role"], REGISTER_IN_NAMED.sid: LONGEST["target group"]}
    return {s["Resource"]: lengths[s["Sid"]] for s in statements if {s["Resource"]} == tokens_of(s["Resource"])}


def grant(scope: Construct, id: str, role: aws_iam.IRole, statements: Sequence[Statement], logical_id: str) -> aws_iam.Policy:
    """A policy of these statements on the role, below `scope`."""
    policy = aws_iam.Policy(
        scope,
        id,
        roles=[role],
        document=aws_iam.PolicyDocument(
            minimize=False, statements=[aws_iam.PolicyStatement.from_json(statement) for statement in statements]
        ),
    )
    fix_logical_id(policy, logical_id)
    acknowledge_wildcards(policy, wildcards([[*statements]]))
    return policy
