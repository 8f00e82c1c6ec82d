"""What the controller refuses of Services that are to have a network load balancer."""

from __future__ import annotations

from eks_ingress.checks.check import Refusal

SERVICE = "The controller changes nothing in AWS for the Service until it is put right."


class NoNodePorts(Refusal):
    """A network load balancer that is to send to nodes, and a Service without ports there."""

    id = "EKI341"
    title = "A network load balancer is to send to nodes, and the Service has no port on them"
    why = f"Targets of the type instance are nodes. {SERVICE}"
    remedy = "Write aws-load-balancer-nlb-target-type: ip, or let the Service have ports on the nodes."
    source = "controller documentation, Network Load Balancer, Instance mode"
    example = "allocateLoadBalancerNodePorts: false   # with aws-load-balancer-nlb-target-type: instance"
    mistakes = (49,)


class WrongTlsPorts(Refusal):
    """TLS on ports that a Service does not have."""

    id = "EKI342"
    title = "aws-load-balancer-ssl-ports names no port of the Service"
    why = f"Each word must be the name or the number of a port, and '*' is none. {SERVICE}"
    remedy = "Name ports of the Service; without the annotation, all of TCP have TLS."
    source = "controller documentation, aws-load-balancer-ssl-ports"
    example = "service.beta.kubernetes.io/aws-load-balancer-ssl-ports: '*'"
    mistakes = (59,)


class WrongFixedAddresses(Refusal):
    """Fixed addresses that do not go with the scheme or the subnets."""

    id = "EKI343"
    title = "The addresses of a network load balancer do not fit"
    why = f"Elastic IP addresses are for the internet, private ones for internal load balancers; there is one a subnet. {SERVICE}"
    remedy = "Name one for each subnet, and write the scheme, or the address type, that goes with them."
    source = "controller documentation, aws-load-balancer-eip-allocations, -private-ipv4-addresses, -ipv6-addresses"
    example = "service.beta.kubernetes.io/aws-load-balancer-eip-allocations: eipalloc-0123456789abcdef0   # with scheme internal"
    mistakes = (60,)


class WrongProxyProtocol(Refusal):
    """Another value than the only one that there is, or a port that is no number."""

    id = "EKI346"
    title = "aws-load-balancer-proxy-protocol is something else than *"
    why = SERVICE
    remedy = "Write '*', or aws-load-balancer-proxy-protocol-per-target-group with the numbers of ports."
    source = "controller documentation, aws-load-balancer-proxy-protocol"
    example = "service.beta.kubernetes.io/aws-load-balancer-proxy-protocol: 'true'"
    mistakes = (64,)


class NotMergeable(Refusal):
    """Ports with one number that cannot become one listener."""

    id = "EKI348"
    title = "Ports of a Service with one number cannot become one listener"
    why = f"A listener is of TCP and UDP at most. {SERVICE}"
    remedy = "Let one be of TCP and one of UDP, or give them different numbers."
    source = "controller documentation, aws-load-balancer-enable-tcp-udp-listener"


class QuicWithoutUdp(Refusal):
    """QUIC on a port that is not of UDP."""

    id = "EKI349"
    title = "A port is to be of QUIC, and is not of UDP"
    why = f"QUIC runs over UDP. {SERVICE}"
    remedy = "Name ports of UDP, or of TCP and UDP at once."
    source = "controller documentation, aws-load-balancer-quic-enabled-ports"


class WrongHealthCheckProtocol(Refusal):
    """A health check by something else than TCP, HTTP and HTTPS."""

    id = "EKI350"
    title = "A network load balancer has no health check by this protocol"
    why = SERVICE
    remedy = "Write TCP, HTTP or HTTPS."
    source = "controller documentation, aws-load-balancer-healthcheck-protocol"


class WrongSourceNat(Refusal):
    """Blocks for the addresses of IPv6 clients that do not fit."""

    id = "EKI351"
    title = "Source NAT of IPv6 does not go with the load balancer"
    why = f"It is for load balancers with IPv6, and each subnet has a block of 80 bits of its own for it. {SERVICE}"
    remedy = "Write aws-load-balancer-ip-address-type: dualstack, and auto_assigned or a block for each subnet."
    source = "controller documentation, aws-load-balancer-enable-prefix-for-ipv6-source-nat, -source-nat-ipv6-prefixes"


class Ipv6Unreachable(Refusal):
    """IPv6 addresses that are let in where there is no IPv6."""

    id = "EKI352"
    title = "IPv6 addresses are to be let in by a network load balancer that has only IPv4"
    why = SERVICE
    remedy = "Write aws-load-balancer-ip-address-type: dualstack, or leave the block out."
    source = "controller source, security groups of Services"


class WrongClientPreservation(Refusal):
    """An attribute of target groups that the controller reads itself, and cannot."""

    id = "EKI353"
    title = "preserve_client_ip.enabled is neither true nor false"
    why = f"The controller reads it to know whom targets must let in. {SERVICE}"
    remedy = "Write true or false."
    source = "controller documentation, aws-load-balancer-target-group-attributes"
