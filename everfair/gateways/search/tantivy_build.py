"""Documents worked out for the index by several processes, for large rebuilds. No index is touched here.

Cutting texts into words is most of the work of a rebuild, and Python does it on one core at a time.
"""

import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice, starmap
from typing import Any

from everfair.gateways.search.tantivy_fields import Fields, to_fields
from everfair.gateways.search.types import Document

log = logging.getLogger(__name__)

CHUNK = 1_000  # documents handed over at a time
FEW = 8_000  # documents one process is done with before a second has started
PROCESSES = 2  # each takes some 100 MB while it runs

Waiting = deque[tuple[list[Document], "Future[list[Fields]] | None"]]


def fields_of(documents: Iterable[Document]) -> Iterator[Fields]:
    """Every document's fields, in order. Without a second core, or processes, all is done in this one."""
    source = iter(documents)
    first = list(islice(source, FEW))
    processes = min(PROCESSES, _cores())
    if len(first) < FEW or processes < 2 or multiprocessing.current_process().daemon:
        yield from map(to_fields, chain(first, source))
        return
    # "spawn" is the one way that is safe in a process with threads, and the same everywhere
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield from _worked_out(pool, chain(first, source), processes)
    finally:
        pool.shutdown(cancel_futures=True)


def _worked_out(pool: ProcessPoolExecutor, documents: Iterator[Document], processes: int) -> Iterator[Fields]:
    waiting: Waiting = deque()
    while chunk := list(islice(documents, CHUNK)):
        waiting.append((chunk, _handed_over(pool, chunk)))
        if len(waiting) > 2 * processes:
            yield from _received(*waiting.popleft())
    while waiting:
        yield from _received(*waiting.popleft())


def _handed_over(pool: ProcessPoolExecutor, chunk: list[Document]) -> "Future[list[Fields]] | None":
    try:
        return pool.submit(work_out_plain, [_plain(document) for document in chunk])
    except (OSError, RuntimeError):  # no processes to be had, or those there were have died
        return None


def _received(chunk: list[Document], future: "Future[list[Fields]] | None") -> list[Fields]:
    """What another process worked out; worked out here where it died on the way."""
    if future is not None:
        try:
            return future.result()
        except (OSError, RuntimeError) as error:
            log.warning("search index: a process for cutting texts failed (%s); going on without", error)
    return work_out(chunk)


def work_out(documents: Iterable[Document]) -> list[Fields]:
    """The fields of some documents."""
    return [to_fields(document) for document in documents]


def work_out_plain(values: list[tuple[Any, ...]]) -> list[Fields]:
    """The same in another process, which gets documents as tuples: they travel three times as fast."""
    return work_out(starmap(Document, values))


def _plain(document: Document) -> tuple[Any, ...]:
    return tuple(getattr(document, name) for name in Document.__slots__)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
