from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eks_ingress.routing.auth import Jwt
from eks_ingress.routing.balancer import Balancer
from eks_ingress.routing.frontend import FrontendNlb
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import ProtocolVersion, Targets, TargetType
from eks_ingress.routing.tls import MutualTls, TlsPolicy
from tests.routing.refusals import reasons, refusals
from tests.routing.routes import balancer

A = "arn:aws:acm:eu-west-1:111122223333:certificate/a"
B = "arn:aws:acm:eu-west-1:111122223333:certificate/b"
CA = "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/a"
TOKEN = "${Token[TOKEN.12]}"
TLS = Listener.https(certificates=[A])
REDIRECT = Listener.redirect_to_https()
GRPC = ProtocolVersion.GRPC


def listening(*listeners: Listener, **given: Any) -> Balancer:
    return balancer(listeners=listeners, **given)


@pytest.mark.parametrize(
    "listeners",
    [
        (Listener.http(),),
        (Listener.http(), Listener.http(8080)),
        (TLS,),
        (TLS, Listener.https(8443, certificates=[A])),
        (TLS, Listener.https(8443)),
        (Listener.http(), TLS),
        (REDIRECT, TLS),
        (REDIRECT, Listener.redirect_to_https(8080), TLS),
        (Listener.redirect_to_https(to=8443), TLS, Listener.https(8443, certificates=[A])),
        (Listener.https(), Listener.https(8443)),
        (Listener.https(tls_policy=TlsPolicy.RECOMMENDED), Listener.https(8443)),
        (Listener.https(tls_policy=TlsPolicy.RECOMMENDED), Listener.https(8443, tls_policy=TlsPolicy.RECOMMENDED)),
        (Listener.https(create_certificate=True), Listener.https(8443, create_certificate=True)),
        (Listener.https(mutual_tls=MutualTls.off()), Listener.https(8443, mutual_tls=MutualTls.passthrough())),
    ],
)
def test_listeners_that_go_together_are_taken(listeners: tuple[Listener, ...]) -> None:
    assert listening(*listeners).listeners == listeners


def test_a_class_must_be_a_name() -> None:
    ((reason, _),) = refusals(lambda: balancer(class_name="Bad Class"))
    assert reason.startswith("class_name 'Bad Class' is not a DNS")


@pytest.mark.parametrize("name", ["a", "0", "a" * 63, "a-b", "0-9"])
def test_namespace_and_name_are_labels(name: str) -> None:
    assert balancer(name=name, namespace=name).name == name


@pytest.mark.parametrize(
    ("name", "better"),
    [("", "x"), ("Public", "public"), ("a.b", "a-b"), ("-a", "a"), ("a-", "a"), ("a_b", "a-b"), ("a" * 64, "a" * 63)],
)
def test_a_name_that_is_no_label_is_refused_and_a_better_one_proposed(name: str, better: str) -> None:
    reason = "is not a DNS label: 1 to 63 lower-case letters, digits and '-', with a letter or digit at both ends."
    assert refusals(lambda: balancer(name=name, namespace=name)) == [
        (f"namespace {name!r} {reason}", f"Write a name such as {better!r}."),
        (f"name {name!r} {reason}", f"Write a name such as {better!r}."),
    ]


@pytest.mark.parametrize("group_name", ["a", "web.shop", "42", "a" * 63])
def test_a_group_has_the_name_of_a_group(group_name: str) -> None:
    assert balancer(group_name=group_name).group_name == group_name


@pytest.mark.parametrize("group_name", ["", "Web", "-a", "a-", ".a", "a.", "a..b", "web/shop", "a_b", TOKEN])
def test_a_group_name_that_is_no_subdomain_is_refused(group_name: str) -> None:
    (reason,) = reasons(lambda: balancer(group_name=group_name))
    assert reason == f"group_name {group_name!r} is not a DNS subdomain: 1 to 253 lower-case letters, digits, '-' and '.'."


def test_a_group_name_has_at_most_63_characters() -> None:
    name = "a" * 64
    assert refusals(lambda: balancer(group_name=name)) == [
        (f"group_name {name!r} has 64 characters.", "The controller takes at most 63; choose a shorter `group_name=`.")
    ]


