from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from eks_ingress.routing.auth import Auth, Claim, ClaimFormat, Cognito, Jwt, Oidc, OnUnauthenticated
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
LIST_TOKEN = "#{Token[TOKEN.13]}"
POOL = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Ab1Cd2Ef3"
ISSUER = "https://login.example.com"


def cognito(user_pool: Any = POOL, client: Any = "1example23456789", domain: Any = "shop", **more: Any) -> Cognito:
    return Cognito(user_pool, client, domain, **more)


def oidc(**more: Any) -> Oidc:
    urls = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "user_info_endpoint": f"{ISSUER}/userinfo",
    }
    return Oidc(**{**urls, "secret": "login", **more})


def jwt(**more: Any) -> Jwt:
    return Jwt(**{"jwks_endpoint": f"{ISSUER}/keys", "issuer": ISSUER, **more})


@dataclass
class UserPool:
    user_pool_arn: str


@dataclass
class Client:
    user_pool_client_id: str


@dataclass
class Domain:
    domain_name: str


@dataclass
class Duration:
    seconds: int

    def to_seconds(self) -> int:
        return self.seconds


def test_objects_of_the_cdk_are_held_as_their_texts() -> None:
    held = cognito(UserPool(TOKEN), Client("abc"), Domain("login.example.com"), session_timeout=Duration(3600))
    assert (held.user_pool, held.client, held.domain) == (TOKEN, "abc", "login.example.com")
    assert held.session_timeout == timedelta(hours=1)
    assert held == cognito(TOKEN, "abc", "login.example.com", session_timeout=timedelta(hours=1))


def test_what_is_left_out_is_the_choice_of_the_controller() -> None:
    for held in (cognito(), oidc()):
        assert (held.scope, held.session_cookie, held.session_timeout, held.on_unauthenticated) == (None, None, None, None)
        assert held.extra_params == {}
    assert jwt().claims == ()
    assert Claim("aud", "shop").format is ClaimFormat.SINGLE_STRING


def test_extra_parameters_are_held_as_they_were_given() -> None:
    given = {"prompt": "login"}
    held = oidc(extra_params=given)
    given["prompt"] = "none"
    assert held.extra_params == {"prompt": "login"}


def test_claims_and_their_values_are_held_as_tuples() -> None:
    assert Claim("aud", "shop").values == ("shop",)
    assert Claim("aud", ["shop", "admin"]).values == ("shop", "admin")
    assert jwt(claims=[Claim("aud", "shop")]).claims == (Claim("aud", ["shop"]),)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        (OnUnauthenticated.AUTHENTICATE, "authenticate"),
        (OnUnauthenticated.ALLOW, "allow"),
        (OnUnauthenticated.DENY, "deny"),
        (ClaimFormat.SINGLE_STRING, "single-string"),
        (ClaimFormat.STRING_ARRAY, "string-array"),
        (ClaimFormat.SPACE_SEPARATED_VALUES, "space-separated-values"),
    ],
)
def test_the_words_are_those_of_the_controller(member: OnUnauthenticated | ClaimFormat, value: str) -> None:
    assert member.value == value


