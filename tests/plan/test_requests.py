from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eks_ingress.plan.model import Plan
from eks_ingress.plan.requests import Expectation, Request, load_requests, run_requests, try_out
from eks_ingress.refusal import Refused
from eks_ingress.source import Source
from tests.plan.objects import ingress, path, plan, rule

OIDC = {"auth-type": "oidc", "auth-idp-oidc": {"issuer": "https://a.org", "secretName": "client"}}
SPLIT = {
    "type": "forward",
    "forwardConfig": {
        "targetGroups": [
            {"serviceName": "new", "servicePort": 80, "weight": 10},
            {"serviceName": "old", "servicePort": 80, "weight": 90},
        ]
    },
}
MOVED = {"type": "redirect", "redirectConfig": {"host": "b.example.com", "statusCode": "HTTP_302"}}
GONE = {"type": "fixed-response", "fixedResponseConfig": {"statusCode": "410"}}


def shop(**said: Any) -> Plan:
    """Something of each kind."""
    paths = (
        path("/"),
        path("/api", to="api:8080"),
        path("/split", "Exact", "split:action"),
        path("/moved", "Exact", "moved:action"),
        path("/gone", "Exact", "gone:action"),
    )
    actions = {"actions.split": SPLIT, "actions.moved": MOVED, "actions.gone": GONE}
    return plan([ingress(rule(*paths, host="a.example.com"), said={**actions, **said})])


def secure(**said: Any) -> Plan:
    return shop(**{"listen-ports": [{"HTTPS": 443}], "certificate-arn": "arn:a", **said})


def sent(planned: Plan, url: str, expect: Mapping[str, Any], **more: Any) -> list[str]:
    """How what becomes of a request differs from what must."""
    return [*try_out(planned, Request(url, Expectation(**expect), **more)).failures]


@pytest.mark.parametrize(
    ("url", "expect", "failures"),
    [
        ("/api/cart", {"service": "shop/api:8080"}, []),
        ("/apis", {"service": "shop/api:8080"}, ["It must get Service shop/api:8080, and gets Service shop/web:80."]),
        ("/split", {"services": {"shop/new:80": 10, "shop/old:80": 90}}, []),
        ("/split", {"services": {"shop/new:80": None, "shop/old:80": None}}, []),
        (
            "/split",
            {"services": {"shop/new:80": 20, "shop/old:80": 80}},
            ["It must get Service shop/new:80 (20), shop/old:80 (80), and gets Service shop/new:80 (10), shop/old:80 (90)."],
        ),
        (
            "/split",
            {"services": {"shop/new:80": None}},
            ["It must get Service shop/new:80, and gets Service shop/new:80 (10), shop/old:80 (90)."],
        ),
        (
            "/split",
            {"service": "shop/new:80"},
            ["It must get Service shop/new:80, and gets Service shop/new:80 (10), shop/old:80 (90)."],
        ),
        ("/moved", {"redirect": "http://b.example.com/moved"}, []),
        ("/moved", {"redirect": "http://b.example.com/moved", "status": 302}, []),
        ("/moved", {"status": 302}, []),
        (
            "/moved",
            {"redirect": "http://b.example.com/", "status": 301},
            [
                "It must be redirected to http://b.example.com/ and have status 301, "
                "and gets a redirect 302 to http://b.example.com/moved."
            ],
        ),
        ("/gone", {"status": 410}, []),
        ("/gone", {"status": 404}, ["It must have status 404, and gets an answer 410."]),
        ("/gone", {"service": "shop/web:80"}, ["It must get Service shop/web:80, and gets an answer 410."]),
        ("/api", {"status": 200}, ["It must have status 200, and gets Service shop/api:8080."]),
        ("/api", {"authenticate": False}, []),
        ("/api", {"authenticate": True}, ["The client must be asked to sign in, and is not."]),
        ("/api", {"unanswered": True}, ["It must be taken by no load balancer, and gets Service shop/api:8080."]),
    ],
)
def test_what_becomes_of_a_request_is_compared_with_what_must(url: str, expect: Mapping[str, Any], failures: list[str]) -> None:
    assert sent(shop(), f"http://a.example.com{url}", expect) == failures


