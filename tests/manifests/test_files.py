from __future__ import annotations

import io
import json
import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eks_ingress.manifests import files
from eks_ingress.manifests.files import Found, read_manifests
from eks_ingress.source import Source
from tests.users import ordinary_user

INGRESS = """\
# The shop
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    alb.ingress.kubernetes.io/scheme: internal
    # who may
    alb.ingress.kubernetes.io/inbound-cidrs: >-
      10.0.0.0/8
spec:
  defaultBackend:
    service: {name: web, port: {number: 80}}
  rules:
    - host: a.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
          - path: /api
            pathType: Prefix
    -
      http:
        paths: [{path: /b}, {path: /c}]
  tls:
    - hosts: [a.example.com]
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 80\n    - port: 81\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str | bytes) -> None:
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)


def read(text: str | bytes) -> Found:
    write("shop.yaml", text)
    return read_manifests(["shop.yaml"])


def told(found: Found) -> list[tuple[str, str]]:
    return [(str(problem.source), problem.reason) for problem in found.problems]


def names(found: Found) -> list[str]:
    return [f"{manifest.kind} {manifest.name} {manifest.source}" for manifest in found.manifests]


def test_the_parts_of_an_ingress_have_their_lines() -> None:
    (manifest,) = read(INGRESS).manifests
    assert manifest.source == Source(file="shop.yaml", line=2)
    assert manifest.body["spec"]["rules"][0]["host"] == "a.example.com"
    lines = {pointer: source.line for pointer, source in manifest.parts.items()}
    assert {source.file for source in manifest.parts.values()} == {"shop.yaml"}
    assert lines == {
        ("metadata", "name"): 5,
        ("metadata", "annotations"): 6,
        ("metadata", "annotations", "alb.ingress.kubernetes.io/scheme"): 7,
        ("metadata", "annotations", "alb.ingress.kubernetes.io/inbound-cidrs"): 9,
        ("spec", "defaultBackend"): 12,
        ("spec", "rules"): 14,
        ("spec", "rules", 0): 15,
        ("spec", "rules", 0, "http", "paths", 0): 18,
        ("spec", "rules", 0, "http", "paths", 1): 20,
        ("spec", "rules", 1): 23,
        ("spec", "rules", 1, "http", "paths", 0): 24,
        ("spec", "rules", 1, "http", "paths", 1): 24,
        ("spec", "tls"): 25,
        ("spec", "tls", 0): 26,
    }


def test_the_parts_of_other_kinds_have_theirs() -> None:
    service, binding, params, other = read(
        SERVICE + "---\napiVersion: elbv2.k8s.aws/v1beta1\nkind: TargetGroupBinding\nmetadata: {name: b}\nspec:\n"
        "  vpcID: v\n  networking:\n    ingress:\n      - from: []\n        ports: []\n"
        "---\napiVersion: elbv2.k8s.aws/v1beta1\nkind: IngressClassParams\nmetadata: {name: p}\nspec:\n"
        "  scheme: internal\n  group:\n    name: g\n"
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\nspec: {a: 1}\n"
    ).manifests
    assert {pointer: source.line for pointer, source in service.parts.items()} == {
        ("metadata", "name"): 4,
        ("spec", "ports"): 6,
        ("spec", "ports", 0): 7,
        ("spec", "ports", 1): 8,
    }
    assert {pointer: source.line for pointer, source in binding.parts.items()} == {
        ("metadata", "name"): 12,
        ("spec", "vpcID"): 14,
        ("spec", "networking"): 15,
        ("spec", "networking", "ingress", 0): 17,
    }
    assert {pointer: source.line for pointer, source in params.parts.items()} == {
        ("metadata", "name"): 22,
        ("spec", "scheme"): 24,
        ("spec", "group"): 25,
    }
    assert list(other.parts) == [("metadata", "name")]


def test_lists_are_taken_apart() -> None:
    found = read(
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: networking.k8s.io/v1\n  kind: IngressList\n  metadata: {}\n  items:\n"
        "  - metadata: {name: a, annotations: {x: z}}\n  - apiVersion: x/v1\n    kind: Other\n    metadata: {name: b}\n"
        "- {apiVersion: v1, kind: Service, metadata: {name: c}}\n"
    )
    assert told(found) == []
    assert names(found) == ["Ingress a shop.yaml:8", "Other b shop.yaml:9", "Service c shop.yaml:12"]
    assert found.manifests[0].body["apiVersion"] == "networking.k8s.io/v1"
    assert found.manifests[0].source_of("metadata", "annotations", "x").line == 8


def test_a_kind_that_only_ends_like_a_list_is_an_object() -> None:
    assert names(read("apiVersion: x/v1\nkind: AllowList\nmetadata: {name: a}\n")) == ["AllowList a shop.yaml:1"]


def test_fields_without_a_value_are_left_out_as_kubernetes_does() -> None:
    (manifest,) = read(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  namespace:\n  annotations:\n    x:\n    z: ~\n"
        "spec:\n  type: null\n  selector: {a: }\n  ports: [~]\n"
    ).manifests
    assert manifest.body == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "a", "annotations": {"x": "", "z": ""}},
        "spec": {"selector": {"a": ""}, "ports": [None]},
    }


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("3\n", 1, "is no Kubernetes object."),
        ("# a\nshop\n", 2, "is no Kubernetes object."),
        ("- kind: Service\n", 1, "is a list, and no Kubernetes object."),
        ("{}\n", 1, "has no apiVersion, as each Kubernetes object has."),
        ("# a\na: 1\nkind: Service\n", 2, "has no apiVersion, as each Kubernetes object has."),
        ("apiVersion: v1\n", 1, "has no kind, as each Kubernetes object has."),
        ("apiVersion: v1\nkind:\n", 1, "has no kind, as each Kubernetes object has."),
        ("apiVersion: 1\nkind: Service\n", 1, "has no text as its apiVersion."),
        ("apiVersion: v1\nkind: [Service]\n", 1, "has no text as its kind."),
        ("apiVersion: v1\nkind: Service\nmetadata: [a]\n", 1, "has metadata that are no mapping."),
        ("apiVersion: v1\nkind: List\nitems:\n- 3\n", 4, "is no Kubernetes object."),
        ("apiVersion: v1\nkind: List\nitems:\n- {}\n", 4, "has no apiVersion, as each Kubernetes object has."),
        ("apiVersion: v1\nkind: List\nitems:\n-\n", 4, "is no Kubernetes object."),
        ("apiVersion: v1\nkind: List\nitems:\n- a: 1\n", 4, "has no apiVersion, as each Kubernetes object has."),
    ],
)
def test_what_is_no_object_is_told(text: str, line: int, reason: str) -> None:
    found = read(f"{text}---\n{SERVICE}")
    assert told(found) == [(f"shop.yaml:{line}", reason)]
    assert [manifest.kind for manifest in found.manifests] == ["Service"]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("kustomization.yaml", "Build it first (`kustomize build`), and give what comes out."),
        ("values.yaml", "Render the chart first (`helm template`), and give what comes out."),
        ("shop.yaml", "Write it, or name only files that hold Kubernetes objects."),
    ],
)
def test_what_objects_are_made_from_is_known(name: str, remedy: str) -> None:
    write(name, "resources: []\n")
    assert [problem.remedy for problem in read_manifests([name]).problems] == [remedy]


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n---\n", "~\n", "null\n---\n"])
def test_a_file_without_objects_is_no_problem(text: str) -> None:
    assert read(text) == Found((), ())


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        (b"a: 1\nb: \xff\n", "shop.yaml:2", "is no text in UTF-8."),
        (b"a\nb\0c", "shop.yaml:2", "is no text, but binary."),
        (b"\x7fELF\x02\x01\x01\0\0\0", "shop.yaml:1", "is no text, but binary."),
        (b"\xff\xfe\xff", "shop.yaml:1", "is no text in UTF-8."),
    ],
)
def test_what_is_no_text_is_told(text: bytes, place: str, reason: str) -> None:
    assert told(read(text)) == [(place, reason)]


def test_marks_of_the_encoding_are_read_as_kubectl_does() -> None:
    assert names(read(b"\xef\xbb\xbf" + SERVICE.encode())) == ["Service web shop.yaml:1"]
    assert names(read(SERVICE.encode("utf-16"))) == ["Service web shop.yaml:1"]
    assert names(read(SERVICE.replace("\n", "\r\n"))) == ["Service web shop.yaml:1"]


def test_a_file_that_is_too_large_is_not_read() -> None:
    begin = time.monotonic()
    assert told(read(b"#" * (files.LARGEST + 1))) == [("shop.yaml", "has more than 32 MiB.")]
    assert told(read_manifests(["-"], io.StringIO("#" * (files.LARGEST + 1)))) == [("<stdin>", "has more than 32 MiB.")]
    if os.path.exists("/dev/zero"):
        assert told(read_manifests(["/dev/zero"])) == [("/dev/zero", "has more than 32 MiB.")]
    assert time.monotonic() - begin < 20


def test_folders_are_read_by_name_with_what_is_below_them_and_nothing_hidden() -> None:
    for name in ("b.yml", "a.yaml", "c.json", "sub/deep/d.yaml", ".git/x.yaml", "sub/.x/x.yaml", ".x.yaml", "x.txt", "yaml"):
        write(name, SERVICE if "x" not in name and name != "yaml" else "]")
    assert names(read_manifests(["."])) == [
        "Service web a.yaml:1",
        "Service web b.yml:1",
        "Service web c.json:1",
        "Service web sub/deep/d.yaml:1",
    ]
    assert told(read_manifests(["."])) == []
    assert names(read_manifests([Path("sub")])) == ["Service web sub/deep/d.yaml:1"]
    assert [str(problem.source) for problem in read_manifests([".git"]).problems] == [".git/x.yaml:1"]


def test_a_file_that_is_named_is_read_whatever_its_name() -> None:
    write("shop.txt", SERVICE)
    assert names(read_manifests(["shop.txt"])) == ["Service web shop.txt:1"]


def test_a_file_that_is_named_twice_is_read_once() -> None:
    write("sub/a.yaml", SERVICE)
    Path("b.yaml").symlink_to("sub/a.yaml")
    assert len(read_manifests(["sub", "sub/a.yaml", ".", "./sub/../b.yaml"]).manifests) == 1


def test_files_are_shown_relative_to_the_working_directory_where_they_lie_below_it(tmp_path: Path) -> None:
    write("sub/a.yaml", SERVICE)
    write("b.yaml", SERVICE)
    os.chdir("sub")
    found = read_manifests([tmp_path / "sub" / "a.yaml", "../b.yaml"])
    assert [manifest.source.file for manifest in found.manifests] == ["a.yaml", "../b.yaml"]


def test_standard_input_is_read() -> None:
    piped = io.TextIOWrapper(io.BytesIO(f"---\n{SERVICE}".encode()))
    assert names(read_manifests(["-"], piped)) == ["Service web <stdin>:2"]
    assert names(read_manifests(["-", "-"], io.StringIO(SERVICE))) == ["Service web <stdin>:1"]
    assert told(read_manifests(["-"], None)) == [("<stdin>", "cannot be read: there is no standard input.")]


def test_what_is_not_there_or_must_not_be_read_is_told_and_hides_nothing() -> None:
    write("a.yaml", SERVICE)
    Path("empty").mkdir()
    found = read_manifests(["gone.yaml", "empty", "a.yaml", "a\0b"])
    assert names(found) == ["Service web a.yaml:1"]
    assert told(found) == [
        ("gone.yaml", "cannot be read: No such file or directory."),
        ("empty", "has no file that ends in .yaml, .yml, .json."),
        ("a\0b", "cannot be read: embedded null byte."),
    ]


def test_what_must_not_be_read_is_told() -> None:
    write("sub/a.yaml", SERVICE)
    write("b.yaml", SERVICE)
    assert told(read_manifests(["."])) == []
    Path("b.yaml").chmod(0)
    Path("sub").chmod(0)
    Path.cwd().chmod(0o755)
    with ordinary_user():
        found = told(read_manifests(["b.yaml", "."]))
    Path("sub").chmod(0o700)
    assert found == [("b.yaml", "cannot be read: Permission denied."), ("sub", "cannot be read: Permission denied.")]


def test_a_pipe_in_a_folder_is_not_waited_for() -> None:
    os.mkfifo("a.yaml")
    write("b.yaml", SERVICE)
    assert names(read_manifests(["."])) == ["Service web b.yaml:1"]


@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems have no such names")
def test_a_name_that_is_no_text_is_shown() -> None:
    write(os.fsdecode(b"\xff.yaml"), "]")
    assert [str(problem.source) for problem in read_manifests(["."]).problems] == ["\\udcff.yaml:1"]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_bytes_raise_anything(data: bytes) -> None:
    for problem in read_manifests(["-"], io.TextIOWrapper(io.BytesIO(data))).problems:
        str(problem).encode()


SCALARS = st.sampled_from([None, True, 80, 1.5, "", "a", "${X}", "/"])
WORDS = st.sampled_from(
    ["apiVersion", "kind", "metadata", "name", "annotations", "spec", "rules", "http", "paths", "tls", "ports", "items", "a"]
)
ODD = st.recursive(SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(WORDS, below, max_size=5), max_leaves=25)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["Ingress", "Service", "IngressClassParams", "IngressList", "List"]), st.dictionaries(WORDS, ODD, max_size=5)
)
def test_no_object_raises_anything(kind: str, body: dict[str, object]) -> None:
    text = json.dumps({"apiVersion": "v1", **body, "kind": kind})
    for manifest in read_manifests(["-"], io.StringIO(text)).manifests:
        assert manifest.source.line == 1
        assert isinstance(manifest.name + manifest.namespace + manifest.full_name, str)