@pytest.mark.parametrize(
    "make",
    [
        lambda: cognito(POOL.replace("arn:aws:", "arn:aws-us-gov:")),
        lambda: cognito(client="a"),
        lambda: cognito(client="a" * 128),
        lambda: cognito(domain="a"),
        lambda: cognito(domain="userPoolDomain1"),
        lambda: cognito(domain="login.example.com"),
        lambda: cognito(domain="auth.eu-west-1.amazoncognito.com.example.com"),
        lambda: cognito(scope="email"),
        lambda: cognito(scope="openid email aws.cognito.signin.user.admin https://api.example.com/read,write"),
        lambda: cognito(session_cookie="a"),
        lambda: cognito(session_cookie="__Host-!#$%&'*+.^_`|~09"),
        lambda: cognito(session_timeout=timedelta(seconds=1)),
        lambda: cognito(session_timeout=timedelta(days=7)),
        lambda: cognito(on_unauthenticated=OnUnauthenticated.DENY),
        lambda: cognito(extra_params={str(n): "" for n in range(10)}),
        lambda: oidc(issuer="https://accounts.google.com"),
        lambda: oidc(issuer="https://login.microsoftonline.com/tenant/v2.0"),
        lambda: oidc(token_endpoint="https://login.example.com:8443/token?a=b#c"),
        lambda: oidc(user_info_endpoint="https://[2001:db8::1]/userinfo"),
        lambda: oidc(secret="a"),
        lambda: oidc(secret="a." * 126 + "a"),
        lambda: jwt(jwks_endpoint="https://" + "a" * 248),
        lambda: jwt(issuer="a"),
        lambda: jwt(issuer="a" * 256),
        lambda: jwt(claims=[Claim(f"c{n}", "a") for n in range(10)]),
        lambda: jwt(claims=[Claim("aud", list("0123456789"), ClaimFormat.STRING_ARRAY)]),
        lambda: jwt(claims=[Claim("aud", "a" * 256)]),
        lambda: jwt(claims=[Claim("name", "Jane Doe"), Claim("teams", ["a b", "c"], ClaimFormat.STRING_ARRAY)]),
        lambda: jwt(claims=[Claim("scope", ["read", "write"], ClaimFormat.SPACE_SEPARATED_VALUES)]),
    ],
)
def test_what_is_at_the_edge_of_what_aws_takes_is_taken(make: Callable[[], Auth]) -> None:
    assert make() == make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: cognito(TOKEN, TOKEN, TOKEN),
        lambda: cognito(POOL.replace("111122223333", TOKEN)),
        lambda: cognito(domain=f"{TOKEN}.auth.eu-west-1.amazoncognito.com"),
        lambda: cognito(domain=f"https://{TOKEN}"),
        lambda: cognito(scope=f"openid  {TOKEN}"),
        lambda: cognito(session_cookie=f"a {TOKEN}"),
        lambda: cognito(extra_params={TOKEN: TOKEN}),
        lambda: oidc(issuer=TOKEN),
        lambda: oidc(authorization_endpoint=f"http://{TOKEN}/authorize"),
        lambda: oidc(secret=f"Login {TOKEN}"),
        lambda: jwt(jwks_endpoint=TOKEN + "a" * 256),
        lambda: jwt(issuer=TOKEN + "a" * 256),
        lambda: Claim(TOKEN, [TOKEN, "a" * 256 + TOKEN]),
        lambda: Claim("scope", f"read {TOKEN}", ClaimFormat.SPACE_SEPARATED_VALUES),
    ],
)
def test_a_token_passes_as_part_of_what_a_client_must_show(make: Callable[[], Auth | Claim]) -> None:
    assert TOKEN in repr(make())