@pytest.mark.parametrize(
    ("expect", "failures"),
    [
        ({"authenticate": True}, []),
        ({"service": "shop/api:8080"}, []),
        ({"service": "shop/api:8080", "authenticate": True}, []),
        ({"authenticate": False}, ["The client must not be asked to sign in, and is."]),
        (
            {"service": "shop/web:80", "authenticate": False},
            [
                "The client must not be asked to sign in, and is.",
                "It must get Service shop/web:80, and gets Service shop/api:8080.",
            ],
        ),
        ({"unanswered": True}, ["It must be taken by no load balancer, and gets sign-in, then Service shop/api:8080."]),
    ],
)
def test_what_follows_sign_in_is_compared_for_itself(expect: Mapping[str, Any], failures: list[str]) -> None:
    assert sent(secure(**OIDC), "https://a.example.com/api", expect) == failures


def test_a_request_that_nobody_listens_for_fails_unless_it_must() -> None:
    expected = "It must get Service shop/web:80. No load balancer listens for HTTPS on port 443. There are: 'shop/web' on HTTP 80."
    assert sent(shop(), "https://a.example.com/", {"service": "shop/web:80"}) == [expected]
    assert sent(shop(), "https://a.example.com/", {"unanswered": True}) == []
    assert sent(shop(), "http://a.example.com:8080/", {"unanswered": True}) == []
    assert sent(Plan(()), "http://a.example.com/", {"unanswered": True}) == []


def test_a_request_that_several_would_take_must_say_which() -> None:
    planned = plan([ingress("/", name="a"), ingress("/", name="b")])
    (failure,) = sent(planned, "http://a.example.com/", {"unanswered": True})
    assert failure.startswith("It must be taken by no load balancer. HTTP on port 80 is taken by several load balancers.")
    assert sent(planned, "http://a.example.com/", {"service": "shop/web:80"}, load_balancer="shop/b") == []
    assert sent(planned, "https://a.example.com/", {"unanswered": True}, load_balancer="shop/b") == []


