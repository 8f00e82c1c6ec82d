from __future__ import annotations

from collections.abc import Callable

import pytest

from eks_ingress import Image
from eks_ingress.controller.images import regional_repository
from eks_ingress.partitions import partition_of
from eks_ingress.refusal import Refusals
from tests.routing.refusals import reasons, refusals

PUBLIC = "public.ecr.aws/eks/aws-load-balancer-controller"
TOKEN = "${Token[AWS.Region.3]}"
MINE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror/aws-load-balancer-controller"

REGIONAL = {
    "eu-west-1": "602401143452.dkr.ecr.eu-west-1.amazonaws.com",
    "af-south-1": "877085696533.dkr.ecr.af-south-1.amazonaws.com",
    "il-central-1": "066635153087.dkr.ecr.il-central-1.amazonaws.com",
    "cn-north-1": "918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn",
    "cn-northwest-1": "961992271922.dkr.ecr.cn-northwest-1.amazonaws.com.cn",
    "us-gov-east-1": "151742754352.dkr.ecr.us-gov-east-1.amazonaws.com",
    "us-gov-west-1": "013241004608.dkr.ecr.us-gov-west-1.amazonaws.com",
    "us-iso-east-1": "725322719131.dkr.ecr.us-iso-east-1.c2s.ic.gov",
    "us-iso-west-1": "608367168043.dkr.ecr.us-iso-west-1.c2s.ic.gov",
    "us-isob-east-1": "187977181151.dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
    "us-isof-south-1": "676585237158.dkr.ecr.us-isof-south-1.csp.hci.ic.gov",
    "eu-isoe-west-1": "249663109785.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk",
}
BY_REGION = {"eu-west-1": "public", "eusc-de-east-1": "public"} | {
    region: "regional" for region in REGIONAL if partition_of(region) not in ("aws", "aws-eusc")
}


def problems(image: Image, region: str) -> list[tuple[str, str]]:
    noted = Refusals()
    image.check(region, noted)
    return [(problem.reason, problem.remedy) for problem in noted.problems]


def repository(image: Image, region: str) -> str:
    assert problems(image, region) == []
    found: str = image.values(region, "v3.5.0")["image"]["repository"]
    return found


@pytest.mark.parametrize("region", REGIONAL)
def test_the_registry_of_a_region_is_known(region: str) -> None:
    expected = f"{REGIONAL[region]}/amazon/aws-load-balancer-controller"
    assert regional_repository(region) == expected
    assert repository(Image.regional(), region) == expected


@pytest.mark.parametrize("region", BY_REGION)
def test_the_public_image_is_taken_where_it_can_be_reached(region: str) -> None:
    expected = PUBLIC if BY_REGION[region] == "public" else regional_repository(region)
    assert repository(Image.by_region(), region) == expected


def test_a_region_that_is_known_only_at_deploy_time_gets_the_public_image() -> None:
    assert repository(Image.by_region(), TOKEN) == PUBLIC


def test_tag_policy_and_secrets_become_values() -> None:
    digest = f"v3.5.0@sha256:{'a' * 64}"
    image = Image.of("registry.example.com:5000/lbc", tag=digest, pull_policy="Always", pull_secrets=["key", "other"])
    assert image.values("eu-west-1", "v3.5.0") == {
        "image": {"repository": "registry.example.com:5000/lbc", "tag": digest, "pullPolicy": "Always"},
        "imagePullSecrets": [{"name": "key"}, {"name": "other"}],
    }
    assert Image.public().values("eu-west-1", "v3.6.0") == {
        "image": {"repository": PUBLIC, "tag": "v3.6.0", "pullPolicy": "IfNotPresent"}
    }
    assert Image.of(MINE, pull_secrets="key").pull_secrets == ("key",)


def test_a_repository_of_the_app_passes_as_a_token() -> None:
    assert repository(Image.of("${Token[Repository.Uri.7]}"), "cn-north-1") == "${Token[Repository.Uri.7]}"


CANNOT_PULL: dict[str, tuple[Image, str, str]] = {
    "China's registry elsewhere": (
        Image.of("918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn/lbc"),
        "eu-west-1",
        "is in partition aws-cn, where the nodes of a cluster in eu-west-1 (aws) cannot sign in",
    ),
    "a registry of aws in GovCloud": (Image.of(MINE), "us-gov-west-1", "is in partition aws, where the nodes"),
    "public in isolation": (Image.public(), "us-iso-east-1", "cannot be reached from us-iso-east-1, in partition aws-iso"),
    "public in isolation, as given": (Image.of(PUBLIC), "us-isob-east-1", "cannot be reached from us-isob-east-1"),
    "region of nowhere": (Image.regional(), "eusc-de-east-1", "EKS documents no registry of its images there"),
    "new region of China": (Image.by_region(), "cn-south-1", "EKS documents no registry of its images there"),
    "region unknown": (Image.regional(), TOKEN, "cannot be named, since the region is known only at deploy time"),
}


@pytest.mark.parametrize("name", CANNOT_PULL)
def test_an_image_that_cannot_be_pulled_in_the_region_is_refused(name: str) -> None:
    image, region, reason = CANNOT_PULL[name]
    ((found, _),) = problems(image, region)
    assert reason in found


def test_an_image_of_another_region_in_the_partition_may_be_pulled() -> None:
    assert repository(Image.of(MINE), "us-east-1") == MINE
    assert repository(Image.of(MINE), TOKEN) == MINE


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "tag within": (lambda: Image.of("registry.example.com/lbc:v1"), "holds a tag or a digest"),
    "digest within": (lambda: Image.of(f"registry.example.com/lbc@sha256:{'a' * 64}"), "holds a tag or a digest"),
    "scheme": (lambda: Image.of("https://registry.example.com/lbc"), "begins with a scheme"),
    "no registry": (lambda: Image.of("eks/lbc"), "is no registry and repository"),
    "capitals": (lambda: Image.of("registry.example.com/LBC"), "is no registry and repository"),
    "no path": (lambda: Image.of("registry.example.com"), "is no registry and repository"),
    "domain of another partition": (
        lambda: Image.of("918309763551.dkr.ecr.cn-north-1.amazonaws.com/lbc"),
        "is in a registry that there is not: those of cn-north-1 end with amazonaws.com.cn",
    ),
    "no text": (lambda: Image.of(7), "is no text"),  # type: ignore[arg-type]
    "tag": (lambda: Image.public(tag="v 1"), "tag of the image 'v 1' is no tag"),
    "policy": (lambda: Image.public(pull_policy="Sometimes"), "pull_policy of the image 'Sometimes' is none"),  # type: ignore[arg-type]
    "secret": (lambda: Image.of(MINE, pull_secrets=["My Key"]), "pull secret of the image 'My Key'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_image_is_refused(name: str) -> None:
    make, reason = WRONG[name]
    (found,) = reasons(make)
    assert reason in found


def test_a_remedy_names_what_there_is() -> None:
    ((_, remedy),) = refusals(lambda: Image.of("918309763551.dkr.ecr.cn-north-1.amazonaws.com/lbc"))
    assert remedy == "Write '….cn-north-1.amazonaws.com.cn/…'."
