"""Polls: written, opened, voted in, closed. Each person counts once; a poll that closed meanwhile takes nothing more."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.charts import require_step
from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line_words
from everfair.programme.actions.guards import bring_up_to_date, lock_session, require_version
from everfair.programme.actions.pushing import push_choice, push_poll, push_poll_gone
from everfair.programme.models import POLL_STEPS, Poll, PollVote, Session
from everfair.programme.queries.audience import ASKING_STATES

EVENT = "programme.poll."
LEAST_OPTIONS, MOST_OPTIONS = 2, 10
LONGEST_OPTION = 120
MOST_POLLS = 50


def save_poll(
    session: Session, poll: Poll | None, values: Mapping[str, Any], *, by: Any, version: int | None = None
) -> Poll:
    """Make (`poll` None) or change a draft: `text` Words, `options` a list of Words, `shows_results`.

    Raises EditedMeanwhile, or Refused with a field. An open or closed poll keeps its words: votes were given to them.
    """
    with transaction.atomic():
        owner = lock_session(session)
        row = _lock(poll) if poll is not None else Poll(session=owner, position=_next_position(owner))
        require_version(row, version)
        if row.state != Poll.State.DRAFT:
            raise Refused(_("People have voted on these words. Make a new poll instead."))
        row.text = clean_line_words(values["text"])
        if not row.text:
            raise Refused(_("Write what you ask."), field="text")
        row.options = _options(values["options"])
        row.shows_results = bool(values.get("shows_results", True))
        is_new = row.pk is None
        row.version = 1 if is_new else row.version + 1
        row.save()
        audit.record(
            EVENT + ("created" if is_new else "saved"),
            row,
            by=by,
            edition_id=owner.edition_id,
            after={"text": row.text, "options": [pick(one["label"], "en") for one in row.options]},
        )
        push_poll(owner, row)
    return row if poll is None else bring_up_to_date(poll, row)


def set_poll_state(poll: Poll, state: str, *, by: Any) -> Poll:
    """Open, close, open again. Raises IllegalChange for a step that is not on the chart."""
    with transaction.atomic():
        row = _lock(poll)
        if row.state == state:
            return bring_up_to_date(poll, row)
        labels = {code: str(label) for code, label in Poll.State.choices}
        require_step(POLL_STEPS, row.state, state, labels)
        if state == Poll.State.OPEN and row.session.state not in ASKING_STATES:
            raise Refused(_("The session is not on: nobody could vote. Publish it first."))
        before, row.state = row.state, state
        _save_and_push(row, ["state"])
        audit.record(
            EVENT + state,
            row,
            by=by,
            edition_id=row.session.edition_id,
            before={"state": before},
            after={"state": state, "counts": _counted(row)},
        )
    return bring_up_to_date(poll, row)


def set_results_shown(poll: Poll, shown: bool, *, by: Any) -> Poll:
    """Whether the audience sees the counts while the poll is open."""
    with transaction.atomic():
        row = _lock(poll)
        if row.shows_results != shown:
            row.shows_results = shown
            _save_and_push(row, ["shows_results"])
            event = EVENT + ("results_shown" if shown else "results_kept_back")
            audit.record(event, row, by=by, edition_id=row.session.edition_id)
    return bring_up_to_date(poll, row)


def vote_in_poll(poll: Poll, option: str, *, by: Any) -> Poll:
    """Choose, or choose otherwise, while the poll is open. The count changes under the row's lock."""
    with transaction.atomic():
        row = _lock(poll)
        _require_open(row)
        if option not in {one["code"] for one in row.options}:
            raise Refused(_("Choose one of the answers."), field="option")
        vote = PollVote.objects.filter(poll=row, user=by).first()
        if vote is not None and vote.option == option:
            return bring_up_to_date(poll, row)
        counts = dict(row.counts)
        if vote is None:
            PollVote.objects.create(poll=row, user=by, option=option)
        else:
            counts[vote.option] = counts.get(vote.option, 0) - 1
            vote.option = option
            vote.save(update_fields=["option"])
        counts[option] = counts.get(option, 0) + 1
        row.counts = counts
        _save_and_push(row, ["counts"])
        push_choice(row.session, row, by, option)
    return bring_up_to_date(poll, row)


def remove_poll(poll: Poll, *, by: Any) -> None:
    """Take away a draft. A poll that was open stays: people voted."""
    with transaction.atomic():
        row = _lock(poll)
        if row.state != Poll.State.DRAFT:
            raise Refused(_("People have voted in this poll; it can only be closed."))
        session, code, version = row.session, row.code, row.version + 1
        audit.record(EVENT + "removed", row, by=by, edition_id=session.edition_id, before={"text": row.text})
        row.delete()
        push_poll_gone(session, code, version)


def _lock(poll: Poll) -> Poll:
    found = Poll.objects.select_for_update(of=("self",)).select_related("session__edition", "session__stage")
    row = found.filter(pk=poll.pk).first()
    if row is None:
        raise Refused(_("This poll was removed."))
    return row


def _save_and_push(row: Poll, fields: list[str]) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])
    push_poll(row.session, row)


def _require_open(row: Poll) -> None:
    if row.state == Poll.State.CLOSED:
        raise Refused(
            _(
                "This poll was closed while you were choosing. Your choice was not counted; the result stands below."
            )
        )
    if row.state != Poll.State.OPEN:
        raise Refused(_("This poll is not open yet."))
    if row.session.state not in ASKING_STATES:
        raise Refused(_("The session is over: this poll takes no more votes."))


def _counted(row: Poll) -> str:
    """ "12 / 3": votes in the order of the answers; nothing before the first one."""
    return " / ".join(str(row.counts.get(one["code"], 0)) for one in row.options) if row.counts else ""


def _next_position(session: Session) -> int:
    held = session.polls.count()
    if held >= MOST_POLLS:
        raise Refused(_("A session has at most %(most)d polls.") % {"most": MOST_POLLS})
    last = session.polls.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def _options(texts: list[Mapping[str, str]]) -> list[dict[str, Any]]:
    words = [cleaned for text in texts if (cleaned := clean_line_words(text))]
    if not LEAST_OPTIONS <= len(words) <= MOST_OPTIONS:
        raise Refused(
            _("Give at least %(least)d and at most %(most)d answers, one in a line.")
            % {"least": LEAST_OPTIONS, "most": MOST_OPTIONS},
            field="options",
        )
    if any(len(text) > LONGEST_OPTION for one in words for text in one.values()):
        raise Refused(
            _("An answer has at most %(most)d characters.") % {"most": LONGEST_OPTION}, field="options"
        )
    if len({pick(one, "en").casefold() for one in words}) < len(words):
        raise Refused(_("Two answers are the same."), field="options")
    return [{"code": "abcdefghijklmnopqrstuvwxyz"[number], "label": one} for number, one in enumerate(words)]
