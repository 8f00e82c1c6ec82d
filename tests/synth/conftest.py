"""CDK's own validator of templates costs two seconds a process; the app's test runs with it, these without."""

import os

os.environ["CDK_VALIDATION"] = "false"
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
