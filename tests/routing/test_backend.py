from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from eks_ingress.routing.attributes import TargetGroupAttributes
from eks_ingress.routing.backend import (
    Backend,
    ContentType,
    FixedResponse,
    Forward,
    Redirect,
    Service,
    TargetGroup,
    services_of,
)
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.targets import ProtocolVersion, TargetType
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef"
BLUE, GREEN = Service("blue", 80), Service("green", 80)


@dataclass
class HasArn:
    """As the CDK has it."""

    target_group_arn: str


@dataclass
class Refers:
    """As a resource of the CDK's first level has it."""

    target_group_ref: HasArn


@dataclass
class Duration:
    """As the CDK has it."""

    seconds: int

    def to_seconds(self) -> int:
        return self.seconds


@pytest.mark.parametrize("name", ["a", "api", "api-2", "a" * 63])
def test_a_service_has_the_name_of_a_service(name: str) -> None:
    assert Service(name, 80).name == name


@pytest.mark.parametrize("name", ["", "2api", "-api", "api-", "Api", "shop/api", "api.shop", "a_b", "a" * 64])
def test_a_name_that_no_service_has_is_refused(name: str) -> None:
    assert refusals(lambda: Service(name, 80)) == [
        (
            f"Service {name!r} is not the name of a Service: 1 to 63 lower-case letters, digits and '-', a letter first.",
            "Write the Service's name as it stands in its metadata, without its namespace.",
        )
    ]


@pytest.mark.parametrize("port", [1, 80, 65535, "http", "a", "8080-tcp", "a" * 15])
def test_a_port_is_a_number_or_a_name(port: int | str) -> None:
    assert Service("api", port).port == port


@pytest.mark.parametrize("port", [0, -1, 65536, True])
def test_a_port_number_out_of_range_is_refused(port: int) -> None:
    assert refusals(lambda: Service("api", port)) == [
        (f"port of Service 'api', {port!r} is out of range.", "Write a port from 1 to 65535.")
    ]


@pytest.mark.parametrize("port", ["", "80", "HTTP", "a--b", "-a", "a-", "a_b", "a" * 16])
def test_a_name_that_no_port_has_is_refused(port: str) -> None:
    assert refusals(lambda: Service("api", port)) == [
        (
            f"port of Service 'api', {port!r} is not the name of a port: "
            "1 to 15 lower-case letters, digits and '-', at least one letter.",
            "Write the port's number, or its name as it stands in the Service.",
        )
    ]


def test_a_service_tells_all_its_mistakes_at_once() -> None:
    assert len(reasons(lambda: Service("Api", 0))) == 2


@pytest.mark.parametrize("make", [lambda: Service(TOKEN, 80), lambda: Service(f"api-{TOKEN}", 80), lambda: Service("api", TOKEN)])
def test_a_token_passes_as_part_of_a_service(make: Callable[[], Service]) -> None:
    assert TOKEN in repr(make())


def test_a_service_is_in_the_namespace_of_the_load_balancer_unless_it_says_another() -> None:
    assert (Service("api", 80).namespace, Service("api", 80, namespace="cart").namespace) == (None, "cart")


@pytest.mark.parametrize(
    ("namespace", "better"), [("", "x"), ("Cart", "cart"), ("a.b", "a-b"), ("a" * 64, "a" * 63), (TOKEN, None)]
)
def test_a_namespace_that_is_no_label_is_refused(namespace: str, better: str | None) -> None:
    ((reason, remedy),) = refusals(lambda: Service("api", 80, namespace=namespace))
    assert reason == (
        f"namespace of Service 'api', {namespace!r} is not a DNS label: "
        "1 to 63 lower-case letters, digits and '-', with a letter or digit at both ends."
    )
    assert better is None or remedy == f"Write a name such as {better!r}."


@pytest.mark.parametrize(
    "said",
    [
        {"target_type": TargetType.INSTANCE},
        {"protocol": Protocol.HTTPS},
        {"protocol_version": ProtocolVersion.GRPC},
        {"health_check": HealthCheck(path="/up")},
        {"attributes": TargetGroupAttributes(deregistration_delay=timedelta(seconds=5))},
        {"node_labels": {"pool": "edge"}},
        {"multi_cluster": True},
        {"control_port": 8080},
    ],
    ids=lambda said: next(iter(said)),
)
def test_a_service_says_how_its_targets_are_treated(said: dict[str, Any]) -> None:
    service = Service("api", 80, **said)
    assert {name: getattr(service, name) for name in said} == said
    assert service != Service("api", 80)


