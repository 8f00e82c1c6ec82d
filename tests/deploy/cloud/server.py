"""moto as a server of its own: `python -m tests.deploy.cloud.server` prints its port, and ends when its standard input does.

So it goes with the process that started it, however that ends.
"""

from __future__ import annotations

import sys
from threading import Thread

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from tests.deploy.cloud import amendments, waf_classic


def main() -> None:
    amendments.apply()
    application = waf_classic.before(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
    Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
