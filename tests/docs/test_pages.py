"""What pages say of the code besides their blocks, and what comes of some of these."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from aws_cdk import aws_s3

import eks_ingress
from tests.commands import run
from tests.docs.pages import ROOT, block
from tests.synth.apps import Shop


def test_every_command_is_on_the_page_of_the_command_line() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    _, listed, _ = run("--help")
    names = re.findall(r"^    ([a-z]+)  ", listed, re.MULTILINE)
    assert "annotations" in names
    assert [name for name in names if f"\n## {name}\n" not in page] == []


def test_every_word_of_a_network_load_balancer_is_on_its_page() -> None:
    page = (ROOT / "docs" / "network-load-balancers.md").read_text("utf-8")
    keywords = [*inspect.signature(eks_ingress.NetworkLoadBalancer.__init__).parameters][4:]
    assert {name for name in keywords if f"{name}=" not in page} == set()


def test_the_manifests_that_their_page_shows_are_applied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop()
    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s" / "shop.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\n", "utf-8")
    names = {"ingress": shop.ingress, "bucket": aws_s3.Bucket(shop.stack, "Bucket")}
    monkeypatch.chdir(tmp_path)
    for having in ('"ConfigMap", "metadata"', "cdk8s.Chart("):
        exec(block("docs/your-own-yaml.md", "python", having), names)
    assert sorted(body["metadata"]["name"] for body in shop.objects()) == ["a", "settings", "shop"]
