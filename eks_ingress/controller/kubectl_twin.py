"""A Lambda function of this package that works on the cluster as the CDK's own does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import Validations

import eks_ingress
from eks_ingress.controller.cluster import HANDLER, Cluster
from eks_ingress.refusal import Refusals

if TYPE_CHECKING:
    from aws_cdk import aws_lambda


def require_own_kubectl(cluster: Cluster, wanted_by: str, refusals: Refusals, *, instead: str = "") -> None:
    """Notes a cluster whose kubectl provider is not made by the app, so that it can have no twin.

    :param wanted_by: the argument of `EksIngress` that asks for one.
    :param instead: what can be had without.
    """
    refusals.require(
        not cluster.has_kubectl or cluster.makes_kubectl,
        "cluster",
        cluster.node_path,
        "has an imported kubectl provider, of which neither layers nor network are known here, so that no function with Helm "
        f"and kubectl can be made for {wanted_by}",
        f"Give `from_cluster_attributes` a `KubectlProvider` that the app makes, or leave it out{instead}.",
    )


def kubectl_twin(provider: Any, id: str, *, module: str, description: str) -> aws_lambda.CfnFunction:
    """A function with the role, layers, network, environment and logs of that by which the CDK applies to a cluster, beside it.

    In another stack it would have to import them, and CloudFormation lets nobody change what another stack imports: no layer could
    ever be renewed.

    :param provider: the kubectl provider, which the app makes.
    :param module: the file in `eks_ingress/functions` whose `handler` it is.
    """
    from aws_cdk import aws_lambda  # noqa: PLC0415 - few apps have one
    from aws_cdk.aws_s3_assets import Asset  # noqa: PLC0415

    # Exactly these files: what Python compiled, say, would change the asset from one synth to the next. They lie in their folder,
    # since they import each other as a package.
    files = [f"!functions/{name}.py" for name in ("__init__", "answer", "programs", module)]
    code = Asset(provider, f"{id}Code", path=str(Path(eks_ingress.__file__).parent), exclude=["**", "!functions", *files])
    twin = provider.node.find_child(HANDLER)
    cfn = twin.node.default_child
    made = aws_lambda.CfnFunction(
        provider,
        id,
        code=aws_lambda.CfnFunction.CodeProperty(s3_bucket=code.s3_bucket_name, s3_key=code.s3_object_key),
        handler=f"functions.{module}.handler",
        description=description,
        role=cfn.role,
        runtime=cfn.runtime,
        layers=cfn.layers,
        memory_size=cfn.memory_size,
        timeout=cfn.timeout,
        vpc_config=cfn.vpc_config,
        # Logs of its own would be left behind by the stack. By this name it also waits for the other, and so for the role's policy.
        logging_config=aws_lambda.CfnFunction.LoggingConfigProperty(log_group=f"/aws/lambda/{twin.function_name}"),
        # The property itself gives an empty object to Python where the CDK fills it in later.
        environment=cfn._cfn_properties["environment"],
    )
    # As `acknowledge_wildcards` does.
    made.node.add_metadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, {"AwsSolutions::AwsSolutions-L1": _OLDER_PYTHON})
    return made


_OLDER_PYTHON = "The version of Python is that of the CDK's own function, for which the layers of aws, helm and kubectl were made."
