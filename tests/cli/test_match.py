from __future__ import annotations

import pytest

from tests.cli.conftest import LATE, SHOP, WRONG, Shell

SIGN_IN = SHOP.replace(
    "  annotations:\n",
    """\
  annotations:
    alb.ingress.kubernetes.io/auth-type: oidc
    alb.ingress.kubernetes.io/auth-idp-oidc: >-
      {"issuer": "https://id.example.com", "authorizationEndpoint": "https://id.example.com/a",
       "tokenEndpoint": "https://id.example.com/t", "userInfoEndpoint": "https://id.example.com/u", "secretName": "shop"}
""",
)


def test_a_request_is_answered_for_people(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    assert shell.run("match", "shop.yaml", "--url", "https://shop.example.com/api/cart") == (
        0,
        "Service shop/api:8080\n  public, HTTPS 443, rule 2: shop.example.com /api, /api/*  (shop.yaml:24)\n",
        "",
    )


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        (
            "https://shop.example.com/api/cart",
            {"listener": 443, "priority": 2, "kind": "forward", "service": "shop/api:8080", "location": None, "status": None},
        ),
        (
            "http://shop.example.com/cart?id=5",
            {
                "listener": 80,
                "priority": None,
                "kind": "redirect",
                "service": None,
                "location": "https://shop.example.com/cart?id=5",
                "status": 301,
            },
        ),
        (
            "https://other.example.com/",
            {"listener": 443, "priority": None, "kind": "fixed-response", "service": None, "location": None, "status": 404},
        ),
        (
            "https://shop.example.com/checkout",
            {
                "listener": 443,
                "priority": 1,
                "kind": "forward",
                "service": "shop/new:80",
                "location": None,
                "status": None,
                "services": [{"service": "shop/new:80", "weight": 10}, {"service": "shop/old:80", "weight": 90}],
            },
        ),
    ],
)
def test_a_program_gets_the_answer_as_json(shell: Shell, url: str, answer: dict[str, object]) -> None:
    shell.write("shop.yaml", SHOP)
    found = shell.json("match", "shop.yaml", "--url", url)
    assert found == {"load_balancer": "public", **answer}
    assert [*found][:7] == ["load_balancer", "listener", "priority", "kind", "service", "location", "status"]


def test_what_follows_sign_in_is_told(shell: Shell) -> None:
    shell.write("shop.yaml", SIGN_IN)
    arguments = ("match", "shop.yaml", "--url", "https://shop.example.com/api")
    assert shell.run(*arguments)[1].splitlines()[0] == "sign-in, then Service shop/api:8080"
    found = shell.json(*arguments)
    assert (found["kind"], found["service"]) == ("authenticate", None)
    assert (found["then"]["kind"], found["then"]["service"]) == ("forward", "shop/api:8080")


def test_method_headers_and_source_count(shell: Shell) -> None:
    conditions = (
        '[{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["POST"]}}, '
        '{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Team", "values": ["red"]}}, '
        '{"field": "source-ip", "sourceIPConfig": {"values": ["192.0.2.0/24"]}}]'
    )
    said = f"  annotations:\n    alb.ingress.kubernetes.io/conditions.api: '{conditions}'\n"
    shell.write("shop.yaml", SHOP.replace("  annotations:\n", said))
    arguments = ("match", "shop.yaml", "--url", "https://shop.example.com/api")
    options = ("--method", "POST", "--header", "x-team: Red", "--source-ip", "192.0.2.7")
    assert shell.run(*arguments, *options)[1].startswith("Service shop/api:8080\n")
    for at in range(0, len(options), 2):
        assert shell.run(*arguments, *options[:at], *options[at + 2 :])[1].startswith("Service shop/storefront:80\n")


def test_the_load_balancer_is_named_where_several_listen(shell: Shell) -> None:
    shell.write("a.yaml", LATE, LATE.replace("name: late", "name: later"))
    arguments = ("match", "a.yaml", "--url", "http://a.example.com/")
    assert shell.run(*arguments) == (
        1,
        "",
        "HTTP on port 80 is taken by several load balancers. Write --load-balancer one of 'shop/late', 'shop/later'.\n",
    )
    assert shell.run(*arguments, "--load-balancer", "shop/later")[1].splitlines()[1].startswith("  shop/later, HTTP 80, rule 1")


def test_a_request_that_nobody_takes_is_told(shell: Shell) -> None:
    shell.write("late.yaml", LATE)
    assert shell.run("match", "late.yaml", "--url", "https://a.example.com/") == (
        1,
        "",
        "No load balancer listens for HTTPS on port 443. There are: 'shop/late' on HTTP 80.\n",
    )


def test_what_is_refused_is_told_to_be_left_out(shell: Shell) -> None:
    shell.write("a.yaml", LATE, WRONG)
    code, out, err = shell.run("match", "a.yaml", "--url", "http://a.example.com/")
    assert (code, out.splitlines()[0]) == (0, "Service shop/storefront:80")
    assert err == "What the controller would refuse is left out; `eks-ingress check` tells what that is.\n"


def test_what_cannot_be_read_hides_no_answer(shell: Shell) -> None:
    shell.write("a.yaml", LATE)
    code, out, err = shell.run("match", "a.yaml", "nowhere.yaml", "--url", "http://a.example.com/")
    assert (code, out.splitlines()[0]) == (2, "Service shop/storefront:80")
    assert err == "nowhere.yaml: error: cannot be read: No such file or directory. Check the name.\n"
    assert shell.run("match", "nowhere.yaml", "--url", "http://a.example.com/")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--header", "X-Team"], "header 'X-Team' has no name and value.\n    Write --header 'X-Team: red'.\n"),
        (["--header", ": red"], "header ': red' has no name and value.\n    Write --header 'X-Team: red'.\n"),
        (["--header", "host: a"], "the host is that of the URL.\n    Write it there, and not as a header.\n"),
        (["--header", "A: b", "--header", "a: c"], "header 'a' is given twice.\n    Give it once.\n"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(shell: Shell, arguments: list[str], words: str) -> None:
    shell.write("late.yaml", LATE)
    assert shell.run("match", "late.yaml", "--url", "http://a.example.com/", *arguments) == (2, "", words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--url", "/cart"], "URL '/cart' is not scheme, host and path of a request."),
        (
            ["--url", "http://a.example.com/", "--source-ip", "nowhere"],
            "source address 'nowhere' is no IPv4 or IPv6 address. Write",
        ),
        (["--url", f"http://a.example.com:{'9' * 5000}/"], "URL 'http://a.example.com:9999"),
        (
            ["--url", "http://a.example.com:65536/"],
            "URL 'http://a.example.com:65536/' has no port from 1 to 65535. Write one, or none.",
        ),
        (["--url", "http://[::1/"], "URL 'http://[::1/' is not scheme, host and path of a request."),
        (["--url", "http://a b/"], "URL 'http://a b/' is not scheme, host and path of a request."),
        (["--url", "http://a.example.com/", "--load-balancer", "b"], "The plan does not have the load balancer 'b'."),
    ],
)
def test_a_request_that_makes_no_sense_is_told(shell: Shell, arguments: list[str], words: str) -> None:
    shell.write("late.yaml", LATE)
    code, out, err = shell.run("match", "late.yaml", *arguments)
    assert (code, out) == (1, "")
    assert err.startswith(words)
