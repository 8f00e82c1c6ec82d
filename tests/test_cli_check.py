from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eks_ingress.cli import main

PREFIX = "alb.ingress.kubernetes.io/"


def ingress(said: Mapping[str, str] | None = None, name: str = "shop", **spec: Any) -> dict[str, Any]:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
    annotations = {key if "/" in key else PREFIX + key: text for key, text in (said or {}).items()}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, "namespace": "shop", "annotations": annotations},
        "spec": {"ingressClassName": "alb", "rules": [{"host": "shop.example.com", "http": {"paths": paths}}], **spec},
    }


RIGHT = ingress()
WARNED = ingress({"tags-of-mine": "a=b"}, name="warned")
WRONG = ingress({"scheme": "public"}, name="wrong")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, *bodies: Any) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(yaml.safe_dump_all(bodies, sort_keys=False), "utf-8")
    return name


@pytest.mark.parametrize(("bodies", "code", "end"), [([RIGHT], 0, ""), ([WARNED], 0, "1 warning"), ([WRONG, WARNED], 1, "1 error")])
def test_the_exit_code_says_whether_there_is_an_error(
    bodies: list[Any], code: int, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", write("all.yaml", *bodies)]) == code
    assert end in capsys.readouterr().err


def test_each_line_has_file_line_id_and_severity(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", write("all.yaml", WRONG)])
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(
        "all.yaml:7: EKI201 error: Ingress shop/wrong: annotation alb.ingress.kubernetes.io/scheme is 'public', "
    )


def test_what_cannot_be_read_hides_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken.yaml").write_text("kind: [", "utf-8")
    assert main(["check", "broken.yaml", write("all.yaml", WRONG), "missing.yaml"]) == 2
    told = capsys.readouterr()
    assert "all.yaml:7: EKI201 error" in told.out
    assert "broken.yaml:" in told.out + told.err
    assert "missing.yaml" in told.out + told.err


def test_folders_lists_and_standard_input_are_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write("deep/er/list.yaml", {"apiVersion": "v1", "kind": "List", "items": [WRONG]})
    write("deep/.hidden/list.yaml", WRONG)
    assert main(["check", "deep"]) == 1
    assert capsys.readouterr().out.count("EKI201") == 1


def test_an_acknowledged_finding_is_not_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    long = {"healthcheck-timeout-seconds": "400"}
    assert main(["check", write("a.yaml", ingress(long))]) == 1
    assert "EKI308" in capsys.readouterr().out
    assert main(["check", write("b.yaml", ingress({**long, "eks-ingress/acknowledge.EKI308": "AWS lets us"}))]) == 0
    assert capsys.readouterr().out == ""


def test_sarif_has_a_rule_and_a_place_for_each_result(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", write("all.yaml", WRONG, WARNED), "--format", "sarif"])
    document = json.loads(capsys.readouterr().out)
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    found = {result["ruleId"]: result for result in run["results"]}
    assert document["version"] == "2.1.0"
    assert {name: result["level"] for name, result in found.items()} == {"EKI201": "error", "EKI241": "warning"}
    assert all(name in rules for name in found)
    place = found["EKI201"]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("all.yaml", 7)


def test_githubs_annotations_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", write("all.yaml", ingress({"scheme": "a%b\nc"}, name="wrong")), "--format", "github"])
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("::error file=all.yaml,line=7,title=EKI201::")
    assert "a%25b" in line


def test_json_says_all_that_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", write("all.yaml", WRONG), "--format", "json"])
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["id"], finding["severity"], finding["file"], finding["line"]) == ("EKI201", "error", "all.yaml", 7)
    assert finding["object"] == "Ingress shop/wrong"
    assert finding["event"] == "unknown scheme: public"


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "a: &a\n  b: *a\n",
        "[" * 100_000,
        "a:\n\t- b\n",
        "kind: Ingress\nkind: Service\n",
        "\x00\x01\x02",
        "- " * 50_000,
        "%YAML 9.9\n---\n",
    ],
    ids=["bomb", "loop", "depth", "tab", "twice", "binary", "nested lists", "version"],
)
def test_hostile_text_is_told_in_bounded_time(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("hostile.yaml").write_text(text, "utf-8")
    start = time.process_time()
    assert main(["check", "hostile.yaml"]) == 2
    assert time.process_time() - start < 10
    assert "hostile.yaml" in "".join(capsys.readouterr())


WORDS = st.sampled_from(
    ["Ingress", "Service", "IngressClass", "IngressClassParams", "web", "/", "Prefix", "80", "alb", "", "a b", "*"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 70_000) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def broken(draw: st.DrawFn) -> Any:
    """An Ingress in which something is replaced by anything."""
    body: Any = json.loads(json.dumps(ingress({"listen-ports": '[{"HTTP":80}]', "group.name": "g"}, defaultBackend={}, tls=[{}])))
    for _ in range(draw(st.integers(1, 3))):
        at = body
        while isinstance(at, (dict, list)) and at:
            keys: list[Any] = list(at) if isinstance(at, dict) else list(range(len(at)))
            key = draw(st.sampled_from(keys))
            if not isinstance(at[key], (dict, list)) or draw(st.booleans()):
                at[key] = draw(VALUES)
                break
            at = at[key]
    return body


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(broken() | VALUES, min_size=1, max_size=3))
def test_whatever_stands_in_a_file_it_never_breaks(bodies: list[Any]) -> None:
    write("any.yaml", *bodies)
    assert main(["check", "any.yaml"]) in (0, 1, 2)
    assert main(["plan", "any.yaml", "--format", "json"]) in (0, 1, 2)
