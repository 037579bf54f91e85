"""Background work that only tests ask for: a task that marks its beginning, may wait, and marks its end."""

import time
from pathlib import Path

from django_tasks import task


@task()
def mark_and_wait(folder: str, seconds: float) -> str:
    """Write "begun" lines to FOLDER/marks; only the first run waits. A killed one leaves no end."""
    marks = Path(folder) / "marks"
    is_first = not marks.exists()
    with marks.open("a", encoding="utf-8") as out:
        out.write("begun\n")
    if is_first:
        time.sleep(seconds)
    with marks.open("a", encoding="utf-8") as out:
        out.write("ended\n")
    return "done"
