"""People who have just proven who they are, and letters' links."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    """A client signed in as a person; `proven=True` as after a fresh proof."""

    def make(person: Any, *, proven: bool = True) -> Client:
        client = Client()
        client.force_login(person)
        if proven:
            session = client.session
            session["account_authentication_methods"] = [
                {"method": "password", "at": time.time(), "reauthenticated": True}
            ]
            session["account_authentication_methods_user"] = str(person.pk)
            session.save()
        return client

    return make


@pytest.fixture
def link_in_last_letter() -> Callable[[], str]:
    """The path of the only link standing alone in the newest letter."""

    def find() -> str:
        found = re.search(r"^https?://[^/]+(/\S+)$", mail.outbox[-1].body, re.MULTILINE)
        assert found, mail.outbox[-1].body
        return found.group(1)

    return find
