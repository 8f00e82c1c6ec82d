"""Certificates of ACM.

Facts: AWS CloudFormation template reference, AWS::CertificateManager::Certificate. One that is to be validated by DNS or mail
counts as issued at once, since moto issues it.
"""

from __future__ import annotations

from tests.deploy.stacks.natives.native import Name, Native, Properties, tags
from tests.deploy.stacks.state import Made


class Certificate(Native):
    type = "AWS::CertificateManager::Certificate"
    properties = frozenset(
        {"DomainName", "DomainValidationOptions", "KeyAlgorithm", "SubjectAlternativeNames", "Tags", "ValidationMethod"}
    )
    changes = frozenset({"Tags"})

    def create(self, name: Name, properties: Properties) -> Made:
        names = (
            {"SubjectAlternativeNames": properties["SubjectAlternativeNames"]} if "SubjectAlternativeNames" in properties else {}
        )
        arn = self.account.client("acm").request_certificate(
            DomainName=properties["DomainName"],
            ValidationMethod=properties.get("ValidationMethod", "EMAIL"),
            IdempotencyToken=name.ending,
            **names,
            **({"Tags": tags(properties)} if tags(properties) else {}),
        )["CertificateArn"]
        return Made(arn)

    def update(self, made: Made, old: Properties, new: Properties) -> Made:
        acm = self.account.client("acm")
        acm.remove_tags_from_certificate(CertificateArn=made.physical_id, Tags=tags(old))
        acm.add_tags_to_certificate(CertificateArn=made.physical_id, Tags=tags(new))
        return made

    def delete(self, made: Made, properties: Properties) -> None:
        self.account.client("acm").delete_certificate(CertificateArn=made.physical_id)


TYPES: list[type[Native]] = [Certificate]
