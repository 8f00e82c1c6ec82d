"""What the controller refuses of rules, their conditions and what becomes of requests."""

from __future__ import annotations

from eks_ingress.checks.check import Refusal

GROUP = "The controller refuses the whole group for it: none of its Ingresses changes anything in AWS until it is put right."
EITHER = (
    "The controller refuses all of the load balancer: for no Ingress of its group, nor for its Service, anything changes in AWS."
)


class NoService(Refusal):
    """A backend that is a `resource`."""

    id = "EKI103"
    title = "A backend is no Service"
    why = f"The controller leads requests to Services only. {GROUP}"
    remedy = "Write `backend.service`."
    source = "controller source, enhanced backend builder"
    example = "backend: {resource: {kind: StorageBucket, name: assets}}"
    mistakes = (16,)


class WrongAction(Refusal):
    """An action that is incomplete, or says two things at once."""

    id = "EKI104"
    title = "An action is wrong"
    why = EITHER
    remedy = "Correct it; the controller's documentation has examples under 'Actions'."
    source = "controller documentation, Actions"
    example = """actions.web: '{"type": "forward", "forwardConfig": {"targetGroups": [{…, "weight": 1}, {…}]}}'"""
    mistakes = (5, 8)


class WrongCondition(Refusal):
    """A condition that is incomplete, or says two things at once."""

    id = "EKI106"
    title = "A condition is wrong"
    why = f"The API server asks the controller and does not take the Ingress, or else: {GROUP[0].lower()}{GROUP[1:]}"
    remedy = "Correct it; the controller's documentation has examples under 'Conditions'."
    source = "controller documentation, Conditions"
    example = """conditions.web: '[{"field": "source-ip"}]'"""
    mistakes = (5,)


class WrongTransform(Refusal):
    """A transform without rewrites, or of an unknown type."""

    id = "EKI107"
    title = "A transform is wrong"
    why = GROUP
    remedy = "Correct it; the controller's documentation has examples under 'Transforms'."
    source = "controller documentation, Transforms"
    example = """transforms.web: '[{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": []}}]'"""
    mistakes = (5,)


class WildcardInFixedPath(Refusal):
    """An Exact or Prefix path with `*` or `?`."""

    id = "EKI108"
    title = "An Exact or Prefix path has a wildcard"
    why = f"Only paths of the type ImplementationSpecific are patterns. {GROUP}"
    remedy = "Use the path type ImplementationSpecific for patterns."
    source = "controller documentation, Ingress specification"
    example = "{path: /img/*, pathType: Prefix}"
    mistakes = (9,)


class PatternsAndExpressions(Refusal):
    """A rule that compares its host or its path with patterns and expressions at once."""

    id = "EKI109"
    title = "A rule compares with patterns and expressions at once"
    why = f"Hosts and paths of the annotation are added to those of the rule, and AWS compares with one kind. {GROUP}"
    remedy = "Write one kind only."
    source = "controller source, rule conditions"
    example = (
        """conditions.web: '[{"field": "host-header", "hostHeaderConfig": {"regexValues": ["^a"]}}]'   # and a host in the rule"""
    )
    mistakes = (11,)


class NotAsKubernetesHasIt(Refusal):
    """An object with a part that Kubernetes would not take."""

    id = "EKI110"
    title = "A part of an object is not as Kubernetes has it"
    why = "The API server does not take such an object."
    remedy = "Write it as the Kubernetes documentation has it."
    source = "Kubernetes API, networking.k8s.io/v1 Ingress"
    example = "{path: /, pathType: prefix}"
