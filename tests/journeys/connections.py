"""How many connections the server beside the journeys is serving: a page that closes leaves its last request at work."""

import socketserver
import threading
import urllib.request
from typing import Any

LONGEST = 60.0  # seconds; a page takes far less, a browser at its end closes at once


class Connections:
    """Counts a threaded server's connections, from being accepted to the end of their threads."""

    def __init__(self, server: socketserver.ThreadingMixIn) -> None:
        self._open = 0
        self._changed = threading.Condition()
        accept, serve = server.process_request, server.process_request_thread

        def accepted(request: Any, client: Any) -> None:
            self._add(1)
            accept(request, client)

        def served(request: Any, client: Any) -> None:
            try:
                serve(request, client)
            finally:
                self._add(-1)

        server.process_request = accepted  # type: ignore[method-assign]
        server.process_request_thread = served  # type: ignore[method-assign]

    def wait_until_none(self, url: str) -> None:
        """Return when every connection made so far has ended. AssertionError after `LONGEST`.

        Connections are accepted in the order they come, so one of our own shows that those before it are counted.
        """
        urllib.request.urlopen(f"{url}/robots.txt", timeout=LONGEST).close()
        with self._changed:
            ended = self._changed.wait_for(lambda: self._open == 0, LONGEST)
        assert ended, f"{self._open} connections are still open though every page was closed"

    def _add(self, number: int) -> None:
        with self._changed:
            self._open += number
            self._changed.notify_all()