def test_a_group_named_after_a_wrong_name_is_not_wrong_once_more() -> None:
    assert reasons(lambda: balancer(name="Shop", group_name="web.Shop")) == [
        "name 'Shop' is not a DNS label: 1 to 63 lower-case letters, digits and '-', with a letter or digit at both ends."
    ]


ONE_FOR_ALL = "Write the same for each, or make a load balancer for each."


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            listening,
            "listeners [] is empty: nothing would answer.",
            "Write `listeners=[Listener.http()]`, or leave `listeners` out.",
        ),
        (
            lambda: listening(Listener.http(), Listener.http(), Listener.http(81)),
            "listener port 80 is given 2 times.",
            "A load balancer has one listener a port; keep one of them.",
        ),
        (
            lambda: listening(Listener.http(443), TLS),
            "listener port 443 is given 2 times.",
            "A load balancer has one listener a port; keep one of them.",
        ),
        (
            lambda: listening(TLS, Listener.https(8443, certificates=[B])),
            "HTTPS listeners on ports [443, 8443] differ in `certificates`, while the controller has one for all of them.",
            ONE_FOR_ALL,
        ),
        (
            lambda: listening(Listener.https(certificates=[A, B]), Listener.https(8443, certificates=[B, A])),
            "HTTPS listeners on ports [443, 8443] differ in `certificates`, while the controller has one for all of them.",
            ONE_FOR_ALL,
        ),
        (
            lambda: listening(
                Listener.https(tls_policy=TlsPolicy.RECOMMENDED),
                Listener.https(1),
                Listener.https(2, tls_policy=TlsPolicy.ELB_2016_08),
            ),
            "HTTPS listeners on ports [443, 1, 2] differ in `tls_policy`, while the controller has one for all of them.",
            ONE_FOR_ALL,
        ),
        (
            lambda: listening(Listener.https(create_certificate=True), Listener.https(8443)),
            "HTTPS listeners on ports [443, 8443] differ in `create_certificate`, while the controller has one for all of them.",
            ONE_FOR_ALL,
        ),
        (
            lambda: listening(
                Listener.https(create_certificate=True), Listener.https(8443, create_certificate=True, private_ca=CA)
            ),
            "HTTPS listeners on ports [443, 8443] differ in `create_certificate`, while the controller has one for all of them.",
            ONE_FOR_ALL,
        ),
        (
            lambda: listening(Listener.redirect_to_https(to=8443), TLS),
            "port to redirect to, 8443 is no HTTPS listener of this load balancer.",
            "Add `Listener.https(8443)`, or redirect to one of [443].",
        ),
        (
            lambda: listening(Listener.redirect_to_https(to=81), Listener.redirect_to_https(81, to=443), TLS),
            "port to redirect to, 81 is no HTTPS listener of this load balancer.",
            "Add `Listener.https(81)`, or redirect to one of [443].",
        ),
        (
            lambda: listening(
                REDIRECT,
                Listener.redirect_to_https(8080, to=8443),
                TLS,
                Listener.https(8443, certificates=[A]),
            ),
            "ports to redirect to, [443, 8443] differ, while the controller knows one for a load balancer.",
            "Redirect all HTTP listeners to the same port.",
        ),
        (
            lambda: listening(REDIRECT, Listener.http(8080), TLS),
            "HTTP listeners on ports [8080] would be redirected as well: "
            "the controller redirects all HTTP listeners of a load balancer or none.",
            "Make them `Listener.redirect_to_https(port)`, or give them a load balancer of their own.",
        ),
    ],
)
def test_listeners_that_do_not_go_together_are_refused(make: Callable[[], Balancer], reason: str, remedy: str) -> None:
    assert (reason, remedy) in refusals(make)


def test_a_redirect_without_any_https_listener_is_not_sent_to_one_of_none() -> None:
    assert refusals(lambda: listening(REDIRECT)) == [
        ("port to redirect to, 443 is no HTTPS listener of this load balancer.", "Add `Listener.https(443)`.")
    ]


@pytest.mark.parametrize("version", [ProtocolVersion.HTTP2, ProtocolVersion.GRPC])
@pytest.mark.parametrize("listeners", [(Listener.http(),), (Listener.http(), TLS)])
def test_a_newer_http_is_refused_behind_a_plain_listener(version: ProtocolVersion, listeners: tuple[Listener, ...]) -> None:
    assert refusals(lambda: listening(*listeners, targets=Targets(protocol_version=version))) == [
        (
            f"protocol_version {version.value!r} goes with HTTPS listeners only.",
            "Write `listeners=[Listener.redirect_to_https(), Listener.https()]`.",
        )
    ]


