"""Workers in threads, one of which dies, and several that find what is left at the same moment.

Run as a program it does so on the installation's own database and prints what came out as JSON: the test database of
SQLite lies in memory and cannot show what a file does.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.prepared import make_tables

TASK = "tests.config.tasks_for_tests.mark_and_wait"


def make_task(folder: Path, seconds: float = 0.0, **extra: Any) -> Any:
    """A task that marks its runs in `folder`."""
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    folder.mkdir(parents=True, exist_ok=True)
    return DBTaskResult.objects.create(
        **{
            "status": "READY",
            "args_kwargs": {"args": [str(folder), seconds], "kwargs": {}},
            "task_path": TASK,
            "backend_name": "default",
            "run_after": timezone.now() - timedelta(minutes=1),
            **extra,
        }
    )


def marks(folder: Path) -> list[str]:
    """What the runs of a task wrote."""
    path = folder / "marks"
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def in_threads(jobs: list[Callable[[], object]]) -> list[object]:
    """Run all at once; what each gave, an error as its repr."""
    from django.db import connections

    gate, answers = threading.Barrier(len(jobs)), [None] * len(jobs)  # type: tuple[threading.Barrier, list[Any]]

    def run(index: int) -> None:
        try:
            gate.wait(timeout=20)
            answers[index] = jobs[index]()
        except BaseException as error:  # the assertion shows it
            answers[index] = repr(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def work() -> int:
    """One turn of a worker; how many tasks it gave back first."""
    from everfair.config import worker

    returned = worker.give_back_orphans()
    worker.QueueWorker(threading.Event()).run()
    return returned


def the_thread_died(folder: Path) -> dict[str, Any]:
    """A worker's thread ends without being able to say so; its process lives on."""
    from everfair.config import worker

    class Cut(worker.QueueWorker):
        def run_task(self, db_task_result: Any) -> None:
            def away(*_words: Any) -> None:
                raise RuntimeError("the database is away")

            db_task_result.set_successful = db_task_result.set_failed = away
            super().run_task(db_task_result)

    task = make_task(folder)
    died = in_threads([Cut(threading.Event()).run])
    task.refresh_from_db()
    between = task.status
    returned = in_threads([work])
    task.refresh_from_db()
    return {"died": died, "between": between, "returned": returned, "after": task.status}


def all_find_them_at_once(folder: Path, tasks: int = 6, workers: int = 4) -> dict[str, Any]:
    """Tasks of another machine whose leases ran out, and workers that look at the same moment."""
    from django.utils import timezone

    from everfair.base.models import TaskLease

    for number in range(tasks):
        task = make_task(
            folder / str(number), status="RUNNING", started_at=timezone.now(), worker_ids=["far:1:1:a"]
        )
        TaskLease.objects.create(
            task_id=task.pk, worker_id="far:1:1:a", until=timezone.now() - timedelta(seconds=1)
        )
    returned = in_threads([work] * workers)
    work()  # whatever was given back after a worker's last look
    return {
        "returned": returned,
        "runs": [marks(folder / str(number)) for number in range(tasks)],
        "leases": TaskLease.objects.count(),
    }


def it_is_only_slow(folder: Path) -> dict[str, Any]:
    """A worker at work whose lease could not be renewed: its lock says that it lives."""
    from django.utils import timezone

    from everfair.base.models import TaskLease

    task = make_task(folder, 2.0)

    def look() -> list[int]:
        ends = time.monotonic() + 20
        while marks(folder) != ["begun"] and time.monotonic() < ends:
            time.sleep(0.02)
        TaskLease.objects.filter(task_id=task.pk).update(until=timezone.now() - timedelta(hours=9))
        return [work() for _ in range(3)]

    answers = in_threads([work, look])
    task.refresh_from_db()
    return {"answers": answers, "runs": marks(folder), "after": task.status}


def all_of_it(folder: Path) -> dict[str, Any]:
    """Every scene, by name."""
    scenes = (the_thread_died, all_find_them_at_once, it_is_only_slow)
    return {scene.__name__: scene(folder / scene.__name__) for scene in scenes}


def main() -> None:
    import django

    django.setup()
    make_tables()
    print(json.dumps(all_of_it(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
