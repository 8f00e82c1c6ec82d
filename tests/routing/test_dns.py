"""Names of load balancers: in a hosted zone, and for ExternalDNS."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from eks_ingress.refusal import Refusals
from eks_ingress.routing.dns import ExternalDns, name_in_zone
from tests.routing.refusals import refusals

TOKEN = "${Token[TOKEN.12]}"
MINUTE = SimpleNamespace(to_seconds=lambda: 60)
"""A minute as the CDK's `Duration` knows it."""
OLD, NEW = "external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/"
NO_NAME = "is no DNS name: labels of at most 63 letters, digits, '-' and '_', joined by '.', where the first may be '*'."


def whole(name: str, zone: str = "example.com") -> str:
    noted = Refusals()
    found = name_in_zone(noted, name, zone)
    noted.settle()
    return found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("shop", "shop.example.com"),
        ("shop.eu", "shop.eu.example.com"),
        ("Shop", "shop.example.com"),
        ("shop.example.com", "shop.example.com"),
        ("shop.example.com.", "shop.example.com"),
        ("", "example.com"),
        ("example.com", "example.com"),
        ("example.com.", "example.com"),
        ("*", "*.example.com"),
        ("*.eu", "*.eu.example.com"),
        ("*.example.com", "*.example.com"),
        ("_a._tcp", "_a._tcp.example.com"),
        ("shopexample.com", "shopexample.com.example.com"),
        (TOKEN, f"{TOKEN}.example.com"),
        (f"shop-{TOKEN}", f"shop-{TOKEN}.example.com"),
        (f"{TOKEN}.", TOKEN),
    ],
)
def test_a_name_is_relative_to_the_zone_or_in_full(name: str, found: str) -> None:
    assert whole(name) == found
    assert whole(name, "example.com.") == found


def test_a_zone_whose_name_only_cloudformation_knows_has_names_too() -> None:
    assert whole("shop", TOKEN) == f"shop.{TOKEN}"
    assert whole(f"shop.{TOKEN}", TOKEN) == f"shop.{TOKEN}"
    assert whole("", TOKEN) == TOKEN
    assert whole("shop.example.com.", TOKEN) == "shop.example.com"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("shop.example.org.", "name of an alias, 'shop.example.org.' is none of the zone 'example.com'."),
        ("@", "name of an alias, '@' is not how Route 53 writes a zone's own name."),
        ("shop_.", "name of an alias, 'shop_.' is none of the zone 'example.com'."),
        ("a b", f"name of an alias, 'a b' {NO_NAME}"),
        ("-a", f"name of an alias, '-a' {NO_NAME}"),
        ("a..b", f"name of an alias, 'a..b' {NO_NAME}"),
        ("a.*", f"name of an alias, 'a.*' {NO_NAME}"),
        ("https://shop", f"name of an alias, 'https://shop' {NO_NAME}"),
        ("a" * 64, f"name of an alias, {'a' * 64!r} {NO_NAME}"),
        (".".join(["a" * 60] * 4), f"name of an alias, {'.'.join(['a' * 60] * 4)!r} makes a name of 255 characters."),
        (7, "name of an alias, 7 is no text."),
    ],
)
def test_what_is_no_name_of_the_zone_is_refused(name: str, reason: str) -> None:
    assert [found for found, _ in refusals(lambda: whole(name))] == [reason]


def test_the_longest_name_is_one() -> None:
    name = ".".join(["a" * 60] * 3 + ["a" * 58])
    assert len(whole(name)) == 253


def test_names_for_external_dns_are_written_as_each_of_its_releases_reads_them() -> None:
    told = ExternalDns(["shop.example.com", "*.example.com"], ttl=timedelta(minutes=5))
    assert told.of_names == {f"{OLD}hostname": "shop.example.com,*.example.com", f"{NEW}hostname": "shop.example.com,*.example.com"}
    assert told.of_ttl == {f"{OLD}ttl": "300", f"{NEW}ttl": "300"}


def test_a_prefix_of_its_own_takes_the_place_of_both() -> None:
    told = ExternalDns("shop.example.com", ttl=MINUTE, prefix="dns.example.com/")
    assert (told.of_names, told.of_ttl) == ({"dns.example.com/hostname": "shop.example.com"}, {"dns.example.com/ttl": "60"})


def test_without_a_ttl_nothing_is_said_of_it() -> None:
    assert ExternalDns(TOKEN).of_ttl == {}
    assert ExternalDns(TOKEN).names == (TOKEN,)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: ExternalDns(()), "names [] are none."),
        (lambda: ExternalDns("a.example.com,b.example.com"), "name for ExternalDNS, 'a.example.com,b.example.com' has a comma"),
        (lambda: ExternalDns("a b"), f"name for ExternalDNS, 'a b' {NO_NAME}"),
        (lambda: ExternalDns("a.example.com", timedelta(0)), "ttl '0:00:00' must be a datetime.timedelta or a Duration of 1 s to"),
        (lambda: ExternalDns("a.example.com", prefix="external-dns"), "prefix 'external-dns' is not what annotations begin with."),
        (lambda: ExternalDns([7]), "names (7,) holds something that is no text."),  # type: ignore[list-item]
    ],
)
def test_what_external_dns_would_not_read_is_refused(make: object, reason: str) -> None:
    assert callable(make)
    ((found, _),) = refusals(make)
    assert found.startswith(reason)
