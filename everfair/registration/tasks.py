"""Background doors of the registration room: an id comes in, one action runs. No logic here."""

from django_tasks import task

from everfair.fair.models import Edition
from everfair.registration.actions import batches, lists
from everfair.registration.actions.badges import issue_missing_badges, renew_short_badges
from everfair.registration.actions.duplicates import find_duplicates
from everfair.registration.actions.lists_telling import tell_list


@task()
def set_batch(batch_id: int) -> str:
    """Set a batch of badges, or go on with it. The state it ends in."""
    batch = batches.find_batch(batch_id)
    return "gone" if batch is None else batches.run_batch(batch).state


@task()
def issue_missing(edition_id: int) -> int:
    """New badges for everybody who has none, after a key was distrusted. How many."""
    edition = Edition.objects.filter(pk=edition_id).first()
    return 0 if edition is None else issue_missing_badges(edition)


@task()
def renew_short(edition_id: int) -> int:
    """New badges where the old ones end before the fair does. How many."""
    edition = Edition.objects.filter(pk=edition_id).first()
    return 0 if edition is None else renew_short_badges(edition)


@task()
def forget_old_batches() -> int:
    """Daily: files of batches older than a month are removed. How many."""
    return batches.forget_old_batches()


@task()
def look_for_duplicates(edition_id: int) -> int:
    """Note pairs that look like one person. How many are new; 0 when the edition is gone."""
    edition = Edition.objects.filter(pk=edition_id).first()
    return 0 if edition is None else find_duplicates(edition)


@task()
def check_people(list_id: int) -> str:
    """Judge every row of a list of people. The state it ends in."""
    run = lists.find_list(list_id)
    return "gone" if run is None else lists.check_list(run).state


@task()
def apply_people(list_id: int) -> str:
    """Write a checked list; then badges, letters and the search for pairs, each in its own task. The state it ends in."""
    run = lists.find_list(list_id)
    if run is None:
        return "gone"
    state = lists.apply_list(run).state
    if state == "done":
        issue_missing.enqueue(run.edition_id)
        look_for_duplicates.enqueue(run.edition_id)
        tell_people.enqueue(run.pk)
    return state


@task()
def tell_people(list_id: int) -> int:
    """Letters to everybody a list brought, where it was asked for. How many."""
    run = lists.find_list(list_id)
    return 0 if run is None else tell_list(run)
