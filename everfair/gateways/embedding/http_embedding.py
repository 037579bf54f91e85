"""An endpoint of OpenAI's shape: POST {"model", "input": […]} → {"data": [{"index", "embedding"}]}. Asked in parts, patiently, and not believed blindly.

No redirects are followed and no proxy is used: the texts and the key go to the one address that was checked.
"""

import http.client
import json
import random
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import numpy as np

from everfair.gateways.embedding.address import Address, parse_address, resolved
from everfair.gateways.embedding.types import (
    EmbeddingAway,
    EmbeddingError,
    EmbeddingRefused,
    Floats,
    TextsRefused,
)

TRIES = 3
FIRST_PAUSE = 1.0  # seconds, doubled each time
LONGEST_PAUSE = 20.0  # who asks for more patience than this is away
WIDEST = 8192  # numbers of a vector
BYTES_OF_A_NUMBER = 40  # as generously as JSON is written
MOST_BYTES = 100_000_000  # of one answer
PIECE = 65_536
BUSY = (408, 425, 429)
TOO_MUCH = (400, 413, 422)
MOST_CHARACTERS = 200_000  # of one question
Sleep = Callable[[float], None]


@dataclass(frozen=True)
class HttpEmbedding:
    """An encoder behind an address. Safe to use from several threads: each question has a connection of its own."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    dimensions: int = 0  # asked for; 0: as many as the model gives
    timeout: float = 30.0  # seconds for one question, from the first byte to the last
    batch: int = 32
    longest: int = 4000  # characters of a text that are sent
    is_inside_allowed: bool = False
    tries: int = TRIES
    sleep: Sleep = field(default=time.sleep, repr=False)

    is_on = True

    @property
    def name(self) -> str:
        """ "bge-m3", or "text-embedding-3-large/512" where fewer numbers are asked for."""
        return f"{self.model}/{self.dimensions}" if self.dimensions else self.model

    def embed(self, texts: Sequence[str]) -> Floats:
        """[n, d] of unit length, zeros for texts without a letter or figure. Raises EmbeddingError; then nothing is kept of a part."""
        shortened = [_shortened(text, self.longest) for text in texts]
        asked = [i for i, text in enumerate(shortened) if text]
        found: list[Floats] = []
        for part in self._parts([shortened[i] for i in asked]):
            found.append(self._patiently(part))
            if found[-1].shape[1] != found[0].shape[1]:
                raise EmbeddingRefused(_odd("vectors of different lengths"))
        width = found[0].shape[1] if found else self.dimensions
        result = np.zeros((len(texts), width), np.float32)
        if found:
            result[asked] = np.concatenate(found)
        return result

    def _parts(self, texts: Sequence[str]) -> list[list[str]]:
        parts: list[list[str]] = []
        size = 0
        for text in texts:
            if not parts or len(parts[-1]) >= self.batch or size + len(text) > MOST_CHARACTERS:
                parts.append([])
                size = 0
            parts[-1].append(text)
            size += len(text)
        return parts

    def _patiently(self, texts: list[str]) -> Floats:
        """One question, asked again after a pause while the endpoint is away or busy."""
        pause = FIRST_PAUSE
        for left in range(self.tries - 1, -1, -1):
            try:
                return self._ask(texts)
            except EmbeddingAway as error:
                if not left or error.wait > LONGEST_PAUSE:
                    raise
                self.sleep(max(error.wait, pause * random.uniform(0.8, 1.2)))
                pause *= 2
        raise AssertionError("the last try answers or raises")

    def _ask(self, texts: list[str]) -> Floats:
        body: dict[str, Any] = {"model": self.model, "input": texts}
        if self.dimensions:
            body["dimensions"] = self.dimensions
        most = PIECE + min(len(texts) * WIDEST * BYTES_OF_A_NUMBER, MOST_BYTES)
        status, headers, answer = self._post(json.dumps(body).encode(), most)
        if status != 200:
            raise _told(status, headers, answer)
        return _vectors(answer, len(texts), self.dimensions)

    def _post(self, body: bytes, most: int) -> tuple[int, http.client.HTTPMessage, bytes]:
        address = parse_address(self.url)
        began = time.monotonic()
        connection = _connection(address, self.timeout, self.is_inside_allowed)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            connection.request("POST", address.path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers, _read(response, most, began + self.timeout)
        except TimeoutError as error:
            raise EmbeddingAway(f"{address.shown} did not answer within {self.timeout:g} seconds.") from error
        except ssl.SSLCertVerificationError as error:
            raise EmbeddingRefused(
                f"The certificate of {address.shown} is not good: {error.verify_message}."
            ) from error
        except (ValueError, http.client.InvalidURL) as error:
            raise EmbeddingRefused(
                "EVERFAIR_EMBEDDING_URL or EVERFAIR_EMBEDDING_KEY holds a sign that cannot be sent."
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise EmbeddingAway(f"{address.shown} cannot be asked: {_reason(error)}.") from error
        finally:
            connection.close()


def _shortened(text: str, longest: int) -> str:
    """Lone surrogates and NUL are no text; a text without a letter or figure says nothing."""
    clean = text[:longest].replace("\0", " ").encode("utf-8", "ignore").decode().strip()
    return clean if any(sign.isalnum() for sign in clean) else ""


def _connection(address: Address, timeout: float, is_inside_allowed: bool) -> http.client.HTTPConnection:
    """A connection to a checked numeric address; certificates are asked for the name."""
    last: OSError | None = None
    for number in resolved(address, is_inside_allowed=is_inside_allowed):
        try:
            plain = socket.create_connection((number, address.port), timeout)
        except OSError as error:
            last = error
            continue
        made = http.client.HTTPConnection(address.host, address.port, timeout=timeout)
        made.sock = plain
        if address.is_https:
            try:
                made.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=address.host)
            except ssl.SSLCertVerificationError as error:
                plain.close()
                raise EmbeddingRefused(
                    f"The certificate of {address.shown} is not good: {error.verify_message}."
                ) from error
            except OSError as error:
                plain.close()
                last = error
                continue
        return made
    raise EmbeddingAway(f"{address.shown} cannot be reached: {_reason(last)}.")


def _reason(error: Exception | None) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).strip().rstrip(".")


def _read(response: http.client.HTTPResponse, most: int, until: float) -> bytes:
    """The body, no more than `most` bytes and no later than `until`: a trickle must not hold a thread for hours."""
    parts: list[bytes] = []
    size = 0
    while piece := response.read1(PIECE):
        parts.append(piece)
        size += len(piece)
        if size > most:
            raise EmbeddingRefused(_odd(f"more than {most // 1_000_000} MB"))
        if time.monotonic() > until:
            raise TimeoutError
    if response.length:  # fewer bytes came than were announced
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(parts)


def _told(status: int, headers: http.client.HTTPMessage, answer: bytes) -> EmbeddingError:
    """What a status says. The endpoint's own words are kept short; they go to the log and the operator, not to visitors."""
    said = " ".join(answer[:400].decode("utf-8", "replace").split())[:200]
    if status in BUSY or status >= 500:
        return EmbeddingAway(f"The endpoint answered {status}: {said}", _wait(headers.get("Retry-After", "")))
    if status in (401, 403):
        return EmbeddingRefused(f"The endpoint answered {status}. Check EVERFAIR_EMBEDDING_KEY. {said}")
    if 300 <= status < 400:
        return EmbeddingRefused(
            f"The endpoint answered {status} and leads elsewhere. Set EVERFAIR_EMBEDDING_URL to the address itself."
        )
    if status in TOO_MUCH:
        return TextsRefused(f"The endpoint answered {status}: {said}")
    return EmbeddingRefused(
        f"The endpoint answered {status}. Check EVERFAIR_EMBEDDING_URL and EVERFAIR_EMBEDDING_MODEL. {said}"
    )


