"""A real small HTTP server that plays an encoder: well, slowly, wrongly or not at all. Its vectors are told from words alone."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Encoder", Any, list[str]], None]


class Encoder:
    """What the server was asked, and how it is to answer. `misbehave` is used up first, one for each question."""

    def __init__(self, vector: Callable[[str], list[float]]) -> None:
        self.vector = vector
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.misbehave: list[Answer] = []
        self.always: Answer = well
        self.port = 0
        self.ending = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/embeddings"

    @property
    def texts(self) -> list[str]:
        """Every text that ever came."""
        return [text for one in self.asked for text in one["input"]]


def send(to: Any, body: bytes, status: int = 200, **headers: str) -> None:
    to.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        to.send_header(name.replace("_", "-"), value)
    to.end_headers()
    to.wfile.write(body)


def well(encoder: Encoder, to: Any, texts: list[str]) -> None:
    """As an encoder should; in another order than asked, which the index puts right."""
    rows = [{"index": i, "embedding": encoder.vector(text)} for i, text in enumerate(texts)]
    send(to, json.dumps({"object": "list", "data": rows[::-1]}).encode())


def says(data: Any) -> Answer:
    return lambda _encoder, to, _texts: send(to, json.dumps(data).encode())


def fails(status: int, text: str = "no", **headers: str) -> Answer:
    return lambda _encoder, to, _texts: send(to, text.encode(), status, **headers)


def hangs(encoder: Encoder, to: Any, texts: list[str]) -> None:
    encoder.ending.wait(20)


def trickles(encoder: Encoder, to: Any, texts: list[str]) -> None:
    """One byte after the other, each in time, the whole never."""
    to.send_response(200)
    to.send_header("Content-Length", "1000")
    to.end_headers()
    for _ in range(400):
        if encoder.ending.wait(0.05):
            return
        to.wfile.write(b" ")
        to.wfile.flush()


def breaks_off(encoder: Encoder, to: Any, texts: list[str]) -> None:
    """Announces more than it sends."""
    to.send_response(200)
    to.send_header("Content-Length", "5000")
    to.end_headers()
    to.wfile.write(b'{"data": [{"index": 0, "embedding": [0.1, 0.2')


def truncated(encoder: Encoder, to: Any, texts: list[str]) -> None:
    """Announces just what it sends, but it ends in the middle."""
    send(to, b'{"data": [{"index": 0, "embedding": [0.1, 0.2')


@contextmanager
def serving(vector: Callable[[str], list[float]]) -> Iterator[Encoder]:
    encoder = Encoder(vector)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            encoder.asked.append(asked)
            encoder.keys.append(self.headers.get("Authorization", ""))
            how = encoder.misbehave.pop(0) if encoder.misbehave else encoder.always
            with suppress(OSError):  # the one who asked has gone
                how(encoder, self, asked["input"])

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    encoder.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield encoder
    finally:
        encoder.ending.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def closed_port() -> int:
    """A port of this machine where nobody listens."""
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
