"""What the doctor asks of calls: real relay addresses, a real room made and closed, forged tokens refused. Nothing stays."""

import base64
import os
import secrets
import socket
import ssl
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from everfair.gateways.video import stun
from everfair.gateways.video.choice import janus_rooms, livekit_rooms
from everfair.gateways.video.janus_tokens import Signer
from everfair.gateways.video.janus_wire import JanusRefusal, Talk
from everfair.gateways.video.turn import credentials
from everfair.gateways.video.types import (
    MOST_IN_GROUP,
    MOST_IN_MESH,
    Check,
    NotAnswering,
    SecretRefused,
    Unavailable,
)

TIMEOUT = 5.0  # seconds


def describe(*, now: datetime) -> list[Check]:
    """One line on what carries calls, then one for each server set, tried out."""
    found = [_overview()]
    if settings.STUN_URLS or settings.TURN_URLS:
        found.append(_ways(now))
    if settings.JANUS_URL:
        found.append(_janus(now))
    if settings.LIVEKIT_URL:
        found.append(_livekit(now))
    return found


def _overview() -> Check:
    server = "Janus" if settings.JANUS_URL else "LiveKit" if settings.LIVEKIT_URL else ""
    groups = (
        f"up to {MOST_IN_GROUP} through {server}" if server else f"up to {MOST_IN_MESH}, without a server"
    )
    stages = "stages through Janus" if settings.JANUS_URL else "no stages, which need Janus"
    relay = "" if settings.TURN_URLS else "; no TURN server, so none behind strict firewalls"
    return Check("calls", True, f"1:1 between browsers, groups of {groups}, {stages}{relay}")


def _ways(now: datetime) -> Check:
    """Ask each STUN server for our address and each TURN server for a relay address with the secret of the settings."""
    what = "calls: relay" if settings.TURN_URLS else "calls: STUN"
    name, password = credentials(settings.TURN_SECRET, "doctor", now + timedelta(minutes=5))
    told = []
    try:
        for url in settings.STUN_URLS:
            told.append(f"{url} sees us at {stun.mapped_address(url, timeout=TIMEOUT)[0]}")
        for url in settings.TURN_URLS:
            host, port = stun.allocate(url, name, password, timeout=TIMEOUT)
            told.append(f"{url} relays at {host}:{port}")
    except SecretRefused as error:
        to_do = "Set EVERFAIR_TURN_SECRET to the value of static-auth-secret in turnserver.conf, and keep both clocks right."
        return Check(what, False, error.detail, to_do)
    except Unavailable as error:
        to_do = (
            "Start coturn, or correct EVERFAIR_TURN_URLS and EVERFAIR_STUN_URLS: see docs/operate/calls.md."
        )
        return Check(what, False, error.detail, to_do)
    return Check(what, True, "; ".join(told))


def _janus(now: datetime) -> Check:
    what = "calls: Janus"
    rooms = janus_rooms()
    try:
        rooms.try_out(now=now)
        if gap := _open_door(now):
            return Check(what, False, *gap)
        _upgrade(settings.JANUS_PUBLIC_URL, "janus-protocol")
    except SecretRefused as error:
        to_do = "Give Janus and everfair the same two secrets, and keep both clocks right: see docs/operate/calls.md."
        return Check(what, False, error.detail, to_do)
    except Unavailable as error:
        to_do = "Start Janus, or correct EVERFAIR_JANUS_URL and EVERFAIR_JANUS_PUBLIC_URL."
        return Check(what, False, error.detail, to_do)
    return Check(
        what, True, "makes rooms, refuses forged tokens, browsers reach it at " + settings.JANUS_PUBLIC_URL
    )


def _open_door(now: datetime) -> tuple[str, str] | None:
    """Whether Janus takes what it should refuse; what was found and what to do."""
    forged = Signer(secrets.token_hex(16)).session_token(now + timedelta(minutes=2))
    try:
        with Talk(settings.JANUS_URL, forged, timeout=TIMEOUT):
            return "Janus takes forged tokens", "Set token_auth = true and token_auth_secret in janus.jcfg."
    except SecretRefused:
        pass
    signer = Signer(settings.JANUS_TOKEN_SECRET)
    room, secret = secrets.randbelow(2**50), secrets.token_hex(8)
    with Talk(settings.JANUS_URL, signer.session_token(now + timedelta(minutes=2)), timeout=TIMEOUT) as talk:
        try:
            talk.ask("create", room=room, secret=secret, is_private=True)
        except JanusRefusal:
            return None
        talk.ask("destroy", room=room, secret=secret)
    return "anybody with a seat can make rooms in Janus", "Set admin_key in janus.plugin.videoroom.jcfg."


def _livekit(now: datetime) -> Check:
    what = "calls: LiveKit"
    try:
        livekit_rooms().try_out(now=now)
    except SecretRefused as error:
        return Check(
            what, False, error.detail, "Set both to a pair of LiveKit's `keys`, and keep both clocks right."
        )
    except Unavailable as error:
        return Check(what, False, error.detail, "Start LiveKit, or correct EVERFAIR_LIVEKIT_URL.")
    return Check(what, True, f"{settings.LIVEKIT_URL} takes our key")


def _upgrade(url: str, protocol: str) -> None:
    """Begin a WebSocket as a browser would. NotAnswering if nothing at the address speaks it."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "wss"
    place = (parts.hostname or "", parts.port or (443 if is_tls else 80))
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {parts.path or '/'} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        f"Sec-WebSocket-Protocol: {protocol}",
        f"Origin: {settings.BASE_URL}",
    ]
    try:
        with socket.create_connection(place, timeout=TIMEOUT) as plain:
            way = (
                ssl.create_default_context().wrap_socket(plain, server_hostname=place[0]) if is_tls else plain
            )
            with way:
                way.sendall("\r\n".join([*lines, "", ""]).encode())
                answer = way.recv(4096).decode("latin-1")
    except OSError as error:
        raise NotAnswering(f"{url} cannot be reached: {error}") from error
    first, _, headers = answer.partition("\r\n")
    if first.split(" ")[1:2] != ["101"] or protocol not in headers:
        raise NotAnswering(f"{url} is no WebSocket of Janus: it answers “{first[:80]}”")
