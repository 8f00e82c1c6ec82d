"""What the controller refuses of groups, classes, listeners and sign-in."""

from __future__ import annotations

from eks_ingress.checks.check import Refusal
from eks_ingress.checks.refused_routing import EITHER, GROUP


class Unreadable(Refusal):
    """An annotation whose value the controller cannot read."""

    id = "EKI201"
    title = "The controller cannot read an annotation"
    why = EITHER
    remedy = "Correct the value."
    source = "controller source, annotation parser"
    example = "healthcheck-interval-seconds: 15s"
    mistakes = (5, 29, 36)


class WrongListenPorts(Refusal):
    """A port out of range, or a protocol that an application load balancer does not speak."""

    id = "EKI203"
    title = "listen-ports holds what is no listener"
    why = GROUP
    remedy = "Write HTTP or HTTPS and a port from 1 to 65535."
    source = "controller documentation, Listen ports"
    example = """listen-ports: '[{"TCP": 80}]'"""


class TwoProtocols(Refusal):
    """A port that two members of a group have with different protocols."""

    id = "EKI204"
    title = "A port has two protocols in a group"
    why = GROUP
    remedy = "Give the port one protocol in all of them."
    source = "controller documentation, Listen ports"
    mistakes = (26,)


class TwoDefaults(Refusal):
    """Several default backends for one port."""

    id = "EKI205"
    title = "A group has several default backends"
    why = GROUP
    remedy = "Keep one of them."
    source = "controller source, listeners"
    mistakes = (15,)


class NothingToRedirectTo(Refusal):
    """A redirect to HTTPS on a port that is none."""

    id = "EKI206"
    title = "ssl-redirect names a port that is no HTTPS listener"
    why = GROUP
    remedy = "Name an HTTPS port of listen-ports."
    source = "controller documentation, SSL redirect"
    example = """ssl-redirect: '443'   # with listen-ports: '[{"HTTP": 80}]'"""
    mistakes = (24,)


class TwoWaysToSignIn(Refusal):
    """Sign-in and tokens at once."""

    id = "EKI213"
    title = "An Ingress has auth-type and jwt-validation"
    why = f"A rule has one of them. {GROUP}"
    remedy = "Keep one of them."
    source = "controller source, authentication"


class IncompleteSignIn(Refusal):
    """Sign-in without the settings, or the Secret, that it needs."""

    id = "EKI214"
    title = "Sign-in lacks something"
    why = GROUP
    remedy = "Write what is missing."
    source = "controller documentation, Authentication"
    example = "auth-type: oidc   # without auth-idp-oidc"
    mistakes = (19,)


class NoCertificateFound(Refusal):
    """A host for which AWS Certificate Manager has no certificate."""

    id = "EKI215"
    title = "There is no certificate for a host"
    why = f"Without certificate-arn the controller needs a certificate for each host of the Ingress. {GROUP}"
    remedy = "Have AWS Certificate Manager issue one in the region of the load balancer, or write certificate-arn."
    source = "controller documentation, Certificate Discovery"
    mistakes = (20,)


class WrongMutualTls(Refusal):
    """Settings of client certificates that contradict each other."""

    id = "EKI217"
    title = "mutual-authentication is wrong"
    why = GROUP
    remedy = "Correct it; a trust store goes with the mode verify."
    source = "controller documentation, Mutual authentication"
    example = """mutual-authentication: '[{"port": 443, "mode": "verify"}]'"""


class NoHostToCertify(Refusal):
    """A certificate that is to be asked for, without a host."""

    id = "EKI221"
    title = "A certificate is asked for, and there is no host"
    why = GROUP
    remedy = "Write hosts in the rules or under `tls`, or leave create-acm-cert out."
    source = "controller documentation, Certificate Management"


class NoTrustStore(Refusal):
    """A trust store that is named and does not exist."""

    id = "EKI222"
    title = "A trust store does not exist"
    why = GROUP
    remedy = "Name one of the account, or write its ARN."
    source = "controller documentation, Mutual authentication"


class Disagreement(Refusal):
    """Members of a group that say different things of what there is once."""

    id = "EKI231"
    title = "Members of a group say different things"
    why = GROUP
    remedy = "Write it once, or the same in all of them."
    source = "controller documentation, Ingress annotations, column MergeBehavior"
    example = "scheme: internal   # and scheme: internet-facing in another Ingress of the group"
    mistakes = (27,)


class DisagreementByKey(Refusal):
    """Members of a group that give an attribute or a tag different values."""

    id = "EKI232"
    title = "Members of a group give a key different values"
    why = GROUP
    remedy = "Write it once, or the same in all of them."
    source = "controller documentation, Ingress annotations, column MergeBehavior"
    example = "tags: team=cart   # and tags: team=shop in another Ingress of the group"
    mistakes = (27,)


class OrderOutOfRange(Refusal):
    """A place in the group that there is not."""

    id = "EKI234"
    title = "group.order is out of range"
    why = f"{GROUP} It says so in its log only, and no event tells of it."
    remedy = "Write a number from -1000 to 1000."
    source = "controller source, group loader"
    example = "group.order: '2000'"
    mistakes = (29,)


class WrongGroupName(Refusal):
    """A name that is none of a group."""

    id = "EKI235"
    title = "group.name is not one that the controller takes"
    why = "The controller does not take the Ingress into any group, so that it has no load balancer."
    remedy = "Write 1 to 63 lower-case letters, digits, '-' and '.', with a letter or digit at both ends."
    source = "controller documentation, IngressGroup"
    example = "group.name: Shop_Public"
    mistakes = (30,)


class UnusableClass(Refusal):
    """A class with parameters that are not there, or not for this Ingress."""

    id = "EKI237"
    title = "The class of an Ingress cannot be used"
    why = "The controller does not take the Ingress into any group, so that it has no load balancer; one that had stops its group."
    remedy = "Correct the class, or name another one."
    source = "controller documentation, IngressClassParams"
    mistakes = (32,)


class TwoDefaultClasses(Refusal):
    """An Ingress without class where several are the default."""

    id = "EKI239"
    title = "Several IngressClasses are the default"
    why = "The controller cannot tell which one counts, and refuses the Ingress; older ones stop every group."
    remedy = "Write ingressClassName, and let one class be the default."
    source = "controller source, class loader"


class TagOfOthers(Refusal):
    """A tag that the controller was told to leave to others."""

    id = "EKI246"
    title = "A tag is one that others manage"
    why = EITHER
    remedy = "Leave it out."
    source = "controller documentation, --external-managed-tags"


class NameTooLong(Refusal):
    """A longer name than a load balancer may have."""

    id = "EKI248"
    title = "The name of a load balancer is too long"
    why = EITHER
    remedy = "Write 32 characters at most."
    source = "controller documentation, load-balancer-name"


class ForbiddenAnnotation(Refusal):
    """An older annotation that the controller was told not to take."""

    id = "EKI250"
    title = "An annotation is one that the controller is told to refuse"
    why = "The API server asks the controller, and does not take the Ingress."
    remedy = "Leave it out; the class says it (`ingressClassName`, `group.name` of its IngressClassParams)."
    source = "controller documentation, --disable-ingress-class-annotation, --disable-ingress-group-name-annotation"


class WrongParameters(Refusal):
    """Parameters of a class that contradict each other."""

    id = "EKI251"
    title = "IngressClassParams are wrong"
    why = "The API server asks the controller, and does not take them; what there was before goes on."
    remedy = "Correct them."
    source = "controller documentation, IngressClassParams"
    example = "subnets: {ids: [subnet-a], tags: {tier: [public]}}"