_SCOPES = "Write scopes with a space between them: 'openid email'."
_URL = "Write all of it, 'https://' too: 'https://login.example.com/oauth2'."
_FORMATS = "Write `ClaimFormat.SINGLE_STRING`, `ClaimFormat.STRING_ARRAY` or `ClaimFormat.SPACE_SEPARATED_VALUES`."


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: cognito("eu-west-1_Ab1Cd2Ef3"),
            "user pool 'eu-west-1_Ab1Cd2Ef3' is not the ARN of one.",
            f"Write an ARN such as '{POOL}'.",
        ),
        (
            lambda: cognito(POOL.replace("cognito-idp", "cognito-identity")),
            f"user pool '{POOL.replace('cognito-idp', 'cognito-identity')}' is not the ARN of one.",
            f"Write an ARN such as '{POOL}'.",
        ),
        (
            lambda: cognito(client="shop-client"),
            "client of the user pool 'shop-client' is not the id of one.",
            "Write its id, 1 to 128 letters, digits, '_' and '+', and not its name.",
        ),
        (
            lambda: cognito(client="a" * 129),
            f"client of the user pool '{'a' * 129}' is not the id of one.",
            "Write its id, 1 to 128 letters, digits, '_' and '+', and not its name.",
        ),
        (
            lambda: cognito(domain="https://login.example.com"),
            "domain of the user pool 'https://login.example.com' is neither the prefix of a domain of Cognito nor a domain of "
            "one's own.",
            "Write the prefix, such as 'shop', or the domain, such as 'login.example.com', without 'https://'.",
        ),
        (
            lambda: cognito(domain="shop.auth.eu-west-1.amazoncognito.com"),
            "domain of the user pool 'shop.auth.eu-west-1.amazoncognito.com' is a domain of Cognito, of which a load balancer "
            "wants the prefix alone.",
            "Write 'shop'.",
        ),
        (
            lambda: cognito(domain="shop.auth-fips.us-gov-west-1.amazoncognito.com"),
            "domain of the user pool 'shop.auth-fips.us-gov-west-1.amazoncognito.com' is a domain of Cognito, of which a load "
            "balancer wants the prefix alone.",
            "Write 'shop'.",
        ),
        (lambda: cognito(scope=""), "Cognito scope '' is not a list of scopes.", _SCOPES),
        (lambda: oidc(scope="openid  email"), "Oidc scope 'openid  email' is not a list of scopes.", _SCOPES),
        (lambda: oidc(scope='"openid"'), "Oidc scope '\"openid\"' is not a list of scopes.", _SCOPES),
        (lambda: oidc(scope=["openid"]), "Oidc scope ['openid'] is not a list of scopes.", _SCOPES),
        (
            lambda: cognito(session_cookie="my cookie"),
            "Cognito session_cookie 'my cookie' is not the name of a cookie.",
            "Write letters, digits and ! # $ % & ' * + - . ^ _ ` | ~ only.",
        ),
        (
            lambda: oidc(session_cookie=""),
            "Oidc session_cookie '' is not the name of a cookie.",
            "Write letters, digits and ! # $ % & ' * + - . ^ _ ` | ~ only.",
        ),
        (
            lambda: cognito(session_timeout=timedelta(0)),
            "Cognito session_timeout '0:00:00' must be a datetime.timedelta or a Duration of 1 s to 604800 s, in whole seconds.",
            "Write timedelta(seconds=1) or longer, up to timedelta(seconds=604800).",
        ),
        (
            lambda: oidc(session_timeout=Duration(604801)),
            "Oidc session_timeout '7 days, 0:00:01' must be a datetime.timedelta or a Duration of 1 s to 604800 s, in whole "
            "seconds.",
            "Write timedelta(seconds=1) or longer, up to timedelta(seconds=604800).",
        ),
        (
            lambda: oidc(on_unauthenticated="deny"),
            "Oidc on_unauthenticated 'deny' is no OnUnauthenticated.",
            "Write `OnUnauthenticated.AUTHENTICATE`, `OnUnauthenticated.ALLOW` or `OnUnauthenticated.DENY`.",
        ),
        (
            lambda: oidc(extra_params={f"p{n}": "" for n in range(11)}),
            f"Oidc extra_params { ({f'p{n}': '' for n in range(11)})!r} are 11, and AWS takes 10.",
            "Write at most 10.",
        ),
        (
            lambda: oidc(extra_params={"max_age": 60}),
            "Oidc extra_params {'max_age': 60} are not texts by name.",
            "Write {'name': 'value'}, both in quotes.",
        ),
        (
            lambda: oidc(extra_params=None),
            "Oidc extra_params None are not texts by name.",
            "Write {'name': 'value'}, both in quotes.",
        ),
        (
            lambda: cognito(extra_params={"": "login"}),
            "Cognito extra_params {'': 'login'} have an empty name.",
            "Name it.",
        ),
        (lambda: oidc(issuer="login.example.com"), "Oidc issuer 'login.example.com' is not a full URL of HTTPS.", _URL),
        (
            lambda: oidc(authorization_endpoint="http://login.example.com/authorize"),
            "Oidc authorization_endpoint 'http://login.example.com/authorize' is not a full URL of HTTPS.",
            _URL,
        ),
        (lambda: oidc(token_endpoint="https:///token"), "Oidc token_endpoint 'https:///token' is not a full URL of HTTPS.", _URL),
        (
            lambda: oidc(user_info_endpoint="https://login.example.com/user info"),
            "Oidc user_info_endpoint 'https://login.example.com/user info' is not a full URL of HTTPS.",
            _URL,
        ),
        (lambda: oidc(user_info_endpoint=None), "Oidc user_info_endpoint None is not a full URL of HTTPS.", _URL),
        (
            lambda: oidc(secret="Login"),
            "Oidc secret 'Login' is not a DNS subdomain: 1 to 253 lower-case letters, digits, '-' and '.'.",
            "Write a name such as 'login'.",
        ),
        (lambda: jwt(jwks_endpoint="keys"), "Jwt jwks_endpoint 'keys' is not a full URL of HTTPS.", _URL),
        (
            lambda: jwt(jwks_endpoint="https://" + "a" * 249),
            f"Jwt jwks_endpoint 'https://{'a' * 249}' has more than 256 characters.",
            "A load balancer takes at most 256.",
        ),
        (lambda: jwt(issuer=""), "Jwt issuer '' is no text, or an empty one.", "Write it in quotes."),
        (
            lambda: jwt(issuer="a" * 257),
            f"Jwt issuer '{'a' * 257}' has more than 256 characters.",
            "A load balancer takes at most 256.",
        ),
        (
            lambda: jwt(claims=[{"aud": "shop"}]),
            "claims of Jwt, {'aud': 'shop'} is no Claim.",
            "Write [Claim('aud', 'shop')].",
        ),
        (lambda: jwt(claims="aud"), "claims of Jwt, 'aud' is no Claim.", "Write [Claim('aud', 'shop')]."),
        (
            lambda: jwt(claims=[Claim(f"c{n}", "a") for n in range(11)]),
            f"claims of Jwt, {[f'c{n}' for n in range(11)]!r} are 11, and AWS takes 10.",
            "Write at most 10.",
        ),
        (lambda: Claim("", "a"), "Claim name '' is no text, or an empty one.", "Write it in quotes."),
        (
            lambda: Claim("aud", []),
            "values of Claim 'aud', [] are 0, and AWS takes 1 to 10.",
            "Write one to 10.",
        ),
        (
            lambda: Claim("aud", list("0123456789a")),
            "values of Claim 'aud', ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a'] are 11, and AWS takes 1 to 10.",
            "Write one to 10.",
        ),
        (
            lambda: Claim("aud", LIST_TOKEN),
            f"values of Claim 'aud', ['{LIST_TOKEN}'] is a list that only CloudFormation knows.",
            "Join it to one text: `[Fn.join(',', values)]`.",
        ),
        (
            lambda: Claim("aud", [True]),  # type: ignore[list-item]
            "values of Claim 'aud', [True] holds something that is no text.",
            "Write a list of texts.",
        ),
        (
            lambda: Claim("aud", "a" * 257),
            f"values of Claim 'aud', '{'a' * 257}' has more than 256 characters.",
            "A load balancer takes at most 256.",
        ),
        (
            lambda: Claim("scope", "read write", ClaimFormat.SPACE_SEPARATED_VALUES),
            "values of Claim 'scope', 'read write' has a space, which stands between values.",
            "Write ['read', 'write'].",
        ),
        (
            lambda: Claim("scope", "read", "single-string"),  # type: ignore[arg-type]
            "format of Claim 'scope', 'single-string' is no ClaimFormat.",
            _FORMATS,
        ),
    ],
)
def test_a_refused_word_of_authentication_says_why_and_what_to_write(make: Callable[[], Any], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


@pytest.mark.parametrize("name", ["exp", "iss", "nbf", "iat"])
def test_a_claim_that_is_always_checked_is_refused(name: str) -> None:
    assert refusals(lambda: Claim(name, "a")) == [
        (
            f"Claim name {name!r} is refused by AWS, since that claim is always checked.",
            "Leave it out; whose tokens are good says `issuer`.",
        )
    ]


def test_a_sign_in_tells_all_its_mistakes_at_once() -> None:
    said = reasons(
        lambda: Cognito(
            "pool",
            "",
            "",
            scope="",
            session_cookie=";",
            session_timeout=timedelta(days=8),
            on_unauthenticated="no",  # type: ignore[arg-type]
            extra_params={"": ""},
        )
    )
    assert [reason.split(" '")[0] for reason in said] == [
        "user pool",
        "client of the user pool",
        "domain of the user pool",
        "Cognito scope",
        "Cognito session_cookie",
        "Cognito session_timeout",
        "Cognito on_unauthenticated",
        "Cognito extra_params {'':",
    ]
