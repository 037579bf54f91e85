"""A signed-in administrator who has just proved who they are, and her edition."""

from typing import Any

import pytest
from django.test import Client

from tests.factories.fair import make_edition, make_team_member
from tests.factories.people import PASSWORD, make_user


class Desk:
    """An administrator's browser at one edition's desk."""

    def __init__(self, edition: Any) -> None:
        self.edition = edition
        self.user = make_user(name="Lin Yao")
        make_team_member(edition, self.user, "administrator")
        self.client = self.client_of(self.user)

    @staticmethod
    def client_of(user: Any) -> Client:
        """A browser in which the person has proved who they are a moment ago."""
        client = Client()
        client.login(username=user.email, password=PASSWORD)
        client.post("/en/account/reauthenticate/", {"password": PASSWORD})
        return client

    def address(self, path: str = "", lang: str = "en") -> str:
        return f"/{lang}/desk/{self.edition.slug}/{path}"

    def get(self, path: str = "", **query: Any) -> Any:
        return self.client.get(self.address(path), query)

    def post(self, path: str, data: Any) -> Any:
        return self.client.post(self.address(path), data)


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(make_edition())
