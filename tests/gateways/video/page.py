"""What a browser says to Janus, over its HTTP door: enough to join, see who is there and be put out. No media."""

import json
import secrets
import urllib.parse
import urllib.request
from typing import Any

from everfair.gateways.video.types import Seat


class Refused(Exception):
    """Janus said no: its code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Page:
    """A browser with a seat, or with whatever it shows instead."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url, self.token = url, token
        self.path = ""
        self.path = f"/{self._post(janus='create')['data']['id']}"
        self.session = self.path
        self.attach("janus.plugin.videoroom")

    def attach(self, plugin: str) -> None:
        """A handle of its own, as for publishing and for each subscription."""
        self.path = self.session
        self.path += f"/{self._post(janus='attach', plugin=plugin)['data']['id']}"

    def join(self, seat: Seat, **instead: Any) -> dict[str, Any]:
        """Enter as the seat says; `instead`: what is told differently, None to leave it out."""
        body = {
            "ptype": "publisher",
            "room": int(seat.room),
            "token": seat.entry,
            "id": int(seat.feed),
        } | instead
        return self.say("join", **{key: value for key, value in body.items() if value is not None})

    def say(self, request: str, **body: Any) -> dict[str, Any]:
        """The plug-in's answer, waited for where it comes later. Refused where it says no."""
        answer = self._post(janus="message", body={"request": request, **body})
        while answer["janus"] == "ack" or answer.get("transaction") != self.transaction:
            answer = self.hear()
        data: dict[str, Any] = answer["plugindata"]["data"]
        if "error_code" in data:
            raise Refused(data["error_code"])
        return data

    def hear(self) -> dict[str, Any]:
        """The next event."""
        query = urllib.parse.urlencode({"maxev": 1, **({"token": self.token} if self.token else {})})
        with urllib.request.urlopen(f"{self.url}{self.session}?{query}", timeout=35) as answer:
            return dict(json.load(answer))

    def hear_of(self, word: str) -> Any:
        """What the next event that has `word` says of it."""
        for _ in range(20):
            data = self.hear().get("plugindata", {}).get("data", {})
            if word in data:
                return data[word]
        raise AssertionError(f"nothing was said of {word}")

    def _post(self, **body: Any) -> dict[str, Any]:
        self.transaction = secrets.token_hex(8)
        body |= {"transaction": self.transaction} | ({"token": self.token} if self.token is not None else {})
        request = urllib.request.Request(self.url + self.path, json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        if found["janus"] == "error":
            raise Refused(found["error"]["code"])
        return found
