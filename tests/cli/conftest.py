"""A folder with manifests, and the command line in it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from eks_ingress.cli import main

SHOP = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/group.name: public
    alb.ingress.kubernetes.io/scheme: internet-facing
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'
    alb.ingress.kubernetes.io/certificate-arn: arn:aws:acm:eu-west-1:111122223333:certificate/12345678
    alb.ingress.kubernetes.io/ssl-redirect: "443"
    alb.ingress.kubernetes.io/subnets: subnet-0a,subnet-0b
    alb.ingress.kubernetes.io/actions.split: >-
      {"type": "forward", "forwardConfig": {"targetGroups": [
        {"serviceName": "new", "servicePort": 80, "weight": 10},
        {"serviceName": "old", "servicePort": 80, "weight": 90}]}}
spec:
  ingressClassName: alb
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /api
            pathType: Prefix
            backend: {service: {name: api, port: {number: 8080}}}
          - path: /checkout
            pathType: Exact
            backend: {service: {name: split, port: {name: use-annotation}}}
          - path: /
            pathType: Prefix
            backend: {service: {name: storefront, port: {number: 80}}}
"""
"""An Ingress that is well."""

LATE = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: late
  namespace: shop
spec:
  ingressClassName: alb
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: storefront, port: {number: 80}}}
          - path: /*
            pathType: ImplementationSpecific
            backend: {service: {name: api, port: {number: 8080}}}
"""
"""An Ingress with a path that is never reached."""

WRONG = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: wrong
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/scheme: public
spec:
  ingressClassName: alb
  defaultBackend: {service: {name: storefront, port: {number: 80}}}
"""
"""An Ingress that the controller refuses."""


class Shell:
    """The command line in a folder of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def write(self, name: str, *texts: str) -> None:
        """Writes a file with these documents."""
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text("---\n".join(texts), "utf-8")

    def run(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        """Exit code, standard output and standard error of a command."""
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = main(arguments)
        out, err = self._capsys.readouterr()
        return code, out, err

    def json(self, *arguments: str) -> Any:
        """What a command says as JSON."""
        return json.loads(self.run(*arguments, "--format", "json")[1])


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """The command line in a folder of its own, which is empty."""
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, monkeypatch, capsys)