def test_what_is_said_of_targets_is_said_by_name() -> None:
    make: Any = Service
    with pytest.raises(TypeError):
        make("api", 80, HealthCheck())


def test_a_service_tells_the_mistakes_of_its_targets_too() -> None:
    assert reasons(lambda: Service("Api", 80, control_port=0, multi_cluster=1)) == [  # type: ignore[arg-type]
        "Service 'Api' is not the name of a Service: 1 to 63 lower-case letters, digits and '-', a letter first.",
        "multi_cluster 1 is neither True nor False.",
        "control_port 0 is out of range.",
    ]


@pytest.mark.parametrize(
    ("group", "arn", "name"),
    [
        (TargetGroup(ARN), ARN, None),
        (TargetGroup(arn=ARN.replace(":aws:", ":aws-cn:")), ARN.replace(":aws:", ":aws-cn:"), None),
        (TargetGroup(HasArn(ARN)), ARN, None),
        (TargetGroup(HasArn(TOKEN)), TOKEN, None),
        (TargetGroup(Refers(HasArn(TOKEN))), TOKEN, None),
        (TargetGroup(f"arn:aws:{TOKEN}"), f"arn:aws:{TOKEN}", None),
        (TargetGroup(name="b"), None, "b"),
        (TargetGroup(name="b" * 32), None, "b" * 32),
        (TargetGroup(name=TOKEN + "b" * 32), None, TOKEN + "b" * 32),
    ],
)
def test_a_target_group_has_an_arn_or_a_name(group: TargetGroup, arn: str | None, name: str | None) -> None:
    assert (group.arn, group.name) == (arn, name)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "blue",
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/blue/0123456789abcdef",
        ARN.replace("111122223333", "1111"),
        ARN.removesuffix("/0123456789abcdef"),
        ARN + "/x",
        5,
    ],
)
def test_an_arn_of_something_else_is_refused(arn: Any) -> None:
    assert refusals(lambda: TargetGroup(arn)) == [
        (f"target group {arn!r} is not the ARN of one.", f"Write an ARN such as {ARN!r}."),
    ]


@pytest.mark.parametrize("name", ["", "b" * 33])
def test_a_name_that_no_target_group_has_is_refused(name: str) -> None:
    assert refusals(lambda: TargetGroup(name=name)) == [(f"target group {name!r} is no name of one.", "Write 1 to 32 characters.")]


@pytest.mark.parametrize(("make", "arn"), [(TargetGroup, None), (lambda: TargetGroup(ARN, "blue"), ARN)])
def test_a_target_group_with_neither_or_both_is_refused(make: Callable[[], TargetGroup], arn: str | None) -> None:
    assert refusals(make) == [
        (
            f"TargetGroup {arn!r} needs an ARN or a name, and not both.",
            "Write TargetGroup(arn) or TargetGroup(name='blue').",
        )
    ]


@pytest.mark.parametrize(
    "to",
    [
        [(BLUE, 1)],
        [(BLUE, 0)],
        [(BLUE, 999), (GREEN, 0)],
        [(Service(f"s{n}", 80), n) for n in range(5)],
        [(BLUE, 90), (TargetGroup(ARN), 10)],
        [(TargetGroup(ARN), 1), (TargetGroup(name="b"), 1)],
        [(BLUE, 1), (Service("blue", 81), 1)],
    ],
)
def test_a_forward_divides_requests_among_one_to_five(to: list[tuple[Service | TargetGroup, int]]) -> None:
    assert Forward(to).to == tuple(to)


@pytest.mark.parametrize("count", [0, 6])
def test_a_forward_to_none_or_more_than_five_is_refused(count: int) -> None:
    assert refusals(lambda: Forward([(Service(f"s{n}", 80), 1) for n in range(count)])) == [
        (f"Forward {count} is not a number of targets that AWS takes.", "Name one to five.")
    ]


@pytest.mark.parametrize("weight", [-1, 1000, 1.5, True, "1"])
def test_a_weight_out_of_range_is_refused(weight: Any) -> None:
    assert refusals(lambda: Forward([(BLUE, weight)])) == [
        (f"weight in Forward {weight!r} is out of range.", "Write a whole number from 0 to 999.")
    ]


