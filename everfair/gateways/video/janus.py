"""Rooms of Janus' VideoRoom: made when the first seat is taken, kept by nobody but Janus, made again when it forgot them.

A room is private, takes only entry tokens that are signed for it *and* stand in its own list, and lets nobody watch who did
not join. So a person who was put out is kept out by taking their tokens from the list, long before these expire. Janus hears
no names, only numbers: pages learn from us whose number is whose.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from everfair.gateways.video.janus_tokens import Entry, Signer
from everfair.gateways.video.janus_wire import TIMEOUT, JanusRefusal, Talk
from everfair.gateways.video.types import IceServer, Kind, Present, Seat, SecretRefused, Unavailable

NO_SUCH_ROOM, ROOM_EXISTS, NO_SUCH_FEED, UNAUTHORIZED = 426, 427, 428, 433
OUR_TALK = timedelta(minutes=2)  # how long the server's own session token holds
SPARE_SENDERS = 2  # who lost the line is still counted for a minute while coming back
BITRATE = 1_200_000  # of one picture, bits a second


class JanusRooms:
    """The rooms of one Janus. Every method may raise NotAnswering or SecretRefused."""

    def __init__(
        self, url: str, public_url: str, secret: str, admin_key: str, *, timeout: float = TIMEOUT
    ) -> None:
        self.url, self.public_url, self._admin_key, self._timeout = url, public_url, admin_key, timeout
        self.signer = Signer(secret)

    def take_seat(
        self,
        room: str,
        person: str,
        *,
        kind: Kind,
        senders: int,
        may_send: bool,
        now: datetime,
        until: datetime,
        ice: tuple[IceServer, ...] = (),
    ) -> Seat:
        """Make the room if there is none and let this person in until a moment. Taking another seat leaves the first good.

        `senders`: how many may send at once, when the room is made. On a stage it is the number of speakers, held to
        exactly: while they all send, Janus itself refuses a listener who tries to.
        """
        number = self.signer.room_number(room)
        entry = self.signer.entry_token(number, person, may_send=may_send, until=until)
        with self._talk(now) as talk:
            listed = self._admit(talk, number, entry, senders, is_stage=kind == "stage")
            self._forget_expired(talk, number, listed, now)
            if kind == "stage" and may_send:
                self._make_room_for(talk, number, listed, entry, senders)
        return Seat(
            kind=kind,
            provider="janus",
            room=str(number),
            token=self.signer.session_token(until),
            url=self.public_url,
            may_send=may_send,
            until=until,
            ice=ice,
            entry=entry,
            feed=str(self.signer.feed_of(entry)),
        )

    def remove(self, room: str, *people: str, now: datetime) -> int:
        """Put people out at once and for good: tokens off the list, then everyone out who joined under no listed number.

        How many were put out. A new seat would let them in again: rights are the caller's.
        """
        return self._clear(room, now, without={self.signer.alias(person) for person in people})

    def release(self, room: str, seat: Seat, *, now: datetime) -> None:
        """A seat that was left: its tokens open nothing any more."""
        number = self.signer.room_number(room)
        with self._talk(now) as talk:
            try:
                self._change_list(talk, number, "remove", [seat.entry])
            except JanusRefusal as refusal:
                _only(refusal, NO_SUCH_ROOM)

    def sweep(self, room: str, *, now: datetime, senders: int | None = None) -> int:
        """Put out who joined under a number we gave to nobody, and who sends with a seat for listening. How many.

        Their seats open nothing afterwards. `senders`: as many may send from now on, and whoever does already.
        """
        return self._clear(room, now, senders=senders)

    def present(self, room: str, *, now: datetime) -> list[Present]:
        """Who is in the room as Janus sees it; nobody in a room that is not there."""
        with self._talk(now) as talk:
            return [
                Present(str(one["id"]), bool(one.get("publisher")))
                for one in self._participants(talk, self.signer.room_number(room))
            ]

    def close(self, room: str, *, now: datetime) -> None:
        """End the room for everybody in it. One that is not there is closed already."""
        number = self.signer.room_number(room)
        with self._talk(now) as talk:
            try:
                talk.ask("destroy", room=number, secret=self.signer.room_secret(number))
            except JanusRefusal as refusal:
                _only(refusal, NO_SUCH_ROOM)

    def try_out(self, *, now: datetime) -> None:
        """Make a room and close it again: proof that address, token secret and admin key are right."""
        number = self.signer.room_number(f"trial:{now.timestamp()}")
        with self._talk(now) as talk:
            self._make(talk, number, [], 1)
            talk.ask("destroy", room=number, secret=self.signer.room_secret(number))

    def _talk(self, now: datetime) -> Talk:
        return Talk(self.url, self.signer.session_token(now + OUR_TALK), timeout=self._timeout)

    def _admit(self, talk: Talk, number: int, entry: str, senders: int, *, is_stage: bool) -> list[str]:
        """The list of the room with `entry` on it; the room is made if it is not there."""
        try:
            return self._change_list(talk, number, "add", [entry])
        except JanusRefusal as refusal:
            _only(refusal, NO_SUCH_ROOM)
        if self._make(talk, number, [entry], senders, is_stage=is_stage):
            return [entry]
        return self._change_list(talk, number, "add", [entry])  # another request made it a moment ago

    def _make(
        self, talk: Talk, number: int, entries: list[str], senders: int, *, is_stage: bool = False
    ) -> bool:
        """Whether the room was made; False if it was there already."""
        try:
            talk.ask(
                "create",
                room=number,
                admin_key=self._admin_key,
                secret=self.signer.room_secret(number),
                description=str(number),
                permanent=False,
                allowed=entries,
                publishers=senders if is_stage else senders + SPARE_SENDERS,
                **(ROOM | STAGE if is_stage else ROOM),
            )
        except JanusRefusal as refusal:
            if refusal.code == UNAUTHORIZED:
                raise SecretRefused(f"Janus at {self.url} refuses EVERFAIR_JANUS_ADMIN_KEY") from refusal
            _only(refusal, ROOM_EXISTS)
            return False
        return True

    def _change_list(self, talk: Talk, number: int, action: str, entries: list[str]) -> list[str]:
        """The tokens that open the room after the change."""
        answer = talk.ask(
            "allowed", room=number, secret=self.signer.room_secret(number), action=action, allowed=entries
        )
        return [str(token) for token in answer.get("allowed", [])]

    def _forget_expired(self, talk: Talk, number: int, listed: Iterable[str], now: datetime) -> None:
        read = {token: self.signer.read_entry(token) for token in listed}
        over = [token for token, entry in read.items() if entry is None or entry.until < now.astimezone(UTC)]
        if over:
            self._change_list(talk, number, "remove", over)

    def _make_room_for(self, talk: Talk, number: int, listed: list[str], entry: str, senders: int) -> None:
        """A speaker who comes, or comes back while their lost line still counts, is not refused for lack of room."""
        mine = self.signer.read_entry(entry)
        own = {
            self.signer.feed_of(token) for token in listed if self._person_of(token) == (mine and mine.person)
        }
        present = self._participants(talk, number)
        lost = sum(int(one["id"]) in own for one in present)
        sending = sum(bool(one.get("publisher")) for one in present)
        self._limit(talk, number, max(senders + lost, sending + 1))

    def _person_of(self, token: str) -> str:
        read = self.signer.read_entry(token)
        return read.person if read is not None else ""

    def _limit(self, talk: Talk, number: int, senders: int) -> None:
        talk.ask("edit", room=number, secret=self.signer.room_secret(number), new_publishers=senders)

    def _clear(
        self, room: str, now: datetime, *, without: Collection[str] = (), senders: int | None = None
    ) -> int:
        number = self.signer.room_number(room)
        with self._talk(now) as talk:
            try:
                if without:
                    held = self._listed(talk, number)
                    self._strike(
                        talk, number, [one for one in held if self._person_of(one) in {*without, ""}]
                    )
                present = self._participants(talk, number)
                listed = self._listed(talk, number)  # after: whoever is present was on it before
                out = self._strangers(present, listed)
                self._strike(talk, number, [one for one in listed if self.signer.feed_of(one) in out])
                count = sum(self._kick(talk, number, feed) for feed in out)
                if senders is not None:
                    stay = sum(bool(one.get("publisher")) and int(one["id"]) not in out for one in present)
                    self._limit(talk, number, max(1, senders, stay))
                return count
            except JanusRefusal as refusal:
                _only(refusal, NO_SUCH_ROOM)
                return 0

    def _listed(self, talk: Talk, number: int) -> list[str]:
        return self._change_list(talk, number, "add", [])  # adds nothing, tells the list

    def _strike(self, talk: Talk, number: int, entries: list[str]) -> None:
        if entries:
            self._change_list(talk, number, "remove", entries)

    def _strangers(self, present: list[dict[str, Any]], listed: list[str]) -> set[int]:
        """Numbers of those who joined under none of the list, or send with a seat for listening."""
        read = {self.signer.feed_of(token): self.signer.read_entry(token) for token in listed}
        feeds = {feed: entry for feed, entry in read.items() if entry is not None}
        return {int(one["id"]) for one in present if not _may_stay(one, feeds)}

    def _participants(self, talk: Talk, number: int) -> list[dict[str, Any]]:
        try:
            return list(talk.ask("listparticipants", room=number).get("participants", []))
        except JanusRefusal as refusal:
            _only(refusal, NO_SUCH_ROOM)
            return []

    def _kick(self, talk: Talk, number: int, feed: int) -> bool:
        try:
            talk.ask("kick", room=number, secret=self.signer.room_secret(number), id=feed)
        except JanusRefusal as refusal:
            _only(refusal, NO_SUCH_FEED, NO_SUCH_ROOM)
            return False
        return True


ROOM: dict[str, Any] = {
    "is_private": True,
    "signed_tokens": True,
    "require_pvtid": True,  # who watches must have joined, and stops seeing when put out
    "notify_joining": True,
    "audiolevel_ext": True,
    "audiolevel_event": True,
    "audio_active_packets": 50,  # a second of them
    "audio_level_average": 40,  # quieter than a voice in a room, louder than a fan
    "bitrate": BITRATE,
    "bitrate_cap": True,
    "fir_freq": 10,
    "audiocodec": "opus",
    "videocodec": "vp8,h264",
    "opus_fec": True,
    "record": False,
    "lock_record": True,
}
"""What every room of ours is like."""

STAGE: dict[str, Any] = {"notify_joining": False}  # hundreds come and go: nobody is told of each
"""What is different on a stage."""


def _may_stay(participant: dict[str, Any], feeds: dict[int, Entry]) -> bool:
    entry = feeds.get(int(participant["id"]))
    return entry is not None and (entry.may_send or not participant.get("publisher"))


def _only(refusal: JanusRefusal, *codes: int) -> None:
    """Pass over these refusals; any other is a fault to be told."""
    if refusal.code == UNAUTHORIZED:
        raise SecretRefused(
            f"Janus refuses the room's secret ({refusal}): was EVERFAIR_JANUS_TOKEN_SECRET changed?"
        ) from refusal
    if refusal.code not in codes:
        raise Unavailable(f"Janus: {refusal}") from refusal
