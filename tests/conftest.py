"""What holds for all tests.

CDK's own validator of templates costs two seconds a process; the tests of the app, which run it as a user does, run with it, and
all others without. Times are for bench/, not for tests: a busy machine fails none.
"""

import os

from hypothesis import HealthCheck, settings

os.environ["CDK_VALIDATION"] = "false"
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
