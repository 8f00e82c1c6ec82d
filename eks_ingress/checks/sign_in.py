"""Sign-in that does not happen, or that AWS refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.checks.reading import Places, answers, unsure_of_ports
from eks_ingress.checks.routing import words
from eks_ingress.plan.model import Forward, Plan, RedirectTo, Rule
from eks_ingress.plan.unknown import is_unknown


class UnauthenticatedHttp(Check):
    """A rule that asks clients to sign in, and answers without on a plain HTTP listener."""

    id = "EKI212"
    title = "Sign-in is skipped on an HTTP listener"
    why = "The controller adds authentication to HTTPS listeners only; the same paths answer on HTTP without it."
    remedy = "Redirect HTTP to HTTPS (`Listener.redirect_to_https()`, in YAML ssl-redirect: '443'), or listen on HTTPS only."
    source = "controller documentation, Authentication"
    example = """auth-type: oidc   # with listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]' and without ssl-redirect"""
    mistakes = (18,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        unsure: set[str] | None = None
        for listener, rule in answers(plan):
            # A redirect tells nothing: it is how older Ingresses send clients to HTTPS.
            if rule.auth is not None and listener.protocol == "HTTP" and not isinstance(rule.action, RedirectTo):
                unsure = unsure_of_ports(plan) if unsure is None else unsure
                if rule.ingress in unsure:
                    continue
                if rule.hosts or rule.paths or rule.host_regexes or rule.path_regexes or rule.requirements:
                    message = f"{words(rule)} answers on port {listener.port} without sign-in."
                else:
                    message = f"the default of port {listener.port} answers without sign-in."
                yield self.in_rule(rule, message)


class RefusedSignIn(Check):
    """Settings of sign-in that AWS does not take."""

    id = "EKI223"
    severity = ERROR
    title = "Sign-in has what AWS refuses"
    why = "The controller passes it on as it is, and AWS refuses the rule: this and all later ones are not made."
    remedy = "Write what Elastic Load Balancing takes."
    source = "Elastic Load Balancing API, AuthenticateCognitoActionConfig, AuthenticateOidcActionConfig, JwtValidationActionConfig"
    example = "auth-on-unauthenticated-request: ignore"

    def find(self, plan: Plan) -> Iterator[Finding]:
        places: Places | None = None
        told: set[tuple[str, str]] = set()
        for listener, rule in answers(plan):
            if rule.auth is None or listener.protocol != "HTTPS":
                continue
            for row, fault in _faults(rule.auth.action):
                if (rule.ingress, fault) in told or not rule.ingress:
                    continue
                told.add((rule.ingress, fault))
                places = Places(plan) if places is None else places
                place, of = places.of(rule.ingress, places.service(*_only_service(rule)), row)
                yield self.at(place, f"{row.key()} {fault}.", of=of)


def _only_service(rule: Rule) -> tuple[str, str]:
    """Namespace and name of the Service whose annotations count beside those of the Ingress."""
    binding = rule.action.targets[0].group if isinstance(rule.action, Forward) and len(rule.action.targets) == 1 else None
    of = None if binding is None else binding.binding
    return ("", "") if of is None else (of.namespace, of.service)


def _faults(action: Mapping[str, Any]) -> Iterator[tuple[c.Annotation, str]]:
    """What AWS refuses of an action, and in which annotation it stands."""
    match action.get("type"):
        case "authenticate-cognito":
            config = action["authenticateCognitoConfig"]
            yield from _faults_of_session(config, c.AUTH_IDP_COGNITO)
            yield from _missing(config, ("userPoolARN", "userPoolClientID", "userPoolDomain"), c.AUTH_IDP_COGNITO)
        case "authenticate-oidc":
            config, urls = action["authenticateOIDCConfig"], ("authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint")
            yield from _faults_of_session(config, c.AUTH_IDP_OIDC)
            yield from _missing(config, ("issuer", *urls), c.AUTH_IDP_OIDC)
            yield from _faults_of_urls(config, urls, c.AUTH_IDP_OIDC)
        case "jwt-validation":
            config = action["jwtValidationConfig"]
            yield from _faults_of_urls(config, ("jwksEndpoint",), c.JWT_VALIDATION)
            yield from ((c.JWT_VALIDATION, fault) for fault in _faults_of_claims(config.get("additionalClaims") or ()))


def _faults_of_session(config: Mapping[str, Any], row: c.Annotation) -> Iterator[tuple[c.Annotation, str]]:
    unauthenticated, timeout = config.get("onUnauthenticatedRequest"), config.get("sessionTimeout")
    if unauthenticated is not None and unauthenticated not in _UNAUTHENTICATED and not is_unknown(unauthenticated):
        yield c.AUTH_ON_UNAUTHENTICATED_REQUEST, f"is {unauthenticated!r}, which is none of {', '.join(_UNAUTHENTICATED)}"
    if isinstance(timeout, int) and not 1 <= timeout <= 604800:
        yield c.AUTH_SESSION_TIMEOUT, f"is {timeout}, and AWS takes 1 to 604800 seconds"
    if len(config.get("authenticationRequestExtraParams") or ()) > 10:
        yield row, f"has {len(config['authenticationRequestExtraParams'])} extra parameters, and AWS takes 10"


def _missing(config: Mapping[str, Any], names: tuple[str, ...], row: c.Annotation) -> Iterator[tuple[c.Annotation, str]]:
    if lacks := [name for name in names if not config.get(name)]:
        yield row, f"lacks {', '.join(lacks)}"


def _faults_of_urls(config: Mapping[str, Any], names: tuple[str, ...], row: c.Annotation) -> Iterator[tuple[c.Annotation, str]]:
    for name in names:
        url = config.get(name)
        if url and not is_unknown(url) and not url.startswith("https://"):
            yield row, f"has the {name} {url!r}, which is no full URL of HTTPS"


_UNAUTHENTICATED = ("authenticate", "allow", "deny")
_FORMATS = ("single-string", "string-array", "space-separated-values")
_MOST = 10


def _faults_of_claims(claims: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if len(claims) > _MOST:
        yield f"has {len(claims)} claims, and AWS takes {_MOST}"
    for claim in claims:
        if claim["format"] not in _FORMATS and not is_unknown(claim["format"]):
            yield f"has the format {claim['format']!r}, which is none of {', '.join(_FORMATS)}"
        if len(claim["values"]) > _MOST:
            yield f"has {len(claim['values'])} values of a claim, and AWS takes {_MOST}"
