"""An IngressClass of the controller, with what it decides for all Ingresses that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from eks_ingress.balancers.applied import Applied
from eks_ingress.balancers.log_buckets import LogBuckets
from eks_ingress.manifests.ingress_class import manifests, overridden, params_spec
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem, Refusals
from eks_ingress.routing.ingress_class import ClassSettings, IngressClass
from eks_ingress.routing.names import slug

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost


class KubernetesIngressClass(Applied):
    """An IngressClass with its IngressClassParams, for a platform team that lays down scheme, certificate or subnets for everyone.

    `EksIngress.add_class` makes one; make it yourself to have it in another stack. Load balancers take it as `ingress_class=`; what
    they say and the class overrules is a warning at synth.

    Facts: controller documentation, "IngressClass", "IngressClassParams".
    """

    class_name: str

    def __init__(
        self,
        scope: Construct,
        id: str,
        ingress: BalancerHost,
        *,
        settings: ClassSettings | None = None,
        is_default: bool = False,
        name: str | None = None,
        params_name: str | None = None,
        take_over: bool = False,
    ) -> None:
        """Adds a class. What is wrong with it is reported when the app is synthesized, with everything else.

        :param ingress: the controller.
        :param settings: what holds for all Ingresses of the class. Default: what the IngressClassParams `params_name` say.
        :param is_default: whether Ingresses that name no class are of this one; one class of a cluster should be. Default: no.
        :param name: its name. Default: the id, as `public-api` for `PublicApi`.
        :param params_name: name of its IngressClassParams; without `settings`, of some that are there. Default: the class's name.
        :param take_over: whether a class and parameters of these names that are in the cluster already are changed to these, and
            are this stack's from then on. Default: they are an error at deploy.
        """
        super().__init__(scope, id, ingress, take_over=take_over)
        self.class_name: str = slug(id, 253) if name is None else name
        """Its name, which Ingresses of others write as their class."""
        self.settings = settings or ClassSettings()
        """What holds for all Ingresses of the class, as far as it is known here."""
        self.decides = self.settings
        self._manifests: list[Manifest] = []
        refusals = Refusals(self.source)
        refusals.require(
            self.class_name != ingress.ingress_class_name,
            "name",
            self.class_name,
            "is that of the class that comes with the controller",
            "Choose another `name=`.",
        )
        with refusals.gather():
            self._manifests = manifests(IngressClass(self.class_name, settings, is_default, params_name, self.source))
            self.found += LogBuckets(self, self.source).of_application(self.settings.load_balancer_attributes)
        self._problems = refusals.problems

    @property
    def overridden(self) -> frozenset[str]:
        """What Ingresses of the class cannot say, as fields of IngressClassParams."""
        return overridden(params_spec(self.settings))

    def problems(self) -> list[Problem]:
        """All that is wrong with it."""
        return self._problems

    def manifests(self) -> list[Manifest]:
        """Its parameters and itself, as they will be applied; none while something is wrong."""
        return [] if self._problems else self._manifests
