"""IAM roles, policies and identity providers.

Facts: AWS CloudFormation template reference, AWS Identity and Access Management resource types.
"""

from __future__ import annotations

import json
from typing import Any

from tests.deploy.stacks.natives.native import Name, Native, Properties, tags
from tests.deploy.stacks.state import Made


class _Iam(Native):
    @property
    def iam(self) -> Any:
        return self.account.client("iam")


class Role(_Iam):
    type = "AWS::IAM::Role"
    properties = frozenset(
        {"AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "MaxSessionDuration", "Policies", "RoleName", "Tags"}
    )
    changes = frozenset({"AssumeRolePolicyDocument", "ManagedPolicyArns", "Policies"})

    def create(self, name: Name, properties: Properties) -> Made:
        made = self.iam.create_role(
            RoleName=properties.get("RoleName", name.physical()),
            AssumeRolePolicyDocument=_document(properties["AssumeRolePolicyDocument"]),
            **{option: properties[option] for option in ("Description", "MaxSessionDuration") if option in properties},
            Tags=tags(properties),
        )["Role"]
        self._allow(made["RoleName"], {}, properties)
        return Made(made["RoleName"], {"Arn": made["Arn"], "RoleId": made["RoleId"]})

    def update(self, made: Made, old: Properties, new: Properties) -> Made:
        self.iam.update_assume_role_policy(RoleName=made.physical_id, PolicyDocument=_document(new["AssumeRolePolicyDocument"]))
        self._allow(made.physical_id, old, new)
        return made

    def delete(self, made: Made, properties: Properties) -> None:
        self._allow(made.physical_id, properties, {})
        self.iam.delete_role(RoleName=made.physical_id)

    def _allow(self, role: str, old: Properties, new: Properties) -> None:
        before, after = set(old.get("ManagedPolicyArns", [])), set(new.get("ManagedPolicyArns", []))
        for arn in before - after:
            self.iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        for arn in after - before:
            self.iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        inline = {policy["PolicyName"]: policy["PolicyDocument"] for policy in new.get("Policies", [])}
        for policy in old.get("Policies", []):
            if policy["PolicyName"] not in inline:
                self.iam.delete_role_policy(RoleName=role, PolicyName=policy["PolicyName"])
        for policy, document in inline.items():
            self.iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=_document(document))


class Policy(_Iam):
    type = "AWS::IAM::Policy"
    properties = frozenset({"PolicyDocument", "PolicyName", "Roles"})
    changes = frozenset({"PolicyDocument", "Roles"})

    def create(self, name: Name, properties: Properties) -> Made:
        return self.update(Made(name.physical(128)), {}, properties)

    def update(self, made: Made, old: Properties, new: Properties) -> Made:
        for role in set(old.get("Roles", [])) - set(new["Roles"]):
            self.iam.delete_role_policy(RoleName=role, PolicyName=old["PolicyName"])
        for role in new["Roles"]:
            self.iam.put_role_policy(RoleName=role, PolicyName=new["PolicyName"], PolicyDocument=_document(new["PolicyDocument"]))
        return made

    def delete(self, made: Made, properties: Properties) -> None:
        for role in properties["Roles"]:
            self.iam.delete_role_policy(RoleName=role, PolicyName=properties["PolicyName"])


class ManagedPolicy(_Iam):
    type = "AWS::IAM::ManagedPolicy"
    properties = frozenset({"Description", "ManagedPolicyName", "Path", "PolicyDocument", "Roles"})
    changes = frozenset({"PolicyDocument", "Roles"})

    def create(self, name: Name, properties: Properties) -> Made:
        arn = self.iam.create_policy(
            PolicyName=properties.get("ManagedPolicyName", name.physical(128)),
            Path=properties.get("Path", "/"),
            Description=properties.get("Description", ""),
            PolicyDocument=_document(properties["PolicyDocument"]),
        )["Policy"]["Arn"]
        self._attach(arn, {}, properties)
        return Made(arn, {"PolicyArn": arn})

    def update(self, made: Made, old: Properties, new: Properties) -> Made:
        arn = made.physical_id
        if old["PolicyDocument"] != new["PolicyDocument"]:
            versions = self.iam.list_policy_versions(PolicyArn=arn)["Versions"]
            for version in [version for version in versions if not version["IsDefaultVersion"]][3:]:
                self.iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
            self.iam.create_policy_version(PolicyArn=arn, PolicyDocument=_document(new["PolicyDocument"]), SetAsDefault=True)
        self._attach(arn, old, new)
        return made

    def delete(self, made: Made, properties: Properties) -> None:
        self._attach(made.physical_id, properties, {})
        for version in self.iam.list_policy_versions(PolicyArn=made.physical_id)["Versions"]:
            if not version["IsDefaultVersion"]:
                self.iam.delete_policy_version(PolicyArn=made.physical_id, VersionId=version["VersionId"])
        self.iam.delete_policy(PolicyArn=made.physical_id)

    def _attach(self, arn: str, old: Properties, new: Properties) -> None:
        before, after = set(old.get("Roles", [])), set(new.get("Roles", []))
        for role in before - after:
            self.iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        for role in after - before:
            self.iam.attach_role_policy(RoleName=role, PolicyArn=arn)


class OidcProvider(_Iam):
    type = "AWS::IAM::OIDCProvider"
    properties = frozenset({"ClientIdList", "ThumbprintList", "Url"})

    def create(self, name: Name, properties: Properties) -> Made:
        arn = self.iam.create_open_id_connect_provider(
            Url=properties["Url"],
            ClientIDList=properties.get("ClientIdList", []),
            # AWS finds it out where none is given; moto wants one.
            ThumbprintList=properties.get("ThumbprintList") or ["0" * 40],
        )["OpenIDConnectProviderArn"]
        return Made(arn, {"Arn": arn})

    def delete(self, made: Made, properties: Properties) -> None:
        self.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=made.physical_id)


def _document(document: Any) -> str:
    return json.dumps(document)


TYPES: list[type[Native]] = [Role, Policy, ManagedPolicy, OidcProvider]
