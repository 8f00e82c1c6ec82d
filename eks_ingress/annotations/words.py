"""The typed words as annotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.annotations.grammar import Unwritable
from eks_ingress.annotations.others import require_others
from eks_ingress.refusal import Refusals
from eks_ingress.routing.attributes import LoadBalancerAttributes, NetworkLoadBalancerAttributes, TargetGroupAttributes
from eks_ingress.routing.auth import Auth, Cognito, Jwt, Oidc, require_auth
from eks_ingress.routing.backend import Backend, FixedResponse, Forward, Redirect, Service, TargetGroup, services_of
from eks_ingress.routing.conditions import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpMethod,
    PathPattern,
    QueryString,
    SourceIp,
)
from eks_ingress.routing.frontend import FrontendNlb
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.network import SecurityGroups, require_tags
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import Targets
from eks_ingress.routing.tls import MutualTls, TlsPolicy
from eks_ingress.routing.transforms import Transform, UrlRewrite
from eks_ingress.routing.units import Span, require_a, whole_seconds
from eks_ingress.tokens import has_token

_LONGEST_NAME = 63
"""How many characters the name of an annotation has at most, without its prefix."""

Values = Iterator[tuple[str, str]]
"""Annotations, by their whole key."""


def annotations_of(ingress: Ingress) -> dict[str, str]:
    """The annotations of an Ingress, without those of its paths. Raises `Refused` for what cannot be written."""
    refusals = Refusals(ingress.source)
    require_others(refusals, ingress.annotations)
    made = dict(ingress.annotations)
    for values in (
        _group(ingress),
        _settings(ingress.settings),
        _listeners(ingress.listeners),
        _targets(ingress.targets),
        _control_ports(ingress),
        _auth(ingress.auth),
    ):
        with refusals.gather():
            made.update(values)
    refusals.settle()
    return made


def service_annotations(service: Service, *, auth: Auth | None = None, tags: Mapping[str, str] | None = None) -> dict[str, str]:
    """The annotations with which a Kubernetes Service itself says how it is treated, in every Ingress that sends to it.

    For those who write the Service object; they go before what an Ingress says. `auth` is what clients must show, a `Cognito` or
    an `Oidc`; `tags` are AWS tags of its target groups. Raises `Refused` for a `Jwt`, which the controller reads from Ingresses
    only, and for tags that AWS does not take.

    Facts: controller documentation, "Ingress annotations", where the location is Ingress and Service.
    """
    refusals = Refusals()
    require_a(refusals, "service", service, Service)
    require_auth(refusals, "auth of Service", auth)
    refusals.settle()
    require_tags(refusals, "tags", tags or {})
    refusals.require(
        not isinstance(auth, Jwt), "auth of Service", service.name, "is a Jwt, which has no effect there", "Give it to the route."
    )
    refusals.settle()
    return {
        **dict(_targets(service)),
        **dict(_control_port(service)),
        **dict(_auth(auth)),
        **dict(written(c.TAGS, tags or None)),
    }


def action(backend: Backend) -> dict[str, Any]:
    """The document that stands in an `actions` annotation."""
    match backend:
        case Redirect():
            parts = {
                "host": backend.host,
                "path": backend.path,
                "port": None if backend.port is None else str(backend.port),
                "protocol": backend.protocol and backend.protocol.value,
                "query": backend.query,
            }
            return {"type": "redirect", "redirectConfig": {**present(parts), "statusCode": f"HTTP_{backend.status_code}"}}
        case FixedResponse():
            response = {"contentType": backend.content_type.value, "statusCode": str(backend.status_code)}
            return {"type": "fixed-response", "fixedResponseConfig": {**response, **present({"messageBody": backend.body})}}
        case TargetGroup():
            return {"type": "forward", **_foreign(backend)}
        case Service():
            return {"type": "forward", "forwardConfig": {"targetGroups": [_service(backend)]}}
        case Forward():
            groups = [
                {**(_service(target) if isinstance(target, Service) else _foreign(target)), "weight": weight}
                for target, weight in backend.to
            ]
            config: dict[str, Any] = {"targetGroups": groups}
            if backend.stickiness is not None:
                seconds = whole_seconds(backend.stickiness)
                config["targetGroupStickinessConfig"] = {"enabled": True, "durationSeconds": seconds}
            return {"type": "forward", "forwardConfig": config}


def conditions(found: Sequence[Condition]) -> list[dict[str, Any]]:
    """The document that stands in a `conditions` annotation."""
    return [_condition(condition) for condition in found]


def transforms(found: Sequence[Transform]) -> list[dict[str, Any]]:
    """The document that stands in a `transforms` annotation."""
    return [_transform(transform) for transform in found]


def _condition(condition: Condition) -> dict[str, Any]:
    match condition:
        case HttpHeader():
            config = {"httpHeaderName": condition.name, **_values_or_regex(condition)}
            return {"field": "http-header", "httpHeaderConfig": config}
        case HttpMethod():
            return {"field": "http-request-method", "httpRequestMethodConfig": {"values": list(condition.methods)}}
        case QueryString():
            pairs = [present({"key": key, "value": value}) for key, value in condition.pairs]
            return {"field": "query-string", "queryStringConfig": {"values": pairs}}
        case SourceIp():
            return {"field": "source-ip", "sourceIPConfig": {"values": list(condition.cidrs)}}
        case HostHeader():
            return {"field": "host-header", "hostHeaderConfig": _values_or_regex(condition)}
        case PathPattern():
            return {"field": "path-pattern", "pathPatternConfig": _values_or_regex(condition)}


def _values_or_regex(condition: HttpHeader | HostHeader | PathPattern) -> dict[str, list[str]]:
    return {"regexValues": list(condition.regex)} if condition.regex else {"values": list(condition.values)}


def _transform(transform: Transform) -> dict[str, Any]:
    rewrites = {"rewrites": [{"regex": transform.regex, "replace": transform.replace}]}
    if isinstance(transform, UrlRewrite):
        return {"type": "url-rewrite", "urlRewriteConfig": rewrites}
    return {"type": "host-header-rewrite", "hostHeaderRewriteConfig": rewrites}


def _service(service: Service) -> dict[str, Any]:
    return {"serviceName": service.name, "servicePort": service.port}


def _foreign(group: TargetGroup) -> dict[str, Any]:
    return present({"targetGroupARN": group.arn, "targetGroupName": group.name})


def _group(ingress: Ingress) -> Values:
    yield from written(c.GROUP_NAME, ingress.group_name)
    yield from written(c.GROUP_ORDER, ingress.group_order)
    yield from written(c.USE_REGEX_PATH_MATCH, ingress.regex_paths)


def _settings(settings: LoadBalancerSettings) -> Values:
    yield from written(c.LOAD_BALANCER_NAME, settings.load_balancer_name)
    yield from written(c.SCHEME, settings.scheme and settings.scheme.value)
    yield from written(c.IP_ADDRESS_TYPE, settings.ip_address_type and settings.ip_address_type.value)
    yield from written(c.SUBNETS, settings.subnets or None)
    yield from _security_groups(settings.security_groups)
    yield from written(c.CUSTOMER_OWNED_IPV4_POOL, settings.customer_owned_ipv4_pool)
    yield from written(c.IPAM_IPV4_POOL_ID, settings.ipam_ipv4_pool)
    attributes = settings.attributes or LoadBalancerAttributes()
    yield from written(c.LOAD_BALANCER_ATTRIBUTES, attributes.entries() or None)
    yield from written(c.TAGS, settings.tags or None)
    if settings.web_acl is not None:
        yield from written(c.WAFV2_ACL_ARN, settings.web_acl.arn)
        yield from written(c.WAFV2_ACL_NAME, settings.web_acl.name)
    if settings.waf_classic is not None:
        row = c.WEB_ACL_ID if settings.waf_classic.old_name else c.WAF_ACL_ID
        yield from written(row, settings.waf_classic.web_acl_id)
    yield from written(c.SHIELD_ADVANCED_PROTECTION, settings.shield)
    capacity = settings.minimum_capacity
    yield from written(c.MINIMUM_LOAD_BALANCER_CAPACITY, None if capacity is None else {"CapacityUnits": str(capacity)})
    if settings.frontend_nlb is not None:
        yield from _frontend(settings.frontend_nlb)


def _security_groups(groups: SecurityGroups | None) -> Values:
    if groups is not None:
        yield from written(c.SECURITY_GROUPS, groups.groups or None)
        yield from written(c.MANAGE_BACKEND_SECURITY_GROUP_RULES, groups.manage_backend_rules)
        yield from written(c.INBOUND_CIDRS, groups.inbound_cidrs or None)
        yield from written(c.SECURITY_GROUP_PREFIX_LISTS, groups.prefix_lists or None)


def _frontend(frontend: FrontendNlb) -> Values:
    yield from written(c.ENABLE_FRONTEND_NLB, True)
    yield from written(c.FRONTEND_NLB_SCHEME, frontend.scheme and frontend.scheme.value)
    yield from written(c.FRONTEND_NLB_SUBNETS, frontend.subnets or None)
    yield from written(c.FRONTEND_NLB_SECURITY_GROUPS, frontend.security_groups or None)
    ports = {str(port): str(target) for port, target in sorted(frontend.ports.items())}
    yield from written(c.FRONTEND_NLB_LISTENER_PORT_MAPPING, ports or None)
    yield from written(c.FRONTEND_NLB_EIP_ALLOCATIONS, frontend.eip_allocations or None)
    check = frontend.health_check or HealthCheck()
    yield from written(c.FRONTEND_NLB_HEALTHCHECK_PORT, None if check.port is None else str(check.port))
    yield from written(c.FRONTEND_NLB_HEALTHCHECK_PROTOCOL, check.protocol and check.protocol.value)
    yield from written(c.FRONTEND_NLB_HEALTHCHECK_PATH, check.path)
    yield from written(c.FRONTEND_NLB_HEALTHCHECK_INTERVAL_SECONDS, in_seconds(check.interval))
    yield from written(c.FRONTEND_NLB_HEALTHCHECK_TIMEOUT_SECONDS, in_seconds(check.timeout))
    yield from written(c.FRONTEND_NLB_HEALTHCHECK_HEALTHY_THRESHOLD_COUNT, check.healthy_threshold)
    yield from written(c.FRONTEND_NLB_HEALTHCHECK_UNHEALTHY_THRESHOLD_COUNT, check.unhealthy_threshold)
    yield from written(c.FRONTEND_NLB_HEALTHCHECK_SUCCESS_CODES, check.success_codes)
    yield from written(c.FRONTEND_NLB_TAGS, frontend.tags or None)
    attributes = frontend.attributes or NetworkLoadBalancerAttributes()
    yield from written(c.FRONTEND_NLB_ATTRIBUTES, attributes.entries() or None)


def _listeners(listeners: Sequence[Listener] | None) -> Values:
    if listeners is None:
        return
    yield from written(c.LISTEN_PORTS, [{listener.protocol.value: listener.port} for listener in listeners])
    yield from written(c.SSL_REDIRECT, next((x.redirects_to for x in listeners if x.redirects_to is not None), None))
    yield from written(c.CERTIFICATE_ARN, list(dict.fromkeys(arn for x in listeners for arn in x.certificates)) or None)
    if any(listener.creates_certificate for listener in listeners):
        yield from written(c.CREATE_ACM_CERT, True)
        yield from written(c.ACM_PCA_ARN, next((x.private_ca for x in listeners if x.private_ca is not None), None))
    policy = next((x.tls_policy for x in listeners if x.tls_policy is not None), None)
    yield from written(c.SSL_POLICY, policy.value if isinstance(policy, TlsPolicy) else policy)
    mutual = [_mutual_tls(x.port, x.mutual_tls) for x in listeners if x.mutual_tls is not None]
    yield from written(c.MUTUAL_AUTHENTICATION, mutual or None)
    for listener in listeners:
        if listener.attributes is not None and (entries := listener.attributes.entries()):
            name = f"{listener.protocol.value}-{listener.port}"
            yield from written(c.LISTENER_ATTRIBUTES, entries, listener=name)


def _mutual_tls(port: int, mutual: MutualTls) -> dict[str, Any]:
    advertise = mutual.advertise_trust_store_ca_names
    entry = {
        "port": port,
        "mode": mutual.mode.value,
        "trustStore": mutual.trust_store,
        "ignoreClientCertificateExpiry": mutual.ignore_client_certificate_expiry,
        "advertiseTrustStoreCaNames": None if advertise is None else "on" if advertise else "off",
    }
    return present(entry)


def _targets(targets: Targets) -> Values:
    yield from written(c.TARGET_TYPE, targets.target_type and targets.target_type.value)
    yield from written(c.BACKEND_PROTOCOL, targets.protocol and targets.protocol.value)
    yield from written(c.BACKEND_PROTOCOL_VERSION, targets.protocol_version and targets.protocol_version.value)
    attributes = targets.attributes or TargetGroupAttributes()
    yield from written(c.TARGET_GROUP_ATTRIBUTES, attributes.entries() or None)
    check = targets.health_check or HealthCheck()
    yield from written(c.HEALTHCHECK_PATH, check.path)
    yield from written(c.HEALTHCHECK_PORT, None if check.port is None else str(check.port))
    yield from written(c.HEALTHCHECK_PROTOCOL, check.protocol and check.protocol.value)
    yield from written(c.HEALTHCHECK_INTERVAL_SECONDS, in_seconds(check.interval))
    yield from written(c.HEALTHCHECK_TIMEOUT_SECONDS, in_seconds(check.timeout))
    yield from written(c.HEALTHY_THRESHOLD_COUNT, check.healthy_threshold)
    yield from written(c.UNHEALTHY_THRESHOLD_COUNT, check.unhealthy_threshold)
    yield from written(c.SUCCESS_CODES, check.success_codes)
    yield from written(c.TARGET_NODE_LABELS, targets.node_labels or None)
    yield from written(c.MULTI_CLUSTER_TARGET_GROUP, targets.multi_cluster)


def _control_ports(ingress: Ingress) -> Values:
    """The control port of each Service that the Ingress sends to."""
    backends = [path.backend for rule in ingress.rules for path in rule.paths]
    for backend in [*backends, *([] if ingress.default_backend is None else [ingress.default_backend])]:
        for service in services_of(backend):
            yield from _control_port(service, ingress.targets.control_port)


def _control_port(service: Service, default: int | None = None) -> Values:
    port = default if service.control_port is None else service.control_port
    yield from written(c.TARGET_CONTROL_PORT, port, service=service.name, port=str(service.port))


def _auth(auth: Auth | None) -> Values:
    match auth:
        case None:
            return
        case Jwt():
            claims = [{"format": x.format.value, "name": x.name, "values": list(x.values)} for x in auth.claims]
            document = {"jwksEndpoint": auth.jwks_endpoint, "issuer": auth.issuer}
            yield from written(c.JWT_VALIDATION, {**document, **present({"additionalClaims": claims or None})})
            return
        case Cognito():
            yield from written(c.AUTH_TYPE, "cognito")
            pool = {"userPoolARN": auth.user_pool, "userPoolClientID": auth.client, "userPoolDomain": auth.domain}
            yield from written(c.AUTH_IDP_COGNITO, {**pool, **_extra_params(auth)})
        case Oidc():
            yield from written(c.AUTH_TYPE, "oidc")
            endpoints = {
                "issuer": auth.issuer,
                "authorizationEndpoint": auth.authorization_endpoint,
                "tokenEndpoint": auth.token_endpoint,
                "userInfoEndpoint": auth.user_info_endpoint,
                "secretName": auth.secret,
            }
            yield from written(c.AUTH_IDP_OIDC, {**endpoints, **_extra_params(auth)})
    yield from written(c.AUTH_ON_UNAUTHENTICATED_REQUEST, auth.on_unauthenticated and auth.on_unauthenticated.value)
    yield from written(c.AUTH_SCOPE, auth.scope)
    yield from written(c.AUTH_SESSION_COOKIE, auth.session_cookie)
    yield from written(c.AUTH_SESSION_TIMEOUT, in_seconds(auth.session_timeout))


def _extra_params(auth: Cognito | Oidc) -> dict[str, Any]:
    return {"authenticationRequestExtraParams": dict(auth.extra_params)} if auth.extra_params else {}


def written(row: Annotation, value: Any, **chosen: str) -> Values:
    """An annotation with its value as text; none for what is not said.

    Words see to it that they can be written, but look at no text that has a token. Raises `Refused` for one that cannot.
    """
    if value is None:
        return
    key = row.key(**chosen)
    refusals = Refusals()
    what, name = f"{row.word} in annotation", key.removeprefix(row.prefix)
    if chosen:
        _require_name(refusals, what, name)
    try:
        text = row.grammar.encode(value)
    except Unwritable as unwritable:
        refusals.require(False, what, name, f"cannot be read: {unwritable}", "Write it without.")
    refusals.settle()
    yield key, text


def _require_name(refusals: Refusals, what: str, name: str) -> None:
    """A name of an annotation that is made of what a user chose."""
    refusals.require(
        not has_token(name), what, name, "would have a name that only CloudFormation knows", "Write the names in it as text."
    )
    refusals.require(
        has_token(name) or len(name) <= _LONGEST_NAME,
        what,
        name,
        f"has a name of {len(name)} characters, and Kubernetes takes {_LONGEST_NAME}",
        "Choose a shorter name.",
    )


def present(parts: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a document that are said."""
    return {name: value for name, value in parts.items() if value is not None}


def in_seconds(duration: Span | None) -> int | None:
    """A length of time as annotations have it; None for one that is not said."""
    return None if duration is None else whole_seconds(duration)
