"""Moto without the hundreds of machine images that it makes for each account otherwise."""

import os

os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
