"""The harness waits for what a closed browser had asked for last."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import pytest

from tests.journeys.connections import Connections

pytestmark = pytest.mark.journey


class Slow(BaseHTTPRequestHandler):
    """Answers at once, but for /slow: that waits until it may."""

    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def do_GET(self) -> None:
        if self.path == "/slow":
            self.begun.set()
            self.may_end.wait(30)
            self.ended.set()
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_request_at_work_is_waited_for(server: ThreadingHTTPServer) -> None:
    url = f"http://127.0.0.1:{server.server_port}"
    connections = Connections(server)
    asking = threading.Thread(target=lambda: urlopen(f"{url}/slow").close())
    asking.start()
    assert Slow.begun.wait(10)
    threading.Timer(0.3, Slow.may_end.set).start()
    connections.wait_until_none(url)
    assert Slow.ended.is_set()
    asking.join()
