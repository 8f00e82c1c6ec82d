from __future__ import annotations

import pytest

from tests.cli.conftest import LATE, SHOP, Shell

REQUESTS = """\
- url: https://shop.example.com/api/cart
  expect: {service: shop/api:8080}
- url: https://shop.example.com/checkout
  expect: {services: {shop/new:80: 10, shop/old:80: 90}}
- url: http://shop.example.com/
  expect: {redirect: "https://shop.example.com/"}
- name: the home page
  url: https://shop.example.com/
  expect: {service: shop/storefront:80}
"""
WRONG = """\
- url: https://shop.example.com/apis
  expect: {service: shop/api:8080}
- name: nothing else is here
  url: https://other.example.com/
  expect: {status: 410}
"""


def test_requests_that_get_what_they_must_are_counted(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    shell.write("requests.yaml", REQUESTS)
    assert shell.run("test", "requests.yaml", "shop.yaml") == (
        0,
        "4 of 4 requests got what they must. 3 of 3 rules were reached (100 %).\n",
        "",
    )


def test_what_took_a_request_instead_is_told(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    shell.write("requests.yaml", WRONG)
    assert shell.run("test", "requests.yaml", "shop.yaml") == (
        1,
        """\
requests.yaml:1  https://shop.example.com/apis
    It must get Service shop/api:8080, and gets Service shop/storefront:80.
    public, HTTPS 443, rule 3: shop.example.com /*  (shop.yaml:30) took it.
requests.yaml:3  nothing else is here
    It must have status 410, and gets an answer 404.
    public, HTTPS 443, default action took it.
0 of 2 requests got what they must. 1 of 3 rules were reached (33 %); not:
    public, HTTPS 443, rule 1: shop.example.com /checkout  (shop.yaml:27)
    public, HTTPS 443, rule 2: shop.example.com /api, /api/*  (shop.yaml:24)
""",
        "",
    )


def test_a_program_gets_all_of_it(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    shell.write("requests.yaml", WRONG[: WRONG.index("- name")])
    rule = {"load_balancer": "public", "listener": 443, "file": "shop.yaml", "construct": None}
    assert shell.json("test", "requests.yaml", "shop.yaml") == {
        "requests": [
            {
                "name": "https://shop.example.com/apis",
                "file": "requests.yaml",
                "line": 1,
                "passed": False,
                "failures": ["It must get Service shop/api:8080, and gets Service shop/storefront:80."],
                "expect": {"service": "shop/api:8080"},
                "answer": {
                    "load_balancer": "public",
                    "listener": 443,
                    "priority": 3,
                    "kind": "forward",
                    "service": "shop/storefront:80",
                    "location": None,
                    "status": None,
                },
                "taken_by": {**rule, "priority": 3, "line": 30},
            }
        ],
        "passed": False,
        "rules": 3,
        "reached": 1,
        "unreached": [{**rule, "priority": 1, "line": 27}, {**rule, "priority": 2, "line": 24}],
    }


@pytest.mark.parametrize(
    ("wanted", "code", "err"),
    [
        ("0", 0, ""),
        ("66.6", 0, ""),
        ("67", 1, "66.7 % of the rules are reached, and 67 % must be.\n"),
        ("100%", 1, "66.7 % of the rules are reached, and 100 % must be.\n"),
    ],
)
def test_too_few_rules_that_are_reached_are_a_failure(shell: Shell, wanted: str, code: int, err: str) -> None:
    shell.write("shop.yaml", SHOP)
    shell.write("requests.yaml", "".join(REQUESTS.partition("- url: http:")[0]))
    found = shell.run("test", "requests.yaml", "shop.yaml", "--min-coverage", wanted)
    assert (found[0], found[2]) == (code, err)


@pytest.mark.parametrize("wanted", ["many", "101", "-1", "nan"])
def test_a_coverage_that_is_no_percentage_is_refused(shell: Shell, wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        shell.run("test", "requests.yaml", "shop.yaml", f"--min-coverage={wanted}")
    assert stopped.value.code == 2
    assert "argument --min-coverage: invalid" in capsys.readouterr().err


def test_requests_that_cannot_be_read_are_told_with_their_line(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    shell.write("requests.yaml", "- url: https://shop.example.com/\n  expected: {status: 404}\n")
    code, out, err = shell.run("test", "requests.yaml", "shop.yaml")
    assert (code, out) == (2, "")
    assert err.startswith(
        "error  requests.yaml:2\n    'expected' of item 1 of the file is not known.\n    Did you mean 'expect'?\n"
    )


def test_manifests_that_cannot_be_read_hide_nothing(shell: Shell) -> None:
    shell.write("requests.yaml", REQUESTS)
    shell.write("shop.yaml", SHOP)
    code, out, err = shell.run("test", "requests.yaml", "shop.yaml", "nowhere.yaml")
    assert (code, out.startswith("4 of 4 requests")) == (2, True)
    assert err == "nowhere.yaml: error: cannot be read: No such file or directory. Check the name.\n"


def test_the_load_balancer_can_be_named(shell: Shell) -> None:
    shell.write("a.yaml", LATE, LATE.replace("name: late", "name: later"))
    asked = "- url: http://a.example.com/\n  load_balancer: shop/later\n  expect: {service: shop/storefront:80}\n"
    shell.write("requests.yaml", asked)
    assert shell.run("test", "requests.yaml", "a.yaml")[0] == 0
    shell.write("requests.yaml", asked.replace("  load_balancer: shop/later\n", ""))
    code, out, _ = shell.run("test", "requests.yaml", "a.yaml")
    assert code == 1
    assert "HTTP on port 80 is taken by several load balancers." in out
