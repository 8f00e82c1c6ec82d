from __future__ import annotations

import re

from eks_ingress.annotations import of_services
from eks_ingress.annotations.catalogue import ALL, Merge
from eks_ingress.report.annotations import SECTIONS
from tests.annotations.annotation_page import PAGE, table, written

TEXT = PAGE.read_text("utf-8")
ROWS = (*ALL, *of_services.ALL)


def test_the_tables_of_the_page_are_those_of_the_catalogue() -> None:
    assert written(TEXT) == TEXT, "docs/annotations.md is stale: run python -m tests.annotations.annotation_page"


def test_a_table_that_is_stale_is_written_anew() -> None:
    assert written(TEXT.replace("| `scheme` |", "| `schema` |")) == TEXT


def test_each_annotation_has_a_row() -> None:
    assert re.findall(r"^\| `([^`]+)` \| `\w+\.\w+` \| ", TEXT, re.MULTILINE) == [row.name for row in ROWS]
    assert re.findall(r"^## (.*)$", TEXT, re.MULTILINE)[-len(SECTIONS) :] == list(SECTIONS)


def test_what_is_true_of_several_annotations_is_noted_once() -> None:
    assert table(SECTIONS["Certificates"]) == (
        "| annotation | what you write | values | on | in a group | since |\n"
        "|---|---|---|---|---|---|\n"
        "| `create-acm-cert` | `Listener.creates_certificate` | true or false | Ingress | per Ingress | 3.3.0 |\n"
        "| `acm-pca-arn` | `Listener.private_ca` | text | Ingress | per Ingress | 3.3.0 |\n"
        "\n"
        "- `create-acm-cert`: The controller takes what it cannot read for false. Needs `Feature.CERTIFICATE_CREATION`.\n"
        "- `acm-pca-arn`: Counts only beside create-acm-cert. An empty text is the same as no annotation. "
        "Needs `Feature.CERTIFICATE_CREATION`."
    )
    notes = re.findall(r"^- .*: (.*)$", table(SECTIONS["Authentication"]), re.MULTILINE)
    assert len(set(notes)) == len(notes) == 3


def test_the_page_says_what_becomes_of_annotations_in_a_group() -> None:
    _, _, below = TEXT.partition("**in a group**")
    table, _, _ = below.partition("**since**")
    assert re.findall(r"^\| ([a-zA-Z ]+) \| \w", table, re.MULTILINE) == [
        merge.value for merge in Merge if merge not in (Merge.NONE, Merge.PER_SERVICE)
    ]


def test_the_page_says_where_each_class_is_written() -> None:
    _, _, below = TEXT.partition("## Where typed names are written")
    explained = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| ([^|]+) \|", below, re.MULTILINE))))
    assert {row.word.split(".")[0] for row in ROWS} - {"Ingress"} <= explained
