from __future__ import annotations

from collections.abc import Callable

import pytest

from eks_ingress.routing.backend import ContentType, FixedResponse, Redirect, Service
from eks_ingress.routing.protocol import Protocol
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"


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
    assert refusals(lambda: Redirect(host=""))


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
