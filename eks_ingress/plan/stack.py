"""A load balancer in the controller's own format: what it writes to the annotation `dry-run-plan`.

Facts: the controller's model (`pkg/model`) and how it writes it as JSON (`pkg/deploy`).

Where the controller, from 3.3.0 on, writes an empty reference for the ARN of a certificate that exists, this has the ARN.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eks_ingress.plan.model import (
    MANAGED,
    Action,
    Auth,
    FrontendNlb,
    HealthCheck,
    Listener,
    LoadBalancer,
    RedirectTo,
    Requirement,
    Respond,
    Rule,
    TargetGroup,
)
from eks_ingress.plan.stack_parts import (
    BINDING,
    CERTIFICATE,
    LISTENER,
    LOAD_BALANCER,
    RULE,
    SECURITY_GROUP,
    SHIELD,
    TARGET_GROUP,
    WAF_CLASSIC,
    WEB_ACL,
    attributes,
    group_ids,
    managed_group,
    numbers_of,
    ref,
    said,
    some,
    subnet_mappings,
    target_of,
)

_FIELDS = {"method": ("http-request-method", "httpRequestMethodConfig"), "source": ("source-ip", "sourceIPConfig")}


def stack(balancer: LoadBalancer) -> dict[str, Any]:
    """All resources of a load balancer, by type and by the name that the controller gives them within it."""
    resources: dict[str, dict[str, Any]] = {}

    def add(kind: str, id: str, spec: Mapping[str, Any]) -> None:
        resources.setdefault(kind, {})[id] = {"spec": spec}

    arn = ref(LOAD_BALANCER, "LoadBalancer", "loadBalancerARN")
    for certificate in balancer.certificates:
        spec = {
            "type": "PRIVATE" if certificate.authority else "AMAZON_ISSUED",
            "certificateAuthorityARN": certificate.authority,
            "domainName": certificate.hosts[0],
            "subjectAlternativeNames": list(certificate.hosts),
            "validationMethod": "DNS",
            "keyAlgorithm": "",
            **some(tags=dict(certificate.tags)),
        }
        add(CERTIFICATE, certificate.id, spec)
    if balancer.managed_security_group is not None:
        add(SECURITY_GROUP, MANAGED, managed_group(balancer.managed_security_group))
    add(LOAD_BALANCER, "LoadBalancer", _load_balancer(balancer))
    requested = {certificate.arn: certificate.id for certificate in balancer.certificates}
    for listener in balancer.listeners:
        add(LISTENER, str(listener.port), _listener(listener, arn, requested))
        for rule in listener.rules:
            add(RULE, f"{listener.port}:{rule.priority}", _rule(rule, listener))
    for target_group in balancer.target_groups:
        add(TARGET_GROUP, target_group.id, _target_group(target_group))
        add(BINDING, target_group.id, _binding(target_group, balancer))
    if balancer.web_acl is not None:
        add(WEB_ACL, "LoadBalancer", {"webACLARN": balancer.web_acl, "resourceARN": arn})
    if balancer.waf_classic is not None:
        add(WAF_CLASSIC, "LoadBalancer", {"webACLID": balancer.waf_classic, "resourceARN": arn})
    if balancer.shield is not None:
        add(SHIELD, "LoadBalancer", {"enabled": balancer.shield, "resourceARN": arn})
    states: dict[str, Any] = {}
    if balancer.frontend_nlb is not None:
        nlb = balancer.frontend_nlb
        add(LOAD_BALANCER, "FrontendNlb", _frontend(nlb, balancer))
        for entry in nlb.listeners:
            group_arn = ref(TARGET_GROUP, entry.target_group.id, "targetGroupARN")
            spec = {
                "loadBalancerARN": ref(LOAD_BALANCER, "FrontendNlb", "loadBalancerARN"),
                "port": entry.port,
                "protocol": "TCP",
                "defaultActions": [{"type": "forward", "forwardConfig": {"targetGroups": [{"targetGroupARN": group_arn}]}}],
                **some(tags=dict(nlb.tags)),
            }
            add(LISTENER, f"FrontendNlb-ls-TCP-{entry.port}", spec)
            add(TARGET_GROUP, entry.target_group.id, _target_group(entry.target_group))
            name = entry.target_group.name
            states[name] = {"Name": name, "ARN": group_arn, "Port": entry.port, "TargetARN": arn, "TargetPort": entry.target_port}
    resources["FrontendNLBTargetGroup"] = {"FrontendNLBTargetGroup": {"TargetGroups": states}}
    return {"id": balancer.group, "resources": resources}


def _load_balancer(balancer: LoadBalancer) -> dict[str, Any]:
    capacity = balancer.minimum_capacity
    return {
        "name": balancer.name,
        "type": "application",
        "scheme": balancer.scheme,
        "ipAddressType": balancer.ip_address_type,
        **some(subnetMapping=subnet_mappings(balancer.subnets), securityGroups=group_ids(balancer.security_groups)),
        **said(customerOwnedIPv4Pool=balancer.customer_owned_ipv4_pool),
        **some(loadBalancerAttributes=attributes(balancer.attributes)),
        **({} if capacity is None else {"minimumLoadBalancerCapacity": {"capacityUnits": capacity}}),
        **some(tags=dict(balancer.tags)),
        **said(ipv4IPAMPool=balancer.ipam_ipv4_pool),
    }


def _frontend(nlb: FrontendNlb, balancer: LoadBalancer) -> dict[str, Any]:
    return {
        "name": nlb.name,
        "type": "network",
        "scheme": nlb.scheme,
        "ipAddressType": balancer.ip_address_type,
        **some(
            subnetMapping=subnet_mappings(nlb.subnets),
            securityGroups=group_ids(nlb.security_groups),
            loadBalancerAttributes=attributes(nlb.attributes),
            tags=dict(nlb.tags),
        ),
    }


def _listener(listener: Listener, arn: Mapping[str, str], requested: Mapping[str, str]) -> dict[str, Any]:
    certificates = [
        {"certificateARN": ref(CERTIFICATE, requested[x], "certificateARN") if x in requested else x} for x in listener.certificates
    ]
    mutual = listener.mutual_tls
    return {
        "loadBalancerARN": arn,
        "port": listener.port,
        "protocol": listener.protocol,
        "defaultActions": _actions(listener.default_auth, listener.default_action, listener.protocol),
        **some(certificates=certificates),
        **said(sslPolicy=listener.tls_policy),
        **(
            {}
            if mutual is None
            else {
                "mutualAuthentication": {
                    "mode": mutual.mode,
                    "trustStoreArn": mutual.trust_store,
                    **said(ignoreClientCertificateExpiry=mutual.ignore_expiry, advertiseTrustStoreCaNames=mutual.advertise),
                }
            }
        ),
        **some(tags=dict(listener.tags), listenerAttributes=[{"Key": key, "Value": value} for key, value in listener.attributes]),
    }


def _rule(rule: Rule, listener: Listener) -> dict[str, Any]:
    conditions = list(map(_condition, rule.requirements))
    for field, config, values, regexes in (
        ("host-header", "hostHeaderConfig", rule.hosts, rule.host_regexes),
        ("path-pattern", "pathPatternConfig", rule.paths, rule.path_regexes),
    ):
        if values or regexes:
            conditions.append({"field": field, config: some(regexValues=list(regexes), values=list(values))})
    return {
        "listenerARN": ref(LISTENER, str(listener.port), "listenerARN"),
        "priority": rule.priority,
        "actions": _actions(rule.auth, rule.action, listener.protocol),
        "conditions": conditions,
        **some(
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
        pairs = [{**said(key=key), "value": value} for key, value in requirement.pairs]
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
        parts = said(host=action.host, path=action.path, port=action.port, protocol=action.protocol, query=action.query)
        return {"type": "redirect", "redirectConfig": {**parts, "statusCode": action.status_code}}
    if isinstance(action, Respond):
        response = said(contentType=action.content_type, messageBody=action.body)
        return {"type": "fixed-response", "fixedResponseConfig": {**response, "statusCode": action.status_code}}
    sticky = action.stickiness
    targets = list(map(target_of, action.targets)) or None
    config: dict[str, Any] = {"targetGroups": targets}
    if sticky is not None:
        config["targetGroupStickinessConfig"] = said(enabled=sticky.enabled, durationSeconds=sticky.duration)
    return {"type": "forward", "forwardConfig": config}


def _target_group(group: TargetGroup) -> dict[str, Any]:
    return {
        "name": group.name,
        "targetType": group.target_type,
        "port": group.port,
        "protocol": group.protocol,
        **said(protocolVersion=group.protocol_version),
        "ipAddressType": group.ip_address_type,
        "healthCheckConfig": _health_check(group.health_check, group.protocol_version == "GRPC"),
        **some(targetGroupAttributes=attributes(group.attributes), tags=dict(group.tags)),
        **said(targetControlPort=group.control_port),
    }


def _health_check(check: HealthCheck, grpc: bool) -> dict[str, Any]:
    return {
        "port": check.port,
        "protocol": check.protocol,
        "path": check.path,
        "matcher": {"grpcCode" if grpc else "httpCode": check.success_codes},
        **numbers_of(check),
    }


def _binding(group: TargetGroup, balancer: LoadBalancer) -> dict[str, Any]:
    binding = group.binding
    assert binding is not None
    spec: dict[str, Any] = {
        "targetGroupARN": ref(TARGET_GROUP, group.id, "targetGroupARN"),
        "targetType": group.target_type,
        "serviceRef": {"name": binding.service, "port": binding.port},
    }
    if binding.open_ports is not None:
        peer = {"securityGroup": {"groupID": group_ids(balancer.security_groups[-1:])[0]}}
        ports: list[dict[str, Any]] = [{"protocol": "TCP", "port": port} for port in binding.open_ports] or [{"protocol": "TCP"}]
        spec["networking"] = {"ingress": [{"from": [peer], "ports": [port]} for port in ports]}
    if binding.node_labels:
        spec["nodeSelector"] = {"matchLabels": dict(binding.node_labels)}
    spec |= {
        "ipAddressType": group.ip_address_type,
        **some(vpcID=balancer.vpc, multiClusterTargetGroup=binding.multi_cluster),
        "targetGroupProtocol": group.protocol,
    }
    return {"template": {"metadata": {"name": group.name, "namespace": binding.namespace}, "spec": spec}}
