from __future__ import annotations

import pytest

from eks_ingress.annotations import catalogue, of_services
from eks_ingress.annotations.catalogue import Annotation
from eks_ingress.report.annotations import HEAD, SECTIONS, cells, entries, tables

ROWS = (*catalogue.ALL, *of_services.ALL)
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.prefix + row.name)


def section(title: str, width: int | None = None) -> str:
    """The table of a section."""
    _, _, below = tables(width).partition(f"\n{title}\n\n")
    return below.partition("\n\n")[0]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            catalogue.SCHEME,
            ("scheme", "LoadBalancerSettings.scheme", "internal, internet-facing", "Ingress", "exclusive", "2.0.0", "scheme"),
        ),
        (
            catalogue.TAGS,
            ("tags", "LoadBalancerSettings.tags", "key=value", "Ingress, Service", "merged", "2.0.0", "tags"),
        ),
        (catalogue.GROUP_ORDER, ("group.order", "Ingress.group_order", "number", "Ingress", "per Ingress", "2.0.0", "")),
        (
            catalogue.LISTENER_ATTRIBUTES,
            (
                "listener-attributes.${listener}",
                "Listener.attributes",
                "key=value",
                "Ingress",
                "merged",
                "2.9.0",
                "listeners.listenerAttributes",
            ),
        ),
        (
            of_services.SCHEME,
            ("aws-load-balancer-scheme", "NetworkSettings.scheme", "internal, internet-facing", "Service", "", "2.2.0", ""),
        ),
        (
            of_services.QUIC_ENABLED_CONTAINERS,
            ("aws-load-balancer-quic-enabled-containers", "quic_annotations.containers", "list", "Pod", "", "2.15.0", ""),
        ),
        (catalogue.DRY_RUN_PLAN, ("dry-run-plan", "ControllerOptions.feature_gates", "JSON", "Ingress", "", "3.4.0", "")),
    ],
)
def test_what_a_table_tells_of_an_annotation(row: Annotation, told: tuple[str, ...]) -> None:
    assert cells(row) == told


@each_row
def test_a_cell_stands_for_each_column(row: Annotation) -> None:
    assert len(cells(row)) == len(HEAD)
    assert all(cells(row)[:4])


def test_a_table_has_a_line_for_each_annotation() -> None:
    assert (
        section("Targets").splitlines()[:3]
        == """\
  annotation                              typed name                       values              on                in a group   since   class field
  target-type                             Targets.target_type              instance, ip        Ingress, Service  per backend  2.0.0   targetType
  backend-protocol                        Targets.protocol                 HTTP, HTTPS         Ingress, Service  per backend  2.0.0
""".splitlines()  # noqa: E501
    )
    for title, rows in SECTIONS.items():
        assert [line.split()[0] for line in section(title).splitlines()] == ["annotation", *(row.name for row in rows)]


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    assert section("Internal") == (
        "  annotation    typed name                       values  on       since\n"
        "  dry-run-plan  ControllerOptions.feature_gates  JSON    Ingress  3.4.0"
    )


def test_each_prefix_is_told_once() -> None:
    assert tables().startswith("For Ingresses, each annotation begins with alb.ingress.kubernetes.io/\n\nGroup\n\n  annotation ")
    of_services_begin = "begins with service.beta.kubernetes.io/\n\nNetwork load balancer\n\n  annotation "
    assert of_services_begin in tables()
    for prefix in ("alb.ingress.kubernetes.io/", "service.beta.kubernetes.io/"):
        assert tables().count(prefix) == 1


def test_cells_that_are_too_long_are_broken_from_the_last_column_on() -> None:
    assert section("Group", 80) == (
        "  annotation   typed name           values  on       in a group   since  class\n"
        "                                                                         field\n"
        "  group.name   Ingress.group_name   text    Ingress  group        2.0.0  group.\n"
        "                                                                         name\n"
        "  group.order  Ingress.group_order  number  Ingress  per Ingress  2.0.0"
    )


@pytest.mark.parametrize("width", [110, 132, 160])
def test_lines_fit_the_width(width: int) -> None:
    assert max(map(len, tables(width).splitlines())) <= width


def test_with_a_width_that_is_too_small_cells_are_as_narrow_as_they_can_be() -> None:
    assert section("Load balancer", 1) == section("Load balancer", 80)
    assert section("Certificates", 1).splitlines()[2:5] == [
        "  create-     Listener.            true    Ingress  per      3.3.0",
        "  acm-cert    creates_certificate  or               Ingress",
        "                                   false",
    ]


@pytest.mark.parametrize("width", [1, 110, 150])
def test_nothing_is_lost_when_cells_are_broken(width: int) -> None:
    assert sorted("".join(tables(width).split())) == sorted("".join(tables().split()))
    assert "2.14.0" in tables(width)


# For programs.


def test_an_entry_tells_all_that_is_known() -> None:
    by_name = {entry["name"]: entry for entry in entries()}
    assert by_name["alb.ingress.kubernetes.io/tags"] == {
        "name": "alb.ingress.kubernetes.io/tags",
        "section": "Load balancer",
        "typed_name": "LoadBalancerSettings.tags",
        "grammar": "key=value",
        "allowed": None,
        "places": ["Ingress", "Service"],
        "merge": "merged",
        "since": "2.0.0",
        "overridden_by": "tags",
        "feature": None,
        "note": "",
        "replaced_by": None,
    }
    assert by_name["alb.ingress.kubernetes.io/frontend-nlb-scheme"] == {
        "name": "alb.ingress.kubernetes.io/frontend-nlb-scheme",
        "section": "Frontend NLB",
        "typed_name": "FrontendNlb.scheme",
        "grammar": "one of",
        "allowed": ["internal", "internet-facing"],
        "places": ["Ingress"],
        "merge": "exclusive",
        "since": "2.13.0",
        "overridden_by": None,
        "feature": None,
        "note": "",
        "replaced_by": None,
    }
    assert by_name["service.beta.kubernetes.io/aws-load-balancer-internal"]["replaced_by"] == "aws-load-balancer-scheme"
    assert by_name["alb.ingress.kubernetes.io/wafv2-acl-name"]["feature"] == "WAFV2_BY_NAME"
    assert by_name["alb.ingress.kubernetes.io/wafv2-acl-name"]["note"] == "The word none takes the web ACL away."


def test_there_is_an_entry_for_each_annotation() -> None:
    assert [entry["name"] for entry in entries()] == [row.prefix + row.name for row in ROWS]
    assert {entry["grammar"] for entry in entries()} == {"text", "true or false", "number", "one of", "list", "key=value", "JSON"}
    assert all((entry["allowed"] is not None) == (entry["grammar"] == "one of") for entry in entries())
