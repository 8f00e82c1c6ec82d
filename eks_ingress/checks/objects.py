"""What is told of objects of the CDK that a load balancer was given: the constructs that hold them find it, not the plan."""

from __future__ import annotations

from eks_ingress.checks.check import ERROR
from eks_ingress.checks.controller import Told


class UnusableLogBucket(Told):
    """A bucket that cannot have the logs of a load balancer, whatever its policy says."""

    id = "EKI386"
    severity = ERROR
    title = "A bucket cannot have the logs of a load balancer"
    why = (
        "Elastic Load Balancing tries to write when logs are switched on, and refuses the attribute where it cannot: the "
        "controller does not get on with the load balancer."
    )
    remedy = "Pass another bucket."
    source = "Elastic Load Balancing documentation, Enable access logs; Access logs for your Network Load Balancer"


class UnchangedLogBucket(Told):
    """A bucket of others, whose policy cannot be changed from here."""

    id = "EKI387"
    title = "A bucket of others may not let logs in"
    why = "The app does not make it, so that its policy cannot be changed from here; without it the controller sets up no logs."
    remedy = "Have whoever owns it add this to its policy, then acknowledge it: `acknowledge('EKI387', 'the policy is there')`."
    source = "Elastic Load Balancing documentation, Enable access logs"
    can_be_acknowledged = True


class UnreadableSecret(Told):
    """A Secret for a controller whose service account is not known, so that nothing can be done for it to read that."""

    id = "EKI510"
    title = "The controller may not be allowed to read a Secret"
    why = "Its chart lets it read no Secrets, and what its service account is, from_existing was not told."
    remedy = (
        "Give `service_account_name=` to `EksIngress.from_existing`, which then lets it read that Secret, or acknowledge it where "
        "the controller may read it."
    )
    source = "controller documentation, Authentication; its chart, clusterSecretsPermissions"
    can_be_acknowledged = True


UNUSABLE_BUCKET, UNCHANGED_BUCKET, UNREADABLE_SECRET = UnusableLogBucket(), UnchangedLogBucket(), UnreadableSecret()
