"""What every page of the organiser's desk shares: frame, forms through one action, proof for grave acts."""

from collections.abc import Callable, Mapping
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from everfair.base.charts import IllegalChange
from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.exhibition.queries import exhibitor_table
from everfair.fair import access
from everfair.programme.queries import desk as programme_desk

NavEntry = tuple[str, str, bool, int | str]


def desk(
    request: HttpRequest, template: str, edition: Any, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A page of an edition's desk, with its navigation."""
    request.edition = edition  # type: ignore[attr-defined]  # base.html shows the edition of the page
    frame = {"desk_nav": _edition_nav(request, edition), "desk_label": _("Organiser's desk")}
    return render(request, f"organiser/{template}.html", {**frame, **context}, status=status)


def delegation_desk(
    request: HttpRequest,
    template: str,
    delegation: Any,
    context: Mapping[str, Any],
    status: int = 200,
    audience: str = "organiser",
) -> HttpResponse:
    """A page of a delegation's desk; `audience` names the folder of a template it shares with others."""
    request.edition = delegation.edition  # type: ignore[attr-defined]
    pages = [
        ("fair.delegation_desk", _("Firms")),
        ("exhibition.firm_invite", _("Invite a firm")),
        ("registration.delegation_people", _("People")),
        ("programme.delegation_session_list", _("Sessions")),
        ("outcomes.delegation_outcomes", _("Outcomes")),
        ("deals.delegation_deals", _("Negotiations")),
    ]
    entries = [_entry(request, name, label, {"code": delegation.code}) for name, label in pages]
    frame = {"desk_nav": [("", [entry for entry in entries if entry])], "desk_label": str(delegation)}
    return render(
        request, f"{audience}/{template}.html", {**frame, "delegation": delegation, **context}, status=status
    )


def through(form: Any, deed: Callable[[dict[str, Any]], Any], prove: HttpRequest | None = None) -> Any:
    """Clean, then act: what the deed returned (or True), or None with the sentences at the form's fields.

    For a grave act `prove` is the request: who they are is asked once nothing in the form is left to mend.
    """
    if not form.is_valid():
        return None
    if prove is not None:
        require_proof(prove)
    try:
        return deed(form.values()) or True
    except Refused as refused:
        form.refuse(refused)
    except IllegalChange as illegal:
        form.add_error(None, str(illegal))
    return None


def done(request: HttpRequest, sentence: str, name: str, *, undo: str = "", **kwargs: Any) -> HttpResponse:
    """Say what was done and go where its result is seen."""
    messages.success(request, sentence, extra_tags=f"undo:{undo}" if undo else "")
    return redirect(address(name, **kwargs))


def attempt(
    request: HttpRequest, deed: Callable[[], Any], sentence: str, name: str, **kwargs: Any
) -> HttpResponse:
    """An act without a form: do it, or say why not, and go back."""
    try:
        deed()
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
        return redirect(address(name, **kwargs))
    return done(request, sentence, name, **kwargs)


def address(name: str, **kwargs: Any) -> str:
    """The address of an organiser's page: `address("fair.area_list", edition=edition.slug)`."""
    return reverse(f"organiser:{name}", kwargs=kwargs)


@reauthentication_required  # type: ignore[untyped-decorator]
def require_proof(request: HttpRequest) -> None:
    """For grave acts: whoever has not proved who they are for five minutes does so first, then goes on.

    Raises allauth's ReauthenticationRequired, which keeps a posted form and resumes it.
    Call after the access check.
    """


def _edition_nav(request: HttpRequest, edition: Any) -> list[tuple[str, list[NavEntry]]]:
    key = {"edition": edition.slug}
    waiting = exhibitor_table.queue_facts(request.user, edition).count
    seen: list[tuple[str, list[tuple[str, str]]]] = [
        ("", [("fair.edition_show", _("Overview"))]),
        (
            _("Exhibitors"),
            [
                ("exhibition.exhibitor_list", _("All exhibitors")),
                ("exhibition.queue_list", _("Vetting queue")),
            ],
        ),
    ]
    programme = [
        ("programme.session_list", _("Sessions")),
        ("programme.proposal_list", _("Proposals")),
        ("programme.stage_list", _("Stages")),
        ("programme.speaker_list", _("Speakers")),
        ("programme.clash_list", _("Clashes")),
    ]
    if access.may(request.user, "programme", edition):
        programme.insert(2, ("programme.call_edit", _("Call for sessions")))
        programme.append(("programme.schedule_list", _("Schedules")))
    seen.append((_("Programme"), programme))
    people = [("registration.registration_list", _("All registrations"))]
    if access.may(request.user, "registration", edition):
        people += [
            ("registration.invitation_list", _("Invitations")),
            ("registration.list_list", _("Lists")),
            ("registration.duplicate_list", _("Duplicates")),
            ("registration.badge_kind_list", _("Kinds of badge")),
        ]
    seen.append((_("Registration"), people))
    badges = [("registration.badge_list", _("Badges"))]
    if access.may(request.user, "registration", edition):
        badges.append(("registration.batch_list", _("Batches of badges")))
    if access.may(request.user, "administer", edition):
        badges.append(("registration.key_list", _("Keys that sign badges")))
    seen.append((_("Badges"), badges))
    meetings = [
        ("meetings.floor_show", _("Floor of meetings")),
        ("meetings.meeting_list", _("All meetings")),
        ("meetings.request_list", _("Requests")),
        ("meetings.person_list", _("People who meet")),
        ("meetings.waiting_list", _("Who waits")),
    ]
    if access.may(request.user, "meetings", edition):
        meetings += [("meetings.run_list", _("Timetables")), ("meetings.rules_edit", _("Rules of meetings"))]
    seen.append((_("Meetings"), meetings))
    if access.may(request.user, "meetings", edition):
        matching = [
            ("matchmaking.need_list", _("All needs")),
            ("matchmaking.rules_edit", _("Matching")),
            ("matchmaking.figure_list", _("What came of matches")),
        ]
        seen.append((_("Needs"), matching))
    if access.may(request.user, "administer", edition):
        talks = [
            ("conversations.report_list", _("Reports of messages")),
            ("conversations.silenced_list", _("Who may not write")),
            ("conversations.help_desk_list", _("Help desk")),
            ("conversations.rules_edit", _("Rules of conversations")),
        ]
        seen.append((_("Conversations"), talks))
        outcomes = [
            ("outcomes.outcome_list", _("All outcomes")),
            ("outcomes.totals_show", _("Totals of outcomes")),
            ("outcomes.press_list", _("Press list")),
            ("outcomes.follow_up_list", _("What became of them")),
        ]
        seen.append((_("Outcomes"), outcomes))
        seen.append(
            (
                _("Deals"),
                [
                    ("deals.deal_show", _("How many there are")),
                    ("deals.stage_list", _("Stages of negotiations")),
                    ("deals.rate_list", _("Exchange rates")),
                ],
            )
        )
    if access.may(request.user, "gate", edition):
        gate = [
            ("gate.gate_show", _("Zones and devices")),
            ("gate.scan_list", _("Scans")),
            ("gate.conflict_list", _("Conflicts")),
            ("gate.watch_list", _("Watch list")),
        ]
        seen.append((_("Gate"), gate))
    if access.may(request.user, "administer", edition):
        seen[1][1].extend(
            [
                ("exhibition.import_list", _("Imports")),
                ("exhibition.question_list", _("Application questions")),
                ("exhibition.task_list", _("Tasks")),
                ("fair.delegation_list", _("Delegations")),
            ]
        )
        seen.append(
            (
                _("Fair"),
                [
                    ("fair.edition_edit", _("Settings")),
                    ("fair.area_list", _("Areas and places")),
                    ("fair.sector_list", _("Sectors")),
                    ("fair.kind_list", _("Kinds")),
                    ("search.synonym_list", _("Synonyms")),
                ],
            )
        )
        seen.append((_("Organiser"), [("fair.team_list", _("Team")), ("fair.log_list", _("Audit log"))]))
    counts: dict[str, int | str] = {
        "exhibition.queue_list": waiting or "",
        "programme.proposal_list": programme_desk.waiting_count(edition) or "",
    }
    found = [
        (
            heading,
            [e for name, label in pages if (e := _entry(request, name, label, key, counts.get(name, "")))],
        )
        for heading, pages in seen
    ]
    for heading, entries in found:
        if heading == _("Conversations"):
            entries.insert(0, _letters_to_help_desk(edition))
    return found


def _letters_to_help_desk(edition: Any) -> NavEntry:
    """What is written to the help desk; inbox.js adds how many have something new."""
    page = reverse("visitor:conversations.conversation_list", kwargs={"edition": edition.slug})
    return _("Letters to the help desk"), f"{page}?as=help_desk:{edition.pk}", False, ""


def _entry(
    request: HttpRequest, name: str, label: str, kwargs: Mapping[str, Any], count: int | str = ""
) -> NavEntry | None:
    try:
        url = reverse(f"organiser:{name}", kwargs=dict(kwargs))
    except NoReverseMatch:  # a room that is not installed has no entry
        return None
    match = request.resolver_match
    here = (match.url_name if match else "") or ""
    is_current = here == name or (name.endswith("_list") and _family(here) == _family(name))
    return label, url, is_current, count


def _family(name: str) -> str:
    """ "fair.area_edit" → "fair.area": pages of one row belong to their list; places belong to areas."""
    return (
        name.rpartition("_")[0]
        .replace("fair.place", "fair.area")
        .replace("exhibition.review", "exhibition.queue")
        .replace("matchmaking.need_list", "matchmaking.need")  # a list that came in is about needs
    )


def named(request: HttpRequest, words: Mapping[str, str]) -> str:
    """A row's name in the reader's language."""
    return pick(words, request.content_language)  # type: ignore[attr-defined]
