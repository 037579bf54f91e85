"""What is said over a socket goes to its room's handler, in threads of their own; every way it can end is an answer. No sockets."""

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, close_old_connections
from django.http import Http404
from django.utils import translation

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.realtime.asking import person_of
from everfair.realtime.replies import error
from everfair.realtime.topics import topic_of

log = logging.getLogger("everfair.live")

_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="everfair-live-hearing")


@dataclass(frozen=True)
class Said:
    """One message: `number` is the sender's own, `person` the user's id the socket was opened by."""

    topic: str
    kind: str
    data: Mapping[str, Any]
    number: str
    session_key: str
    person: int
    language: str


class SignedOut(Exception):
    """The session behind the socket is not the person's any more."""


async def hear(said: Said) -> dict[str, Any]:
    """The answer for who said it; raises SignedOut."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hear, said)


def _hear(said: Said) -> dict[str, Any]:
    close_old_connections()
    try:
        with translation.override(said.language):
            return _answer(said)
    finally:
        close_old_connections()


def _answer(said: Said) -> dict[str, Any]:
    try:
        return {"ok": said.number, "data": dict(_handle(said) or {})}
    except SignedOut:
        raise
    except ValidationError as refused:
        return error("refused", number=said.number, topic=said.topic, words=" ".join(refused.messages))
    except (Refused, IllegalChange) as refused:
        return error("refused", number=said.number, topic=said.topic, words=str(refused))
    except (Http404, PermissionDenied, ObjectDoesNotExist):
        return error("not_found", number=said.number, topic=said.topic)
    except (OperationalError, InterfaceError):
        log.exception("The database did not answer.")
        return error("away", number=said.number, topic=said.topic)
    except Exception:
        log.exception("What was said on %r could not be handled.", said.topic)
        return error("failed", number=said.number, topic=said.topic)


def _handle(said: Said) -> Mapping[str, Any] | None:
    """Rights first, then one action. The person is read anew: a kept one may have lost rights."""
    rules, rest = topic_of(said.topic)
    person = person_of(said.session_key)
    if person.pk != said.person:
        raise SignedOut
    if rules is None or rules.receive is None or not rules.may_listen(person.user, rest):
        raise Http404
    return rules.receive(person.user, rest, said.kind, said.data, said.number)