@pytest.mark.parametrize(
    ("version", "listeners"),
    [
        (ProtocolVersion.HTTP1, (Listener.http(),)),
        (ProtocolVersion.GRPC, (TLS,)),
        (ProtocolVersion.HTTP2, (REDIRECT, TLS)),
    ],
)
def test_targets_speak_what_the_listeners_allow(version: ProtocolVersion, listeners: tuple[Listener, ...]) -> None:
    assert listening(*listeners, targets=Targets(protocol_version=version)).targets.protocol_version is version


def test_a_frontend_leads_to_listeners_that_are_there() -> None:
    settings = LoadBalancerSettings(frontend_nlb=FrontendNlb(ports={8080: 80, 8081: 80, 8443: 443}))
    assert listening(Listener.http(), TLS, settings=settings).settings == settings


def test_a_frontend_that_leads_to_no_listener_is_refused() -> None:
    settings = LoadBalancerSettings(frontend_nlb=FrontendNlb(ports={80: 8080, 443: 443, 444: 8443, 445: 8443}))
    assert refusals(lambda: listening(Listener.http(), TLS, settings=settings)) == [
        ("port of the frontend's listener, 8080 is none of this load balancer.", "Send it to one of [80, 443]."),
        ("port of the frontend's listener, 8443 is none of this load balancer.", "Send it to one of [80, 443]."),
    ]


def test_a_balancer_tells_all_its_mistakes_at_once() -> None:
    given: dict[str, Any] = {"name": "A", "namespace": "B", "group_name": "C", "targets": Targets(protocol_version=GRPC)}
    found = reasons(lambda: listening(Listener.http(), Listener.http(), **given))
    assert [reason.split(" ")[0] for reason in found] == ["namespace", "name", "group_name", "listener", "protocol_version"]


def test_the_secure_listeners_are_those_of_https() -> None:
    assert listening(REDIRECT, TLS, Listener.https(8443)).secure == (TLS, Listener.https(8443))


@pytest.mark.parametrize(
    ("listeners", "plain"),
    [
        ((Listener.http(),), True),
        ((Listener.http(), TLS), True),
        ((REDIRECT, TLS), False),
        ((TLS,), False),
    ],
)
def test_plain_http_is_served_where_it_is_not_redirected(listeners: tuple[Listener, ...], plain: bool) -> None:
    assert listening(*listeners).serves_plain_http is plain


@pytest.mark.parametrize(
    ("listeners", "overridden", "discovers"),
    [
        ((Listener.https(),), (), True),
        ((REDIRECT, Listener.https(), Listener.https(8443)), (), True),
        ((Listener.https(),), ("scheme",), True),
        ((Listener.https(),), ("certificateArn",), False),
        ((Listener.http(),), (), False),
        ((TLS,), (), False),
        ((Listener.https(), Listener.https(8443, certificates=[A])), (), False),
        ((Listener.https(create_certificate=True),), (), False),
    ],
)
def test_certificates_are_discovered_where_no_one_names_any(
    listeners: tuple[Listener, ...], overridden: tuple[str, ...], discovers: bool
) -> None:
    assert listening(*listeners, overridden=overridden).discovers_certificates is discovers


@pytest.mark.parametrize(
    ("said", "overridden", "written"),
    [
        (None, (), Scheme.INTERNAL),
        (Scheme.INTERNET_FACING, (), Scheme.INTERNET_FACING),
        (None, ("scheme",), None),
        (None, ("sslPolicy", "targetType"), Scheme.INTERNAL),
        (Scheme.INTERNET_FACING, ("scheme",), Scheme.INTERNET_FACING),
    ],
)
def test_a_load_balancer_is_internal_unless_it_or_its_class_says_otherwise(
    said: Scheme | None, overridden: tuple[str, ...], written: Scheme | None
) -> None:
    settings = LoadBalancerSettings(scheme=said, tags={"team": "shop"})
    assert balancer(settings=settings, overridden=overridden).written_settings == LoadBalancerSettings(
        scheme=written, tags={"team": "shop"}
    )