def test_a_target_of_a_forward_that_is_none_is_refused() -> None:
    redirect: Any = Redirect(path="/new")
    assert refusals(lambda: Forward([(redirect, 1)])) == [
        (
            f"target of Forward, {redirect!r} is neither Service nor TargetGroup.",
            "Write [(Service('blue', 80), 90), (Service('green', 80), 10)].",
        )
    ]


@pytest.mark.parametrize("to", [BLUE, [BLUE], [(BLUE, 1, 2)], [(BLUE, None)], [BLUE, (GREEN, 1)]])
def test_a_forward_without_weights_is_refused(to: Any) -> None:
    (wrong, *_) = to if isinstance(to, list) else [to]
    assert refusals(lambda: Forward(to)) == [
        (
            f"entry of Forward, {wrong!r} is not a target with its weight.",
            "Write [(Service('blue', 80), 90), (Service('green', 80), 10)].",
        )
    ]


@pytest.mark.parametrize("stickiness", [timedelta(seconds=1), timedelta(days=7), Duration(3600)])
def test_a_client_stays_for_1_second_to_7_days(stickiness: Any) -> None:
    seconds = stickiness.to_seconds() if isinstance(stickiness, Duration) else stickiness.total_seconds()
    assert Forward([(BLUE, 1)], stickiness=stickiness).stickiness == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("stickiness", "words"),
    [
        (timedelta(0), "'0:00:00'"),
        (timedelta(days=7, seconds=1), "'7 days, 0:00:01'"),
        (timedelta(milliseconds=1500), "'0:00:01.500000'"),
        (3600, "3600"),
        (Duration(0), "'0:00:00'"),
    ],
)
def test_a_stickiness_out_of_range_is_refused(stickiness: Any, words: str) -> None:
    assert refusals(lambda: Forward([(BLUE, 1)], stickiness)) == [
        (
            f"stickiness of Forward {words} must be a datetime.timedelta or a Duration of 1 s to 604800 s, in whole seconds.",
            "Write timedelta(seconds=1) or longer, up to timedelta(seconds=604800).",
        )
    ]


def test_the_services_of_a_forward_may_say_the_same_of_their_targets() -> None:
    said: dict[str, Any] = {"namespace": "cart", "health_check": HealthCheck(path="/up")}
    assert len(Forward([(Service("blue", 80, **said), 1), (Service("green", 8080, **said), 1)]).to) == 2


@pytest.mark.parametrize(
    "other",
    [
        Service("green", 80, health_check=HealthCheck(path="/up")),
        Service("green", 80, target_type=TargetType.INSTANCE),
        Service("green", 80, namespace="cart"),
        Service("green", 80, control_port=80),
    ],
)
def test_services_of_a_forward_that_differ_are_refused(other: Service) -> None:
    problem = (
        "Forward to Services ['blue', 'green'] that say different things of their targets, "
        "while the controller has one set of settings for all of them.",
        "Say the same for each, or put `service_annotations(…)` on the Kubernetes Services themselves.",
    )
    assert refusals(lambda: Forward([(BLUE, 1), (other, 1)])) == [problem]
    assert refusals(lambda: Forward([(TargetGroup(ARN), 1), (other, 1), (BLUE, 1)]))[0][1] == problem[1]


def test_a_forward_tells_all_its_mistakes_at_once() -> None:
    several = [(Service(f"s{n}", 80, namespace=f"n{n}"), 1000) for n in range(6)]
    assert len(reasons(lambda: Forward(several, timedelta(0)))) == 9


@pytest.mark.parametrize(
    ("backend", "services"),
    [
        (BLUE, [BLUE]),
        (Forward([(BLUE, 1), (TargetGroup(ARN), 1), (GREEN, 1)]), [BLUE, GREEN]),
        (TargetGroup(ARN), []),
        (Redirect(path="/new"), []),
        (FixedResponse(404), []),
    ],
)
def test_the_services_of_a_backend_are_known(backend: Backend, services: list[Service]) -> None:
    assert list(services_of(backend)) == services


