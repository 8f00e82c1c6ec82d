from __future__ import annotations

from collections.abc import Callable

import pytest

from eks_ingress.routing.transforms import HostRewrite, Transform, UrlRewrite
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"


@pytest.mark.parametrize(
    "make",
    [
        lambda: UrlRewrite("^/api/(.*)$", "/$1"),
        lambda: UrlRewrite("^\\/api\\/(.+)$", "/$1"),
        lambda: UrlRewrite("^/dp/([A-Za-z0-9]+)/?$", "/product.php?id=$1"),
        lambda: UrlRewrite("^(/a)(/b)(/c)(/d)(/e)(/f)(/g)(/h)(/i)$", "$9$8$7$6$5$4$3$2$1"),
        lambda: UrlRewrite("^/api", ""),
        lambda: UrlRewrite("v1", "v2"),
        lambda: UrlRewrite("^/a|b$", "c"),
        lambda: UrlRewrite("^/(?P<name>.*)$", "/$1"),
        lambda: UrlRewrite("^/price$", "/$0"),
        lambda: UrlRewrite("^/price$", "/$$1"),
        lambda: UrlRewrite("^/price$", "/\\$1"),
        lambda: UrlRewrite("^/price$", "/${1}$"),
        lambda: UrlRewrite("a" * 1024, "b" * 1024),
        lambda: HostRewrite("^(.+)[.]example[.]com$", "$1.internal.example.com"),
        lambda: HostRewrite("^mywebsite-(.+).com$", "internal.dev.$1.myweb.com"),
        lambda: HostRewrite("^.*$", "internal:8080"),
        lambda: HostRewrite("a" * 1024, "b" * 1024),
    ],
)
def test_a_rewrite_is_held_as_it_was_written(make: Callable[[], Transform]) -> None:
    assert make() == make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: UrlRewrite(TOKEN, "$1"),
        lambda: UrlRewrite(f"^{TOKEN}(", "v2/$9"),
        lambda: UrlRewrite("^/api$", TOKEN),
        lambda: UrlRewrite("^/api$", f"v2 {TOKEN}/$1" + "a" * 1024),
        lambda: HostRewrite(TOKEN, "$1.example.com"),
        lambda: HostRewrite("^.*$", f"https://{TOKEN}/$1"),
    ],
)
def test_a_token_passes_as_part_of_a_rewrite(make: Callable[[], Transform]) -> None:
    assert TOKEN in repr(make())


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: UrlRewrite("^/api/.*$", "/$1"),
            "UrlRewrite replace '/$1' has $1, while the expression has no groups.",
            "Put '(' and ')' around what is to be kept.",
        ),
        (
            lambda: UrlRewrite("^/api/(?:.*)/(.*)$", "/$1/$2$2"),
            "UrlRewrite replace '/$1/$2$2' has $2, while the expression has 1 group.",
            "Put '(' and ')' around what is to be kept.",
        ),
        (
            lambda: HostRewrite("^(.+)[.](com)$", "$3.example.$2"),
            "HostRewrite replace '$3.example.$2' has $3, while the expression has 2 groups.",
            "Put '(' and ')' around what is to be kept.",
        ),
        (
            lambda: UrlRewrite("^/api/(.*)$", "v2/$1"),
            "UrlRewrite replace 'v2/$1' stands at the start of the URL, where a path begins with '/'.",
            "Begin it with '/'; the host is changed by HostRewrite.",
        ),
        (
            lambda: UrlRewrite("^/api/", "https://api.example.com/"),
            "UrlRewrite replace 'https://api.example.com/' stands at the start of the URL, where a path begins with '/'.",
            "Begin it with '/'; the host is changed by HostRewrite.",
        ),
        (
            lambda: UrlRewrite("^/api$", "/my files"),
            "UrlRewrite replace '/my files' has a space, or a character other than visible ASCII, which a request has neither "
            "in its URL nor in its host.",
            "Write it as a client sends it: in a URL a space is '%20'.",
        ),
        (
            lambda: HostRewrite("^.*$", "größe.example.com"),
            "HostRewrite replace 'größe.example.com' has a space, or a character other than visible ASCII, which a request has "
            "neither in its URL nor in its host.",
            "Write it as a client sends it: in a URL a space is '%20'.",
        ),
        (
            lambda: HostRewrite("^.*$", "https://shop.example.com"),
            "HostRewrite replace 'https://shop.example.com' holds a '/', which no host has.",
            "Write the host alone, without scheme and path; the path is changed by UrlRewrite.",
        ),
        (
            lambda: UrlRewrite("", "/"),
            "UrlRewrite regex '' is empty.",
            "Write a regular expression such as '^/v[0-9]+/'.",
        ),
        (
            lambda: UrlRewrite("^/(?!api)", "/"),
            "UrlRewrite regex '^/(?!api)' has what a load balancer does not support: lookahead.",
            "Write it without; groups, sets, '|' and quantifiers are supported.",
        ),
        (
            lambda: HostRewrite("(a", "$2"),
            "HostRewrite regex '(a' cannot be read as a regular expression: missing ), unterminated subpattern at position 0.",
            "Write one such as '^/v[0-9]+/'.",
        ),
        (
            lambda: UrlRewrite("a" * 1025, "/"),
            f"UrlRewrite regex '{'a' * 1025}' has 1025 characters.",
            "A load balancer takes at most 1,024.",
        ),
        (
            lambda: HostRewrite("a", "b" * 1025),
            f"HostRewrite replace '{'b' * 1025}' has 1025 characters.",
            "A load balancer takes at most 1,024.",
        ),
        (
            lambda: UrlRewrite(1, "/"),  # type: ignore[arg-type]
            "UrlRewrite regex 1 is not text.",
            "Write a regular expression such as '^/v[0-9]+/'.",
        ),
        (
            lambda: HostRewrite("a", None),  # type: ignore[arg-type]
            "HostRewrite replace None is not text.",
            "Write what stands there instead, in quotes.",
        ),
    ],
)
def test_a_refused_rewrite_says_why_and_what_to_write(make: Callable[[], Transform], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


def test_a_rewrite_tells_all_its_mistakes_at_once() -> None:
    assert reasons(lambda: HostRewrite("(?=a)\n", "https:// b")) == [
        "HostRewrite regex '(?=a)\\n' has a character other than visible ASCII, with which a load balancer never compares.",
        "HostRewrite regex '(?=a)\\n' has what a load balancer does not support: lookahead.",
        "HostRewrite replace 'https:// b' has a space, or a character other than visible ASCII, which a request has neither "
        "in its URL nor in its host.",
        "HostRewrite replace 'https:// b' holds a '/', which no host has.",
    ]
