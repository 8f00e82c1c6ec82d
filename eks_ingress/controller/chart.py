"""The Helm release of the controller.

Facts: the chart `aws-load-balancer-controller`, its values; controller documentation, "Installation".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import Annotations
from constructs import Construct

from eks_ingress.controller.chart_source import CHART, ChartSource
from eks_ingress.controller.cluster import Cluster
from eks_ingress.controller.features import GATES as OF_FEATURES
from eks_ingress.controller.features import Feature, chart_values, gates
from eks_ingress.controller.gates import GATES, SINCE
from eks_ingress.controller.images import Image
from eks_ingress.controller.options import ControllerOptions
from eks_ingress.controller.steward import Steward
from eks_ingress.controller.values import laid_over, merge
from eks_ingress.controller.versions import ControllerVersion
from eks_ingress.refusal import Refusals

if TYPE_CHECKING:
    from eks_ingress.controller.cluster import HelmChart

DEFAULT_TARGET_TYPE = "ip"
"""What the controller registers where an Ingress says nothing: the pods themselves, as it works on every kind of node."""


@dataclass(frozen=True, slots=True)
class Release:
    """Which controller is installed, from where, and how it runs."""

    options: ControllerOptions
    values: Mapping[str, Any]
    """The user's own values of the chart, laid over those that follow from all else."""
    image: Image
    source: ChartSource
    version: ControllerVersion
    features: frozenset[Feature]
    steward: Steward | None = None
    """What is done before each revision, None for nothing."""

    def check(self, cluster: Cluster, refusals: Refusals) -> None:
        """Notes everything that could not work on a cluster."""
        if self.steward is not None:
            self.steward.check(cluster, refusals)
        with refusals.gather():
            merge({}, self.values, version=self.version.chart)
        self.image.check(cluster.region, refusals)
        self.source.check(self.version.chart, refusals)
        for gate in self.chosen_gates():
            since = SINCE.get(gate)
            refusals.require(
                since is None or self.version.has(since),
                "feature gate",
                gate,
                f"came with controller {since}, and {self.version.controller} would crash at every start",
                f"Choose `version=` {since} or later, or leave it out.",
            )

    def chosen_gates(self) -> dict[str, Any]:
        """The feature gates that the user set, as an option or, which wins, as a value of the chart."""
        config = self.values.get("controllerConfig")
        raw = config.get("featureGates") if isinstance(config, Mapping) else None
        return {**self.options.feature_gates, **(raw if isinstance(raw, Mapping) else {})}


def install(
    scope: Construct,
    cluster: Cluster,
    release: Release,
    *,
    vpc_id: str,
    namespace: str,
    service_account: Mapping[str, Any],
    ingress_class_name: str,
) -> tuple[HelmChart, Mapping[str, Any]]:
    """Installs the controller, and says with which values of its chart.

    :param release: what is installed; `Release.check` has found nothing wrong with it.
    :param service_account: the chart's values for its service account.
    """
    ours: dict[str, Any] = {
        "clusterName": cluster.name,
        # Without these two the controller asks the metadata service of its node, which pods cannot reach on Fargate or where
        # the hop limit is 1.
        "region": cluster.region,
        "vpcId": vpc_id,
        "serviceAccount": service_account,
        "ingressClass": ingress_class_name,
        "defaultTargetType": DEFAULT_TARGET_TYPE,
        # A new certificate with every upgrade would make the API server refuse each Ingress until all pods have it.
        "keepTLSSecret": True,
        # It would take over every new Service of type LoadBalancer, and no Service could be made while the controller is down.
        "enableServiceMutatorWebhook": False,
        **release.image.values(cluster.region, release.version.image_tag),
        **chart_values(release.features),
        **release.options.values(),
    }
    # What a gate is anyway stays unsaid: one that a release does not know makes its controller crash.
    opened = {
        gate: is_open
        for gate, is_open in gates(release.features).items()
        if is_open != GATES[gate] and release.version.has(OF_FEATURES[gate].since)
    }
    ours = laid_over(ours, {"controllerConfig": {"featureGates": opened}}) if opened else ours
    merged = merge(ours, release.values, version=release.version.chart)
    _tell(scope, release, merged.unknown)
    asset = release.source.to_asset(scope, "ChartAsset")
    made = cluster.helm_chart(
        scope,
        "Chart",
        release=CHART,
        # In a registry, too, it has this name; CDK pulls it by its address.
        chart=CHART,
        asset=asset,
        repository=release.source.address,
        version=release.version.chart,
        namespace=namespace,
        values=merged.values,
    )
    if release.steward is not None:
        chart = {"Chart": CHART, "Repository": release.source.address, "Version": release.version.chart}
        placed = {"Release": CHART, "Namespace": namespace, **({} if asset else chart)}
        made.node.add_dependency(release.steward.make(scope, cluster, placed, asset, merged.values))
    return made, merged.values


def _tell(scope: Construct, release: Release, unknown: tuple[str, ...]) -> None:
    """Shows at synth what is worth knowing and stops nobody."""
    for path in unknown:
        Annotations.of(scope).add_warning_v2(
            f"eks-ingress:unknownChartValue:{path}",
            f"chart value {path!r} is unknown to eks-ingress, which knows chart {ControllerVersion.V3_5_0.chart}; if chart "
            f"{release.version.chart} does not know it either, it has no effect.",
        )
    if release.options.feature_gates and release.version.is_newer_than_known:
        Annotations.of(scope).add_warning_v2(
            "eks-ingress:featureGates",
            f"feature gates {', '.join(release.options.feature_gates)} are those of controller "
            f"{ControllerVersion.V3_5_0.controller}; if {release.version.controller} lost one of them, it does not start.",
        )
