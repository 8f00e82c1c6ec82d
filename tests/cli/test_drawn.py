"""Plans as a page and as pictures."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import LATE, SHOP, WRONG, Shell
from tests.manifests.assemblies import applied, ingress, template, write_assembly

FORMATS = ["html", "mermaid", "svg"]


def data(page: str) -> list[dict[str, Any]]:
    """What the script of a page knows of each cluster."""
    found = re.search(r'id="plans">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    read: list[dict[str, Any]] = json.loads(found[1])
    return read


def test_a_page_is_written_from_yaml(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    code, out, err = shell.run("plan", "shop.yaml", "--format", "html")
    assert (code, err) == (0, "")
    assert out.startswith("<!DOCTYPE html>")
    assert out.endswith("</html>\n")
    assert "<h3>public</h3>" in out
    assert re.search(r'<p class="where">shop.yaml:\d+</p>', out)
    assert [listener["port"] for listener in data(out)[0]["balancers"][0]["listeners"]] == [80, 443]


def test_a_page_is_written_from_a_cloud_assembly_with_all_of_its_clusters(shell: Shell) -> None:
    blue, green = (template(One=applied([ingress(name)], cluster=name)) for name in ("blue", "green"))
    write_assembly(shell.folder / "cdk.out", Blue=blue, Green=green)
    out = shell.run("plan", "--format", "html")[1]
    assert [found["name"] for found in data(out)] == ["blue", "green"]


def test_a_page_tells_what_is_wrong_and_the_exit_code_does(shell: Shell) -> None:
    shell.write("shop.yaml", LATE, WRONG)
    code, out, _ = shell.run("plan", "shop.yaml", "--format", "html")
    assert code == 1
    assert "EKI201 error" in out
    assert '<li id="c0-b0-80-2"' in out
    assert "EKI101 warning" in out.partition('<li id="c0-b0-80-2"')[2].partition('<li id="c0-b0-80-else"')[0]


def test_a_flowchart_and_a_picture_are_written(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    code, out, err = shell.run("plan", "shop.yaml", "--format", "mermaid")
    assert (code, err) == (0, "")
    assert out.startswith('flowchart LR\n  subgraph c0f0 ["Load balancer public"]\n')
    code, out, err = shell.run("plan", "shop.yaml", "--format", "svg")
    assert (code, err) == (0, "")
    assert ElementTree.fromstring(out).tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("what", FORMATS)
def test_what_could_not_be_read_is_told_beside_it(shell: Shell, what: str) -> None:
    shell.write("shop.yaml", SHOP)
    code, out, err = shell.run("plan", "shop.yaml", "missing.yaml", "--format", what)
    assert code == 2
    assert "storefront" in out
    assert "missing.yaml: error: cannot be read" in err


@pytest.mark.parametrize("what", FORMATS)
def test_what_differs_from_what_was_built_is_no_picture(shell: Shell, what: str) -> None:
    shell.write("shop.yaml", SHOP)
    code, out, err = shell.run("plan", "shop.yaml", "--compare", "live.yaml", "--format", what)
    assert (code, out) == (2, "")
    assert f"--format {what} shows a plan, not what differs from it." in err


# Since an earlier plan


def kept(shell: Shell, *texts: str) -> None:
    """Keeps the plan of some manifests as `old.json`."""
    shell.write("old.yaml", *texts)
    (shell.folder / "old.json").write_text(shell.run("plan", "old.yaml", "--format", "json")[1], "utf-8")


@pytest.mark.parametrize("what", ["mermaid", "svg"])
def test_what_changed_is_no_picture(shell: Shell, what: str) -> None:
    kept(shell, SHOP)
    code, out, err = shell.run("plan", "old.yaml", "--against", "old.json", "--format", what)
    assert (code, out) == (2, "")
    assert f"--format {what} shows a plan, not what changed." in err


def test_a_page_has_all_of_the_plan_and_what_changed(shell: Shell) -> None:
    kept(shell, SHOP)
    shell.write("new.yaml", SHOP.replace("path: /api", "path: /v2"))
    code, out, err = shell.run("plan", "new.yaml", "--against", "old.json", "--format", "html", "--fail-on", "changes")
    assert (code, err) == (1, "")
    assert "<h3>What changed</h3><p>1 rule changed.</p>" in out
    assert "Rule 2 of port 443: shop.example.com /v2, /v2/* to Service shop/api:8080" in out
    assert "was shop.example.com /api, /api/* to Service shop/api:8080" in out
    assert '<li id="c0-b0-443-2" tabindex="-1"><span class="number">2</span><div class="takes"><span class="mark changed">' in out
    assert out.count('class="mark changed"') == 3  # the load balancer and the rule in the list, and the rule where it stands


def test_a_page_tells_of_a_cluster_that_is_gone(shell: Shell) -> None:
    blue, green = (template(One=applied([ingress(name)], cluster=name)) for name in ("blue", "green"))
    write_assembly(shell.folder / "old", Blue=blue, Green=green)
    write_assembly(shell.folder / "new", Blue=blue)
    (shell.folder / "old.json").write_text(shell.run("plan", "old", "--format", "json")[1], "utf-8")
    out = shell.run("plan", "new", "--against", "old.json", "--format", "html")[1]
    assert [found["name"] for found in data(out)] == ["blue", "green"]
    gone = out.partition("Cluster green")[2]
    assert "1 load balancer removed." in gone


def test_a_page_of_a_plan_that_has_not_changed_says_so(shell: Shell) -> None:
    kept(shell, SHOP)
    out = shell.run("plan", "old.yaml", "--against", "old.json", "--format", "html")[1]
    assert "<h3>What changed</h3><p>Nothing changed.</p>" in out
    assert 'class="mark' not in out
