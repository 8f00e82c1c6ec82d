"""Clients of user pools of the CDK: what sign-in needs of them is checked where the app makes them."""

from __future__ import annotations

from typing import Any

from aws_cdk import CfnParameter, aws_cognito
from aws_cdk.aws_cognito import OAuthFlows, OAuthScope, OAuthSettings

from eks_ingress import ApplicationLoadBalancer, Cognito, Ingress, IngressPath, IngressRule, KubernetesIngress, Listener, Service
from tests.synth.apps import Shop

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
HTTPS = Listener.https(certificates=[CERTIFICATE])
CALLBACK = "https://shop.example.com/oauth2/idpresponse"
POOL_ARN = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Ab1Cd2Ef3"


def staff(shop: Shop, *, scope: str | None = None, **of_client: Any) -> Cognito:
    pool = aws_cognito.UserPool(shop.stack, "Pool")
    client = pool.add_client("Client", **of_client)
    domain = pool.add_domain("Domain", cognito_domain=aws_cognito.CognitoDomainOptions(domain_prefix="shop"))
    return Cognito(pool, client, domain, scope=scope)


def balancer(shop: Shop, auth: Cognito) -> ApplicationLoadBalancer:
    made = shop.ingress.add_load_balancer("Shop", namespace="shop", listeners=[HTTPS])
    made.add_route("shop.example.com/", Service("web", 80))
    made.add_route("shop.example.com/staff", Service("staff", 80), auth=auth)
    return made


def told(shop: Shop) -> list[str]:
    return [str(message.entry.data) for message in shop.app.synth().get_stack_by_name("Shop").messages]


def test_a_client_that_is_made_for_it_is_well() -> None:
    shop = Shop()
    balancer(shop, staff(shop, generate_secret=True, o_auth=OAuthSettings(callback_urls=[CALLBACK])))
    assert told(shop) == []


def test_a_client_as_the_cdk_makes_it_is_refused_for_its_lack_of_a_secret() -> None:
    shop = Shop()
    balancer(shop, staff(shop))
    refusal = shop.refusal()
    assert "EKI385 error  Shop/Ingress/Shop" in refusal
    assert "client Shop/Pool/Client of the user pool has no secret." in refusal
    assert "test_sign_in_clients.py" in refusal


def test_a_client_without_the_code_grant_is_refused() -> None:
    shop = Shop()
    flows = OAuthFlows(implicit_code_grant=True)
    balancer(shop, staff(shop, generate_secret=True, o_auth=OAuthSettings(flows=flows, callback_urls=[CALLBACK])))
    assert "does not allow the authorization code grant." in shop.refusal()


def test_a_client_that_is_told_to_have_no_oauth_is_refused() -> None:
    shop = Shop()
    balancer(shop, staff(shop, generate_secret=True, disable_o_auth=True))
    assert "does not allow the authorization code grant." in shop.refusal()


def test_callbacks_that_are_missing_are_told_with_what_to_write() -> None:
    shop = Shop()
    made = balancer(shop, staff(shop, generate_secret=True))
    (warning,) = told(shop)
    assert warning.startswith("EKI385 warning  Shop/Ingress/Shop")
    assert f"does not take '{CALLBACK}' for a callback." in warning
    assert f"Give it `o_auth=OAuthSettings(callback_urls=['{CALLBACK}'], …)`." in warning
    assert made.plan.listeners[0].rules


def test_that_they_are_there_otherwise_can_be_said() -> None:
    shop = Shop()
    balancer(shop, staff(shop, generate_secret=True)).acknowledge("EKI385", "the platform team adds callbacks")
    assert told(shop) == []


def test_scopes_are_those_that_the_client_allows() -> None:
    shop = Shop()
    o_auth = OAuthSettings(scopes=[OAuthScope.OPENID], callback_urls=[CALLBACK])
    balancer(shop, staff(shop, scope="openid email", generate_secret=True, o_auth=o_auth))
    (warning,) = told(shop)
    assert "does not allow the scopes 'email', which are asked for." in warning


def test_nothing_is_said_of_a_client_that_was_imported_or_named() -> None:
    shop = Shop()
    client = aws_cognito.UserPoolClient.from_user_pool_client_id(shop.stack, "Client", "1example23456789")
    balancer(shop, Cognito(POOL_ARN, client, "shop"))
    shop.ingress.add_load_balancer(
        "Other", namespace="shop", listeners=[HTTPS], auth=Cognito(POOL_ARN, "1example23456789", "shop")
    ).add_route("other.example.com/", Service("web", 80))
    assert told(shop) == []


class HasId:
    user_pool_client_id = "1example23456789"


def test_nothing_is_said_of_what_has_no_more_than_the_id_of_a_client() -> None:
    shop = Shop()
    balancer(shop, Cognito(POOL_ARN, HasId(), "shop"))
    assert told(shop) == []


def test_nothing_is_said_of_callbacks_that_are_known_only_at_deploy_time() -> None:
    shop = Shop()
    url = f"https://{CfnParameter(shop.stack, 'Host').value_as_string}/oauth2/idpresponse"
    balancer(shop, staff(shop, generate_secret=True, o_auth=OAuthSettings(callback_urls=[url])))
    assert told(shop) == []


def test_what_an_ingress_and_a_whole_load_balancer_ask_is_looked_at_too() -> None:
    shop = Shop()
    auth = staff(shop, generate_secret=True, o_auth=OAuthSettings(callback_urls=["https://a.example.com/oauth2/idpresponse"]))
    shop.ingress.add_load_balancer("Shop", namespace="shop", listeners=[HTTPS], auth=auth).add_route(
        "b.example.com/", Service("web", 80)
    )
    paths = [IngressPath("/", "Prefix", Service("web", 80))]
    spec = Ingress(namespace="shop", listeners=[HTTPS], auth=auth, rules=[IngressRule("c.example.com", paths)])
    KubernetesIngress(shop.stack, "Plain", shop.ingress, spec)
    (warning,) = told(shop)
    assert "'https://b.example.com/oauth2/idpresponse', 'https://c.example.com/oauth2/idpresponse'" in warning
