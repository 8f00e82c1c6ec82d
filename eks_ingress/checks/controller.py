"""What is told by those who know the cluster and the controller: `EksIngress`, not the plan alone."""

from __future__ import annotations

from collections.abc import Iterator

from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.plan.model import Plan


class Told(Check):
    """A check whose findings come with what is known of a cluster, outside of the plan."""

    can_be_acknowledged = False

    def find(self, plan: Plan) -> Iterator[Finding]:  # noqa: ARG002
        yield from ()


class OtherRegion(Told):
    """A resource of AWS that stands in another region than the load balancer, or the controller."""

    id = "EKI240"
    severity = ERROR
    title = "A resource is in another region than the load balancer"
    why = (
        "Certificates, web ACLs and target groups are those of the load balancer's region, which is that of the controller; their "
        "ARNs begin with the partition that it is in, such as arn:aws-us-gov:."
    )
    remedy = "Name one of its own region."
    source = "Elastic Load Balancing documentation, HTTPS listeners"
    mistakes = (23,)


class AutoMode(Told):
    """A cluster that has load balancing of its own."""

    id = "EKI501"
    title = "The cluster is in EKS Auto Mode, which makes load balancers itself"
    why = "Auto Mode and this controller share neither load balancers nor target groups; each serves its own IngressClasses."
    remedy = "Name each Ingress's class, and make no IngressClass of that name for Auto Mode."
    source = "Amazon EKS documentation, Auto Mode"


class NewerController(Told):
    """A release of the controller that this package was not made with."""

    id = "EKI502"
    title = "The controller is newer than what this package knows"
    why = "Its policy, its feature gates and what it makes of an Ingress may differ."
    remedy = "Read its release notes, or use a newer eks-ingress."
    source = "controller documentation, release notes"


class OldDefinitions(Told):
    """A version that was chosen, without its custom resource definitions."""

    id = "EKI503"
    title = "Custom resource definitions may be older than the controller"
    why = "Helm installs custom resource definitions once and never upgrades them."
    remedy = "Write `crds='chart'`, pass them as a file, or apply those of the release once beforehand."
    source = "Helm documentation, Custom Resource Definitions"


class TooYoung(Told):
    """An annotation that the chosen release of the controller does not know yet."""

    id = "EKI504"
    severity = ERROR
    title = "An annotation is younger than the controller"
    why = "A release passes over annotations that came later, as if they were not there."
    remedy = "Choose a later `version=`."
    source = "controller documentation, release notes"


class NotChosen(Told):
    """Something for which the controller has no permission, or that it is told not to do."""

    id = "EKI505"
    severity = ERROR
    title = "An Ingress, or a Service, needs a feature that the controller does not have"
    why = "The controller has the permissions, and the switches, of the features that were chosen for it."
    remedy = "Add it to `features=` of the EksIngress, or leave out what needs it."
    source = "controller documentation, Installation, IAM policy"
    mistakes = (37,)
