"""A booth with its owner signed in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everfair.exhibition.models import Exhibitor
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_membership


@dataclass
class Desk:
    """The owner's browser at one booth's desk."""

    client: Client
    owner: Any
    exhibitor: Exhibitor

    def url(self, name: str, **kwargs: Any) -> str:
        return reverse(f"exhibitor:exhibition.{name}", kwargs={"code": self.exhibitor.code, **kwargs})

    def get(self, name: str, query: dict[str, str] | None = None, **kwargs: Any) -> Any:
        return self.client.get(self.url(name, **kwargs), query or {})

    def post(self, name: str, data: dict[str, Any], **kwargs: Any) -> Any:
        return self.client.post(self.url(name, **kwargs), data, follow=True)


def make_desk(**extra: Any) -> Desk:
    """A booth (published unless told otherwise) and a client signed in as its owner."""
    exhibitor = make_exhibitor(**extra)
    owner = make_membership(organisation=exhibitor.organisation).user
    client = Client()
    client.force_login(owner)
    return Desk(client, owner, exhibitor)


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk()


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def said(response: Any) -> list[str]:
    """The messages a page shows."""
    return [str(message) for message in response.context["messages"]]
