"""What the README shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack, aws_certificatemanager

import eks_ingress
from eks_ingress.cli import main
from tests.synth.apps import FLAGS, ROOT, Shop, v2_imported

README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for name, text in fences if name == language]


def test_the_face_of_the_library_synthesizes_to_the_plan_that_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    exec(blocks("python")[0], names)
    app = App(context=FLAGS, outdir=str(tmp_path))
    base = Stack(app, "Base")
    certificate = aws_certificatemanager.Certificate(base, "Certificate", domain_name="shop.example.com")
    names["Shop"](app, "Shop", cluster=v2_imported(base), certificate=certificate)
    app.synth()
    assert main(["plan", str(tmp_path)]) == 0
    shown = blocks("console")[0].split("\n", 1)[1].rstrip()
    assert shown in capsys.readouterr().out


def test_the_routes_that_it_shows_work() -> None:
    shop = Shop()
    names = {name: getattr(eks_ingress, name) for name in eks_ingress.__all__}
    names["shop"] = shop.ingress.add_load_balancer("Shop", namespace="shop")
    exec(blocks("python")[1], names)
    assert [(rule.get("host"), len(rule["http"]["paths"])) for rule in shop.ingress_object()["spec"]["rules"]] == [
        (None, 1),
        ("old.example.com", 1),
        ("shop.example.com", 2),
        ("*.shop.example.com", 1),
        (None, 2),
    ]


def test_the_message_that_it_shows_is_the_one_that_comes() -> None:
    shop = Shop()
    shop.ingress.add_load_balancer("Shop", namespace="shop").add_route("shop.example.com/a*", eks_ingress.Service("web", 80))
    shown = next(block for block in blocks("") if block.startswith("error  "))
    _, *rest = shown.splitlines()
    assert "\n".join(rest) in shop.refusal()


def test_the_two_commands_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("synth", "test"):
        assert f"\nmake {target} " in README
        assert f"\n{target}:" in makefile
