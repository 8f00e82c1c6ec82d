"""What the controller's webhooks refuse of TargetGroupBindings, so that the API server does not take them."""

from __future__ import annotations

from eks_ingress.checks.check import Refusal

_WEBHOOK = "The controller's webhook refuses it, and the binding is not made."


class NoTargetGroup(Refusal):
    """A binding that names no target group."""

    id = "EKI360"
    title = "A TargetGroupBinding names no target group"
    why = _WEBHOOK
    remedy = "Write targetGroupARN, or targetGroupName."
    source = "controller documentation, TargetGroupBinding"
    example = "spec: {serviceRef: {name: web, port: 80}}   # and no targetGroupARN"


class NodesOfPods(Refusal):
    """A choice of nodes where pods are registered."""

    id = "EKI361"
    title = "A TargetGroupBinding chooses among nodes, and its targets are pods"
    why = _WEBHOOK
    remedy = "Leave nodeSelector out."
    source = "controller documentation, TargetGroupBinding, NodeSelector"
    example = "nodeSelector: {matchLabels: {pool: web}}   # with targetType: ip"


class BoundTwice(Refusal):
    """Two bindings of one target group, each of which would take the targets of the other away."""

    id = "EKI362"
    title = "A target group is bound twice"
    why = (
        "A binding takes away all targets that are not its own, unless it says that it is not alone: so must each binding of the "
        "target group in the cluster. The webhook refuses the second one."
    )
    remedy = "Write multiClusterTargetGroup: true in both, or bind a target group of its own."
    source = "controller documentation, TargetGroupBinding, MultiCluster"


class NotOfItsTargetGroup(Refusal):
    """What a binding says of its target group and is not so, or a target group that cannot be bound."""

    id = "EKI363"
    title = "A TargetGroupBinding does not fit its target group"
    why = f"The webhook asks AWS for type, addresses, VPC and protocol of the target group. {_WEBHOOK}"
    remedy = "Leave out what the target group says itself."
    source = "controller documentation, TargetGroupBinding"
    example = "vpcID: shop   # where 'vpc-' and 8, 17 or 32 digits must stand"


class NodesWherePodsMustBe(Refusal):
    """Nodes as targets where the controller registers pods only."""

    id = "EKI364"
    title = "A TargetGroupBinding has nodes as targets where only pods can be"
    why = f"In target groups of other accounts, and in those of the protocol QUIC, the controller registers pods alone. {_WEBHOOK}"
    remedy = "Make a target group of the type ip, and write targetType: ip."
    source = "controller documentation, TargetGroupBinding, AssumeRole"
    example = "iamRoleArnToAssume: arn:aws:iam::111122223333:role/targets   # with targetType: instance"