def test_method_headers_and_source_count() -> None:
    conditions = [
        {"field": "http-request-method", "httpRequestMethodConfig": {"values": ["POST"]}},
        {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Team", "values": ["red"]}},
        {"field": "source-ip", "sourceIPConfig": {"values": ["192.0.2.0/24"]}},
    ]
    planned = plan([ingress("/", said={"conditions.web": conditions})])
    all_of_it: dict[str, Any] = {"method": "POST", "headers": {"x-team": "Red"}, "source_ip": "192.0.2.7"}
    assert sent(planned, "http://a.example.com/", {"service": "shop/web:80"}, **all_of_it) == []
    for one in all_of_it:
        less = {name: value for name, value in all_of_it.items() if name != one}
        assert sent(planned, "http://a.example.com/", {"status": 404}, **less) == []


# The report.


def test_a_report_says_what_failed_what_took_it_and_what_nobody_reached() -> None:
    requests = [
        Request("http://a.example.com/api/cart", Expectation(service="shop/api:8080")),
        Request("http://a.example.com/apis", Expectation(service="shop/api:8080"), source=Source(file="requests.yaml", line=7)),
        Request("http://b.example.com/", Expectation(service="shop/web:80"), "home", "HEAD"),
        Request("http://a.example.com/x", Expectation(status=410), method="PUT"),
    ]
    report = run_requests(shop(), requests)
    assert (report.passed, report.rules, report.reached, report.coverage) == (False, 5, 2, 0.4)
    assert str(report) == (
        """\
requests.yaml:7  http://a.example.com/apis
    It must get Service shop/api:8080, and gets Service shop/web:80.
    shop/web, HTTP 80, rule 5: a.example.com /*  (Shop/web) took it.
home
    It must get Service shop/web:80, and gets an answer 404.
    shop/web, HTTP 80, default action took it.
PUT http://a.example.com/x
    It must have status 410, and gets Service shop/web:80.
    shop/web, HTTP 80, rule 5: a.example.com /*  (Shop/web) took it.
1 of 4 requests got what they must. 2 of 5 rules were reached (40 %); not:
    shop/web, HTTP 80, rule 1: a.example.com /split  (Shop/web)
    shop/web, HTTP 80, rule 2: a.example.com /moved  (Shop/web)
    shop/web, HTTP 80, rule 3: a.example.com /gone  (Shop/web)"""
    )
    assert [str(outcome.request) for outcome in report.failed] == [
        "http://a.example.com/apis",
        "home",
        "PUT http://a.example.com/x",
    ]


def test_a_report_without_failures_is_short() -> None:
    report = run_requests(plan([ingress("/")]), [Request("http://a.example.com/", Expectation(service="shop/web:80"))])
    assert report.passed
    assert str(report) == "1 of 1 request got what they must. 1 of 1 rules were reached (100 %)."


def test_without_rules_all_are_reached() -> None:
    report = run_requests(plan([ingress(default="web:80")]), [Request("http://a.example.com/", Expectation(service="shop/web:80"))])
    assert (report.passed, report.coverage) == (True, 1.0)
    assert str(report) == "1 of 1 request got what they must."


def test_a_default_action_that_somebody_wrote_says_where() -> None:
    report = run_requests(plan([ingress(default="web:80")]), [Request("http://a.example.com/", Expectation(status=404))])
    assert "shop/web, HTTP 80, default action  (Shop/web) took it." in str(report)


def test_the_same_rule_on_two_listeners_is_two_rules() -> None:
    planned = plan([ingress("/", said={"listen-ports": [{"HTTP": 80}, {"HTTPS": 443}], "certificate-arn": "arn:a"})])
    report = run_requests(planned, [Request("http://a.example.com/", Expectation(service="shop/web:80"))])
    assert (report.rules, report.reached) == (2, 1)
    assert [str(place) for place in report.unreached] == ["shop/web, HTTPS 443, rule 1: any host /*  (Shop/web)"]


# What can be asked.


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "says nothing"),
        ({"service": "shop/a:80", "redirect": "https://a.example.com/"}, "says in several ways where the request goes"),
        ({"service": "shop/a:80", "status": 200}, "has a status and a service"),
        ({"services": {"shop/a:80": None}, "status": 200}, "has a status and a service"),
        ({"unanswered": True, "status": 404}, "says what a request gets that nobody answers"),
    ],
)
def test_an_expectation_that_makes_no_sense_is_refused(said: Mapping[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        Expectation(**said)


@pytest.mark.parametrize(
    ("url", "more", "words"),
    [
        ("/cart", {}, "url '/cart' is not that of a request"),
        ("ftp://a.example.com/", {}, "is not that of a request"),
        ("https://", {}, "is not that of a request"),
        ("https:///cart", {}, "is not that of a request"),
        ("https://a.example.com:port/", {}, "is not that of a request"),
        ("https://a.example.com/", {"source_ip": "192.0.2"}, "source_ip '192.0.2' is no IP address"),
        ("https://a.example.com/", {"headers": {"HOST": "b.example.com"}}, "header 'Host' is that of the URL"),
    ],
)
def test_a_request_that_nobody_could_send_is_refused(url: str, more: Mapping[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        Request(url, Expectation(status=404), **more)


# From a file.


def test_requests_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "requests.yaml"
    file.write_text(
        """\
# What the shop promises.
- url: https://a.example.com/api
  expect: {service: shop/api:8080}
- name: partners alone may push
  url: https://a.example.com/push
  method: POST
  headers: {X-Partner: acme, X-Version: 2}
  source_ip: 192.0.2.7
  load_balancer: public
  expect: {redirect: "https://b.example.com/", status: 302, authenticate: true}
---
- {url: "http://a.example.com/", expect: {services: [shop/a:80, shop/b:80]}}
- {url: "http://a.example.com/", expect: {services: {shop/a:80: 1, shop/b:80: 9}, authenticate: no}}
- {url: "http://a.example.com:8080/", expect: {unanswered: true}}
"""
    )
    name = str(file)
    assert load_requests(file) == (
        Request("https://a.example.com/api", Expectation(service="shop/api:8080")),
        Request(
            "https://a.example.com/push",
            Expectation(redirect="https://b.example.com/", status=302, authenticate=True),
            "partners alone may push",
            "POST",
            {"X-Partner": "acme", "X-Version": "2"},
            "192.0.2.7",
            "public",
        ),
        Request("http://a.example.com/", Expectation(services={"shop/a:80": None, "shop/b:80": None})),
        Request("http://a.example.com/", Expectation(services={"shop/a:80": 1, "shop/b:80": 9}, authenticate=False)),
        Request("http://a.example.com:8080/", Expectation(unanswered=True)),
    )
    assert [request.source for request in load_requests(name)] == [Source(file=name, line=line) for line in (2, 4, 12, 13, 14)]


def problems(tmp_path: Path, text: str) -> list[str]:
    """What is wrong with a file, as `line: reason remedy`."""
    file = tmp_path / "requests.yaml"
    file.write_text(text)
    with pytest.raises(Refused) as refused:
        load_requests(file)
    sources = [problem.source or Source() for problem in refused.value.problems]
    assert {source.file for source in sources} == {str(file)}
    return [f"{x.line}: {y.reason} {y.remedy}" for x, y in zip(sources, refused.value.problems, strict=True)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["None: has no requests. Write a list of them, each with `url` and `expect`."]),
        ("[]", ["None: has no requests. Write a list of them, each with `url` and `expect`."]),
        (
            "url: https://a.example.com/\n",
            [
                "1: the file is a mapping, and must be a list. Correct it.",
                "None: has no requests. Write a list of them, each with `url` and `expect`.",
            ],
        ),
        (
            "- urls: https://a.example.com/\n  expected: {status: 404}\n",
            [
                "1: 'urls' of item 1 of the file is not known. Did you mean 'url'?",
                "2: 'expected' of item 1 of the file is not known. Did you mean 'expect'?",
                "1: item 1 of the file has no 'url'. Write it.",
                "1: item 1 of the file has no 'expect'. Write it.",
            ],
        ),
        (
            "- url: 5\n  headers: [a]\n  expect: 404\n- 7\n",
            [
                "1: 'url' of item 1 of the file is a whole number, and must be a text. Correct it.",
                "2: 'headers' of item 1 of the file is a list, and must be a mapping. Correct it.",
                "3: 'expect' of item 1 of the file is a whole number, and must be a mapping. Correct it.",
                "4: item 2 of the file is a whole number, and must be a mapping. Correct it.",
            ],
        ),
        (
            "- url: https://a.example.com/\n  expect:\n    status: 4040\n    authenticate: 'yes'\n    stauts: 3\n",
            [
                "5: 'stauts' of 'expect' of item 1 of the file is not known. Did you mean 'status'?",
                "3: 'status' of 'expect' of item 1 of the file is 4040. Write a number from 100 to 599.",
                "4: 'authenticate' of 'expect' of item 1 of the file is a text, and must be true or false. Correct it.",
            ],
        ),
        (
            "- url: /cart\n  expect: {status: 404}\n- url: https://a.example.com/\n  expect: {service: a, status: 404}\n",
            [
                "1: url '/cart' is not that of a request. Write one such as 'https://shop.example.com/cart'.",
                "3: expectation {'service': 'a', 'status': 404} has a status and a service. "
                "A request that is forwarded has the status that its target answers with.",
            ],
        ),
    ],
)
def test_all_that_is_wrong_with_a_file_is_told_with_its_line(tmp_path: Path, text: str, found: list[str]) -> None:
    assert problems(tmp_path, text) == found


def test_what_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "- url: https://a.example.com/\n  expect: {status: 404\n")
    assert problem.startswith("3: is no YAML: ")


@pytest.mark.parametrize(
    ("data", "reason"), [(b"\xff\xff", "it is no text in UTF-8"), (None, "No such file or directory")], ids=["binary", "missing"]
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, data: bytes | None, reason: str) -> None:
    file = tmp_path / "requests.yaml"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(Refused, match=f"cannot be read: {reason}"):
        load_requests(file)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read: Is a directory"):
        load_requests(tmp_path)


def test_a_load_balancer_that_there_is_not_is_no_answer_to_nobody_listens() -> None:
    made = plan([ingress("/")])
    unheard = Expectation(unanswered=True)
    assert try_out(made, Request("http://shop.example.com:81/", unheard)).passed
    assert not try_out(made, Request("http://shop.example.com/", unheard, load_balancer="typo")).passed
    assert not try_out(made, Request("http://shop.example.com:99999/", unheard)).passed
