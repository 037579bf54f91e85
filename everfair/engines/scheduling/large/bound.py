"""How few breaks a place-all timetable can have at least, by counting what each person's free stretches hold."""

import numpy as np

from everfair.engines.scheduling.large.board import A, B, Board


def fewest_breaks(board: Board) -> int:
    """A lower bound of all breaks: who has more meetings than the longest free stretch of each day must pause."""
    people, n = board.free.shape
    meetings = np.bincount(board.req[:, [A, B]].ravel(), minlength=people)
    total = 0
    for p in range(people):
        if board.free[p].all():
            continue
        total += _of_person(board, p, int(meetings[p]), n)
    return total


def _of_person(board: Board, p: int, meetings: int, n: int) -> int:
    """The first stretch of each day costs nothing, each further one a break; the longest are taken first."""
    days: dict[int, list[int]] = {}
    run = 0
    for t in range(n):
        day = int(board.day[t])
        if t and board.day[t - 1] != day:
            run = 0
        if not board.free[p, t]:
            run = 0
            continue
        run += 1
        stretches = days.setdefault(day, [])
        if run == 1:
            stretches.append(1)
        else:
            stretches[-1] = run
    missing = meetings - sum(max(stretches) for stretches in days.values())
    further = sorted((x for stretches in days.values() for x in sorted(stretches)[:-1]), reverse=True)
    breaks = 0
    for stretch in further:
        if missing <= 0:
            break
        missing -= stretch
        breaks += 1
    return breaks
