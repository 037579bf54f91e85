"""Documents worked out in several processes: the same fields in the same order, and no process is needed."""

from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import pytest

from everfair.gateways.search import Document, tantivy_build
from everfair.gateways.search.tantivy_build import fields_of
from everfair.gateways.search.tantivy_fields import to_fields


def documents(number: int) -> list[Document]:
    return [
        Document(f"offer:{i}", "offer", 1, {"en": f"Drone {i}", "zh": "冷链物流"}, facets={"mode": ("1",)})
        for i in range(number)
    ]


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tantivy_build, "FEW", 10)
    monkeypatch.setattr(tantivy_build, "CHUNK", 7)
    monkeypatch.setattr(tantivy_build, "_cores", lambda: 2)


@pytest.mark.usefixtures("_small")
def test_other_processes_give_the_same_fields_in_order() -> None:
    made = documents(60)
    assert list(fields_of(iter(made))) == [to_fields(document) for document in made]


@pytest.mark.usefixtures("_small")
def test_processes_that_die_or_cannot_start_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = documents(30)
    dead: Future[object] = Future()
    dead.set_exception(BrokenProcessPool("killed"))
    for answer in (dead, None):
        monkeypatch.setattr(tantivy_build, "_handed_over", lambda pool, chunk, answer=answer: answer)
        assert list(fields_of(made)) == [to_fields(document) for document in made]


@pytest.mark.usefixtures("_small")
def test_documents_that_cannot_be_read_stop_it() -> None:
    def broken() -> Iterator[Document]:
        yield from documents(40)
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        list(fields_of(broken()))


def test_few_documents_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(tantivy_build, "ProcessPoolExecutor", refused)
    assert len(list(fields_of(documents(50)))) == 50
