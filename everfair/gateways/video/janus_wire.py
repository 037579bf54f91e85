"""Speaks with Janus over its HTTP door: one connection, one session, one plug-in handle, let go of at the end. No rooms here."""

import http.client
import json
import secrets
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from everfair.gateways.video.janus_tokens import PLUGIN
from everfair.gateways.video.types import NotAnswering, SecretRefused

TIMEOUT = 5.0  # seconds
LARGEST_ANSWER = 4_000_000
FORBIDDEN = 403


class JanusRefusal(Exception):
    """The plug-in said no. `code` is one of its own."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code


class Talk:
    """A short conversation with Janus' VideoRoom; a context manager."""

    def __init__(self, url: str, token: str, *, timeout: float = TIMEOUT) -> None:
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=timeout)
        self._url, self._path, self._token = url, parts.path.rstrip("/"), token
        self._session = self._handle = 0

    def __enter__(self) -> Self:
        try:
            self._session = int(self._request("", janus="create")["data"]["id"])
            attached = self._request(f"/{self._session}", janus="attach", plugin=PLUGIN)
            self._handle = int(attached["data"]["id"])
        except BaseException:
            self._connection.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._request(f"/{self._session}", janus="destroy")
        except NotAnswering:
            pass  # what was asked was answered; an unused session ends by itself
        finally:
            self._connection.close()

    def ask(self, request: str, **body: Any) -> dict[str, Any]:
        """The plug-in's answer. JanusRefusal where it says no."""
        answer = self._request(
            f"/{self._session}/{self._handle}", janus="message", body={"request": request, **body}
        )
        try:
            data = dict(answer["plugindata"]["data"])
        except (KeyError, TypeError) as error:
            raise NotAnswering(f"{self._url} gives no answer of the plug-in for rooms") from error
        if "error_code" in data:
            raise JanusRefusal(int(data["error_code"]), str(data.get("error", "")))
        return data

    def _request(self, path: str, **body: Any) -> dict[str, Any]:
        filled = {**body, "token": self._token, "transaction": secrets.token_hex(8)}
        answer = self._send(path, json.dumps(filled))
        error = answer.get("error")
        if isinstance(error, dict):
            if error.get("code") == FORBIDDEN:
                raise SecretRefused(
                    f"Janus at {self._url} refuses a token signed with EVERFAIR_JANUS_TOKEN_SECRET"
                )
            raise NotAnswering(f"Janus at {self._url}: {error.get('code')} {error.get('reason')}")
        return answer

    def _send(self, path: str, body: str) -> dict[str, Any]:
        try:
            self._connection.request("POST", self._path + path, body, {"Content-Type": "application/json"})
            raw = self._connection.getresponse().read(LARGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise NotAnswering(
                f"Janus at {self._url} does not answer: {error or type(error).__name__}"
            ) from error
        try:
            answer = json.loads(raw)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or "janus" not in answer:
            raise NotAnswering(f"What answers at {self._url} is not Janus")
        return answer