def _wait(value: str) -> float:
    """Seconds of a Retry-After header, given as seconds or as a moment; 0 for nonsense."""
    value = value.strip()
    if value.isdecimal():
        return float(min(int(value[:9]), 86_400))
    try:
        return max(0.0, min(parsedate_to_datetime(value).timestamp() - time.time(), 86_400.0))
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _vectors(answer: bytes, n: int, dimensions: int) -> Floats:
    """The answer's vectors in the order of the question, each of unit length. Anything odd is refused whole."""
    try:
        data = json.loads(answer)["data"]
        rows: dict[int, Any] = {int(one.get("index", at)): one["embedding"] for at, one in enumerate(data)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EmbeddingRefused(_odd("no JSON of that shape")) from error
    if sorted(rows) != list(range(n)) or len(data) != n:
        raise EmbeddingRefused(_odd(f"{len(data)} vectors for {n} texts"))
    found = [rows[i] for i in range(n)]
    if not all(isinstance(row, list) and 0 < len(row) <= WIDEST for row in found):
        raise EmbeddingRefused(_odd(f"rows that are no lists of 1 to {WIDEST} numbers"))
    if len({len(row) for row in found}) > 1:
        raise EmbeddingRefused(_odd("vectors of different lengths"))
    if dimensions and len(found[0]) != dimensions:
        raise EmbeddingRefused(
            _odd(f"{len(found[0])} numbers where {dimensions} were asked for (EVERFAIR_EMBEDDING_DIMENSIONS)")
        )
    if not all(type(value) in (int, float) for row in found for value in row):
        raise EmbeddingRefused(_odd("values that are no numbers"))
    try:
        wide = np.array(found, np.float64)
    except OverflowError as error:
        raise EmbeddingRefused(_odd("numbers too large")) from error
    length = np.linalg.norm(wide, axis=1, keepdims=True)
    if not np.isfinite(wide).all() or not np.isfinite(length).all() or not (length > 1e-9).all():
        raise EmbeddingRefused(_odd("a vector with infinite or no numbers"))
    return np.asarray(wide / length, np.float32)


def _odd(what: str) -> str:
    return f"The endpoint's answer is not one of embeddings: {what}. Check EVERFAIR_EMBEDDING_URL and EVERFAIR_EMBEDDING_MODEL."
