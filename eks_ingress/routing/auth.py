"""What a client must show before a route answers: that its user has signed in, or a token.

Facts: controller documentation, "Authentication", "Token Validation"; Elastic Load Balancing documentation, "Authenticate users
using an Application Load Balancer", "Verify JWTs using an Application Load Balancer".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from typing import Protocol as Shape

from eks_ingress.refusal import Refusals
from eks_ingress.routing.names import require_subdomain
from eks_ingress.routing.units import (
    Span,
    Words,
    made_from,
    put,
    require_arn,
    require_list,
    require_span,
    require_texts,
    several,
    span,
)
from eks_ingress.tokens import has_token

_SESSION = 7 * 24 * 60 * 60
_MOST = 10
"""How many further parameters, how many claims, and how many values of a claim a load balancer takes."""
_LONGEST = 256
_COOKIE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SCOPE = re.compile(r"[!#-\[\]-~]+( [!#-\[\]-~]+)*")
_HTTPS = re.compile(r"https://(?![/?#])[!-~]+")
_USER_POOL = r"cognito-idp:[a-z0-9-]+:[0-9]{12}:userpool/[A-Za-z0-9_-]+"
_USER_POOL_EXAMPLE = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Ab1Cd2Ef3"
_CLIENT = re.compile(r"[A-Za-z0-9_+]{1,128}")
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
_DOMAIN_OF_COGNITO = re.compile(r"([^.]+)\.auth(-fips)?\.[a-z0-9-]+\.amazoncognito\.com")
_ALWAYS_CHECKED = ("exp", "iss", "nbf", "iat")


class HasUserPoolArn(Shape):
    """Whatever knows the ARN of a user pool, as `aws_cognito.IUserPool` does."""

    @property
    def user_pool_arn(self) -> Any:
        """ARN of the user pool."""
        ...


class HasUserPoolClientId(Shape):
    """Whatever knows the id of a client of a user pool, as `aws_cognito.IUserPoolClient` does."""

    @property
    def user_pool_client_id(self) -> Any:
        """Id of the client."""
        ...


class HasDomainName(Shape):
    """Whatever knows the domain of a user pool, as `aws_cognito.IUserPoolDomain` does."""

    @property
    def domain_name(self) -> Any:
        """The domain: a prefix, or a domain of one's own."""
        ...