def test_settings_that_do_not_go_with_the_default_scheme_are_refused() -> None:
    settings = LoadBalancerSettings(ip_address_type=IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4)
    assert refusals(lambda: balancer(settings=settings)) == [
        (
            "ip_address_type 'dualstack-without-public-ipv4' is one of internet-facing load balancers, and this one is internal.",
            "Write `IpAddressType.DUALSTACK`, or `scheme=Scheme.INTERNET_FACING`.",
        )
    ]
    assert balancer(settings=settings, overridden={"scheme"}).written_settings == settings


@pytest.mark.parametrize(
    ("said", "overridden", "written"),
    [
        ((None, None), (), (TlsPolicy.RECOMMENDED, TlsPolicy.RECOMMENDED)),
        ((TlsPolicy.FS_2018_06, None), (), (TlsPolicy.FS_2018_06, TlsPolicy.FS_2018_06)),
        ((None, TOKEN), (), (TOKEN, TOKEN)),
        ((None, None), ("sslPolicy",), (None, None)),
        ((None, TlsPolicy.FS_2018_06), ("sslPolicy",), (TlsPolicy.FS_2018_06, TlsPolicy.FS_2018_06)),
    ],
)
def test_https_listeners_have_one_policy_for_tls(
    said: tuple[Any, Any], overridden: tuple[str, ...], written: tuple[Any, Any]
) -> None:
    listeners = (Listener.http(), Listener.https(tls_policy=said[0]), Listener.https(8443, tls_policy=said[1]))
    assert listening(*listeners, overridden=overridden).written_listeners == (
        Listener.http(),
        Listener.https(tls_policy=written[0]),
        Listener.https(8443, tls_policy=written[1]),
    )


@pytest.mark.parametrize(
    ("said", "overridden", "written"),
    [
        (Targets(), (), Targets(target_type=TargetType.IP)),
        (Targets(target_type=TargetType.INSTANCE), (), Targets(target_type=TargetType.INSTANCE)),
        (Targets(node_labels={"a": "b"}), (), Targets(target_type=TargetType.INSTANCE, node_labels={"a": "b"})),
        (Targets(node_labels={}), (), Targets(target_type=TargetType.IP, node_labels={})),
        (Targets(), ("targetType",), Targets()),
        (Targets(node_labels={"a": "b"}), ("targetType",), Targets(node_labels={"a": "b"})),
        (Targets(target_type=TargetType.IP), ("targetType",), Targets(target_type=TargetType.IP)),
        (
            Targets(health_check=HealthCheck(path="/up")),
            (),
            Targets(target_type=TargetType.IP, health_check=HealthCheck(path="/up")),
        ),
    ],
)
def test_targets_are_pods_unless_something_says_otherwise(said: Targets, overridden: tuple[str, ...], written: Targets) -> None:
    assert balancer(targets=said, overridden=overridden).written_targets == written


def test_targets_that_are_neither_pods_nor_nodes_are_refused() -> None:
    targets = Targets(node_labels={"a": "b"}, control_port=80)
    assert refusals(lambda: balancer(targets=targets)) == [
        ("control_port 80 goes with pods as targets only.", "Write `target_type=TargetType.IP`, or leave `control_port` out.")
    ]


def test_clients_show_nothing_unless_it_is_said() -> None:
    jwt = Jwt("https://id.example.com/keys", "https://id.example.com")
    assert (balancer().auth, balancer(auth=jwt).auth) == (None, jwt)


def test_ipv6_ranges_of_a_load_balancer_without_ipv6_are_refused() -> None:
    only_six = LoadBalancerSettings(security_groups=SecurityGroups.managed(inbound_cidrs=["10.0.0.0/8", "2001:db8::/32"]))
    assert refusals(lambda: balancer(settings=only_six)) == [
        (
            "inbound_cidrs ['2001:db8::/32'] are IPv6, which the controller leaves out of the security group of a load balancer "
            "without IPv6 addresses.",
            "Write `ip_address_type=IpAddressType.DUALSTACK`, or leave them out.",
        )
    ]


def test_ipv6_ranges_go_with_ipv6_addresses_of_the_load_balancer_or_its_class() -> None:
    groups = SecurityGroups.managed(inbound_cidrs="2001:db8::/32")
    assert balancer(settings=LoadBalancerSettings(security_groups=groups, ip_address_type=IpAddressType.DUALSTACK))
    assert balancer(settings=LoadBalancerSettings(security_groups=groups), overridden={"ipAddressType"})
