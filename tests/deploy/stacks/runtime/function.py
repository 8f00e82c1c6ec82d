"""Runs the handler of a Lambda function in Python: `function.py MODULE.HANDLER RESULT_FILE`, the event on standard input."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path


class Context:
    """What a handler is told about its invocation."""

    def __init__(self) -> None:
        self.aws_request_id = os.environ["_REQUEST_ID"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = "$LATEST"
        self.invoked_function_arn = os.environ["_FUNCTION_ARN"]
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name = self.aws_request_id
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self._end = time.monotonic() + float(os.environ["_TIMEOUT"])

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._end - time.monotonic()) * 1000))


def main() -> int:
    module, _, name = sys.argv[1].rpartition(".")
    sys.path.insert(0, os.getcwd())
    try:
        handler = getattr(importlib.import_module(module.replace("/", ".")), name)
        Path(sys.argv[2]).write_text(json.dumps(handler(json.load(sys.stdin), Context())), "utf-8")
    except BaseException as error:
        traceback.print_exc()
        told = {
            "errorMessage": str(error),
            "errorType": type(error).__name__,
            "stackTrace": traceback.format_tb(error.__traceback__),
        }
        Path(sys.argv[2]).write_text(json.dumps(told), "utf-8")
        return 1
    return 0


sys.exit(main())
