"""A load balancer in the controller's own format: what it writes to the annotation `dry-run-plan`.

Facts: the controller's model (`pkg/model`) and how it writes it as JSON (`pkg/deploy`).

Where the controller, from 3.3.0 on, writes an empty reference for the ARN of a certificate that exists, this has the ARN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from eks_ingress.plan.model import (
    MANAGED,
    Action,
    Auth,
    FrontendNlb,
    HealthCheck,
    Inbound,
    Listener,
    LoadBalancer,
    Pairs,
    RedirectTo,
    Requirement,
    Respond,
    Rule,
    Subnet,
    Target,
    TargetGroup,
)

_ELB = "AWS::ElasticLoadBalancingV2"
_LOAD_BALANCER = f"{_ELB}::LoadBalancer"
_LISTENER = f"{_ELB}::Listener"
_RULE = f"{_ELB}::ListenerRule"
_TARGET_GROUP = f"{_ELB}::TargetGroup"
_BINDING = "K8S::ElasticLoadBalancingV2::TargetGroupBinding"
_SECURITY_GROUP = "AWS::EC2::SecurityGroup"
_CERTIFICATE = "AWS::ACM::Certificate"

_FIELDS = {"method": ("http-request-method", "httpRequestMethodConfig"), "source": ("source-ip", "sourceIPConfig")}


def stack(balancer: LoadBalancer) -> dict[str, Any]:
    """All resources of a load balancer, by type and by the name that the controller gives them within it."""
    resources: dict[str, dict[str, Any]] = {}

    def add(kind: str, id: str, spec: Mapping[str, Any]) -> None:
        resources.setdefault(kind, {})[id] = {"spec": spec}

    arn = _ref(_LOAD_BALANCER, "LoadBalancer", "loadBalancerARN")
    for certificate in balancer.certificates:
        spec = {
            "type": "PRIVATE" if certificate.authority else "AMAZON_ISSUED",
            "certificateAuthorityARN": certificate.authority,
            "domainName": certificate.hosts[0],
            "subjectAlternativeNames": list(certificate.hosts),
            "validationMethod": "DNS",
            "keyAlgorithm": "",
            **_some(tags=dict(certificate.tags)),
        }
        add(_CERTIFICATE, certificate.id, spec)
    if balancer.managed_security_group is not None:
        group = balancer.managed_security_group
        spec = {
            "groupName": group.name,
            "description": "[k8s] Managed SecurityGroup for LoadBalancer",
            **_some(tags=dict(group.tags), ingress=list(map(_permission, group.inbound))),
        }
        add(_SECURITY_GROUP, MANAGED, spec)
    add(_LOAD_BALANCER, "LoadBalancer", _load_balancer(balancer))
    requested = {certificate.arn: certificate.id for certificate in balancer.certificates}
    for listener in balancer.listeners:
        add(_LISTENER, str(listener.port), _listener(listener, arn, requested))
        for rule in listener.rules:
            add(_RULE, f"{listener.port}:{rule.priority}", _rule(rule, listener))
    for target_group in balancer.target_groups:
        add(_TARGET_GROUP, target_group.id, _target_group(target_group))
        add(_BINDING, target_group.id, _binding(target_group, balancer))
    if balancer.web_acl is not None:
        add("AWS::WAFv2::WebACLAssociation", "LoadBalancer", {"webACLARN": balancer.web_acl, "resourceARN": arn})
    if balancer.waf_classic is not None:
        add("AWS::WAFRegional::WebACLAssociation", "LoadBalancer", {"webACLID": balancer.waf_classic, "resourceARN": arn})
    if balancer.shield is not None:
        add("AWS::Shield::Protection", "LoadBalancer", {"enabled": balancer.shield, "resourceARN": arn})
    states: dict[str, Any] = {}
    if balancer.frontend_nlb is not None:
        nlb = balancer.frontend_nlb
        add(_LOAD_BALANCER, "FrontendNlb", _frontend(nlb, balancer))
        for entry in nlb.listeners:
            group_arn = _ref(_TARGET_GROUP, entry.target_group.id, "targetGroupARN")
            spec = {
                "loadBalancerARN": _ref(_LOAD_BALANCER, "FrontendNlb", "loadBalancerARN"),
                "port": entry.port,
                "protocol": "TCP",
                "defaultActions": [{"type": "forward", "forwardConfig": {"targetGroups": [{"targetGroupARN": group_arn}]}}],
                **_some(tags=dict(nlb.tags)),
            }
            add(_LISTENER, f"FrontendNlb-ls-TCP-{entry.port}", spec)
            add(_TARGET_GROUP, entry.target_group.id, _target_group(entry.target_group))
            name = entry.target_group.name
            states[name] = {"Name": name, "ARN": group_arn, "Port": entry.port, "TargetARN": arn, "TargetPort": entry.target_port}
    resources["FrontendNLBTargetGroup"] = {"FrontendNLBTargetGroup": {"TargetGroups": states}}
    return {"id": balancer.group, "resources": resources}


def _ref(kind: str, id: str, field: str) -> dict[str, str]:
    return {"$ref": f"#/resources/{kind}/{id}/status/{field}"}


def _some(**values: Any) -> dict[str, Any]:
    """Those values that are not empty, as the controller writes them."""
    return {name: value for name, value in values.items() if value}


def _said(**values: Any) -> dict[str, Any]:
    """Those values that are said at all."""
    return {name: value for name, value in values.items() if value is not None}


def _attributes(values: Pairs) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values]


def _groups(ids: Iterable[str]) -> list[Any]:
    return [_ref(_SECURITY_GROUP, MANAGED, "groupID") if group == MANAGED else group for group in ids]


def _subnets(subnets: Iterable[Subnet]) -> list[dict[str, str]]:
    return [{**_said(allocationID=subnet.allocation), "subnetID": subnet.id} for subnet in subnets]


def _load_balancer(balancer: LoadBalancer) -> dict[str, Any]:
    capacity = balancer.minimum_capacity
    return {
        "name": balancer.name,
        "type": "application",
        "scheme": balancer.scheme,
        "ipAddressType": balancer.ip_address_type,
        **_some(subnetMapping=_subnets(balancer.subnets), securityGroups=_groups(balancer.security_groups)),
        **_said(customerOwnedIPv4Pool=balancer.customer_owned_ipv4_pool),
        **_some(loadBalancerAttributes=_attributes(balancer.attributes)),
        **({} if capacity is None else {"minimumLoadBalancerCapacity": {"capacityUnits": capacity}}),
        **_some(tags=dict(balancer.tags)),
        **_said(ipv4IPAMPool=balancer.ipam_ipv4_pool),
    }


def _frontend(nlb: FrontendNlb, balancer: LoadBalancer) -> dict[str, Any]:
    return {
        "name": nlb.name,
        "type": "network",
        "scheme": nlb.scheme,
        "ipAddressType": balancer.ip_address_type,
        **_some(
            subnetMapping=_subnets(nlb.subnets),
            securityGroups=_groups(nlb.security_groups),
            loadBalancerAttributes=_attributes(nlb.attributes),
            tags=dict(nlb.tags),
        ),
    }


def _permission(inbound: Inbound) -> dict[str, Any]:
    return {
        "ipProtocol": "tcp",
        "fromPort": inbound.port,
        "toPort": inbound.port,
        **({"ipRanges": [{"cidrIP": inbound.ipv4}]} if inbound.ipv4 is not None else {}),
        **({"ipv6Ranges": [{"cidrIPv6": inbound.ipv6}]} if inbound.ipv6 is not None else {}),
        **({"prefixLists": [{"listID": inbound.prefix_list}]} if inbound.prefix_list is not None else {}),
    }


def _listener(listener: Listener, arn: Mapping[str, str], requested: Mapping[str, str]) -> dict[str, Any]:
    certificates = [
        {"certificateARN": _ref(_CERTIFICATE, requested[x], "certificateARN") if x in requested else x}
        for x in listener.certificates
    ]
    mutual = listener.mutual_tls
    return {
        "loadBalancerARN": arn,
        "port": listener.port,
        "protocol": listener.protocol,
        "defaultActions": _actions(listener.default_auth, listener.default_action, listener.protocol),
        **_some(certificates=certificates),
        **_said(sslPolicy=listener.tls_policy),
        **(
            {}
            if mutual is None
            else {
                "mutualAuthentication": {
                    "mode": mutual.mode,
                    "trustStoreArn": mutual.trust_store,
                    **_said(ignoreClientCertificateExpiry=mutual.ignore_expiry, advertiseTrustStoreCaNames=mutual.advertise),
                }
            }
        ),
        **_some(tags=dict(listener.tags), listenerAttributes=[{"Key": key, "Value": value} for key, value in listener.attributes]),
    }


def _rule(rule: Rule, listener: Listener) -> dict[str, Any]:
    conditions = list(map(_condition, rule.requirements))
    for field, config, values, regexes in (
        ("host-header", "hostHeaderConfig", rule.hosts, rule.host_regexes),
        ("path-pattern", "pathPatternConfig", rule.paths, rule.path_regexes),
    ):
        if values or regexes:
            conditions.append({"field": field, config: _some(regexValues=list(regexes), values=list(values))})
    return {
        "listenerARN": _ref(_LISTENER, str(listener.port), "listenerARN"),
        "priority": rule.priority,
        "actions": _actions(rule.auth, rule.action, listener.protocol),
        "conditions": conditions,
        **_some(
            transforms=[
                {
                    "type": x.kind,
                    "urlRewriteConfig" if x.kind == "url-rewrite" else "hostHeaderRewriteConfig": {
                        "rewrites": [{"regex": regex, "replace": replace} for regex, replace in x.rewrites]
                    },
                }
                for x in rule.transforms
            ],
            tags=dict(rule.tags),
        ),
    }


def _condition(requirement: Requirement) -> dict[str, Any]:
    what, _, name = requirement.what.partition(" ")
    if what == "query":
        pairs = [{**_said(key=key), "value": value} for key, value in requirement.pairs]
        return {"field": "query-string", "queryStringConfig": {"values": pairs}}
    if what == "header":
        values = {"regexValues" if requirement.regex else "values": list(requirement.values)}
        return {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": name, **values}}
    field, config = _FIELDS[what]
    return {"field": field, config: {"values": list(requirement.values)}}


def _actions(auth: Auth | None, action: Action, protocol: str) -> list[dict[str, Any]]:
    first = [dict(auth.action)] if auth is not None and protocol == "HTTPS" else []
    return [*first, _action(action)]


def _action(action: Action) -> dict[str, Any]:
    if isinstance(action, RedirectTo):
        parts = _said(host=action.host, path=action.path, port=action.port, protocol=action.protocol, query=action.query)
        return {"type": "redirect", "redirectConfig": {**parts, "statusCode": action.status_code}}
    if isinstance(action, Respond):
        said = _said(contentType=action.content_type, messageBody=action.body)
        return {"type": "fixed-response", "fixedResponseConfig": {**said, "statusCode": action.status_code}}
    sticky = action.stickiness
    targets = list(map(_target, action.targets)) or None
    config: dict[str, Any] = {"targetGroups": targets}
    if sticky is not None:
        config["targetGroupStickinessConfig"] = _said(enabled=sticky.enabled, durationSeconds=sticky.duration)
    return {"type": "forward", "forwardConfig": config}


def _target(target: Target) -> dict[str, Any]:
    arn = target.service if target.group is None else _ref(_TARGET_GROUP, target.group.id, "targetGroupARN")
    return {"targetGroupARN": arn, **_said(weight=target.weight)}


def _target_group(group: TargetGroup) -> dict[str, Any]:
    return {
        "name": group.name,
        "targetType": group.target_type,
        "port": group.port,
        "protocol": group.protocol,
        **_said(protocolVersion=group.protocol_version),
        "ipAddressType": group.ip_address_type,
        "healthCheckConfig": _health_check(group.health_check, group.protocol_version == "GRPC"),
        **_some(targetGroupAttributes=_attributes(group.attributes), tags=dict(group.tags)),
        **_said(targetControlPort=group.control_port),
    }


def _health_check(check: HealthCheck, grpc: bool) -> dict[str, Any]:
    return {
        "port": check.port,
        "protocol": check.protocol,
        "path": check.path,
        "matcher": {"grpcCode" if grpc else "httpCode": check.success_codes},
        "intervalSeconds": check.interval,
        "timeoutSeconds": check.timeout,
        "healthyThresholdCount": check.healthy_threshold,
        "unhealthyThresholdCount": check.unhealthy_threshold,
    }


def _binding(group: TargetGroup, balancer: LoadBalancer) -> dict[str, Any]:
    binding = group.binding
    assert binding is not None
    spec: dict[str, Any] = {
        "targetGroupARN": _ref(_TARGET_GROUP, group.id, "targetGroupARN"),
        "targetType": group.target_type,
        "serviceRef": {"name": binding.service, "port": binding.port},
    }
    if binding.open_ports is not None:
        peer = {"securityGroup": {"groupID": _groups(balancer.security_groups[-1:])[0]}}
        ports: list[dict[str, Any]] = [{"protocol": "TCP", "port": port} for port in binding.open_ports] or [{"protocol": "TCP"}]
        spec["networking"] = {"ingress": [{"from": [peer], "ports": [port]} for port in ports]}
    if binding.node_labels:
        spec["nodeSelector"] = {"matchLabels": dict(binding.node_labels)}
    spec |= {
        "ipAddressType": group.ip_address_type,
        **_some(vpcID=balancer.vpc, multiClusterTargetGroup=binding.multi_cluster),
        "targetGroupProtocol": group.protocol,
    }
    return {"template": {"metadata": {"name": group.name, "namespace": binding.namespace}, "spec": spec}}