@pytest.mark.parametrize(
    "redirect",
    [
        Redirect(host="shop.example.com"),
        Redirect(host="a" * 128),
        Redirect(path="/new"),
        Redirect(path="/new/#{path}"),
        Redirect(path="/" + "a" * 127),
        Redirect(port=1),
        Redirect(port=65535),
        Redirect(protocol=Protocol.HTTPS),
        Redirect(query=""),
        Redirect(query="a" * 128),
        Redirect(host="a.example.com", status_code=302),
        Redirect(host=TOKEN + "a" * 200),
        Redirect(path=TOKEN),
        Redirect(query=TOKEN + "a" * 200),
    ],
)
def test_a_redirect_changes_something(redirect: Redirect) -> None:
    assert redirect.status_code in (301, 302)


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            Redirect,
            "Redirect 301 changes nothing, so that the client would be sent to where it is.",
            "Say what changes: `Redirect(host='shop.example.com')`.",
        ),
        (
            lambda: Redirect(status_code=302),
            "Redirect 302 changes nothing, so that the client would be sent to where it is.",
            "Say what changes: `Redirect(host='shop.example.com')`.",
        ),
        (lambda: Redirect(host="a" * 129), f"redirect host {'a' * 129!r} is too long.", "Write at most 128 characters."),
        (
            lambda: Redirect(path="/" + "a" * 128),
            f"redirect path {'/' + 'a' * 128!r} is too long.",
            "Write at most 128 characters.",
        ),
        (lambda: Redirect(query="a" * 129), f"redirect query {'a' * 129!r} is too long.", "Write at most 128 characters."),
        (lambda: Redirect(path="new"), "redirect path 'new' has no leading '/'.", "Write '/new'."),
        (lambda: Redirect(path="#{path}"), "redirect path '#{path}' has no leading '/'.", "Write '/#{path}'."),
        (lambda: Redirect(path=""), "redirect path '' has no leading '/'.", "Write '/'."),
        (lambda: Redirect(port=0), "redirect port 0 is out of range.", "Write a port from 1 to 65535."),
        (lambda: Redirect(port=65536), "redirect port 65536 is out of range.", "Write a port from 1 to 65535."),
        (
            lambda: Redirect(host="a.example.com", status_code=303),  # type: ignore[arg-type]
            "redirect status_code 303 is none of a redirect.",
            "Write 301 or 302.",
        ),
    ],
)
def test_a_refused_redirect_says_why_and_what_to_write(make: Callable[[], Redirect], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


def test_a_redirect_to_an_empty_host_is_refused() -> None:
    assert refusals(lambda: Redirect(host="")) == [
        ("redirect host '' is empty.", "Leave it out to keep the request's host."),
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Redirect(host="#{host}"),
        lambda: Redirect(path="/#{path}"),
        lambda: Redirect(query="#{query}"),
        lambda: Redirect(host="#{host}", path="/#{path}", query="#{query}"),
    ],
)
def test_a_redirect_that_names_the_parts_of_the_request_alone_changes_nothing(make: Callable[[], Redirect]) -> None:
    (reason,) = reasons(make)
    assert reason == "Redirect 301 changes nothing, so that the client would be sent to where it is."


def test_a_redirect_tells_all_its_mistakes_at_once() -> None:
    assert reasons(lambda: Redirect(path="new", port=0, query="a" * 129)) == [
        f"redirect query {'a' * 129!r} is too long.",
        "redirect path 'new' has no leading '/'.",
        "redirect port 0 is out of range.",
    ]


@pytest.mark.parametrize("status_code", [200, 299, 400, 499, 500, 599])
def test_a_fixed_response_has_a_status_of_success_or_failure(status_code: int) -> None:
    assert FixedResponse(status_code).content_type is ContentType.TEXT


@pytest.mark.parametrize("status_code", [0, 100, 199, 300, 301, 399, 600, -200])
def test_a_status_that_no_load_balancer_answers_with_is_refused(status_code: int) -> None:
    assert refusals(lambda: FixedResponse(status_code)) == [
        (
            f"fixed response status_code {status_code} is none that a load balancer answers with.",
            "Write 200 to 299, 400 to 499 or 500 to 599; for 3xx use Redirect.",
        )
    ]


@pytest.mark.parametrize("body", ["", "a" * 1024, TOKEN + "a" * 1024])
def test_a_body_has_at_most_1024_characters(body: str) -> None:
    assert FixedResponse(200, body).body == body


def test_a_fixed_response_tells_all_its_mistakes_at_once() -> None:
    body = "a" * 1025
    assert refusals(lambda: FixedResponse(302, body)) == [
        (
            "fixed response status_code 302 is none that a load balancer answers with.",
            "Write 200 to 299, 400 to 499 or 500 to 599; for 3xx use Redirect.",
        ),
        (
            f"fixed response body {body!r} is too long.",
            "Write at most 1,024 characters, or send the request to a Service.",
        ),
    ]
