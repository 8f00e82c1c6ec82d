"""Load balancers: network ones have ARNs of their own, addresses and settings are kept, and protected ones are not deleted.

Facts: ELBv2 API, CreateLoadBalancer, DeleteLoadBalancer, SetSubnets, SetIpAddressType, SetSecurityGroups, ModifyIpPools.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import DuplicateLoadBalancerName, ELBClientError, LoadBalancerNotFoundError
from moto.elbv2.models import AvailabilityZone, ELBv2Backend, FakeLoadBalancer
from moto.elbv2.responses import ELBV2Response

_create = ELBv2Backend.create_load_balancer
_respond = ELBV2Response.create_load_balancer
_WITHOUT_PUBLIC = "dualstack-without-public-ipv4"
_KEPT = {
    "EnablePrefixForIpv6SourceNat": "enable_prefix_for_ipv6_source_nat",
    "CustomerOwnedIpv4Pool": "customer_owned_ipv4_pool",
    "IpamPools": "ipam_pools",
}


def create_load_balancer(self: ELBv2Backend, name: str, *, ip_address_type: str = "ipv4", **kwargs: Any) -> Any:
    """Names are taken once, and groups and subnets exist."""
    if any(balancer.name == name for balancer in self.load_balancers.values()):
        raise DuplicateLoadBalancerName()
    _groups_exist(self, kwargs.get("security_groups") or [])
    known = "dualstack" if ip_address_type == _WITHOUT_PUBLIC else ip_address_type
    balancer: Any = _create(self, name, **{**kwargs, "ip_address_type": known})
    balancer.ip_address_type = ip_address_type
    balancer.scheme = balancer.scheme or "internet-facing"
    balancer.addresses = _addresses(kwargs.get("subnet_mappings") or [])
    if balancer.type == "network":
        tags = self.tagging_service.get_tag_dict_for_resource(balancer.arn)
        self.tagging_service.delete_all_tags_for_resource(balancer.arn)
        del self.load_balancers[balancer.arn]
        balancer.arn = balancer.arn.replace(":loadbalancer/app/", ":loadbalancer/net/")
        self.load_balancers[balancer.arn] = balancer
        self.tagging_service.tag_resource(balancer.arn, [{"Key": key, "Value": value} for key, value in tags.items()])
    return balancer


def respond_create_load_balancer(self: ELBV2Response) -> ActionResult:
    """With the settings that moto leaves out."""
    result = _respond(self)
    made: Any = result.result
    (balancer,) = made["LoadBalancers"]
    for parameter, attribute in _KEPT.items():
        if parameter in self._get_params():
            setattr(balancer, attribute, self._get_params()[parameter])
    return result


def delete_load_balancer(self: ELBv2Backend, arn: str) -> None:
    """Unless it is protected; with its listeners and rules go their tags."""
    balancer = self.load_balancers.get(arn)
    if balancer is None:
        return
    if balancer.attrs.get("deletion_protection.enabled") == "true":
        reason = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        raise ELBClientError("OperationNotPermitted", reason)
    for listener in list(balancer.listeners.values()):
        for rule in listener.rules:
            self.tagging_service.delete_all_tags_for_resource(str(rule))
        self.tagging_service.delete_all_tags_for_resource(listener.arn)
    self.tagging_service.delete_all_tags_for_resource(arn)
    del self.load_balancers[arn]


def set_subnets(self: ELBv2Backend, arn: str, subnets: list[str], subnet_mappings: list[dict[str, Any]]) -> list[AvailabilityZone]:
    """One subnet is enough for a network load balancer."""
    balancer = _balancer(self, arn)
    found = [self.ec2_backend.get_subnet(name) for name in [*subnets, *(mapping["SubnetId"] for mapping in subnet_mappings)]]
    zones = {subnet.availability_zone for subnet in found}
    if len(zones) < len(found):
        raise ELBClientError(
            "InvalidConfigurationRequest", "A load balancer cannot be attached to multiple subnets in the same zone"
        )
    if balancer.type == "application" and len(zones) < 2:
        raise ELBClientError("ValidationError", "At least two subnets in two different Availability Zones must be specified")
    balancer.subnets = found
    balancer.addresses = _addresses(subnet_mappings)
    zones_now: list[AvailabilityZone] = balancer.availability_zones
    return zones_now


def set_ip_address_type(self: ELBv2Backend, arn: str, ip_type: str) -> None:
    """All three."""
    if ip_type not in {"ipv4", "dualstack", _WITHOUT_PUBLIC}:
        raise ELBClientError("ValidationError", f"'{ip_type}' is no type of IP addresses")
    _balancer(self, arn).ip_address_type = ip_type


def respond_set_security_groups(self: ELBV2Response) -> ActionResult:
    """With what holds for traffic through PrivateLink."""
    parameters = self._get_params()
    balancer = _balancer(self.elbv2_backend, parameters["LoadBalancerArn"])
    groups = parameters.get("SecurityGroups", [])
    _groups_exist(self.elbv2_backend, groups)
    balancer.security_groups = groups
    key = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
    if key in parameters:
        balancer.enforce_security_group_inbound_rules_on_private_link_traffic = parameters[key]
    return ActionResult({"SecurityGroupIds": groups, key: parameters.get(key)})


def respond_modify_ip_pools(self: ELBV2Response) -> ActionResult:
    """The pool of IPAM that addresses come from, or none."""
    parameters = self._get_params()
    balancer = _balancer(self.elbv2_backend, parameters["LoadBalancerArn"])
    balancer.ipam_pools = None if parameters.get("RemoveIpamPools") else parameters["IpamPools"]
    return ActionResult({"IpamPools": balancer.ipam_pools})


class _Zone(AvailabilityZone):
    def __init__(self, subnet: Any, addresses: list[dict[str, str]]) -> None:
        super().__init__(subnet)
        self.load_balancer_addresses = addresses


def availability_zones(self: FakeLoadBalancer) -> list[AvailabilityZone]:
    """With the addresses that were given for each."""
    addresses = getattr(self, "addresses", {})
    return [_Zone(subnet, addresses.get(subnet.id, [])) for subnet in self.subnets]


def _addresses(mappings: list[dict[str, Any]]) -> dict[str, list[dict[str, str]]]:
    names = {"AllocationId": "AllocationId", "PrivateIPv4Address": "PrivateIPv4Address", "IPv6Address": "IPv6Address"}
    given = {mapping["SubnetId"]: {names[key]: value for key, value in mapping.items() if key in names} for mapping in mappings}
    return {subnet: [address] for subnet, address in given.items() if address}


def _balancer(backend: ELBv2Backend, arn: str) -> Any:
    balancer = backend.load_balancers.get(arn)
    if balancer is None:
        raise LoadBalancerNotFoundError()
    return balancer


def _groups_exist(backend: ELBv2Backend, groups: list[str]) -> None:
    for group in groups:
        if backend.ec2_backend.get_security_group_from_id(group) is None:
            raise ELBClientError("InvalidSecurityGroup", f"Security group '{group}' does not exist")


AMENDED: list[tuple[type, str, object]] = [
    (ELBv2Backend, "create_load_balancer", create_load_balancer),
    (ELBv2Backend, "delete_load_balancer", delete_load_balancer),
    (ELBv2Backend, "set_subnets", set_subnets),
    (ELBv2Backend, "set_ip_address_type", set_ip_address_type),
    (ELBV2Response, "create_load_balancer", respond_create_load_balancer),
    (ELBV2Response, "set_security_groups", respond_set_security_groups),
    (ELBV2Response, "modify_ip_pools", respond_modify_ip_pools),
    (FakeLoadBalancer, "availability_zones", property(availability_zones)),
]
