"""What docs/cdk-objects.md shows is what happens."""

from __future__ import annotations

import re
from typing import Any

from aws_cdk import Tags, aws_kms, aws_s3, aws_secretsmanager

import eks_ingress
from tests.synth.apps import ROOT, Shop, types

PAGE = (ROOT / "docs" / "cdk-objects.md").read_text("utf-8")


def test_all_that_the_page_shows_works() -> None:
    shop = Shop()
    names: dict[str, Any] = {name: getattr(eks_ingress, name) for name in eks_ingress.__all__}
    names |= {"stack": shop.stack, "ingress": shop.ingress, "Tags": Tags, "aws_s3": aws_s3}
    names |= {"aws_kms": aws_kms, "aws_secretsmanager": aws_secretsmanager}
    for block in re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        exec(block, names)
    found = types(shop.resources())
    assert found["AWS::S3::BucketPolicy"] == 1
    assert found["AWS::IAM::Policy"] == 1
    kinds = [(body["kind"], body["metadata"]["name"]) for body in shop.objects()]
    assert kinds.count(("Role", "ingress-back-sign-in")) == 1
    assert ("ExternalSecret", "staff-client") in kinds