class OnUnauthenticated(Enum):
    """What becomes of a request whose user has not signed in."""

    AUTHENTICATE = "authenticate"
    """Its user is sent to sign in."""
    ALLOW = "allow"
    """It is let through, without what is known of users who have."""
    DENY = "deny"
    """It is answered with status 401."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignIn:
    """What `Cognito` and `Oidc` have in common."""

    scope: str | None = None
    """What is asked of the identity provider, separated as it wants it, mostly by spaces: `openid email`. Default: `openid`."""
    session_cookie: str | None = None
    """Name of the cookie that holds the session. Default: `AWSELBAuthSessionCookie`."""
    session_timeout: Span | None = None
    """How long a session lasts at most: 1 s to 7 days, whole seconds. Default: 7 days."""
    on_unauthenticated: OnUnauthenticated | None = None
    """What becomes of a request whose user has not signed in. Default: the user is sent to sign in."""
    extra_params: Mapping[str, str] = field(default_factory=dict)
    """Further query parameters, at most ten, with which users are sent to sign in: `{"prompt": "login"}`. Default: none."""

    def _check_session(self, refusals: Refusals) -> None:
        put(self, session_timeout=span(self.session_timeout))
        what = type(self).__name__
        refusals.require(
            self.scope is None or _is(_SCOPE, self.scope),
            f"{what} scope",
            self.scope,
            "is not a list of scopes",
            "Write scopes with a space between them: 'openid email'.",
        )
        refusals.require(
            self.session_cookie is None or _is(_COOKIE, self.session_cookie),
            f"{what} session_cookie",
            self.session_cookie,
            "is not the name of a cookie",
            "Write letters, digits and ! # $ % & ' * + - . ^ _ ` | ~ only.",
        )
        require_span(refusals, f"{what} session_timeout", self.session_timeout, 1, _SESSION)
        refusals.require(
            self.on_unauthenticated is None or isinstance(self.on_unauthenticated, OnUnauthenticated),
            f"{what} on_unauthenticated",
            self.on_unauthenticated,
            "is no OnUnauthenticated",
            "Write `OnUnauthenticated.AUTHENTICATE`, `OnUnauthenticated.ALLOW` or `OnUnauthenticated.DENY`.",
        )
        if require_texts(refusals, f"{what} extra_params", self.extra_params):
            put(self, extra_params=dict(self.extra_params))
            refusals.require(
                len(self.extra_params) <= _MOST,
                f"{what} extra_params",
                self.extra_params,
                f"are {len(self.extra_params)}, and AWS takes {_MOST}",
                f"Write at most {_MOST}.",
            )
            refusals.require(
                "" not in self.extra_params, f"{what} extra_params", self.extra_params, "have an empty name", "Name it."
            )


@dataclass(frozen=True, slots=True)
class Cognito(_SignIn):
    """Lets users in who have signed in with a user pool of Amazon Cognito; on HTTPS listeners only.

    The client must have a secret, allow the authorization code grant and the same scopes, and take
    `https://HOST/oauth2/idpresponse` as callback for each host of the routes; of one that the app makes this is
    checked (EKI385). Raises `Refused` for what Elastic Load Balancing would refuse.

    Facts: controller documentation, "Authentication"; Elastic Load Balancing API, AuthenticateCognitoActionConfig; Amazon Cognito
    API, UserPoolClientType.
    """

    user_pool: str | HasUserPoolArn
    """ARN of the user pool, or the user pool of the CDK."""
    client: str | HasUserPoolClientId
    """Id of a client of the user pool, or the client of the CDK."""
    domain: str | HasDomainName
    """The user pool's domain, or that of the CDK: the prefix alone if it is one of Cognito, in full if it is one's own."""
    given: Any = made_from()
    """The client of the CDK that was passed in, for those who look at what it allows; None for an id."""

    def __post_init__(self) -> None:
        pool: Any = getattr(self.user_pool, "user_pool_arn", self.user_pool)
        client: Any = getattr(self.client, "user_pool_client_id", self.client)
        domain: Any = getattr(self.domain, "domain_name", self.domain)
        put(self, user_pool=pool, client=client, domain=domain, given=None if client is self.client else self.client)
        refusals = Refusals()
        require_arn(refusals, "user pool", pool, _USER_POOL, _USER_POOL_EXAMPLE)
        refusals.require(
            _is(_CLIENT, client),
            "client of the user pool",
            client,
            "is not the id of one",
            "Write its id, 1 to 128 letters, digits, '_' and '+', and not its name.",
        )
        _require_domain(refusals, domain)
        self._check_session(refusals)
        refusals.settle()


@dataclass(frozen=True, slots=True)
class Oidc(_SignIn):
    """Lets users in who have signed in with an identity provider that speaks OpenID Connect; on HTTPS listeners only.

    The load balancer must be able to reach the provider, and the provider must take `https://HOST/oauth2/idpresponse` as redirect
    URI for each host of the routes. Raises `Refused` for what Kubernetes or Elastic Load Balancing would refuse.

    Facts: controller documentation, "Authentication"; Elastic Load Balancing API, AuthenticateOidcActionConfig.
    """

    issuer: str
    """The provider's issuer identifier, as its tokens have it: a URL of HTTPS."""
    authorization_endpoint: str
    """Where users sign in: a URL of HTTPS."""
    token_endpoint: str
    """Where the load balancer gets tokens: a URL of HTTPS."""
    user_info_endpoint: str
    """Where the load balancer gets what is known of a user: a URL of HTTPS."""
    secret: str
    """Name of a Kubernetes Secret in the Ingress's namespace with `clientID` and `clientSecret`."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        for name in ("issuer", "authorization_endpoint", "token_endpoint", "user_info_endpoint"):
            _require_https(refusals, f"Oidc {name}", getattr(self, name))
        if not (isinstance(self.secret, str) and has_token(self.secret)):
            require_subdomain(refusals, "Oidc secret", self.secret)
        self._check_session(refusals)
        refusals.settle()


class ClaimFormat(Enum):
    """How a claim stands in a token."""

    SINGLE_STRING = "single-string"
    """One text."""
    STRING_ARRAY = "string-array"
    """A list of texts."""
    SPACE_SEPARATED_VALUES = "space-separated-values"
    """One text that holds several values with spaces between them, as `scope` does."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that a token must have: `Claim("scope", ["read", "write"], ClaimFormat.SPACE_SEPARATED_VALUES)`.

    Raises `Refused` for what the controller or Elastic Load Balancing would refuse.

    Facts: controller documentation, "Token Validation"; Elastic Load Balancing API, JwtValidationActionAdditionalClaim.
    """

    name: str
    """Name of the claim; not `exp`, `iss`, `nbf` or `iat`, which are always checked."""
    values: Words
    """One to ten values, at most 256 characters each."""
    format: ClaimFormat = ClaimFormat.SINGLE_STRING
    """How it stands in the token. Default: as one text."""

    def __post_init__(self) -> None:
        put(self, values=several(self.values))
        refusals = Refusals()
        _require_length(refusals, "Claim name", self.name, None)
        refusals.require(
            self.name not in _ALWAYS_CHECKED,
            "Claim name",
            self.name,
            "is refused by AWS, since that claim is always checked",
            "Leave it out; whose tokens are good says `issuer`.",
        )
        refusals.require(
            isinstance(self.format, ClaimFormat),
            f"format of Claim {self.name!r},",
            self.format,
            "is no ClaimFormat",
            "Write `ClaimFormat.SINGLE_STRING`, `ClaimFormat.STRING_ARRAY` or `ClaimFormat.SPACE_SEPARATED_VALUES`.",
        )
        self._check_values(refusals)
        refusals.settle()

    def _check_values(self, refusals: Refusals) -> None:
        what = f"values of Claim {self.name!r},"
        refusals.require(
            1 <= len(self.values) <= _MOST,
            what,
            list(self.values),
            f"are {len(self.values)}, and AWS takes 1 to {_MOST}",
            f"Write one to {_MOST}.",
        )
        if not require_list(refusals, what, list(self.values)):
            return
        for value in self.values:
            _require_length(refusals, what, value, _LONGEST)
            refusals.require(
                self.format is not ClaimFormat.SPACE_SEPARATED_VALUES or has_token(value) or " " not in value,
                what,
                value,
                "has a space, which stands between values",
                f"Write {value.split()!r}.",
            )


@dataclass(frozen=True, slots=True)
class Jwt:
    """Lets requests in that bear a good JSON Web Token, signed with RS256; on HTTPS listeners only. Since controller 2.15.

    It is for machines: no one is sent to sign in. A token must have `exp` and `iss`; `nbf` and `iat` are checked if it has them.
    Raises `Refused` for what the controller or Elastic Load Balancing would refuse.

    Facts: controller documentation, "Token Validation"; Elastic Load Balancing API, JwtValidationActionConfig.
    """

    jwks_endpoint: str
    """Where the keys are with which tokens are signed: a URL of HTTPS, at most 256 characters."""
    issuer: str
    """Whose tokens are good, as their claim `iss` has it, 1 to 256 characters."""
    claims: Sequence[Claim] = ()
    """What else a token must have, at most ten claims. Default: nothing."""

    def __post_init__(self) -> None:
        put(self, claims=several(self.claims))
        refusals = Refusals()
        _require_https(refusals, "Jwt jwks_endpoint", self.jwks_endpoint)
        if isinstance(self.jwks_endpoint, str):
            _require_length(refusals, "Jwt jwks_endpoint", self.jwks_endpoint, _LONGEST)
        _require_length(refusals, "Jwt issuer", self.issuer, _LONGEST)
        for claim in self.claims:
            refusals.require(isinstance(claim, Claim), "claims of Jwt,", claim, "is no Claim", "Write [Claim('aud', 'shop')].")
        refusals.require(
            len(self.claims) <= _MOST,
            "claims of Jwt,",
            [getattr(claim, "name", claim) for claim in self.claims],
            f"are {len(self.claims)}, and AWS takes {_MOST}",
            f"Write at most {_MOST}.",
        )
        refusals.settle()


Auth = Cognito | Oidc | Jwt
"""What a client must show before a route answers."""


def require_auth(refusals: Refusals, what: str, value: object) -> None:
    """What clients can show; None is fine."""
    refusals.require(
        value is None or isinstance(value, Auth),
        what,
        value,
        "is nothing that clients could show",
        "Write Cognito(…), Oidc(…) or Jwt(…).",
    )


def _is(pattern: re.Pattern[str], text: object) -> bool:
    """Whether it is a text of the pattern, or one that holds a token."""
    return isinstance(text, str) and (has_token(text) or pattern.fullmatch(text) is not None)


def _require_https(refusals: Refusals, what: str, url: str) -> None:
    refusals.require(
        _is(_HTTPS, url),
        what,
        url,
        "is not a full URL of HTTPS",
        "Write all of it, 'https://' too: 'https://login.example.com/oauth2'.",
    )


def _require_length(refusals: Refusals, what: str, text: str, longest: int | None) -> None:
    refusals.require(isinstance(text, str) and text != "", what, text, "is no text, or an empty one", "Write it in quotes.")
    refusals.require(
        longest is None or not isinstance(text, str) or has_token(text) or len(text) <= longest,
        what,
        text,
        f"has more than {longest} characters",
        f"A load balancer takes at most {longest}.",
    )


def _require_domain(refusals: Refusals, domain: str) -> None:
    refusals.require(
        _is(_DOMAIN, domain),
        "domain of the user pool",
        domain,
        "is neither the prefix of a domain of Cognito nor a domain of one's own",
        "Write the prefix, such as 'shop', or the domain, such as 'login.example.com', without 'https://'.",
    )
    of_cognito = _DOMAIN_OF_COGNITO.fullmatch(domain) if isinstance(domain, str) and not has_token(domain) else None
    refusals.require(
        of_cognito is None,
        "domain of the user pool",
        domain,
        "is a domain of Cognito, of which a load balancer wants the prefix alone",
        f"Write {of_cognito[1] if of_cognito else ''!r}.",
    )
