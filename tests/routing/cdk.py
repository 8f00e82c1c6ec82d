"""Objects of the CDK, as words take them, without the CDK."""

from __future__ import annotations

from dataclasses import dataclass

TOKEN = "${Token[TOKEN.12]}"
CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/abc"


@dataclass
class Cdk:
    """Something of the CDK that knows its id or its ARN."""

    id: str

    @property
    def subnet_id(self) -> str:
        return self.id

    @property
    def prefix_list_id(self) -> str:
        return self.id

    @property
    def certificate_arn(self) -> str:
        return self.id

    @property
    def attr_arn(self) -> str:
        return self.id
