"""A visitor who reads Chinese and a firm that reads English, inside an installation of its own; a server that can be killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from tests.config.installation import HERE, Installation, Server, _wait_for


def make() -> dict[str, Any]:
    """A live edition, an open booth with one host, a visitor, nothing written yet."""
    from django.utils import timezone

    from everfair.base.codes import new_code
    from everfair.exhibition.models import Exhibitor
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.fair import make_edition, make_fair
    from tests.factories.people import make_membership, make_organisation, make_user
    from tests.programme.live_world import signed_in

    own, today = new_code(), timezone.localdate()
    edition = make_edition(
        make_fair(slug=own), slug=own, starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=2)
    )
    organisation = make_organisation(name={"en": "Rift Valley Cold Chain", "zh": "裂谷冷链"}, country="KE")
    firm = make_exhibitor(edition, organisation=organisation, state=Exhibitor.State.PUBLISHED)
    host = make_user(f"host@{own}.example", name="Otieno Okello")
    make_membership(organisation=organisation, user=host, role="booth_staff")
    visitor = make_user(f"visitor@{own}.example", name="王晓明", language="zh")
    return {
        "edition": edition.slug, "firm": firm.code, "host": signed_in(host), "visitor": signed_in(visitor),
        "host_id": host.pk, "visitor_id": visitor.pk,
    }  # fmt: skip


@contextmanager
def serving_at(installation: Installation, port: int) -> Iterator[Server]:
    """`everfair serve` on this port until the block ends, however it ends."""
    log = installation.folder / "serve.log"
    words = [sys.executable, "-m", "everfair", "serve", "--port", str(port)]
    own = {"EVERFAIR_BASE_URL": f"http://127.0.0.1:{port}", **installation.environment}
    with log.open("ab") as out:
        process = subprocess.Popen(words, env=own, cwd=HERE, stdout=out, stderr=out)
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_for(server)
        yield server
    finally:
        process.kill()
        process.wait(timeout=20)
