"""What the controller refuses of Services, targets, subnets and security groups."""

from __future__ import annotations

from eks_ingress.checks.check import Refusal
from eks_ingress.checks.refused_routing import EITHER, GROUP


class MissingPort(Refusal):
    """A port that a Service does not have."""

    id = "EKI302"
    title = "A Service has no such port"
    why = f"The controller looks the port up by its number or its name in the Service, not in the pods. {EITHER}"
    remedy = "Name one of its ports."
    source = "controller source, Service utilities"
    example = "backend: {service: {name: web, port: {number: 8080}}}   # where 8080 is the targetPort"
    mistakes = (3,)


class NoPortOnNodes(Refusal):
    """A Service without port on the nodes, which are to be the targets."""

    id = "EKI303"
    title = "Targets are nodes, and the Service has no port on them"
    why = f"Of target type instance are the nodes, on a port that Services of type ClusterIP do not have. {EITHER}"
    remedy = "Write target-type: ip, or make the Service one of type NodePort."
    source = "controller documentation, target-type"
    example = "target-type: instance   # with a Service of type ClusterIP"
    mistakes = (48,)


class Ipv6BehindIpv4(Refusal):
    """A Service with IPv6 behind a load balancer without."""

    id = "EKI305"
    title = "A Service has IPv6, and its load balancer has not"
    why = EITHER
    remedy = "Write ip-address-type: dualstack, or make the Service IPv4 only."
    source = "controller documentation, ip-address-type"
    mistakes = (51,)


class WrongHealthCheckPort(Refusal):
    """A port for health checks that cannot be told."""

    id = "EKI306"
    title = "The port of a health check is none"
    why = EITHER
    remedy = "Write a number, `traffic-port`, or the name of a port of the Service."
    source = "controller documentation, healthcheck-port"
    example = "healthcheck-port: http   # where targetPort is a name as well"
    mistakes = (56,)


class ControlPortOfNodes(Refusal):
    """A port for the target control agent where targets are nodes."""

    id = "EKI309"
    title = "A control port is written for targets that are nodes"
    why = GROUP
    remedy = "Write target-type: ip, or leave the control port out."
    source = "controller documentation, target-control-port"


class NoSubnets(Refusal):
    """Subnets that are not there, or not as a load balancer needs them."""

    id = "EKI310"
    title = "A load balancer gets no subnets"
    why = EITHER
    remedy = (
        "Name subnets that are there, in two availability zones or more; without names, tag those of the VPC with "
        "kubernetes.io/role/elb (internet-facing) or kubernetes.io/role/internal-elb (`ingress.tag_subnets()` does it)."
    )
    source = "controller documentation, Subnet Discovery"
    mistakes = (42, 43, 44, 45, 46, 47)


class NoSecurityGroup(Refusal):
    """Security groups that are not there."""

    id = "EKI312"
    title = "A security group does not exist"
    why = EITHER
    remedy = "Name security groups of the VPC."
    source = "controller documentation, security-groups"
    mistakes = (46,)


class NoBlock(Refusal):
    """Something else than a block of addresses."""

    id = "EKI315"
    title = "inbound-cidrs holds what is no block of addresses"
    why = GROUP
    remedy = "Write one such as 10.0.0.0/8 or 2001:db8::/32."
    source = "controller documentation, inbound-cidrs"
    example = "inbound-cidrs: 10.0.0.1"


class NoBackendSecurityGroup(Refusal):
    """Rules of targets for own security groups, and a controller that has no security group for them."""

    id = "EKI317"
    title = "Rules of targets are to be managed, and the controller has no backend security group"
    why = EITHER
    remedy = "Leave manage-backend-security-group-rules out, or let the controller have one (`enableBackendSecurityGroup`)."
    source = "controller documentation, Security Groups"


class EmptyPool(Refusal):
    """A pool of addresses without name."""

    id = "EKI318"
    title = "customer-owned-ipv4-pool is empty"
    why = GROUP
    remedy = "Write the id of a pool, or leave the annotation out."
    source = "controller documentation, customer-owned-ipv4-pool"


class WrongCapacity(Refusal):
    """A reserved capacity that is none."""

    id = "EKI319"
    title = "minimum-load-balancer-capacity is wrong"
    why = EITHER
    remedy = "Write CapacityUnits=500."
    source = "controller documentation, minimum-load-balancer-capacity"
    example = "minimum-load-balancer-capacity: Units=500"


class WrongPortMapping(Refusal):
    """Ports of a frontend that are none, or lead to two ports."""

    id = "EKI325"
    title = "A port of the frontend network load balancer is wrong"
    why = GROUP
    remedy = "Write ports as numbers, 8443=443, and the same in all Ingresses of the group."
    source = "controller documentation, frontend-nlb-listener-port-mapping"


class WrongAddresses(Refusal):
    """Elastic IP addresses that do not go with the scheme or the subnets."""

    id = "EKI326"
    title = "The addresses of the frontend network load balancer do not fit"
    why = GROUP
    remedy = "Name one address for each subnet, and write frontend-nlb-scheme: internet-facing."
    source = "controller documentation, frontend-nlb-eip-allocations"


class WrongRoutingPolicy(Refusal):
    """A policy that there is not."""

    id = "EKI328"
    title = "The routing policy of the frontend network load balancer is none"
    why = EITHER
    remedy = "Write any_availability_zone, partial_availability_zone_affinity or availability_zone_affinity."
    source = "controller documentation, frontend-nlb-attributes"


class PodsSwitchedOff(Refusal):
    """Targets that are pods, with a controller that does not take them."""

    id = "EKI331"
    title = "Targets are pods, and the controller is told not to take them"
    why = EITHER
    remedy = "Write target-type: instance, or open the feature gate EnableIPTargetType."
    source = "controller documentation, Feature Gates"


class NotInAws(Refusal):
    """A target group or a web ACL that is named and does not exist."""

    id = "EKI332"
    title = "What is named does not exist in AWS"
    why = GROUP
    remedy = "Name one of the account, or write its ARN."
    source = "controller documentation, Actions, wafv2-acl-name"
