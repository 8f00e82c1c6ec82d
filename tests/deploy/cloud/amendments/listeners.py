"""Listeners: one a port, of all protocols, with certificates, mutual TLS and ALPN as they were given.

Facts: ELBv2 API, CreateListener, ModifyListener, DeleteListener, AddListenerCertificates, RemoveListenerCertificates.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import DuplicateListenerError, ELBClientError, ListenerNotFoundError
from moto.elbv2.models import ELBv2Backend, FakeAction, FakeListener
from moto.elbv2.responses import ELBV2Response
from moto.elbv2.ssl_policies import SSL_POLICIES

_add = ELBv2Backend.add_listener_certificates
_create = ELBV2Response.create_listener
_delete = ELBv2Backend.delete_listener
_check_protocol = ELBv2Backend._validate_port_and_protocol
_ENCRYPTED = {"HTTPS", "TLS"}
_QUIC = {"QUIC", "TCP_QUIC"}


def respond_create_listener(self: ELBV2Response) -> ActionResult:
    """A port once, and no TLS policy where there is no TLS."""
    parameters = self._get_params()
    for listener in self.elbv2_backend.describe_listeners(parameters["LoadBalancerArn"], []):
        if str(listener.port) == str(parameters["Port"]):
            raise DuplicateListenerError()
    _check(self.elbv2_backend, parameters.get("Protocol"), parameters)
    result = _create(self)
    made: Any = result.result
    (listener,) = made["Listeners"]
    if listener.protocol not in _ENCRYPTED:
        listener.ssl_policy = None
    listener.mutual_authentication = parameters.get("MutualAuthentication")
    return result


def respond_modify_listener(self: ELBV2Response) -> ActionResult:
    """What is given, for every protocol."""
    parameters = self._get_params()
    listener: Any
    (listener,) = self.elbv2_backend.describe_listeners(None, [parameters["ListenerArn"]])
    protocol = parameters.get("Protocol", listener.protocol)
    _check(self.elbv2_backend, protocol, {"Certificates": listener.certificates, **parameters})
    if "DefaultActions" in parameters:
        actions = [FakeAction(action) for action in parameters["DefaultActions"]]
        self.elbv2_backend._validate_actions(actions)
        listener.default_actions = actions
        listener._default_rule[0].actions = actions
    if certificates := parameters.get("Certificates"):
        # The default one is exchanged; the others stay.
        default = certificates[0]["CertificateArn"]
        listener.certificates = [default, *listener.certificates[1:]]
        listener.certificate = default
    listener.port = parameters.get("Port", listener.port)
    listener.protocol = protocol
    listener.ssl_policy = parameters.get("SslPolicy", listener.ssl_policy) if protocol in _ENCRYPTED else None
    listener.alpn_policy = parameters.get("AlpnPolicy", listener.alpn_policy)
    listener.mutual_authentication = parameters.get("MutualAuthentication", getattr(listener, "mutual_authentication", None))
    return ActionResult({"Listeners": [listener]})


def add_listener_certificates(self: ELBv2Backend, arn: str, certificates: list[dict[str, Any]]) -> list[str]:
    """One that is among the others already stays the only one; the default one may be among them, too."""
    (listener,) = self.describe_listeners(None, [arn])
    return _add(self, arn, [one for one in certificates if one["CertificateArn"] not in listener.certificates[1:]])


def remove_listener_certificates(self: ELBv2Backend, arn: str, certificates: list[dict[str, Any]]) -> None:
    """The default one stays the default one, where it goes as one of the others."""
    (listener,) = self.describe_listeners(None, [arn])
    gone = {one["CertificateArn"] for one in certificates}
    listener.certificates[1:] = [other for other in listener.certificates[1:] if other not in gone]


def respond_describe_listeners(self: ELBV2Response) -> ActionResult:
    """As moto, but with the default certificate only."""
    parameters = self._get_params()
    found = self.elbv2_backend.describe_listeners(parameters.get("LoadBalancerArn"), parameters.get("ListenerArns", []))
    return ActionResult({"Listeners": [_shown(listener) for listener in found]})


def _shown(listener: FakeListener) -> dict[str, Any]:
    return {
        "ListenerArn": listener.arn,
        "LoadBalancerArn": listener.load_balancer_arn,
        "Port": listener.port,
        "Protocol": listener.protocol,
        "Certificates": listener.certificates[:1],
        "SslPolicy": listener.ssl_policy,
        "DefaultActions": listener.default_actions,
        "AlpnPolicy": listener.alpn_policy,
        "MutualAuthentication": getattr(listener, "mutual_authentication", None),
    }


def delete_listener(self: ELBv2Backend, listener_arn: str) -> FakeListener:
    """With its tags, and those of its rules."""
    listener = _delete(self, listener_arn)
    for arn in [listener_arn, *map(str, listener.rules)]:
        self.tagging_service.delete_all_tags_for_resource(arn)
    return listener


def validate_port_and_protocol(self: ELBv2Backend, kind: str, port: str | None, protocol: str | None) -> None:
    """QUIC too."""
    _check_protocol(self, kind, port, "UDP" if kind == "network" and protocol in _QUIC else protocol)


def _check(backend: ELBv2Backend, protocol: str | None, parameters: dict[str, Any]) -> None:
    certificates = parameters.get("Certificates") or []
    if protocol in _ENCRYPTED and not certificates:
        raise ELBClientError("CertificateNotFound", "A certificate must be specified for a listener with TLS")
    for certificate in certificates:
        arn = certificate["CertificateArn"] if isinstance(certificate, dict) else certificate
        if not backend._certificate_exists(certificate_arn=arn):
            raise ELBClientError("CertificateNotFound", f"Certificate '{arn}' not found")
    policy = parameters.get("SslPolicy")
    if policy and policy not in SSL_POLICIES:
        raise ELBClientError("SSLPolicyNotFound", f"SSL policy '{policy}' not found")


def describe_listeners(self: ELBv2Backend, load_balancer_arn: str | None, listener_arns: list[str]) -> list[FakeListener]:
    """All that are asked for must be there."""
    found = _describe(self, load_balancer_arn, listener_arns)
    if listener_arns and len(found) < len(set(listener_arns)):
        raise ListenerNotFoundError()
    return found


_describe = ELBv2Backend.describe_listeners


AMENDED: list[tuple[type, str, object]] = [
    (ELBv2Backend, "add_listener_certificates", add_listener_certificates),
    (ELBv2Backend, "remove_listener_certificates", remove_listener_certificates),
    (ELBv2Backend, "delete_listener", delete_listener),
    (ELBv2Backend, "describe_listeners", describe_listeners),
    (ELBv2Backend, "_validate_port_and_protocol", validate_port_and_protocol),
    (ELBV2Response, "create_listener", respond_create_listener),
    (ELBV2Response, "modify_listener", respond_modify_listener),
    (ELBV2Response, "describe_listeners", respond_describe_listeners),
]
