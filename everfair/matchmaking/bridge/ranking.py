"""Seekers in, kept rows out: which candidates a version of the model ranks for whom, two versions interleaved where they are compared."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

from everfair.base.languages import Words
from everfair.engines.matching import (
    NONE,
    FairnessReport,
    Index,
    Message,
    Options,
    Profile,
    explain,
    fairness_report,
    prepare,
    rank,
    reasons,
)
from everfair.exhibition.models import Offer
from everfair.fair.models import Edition
from everfair.matchmaking.bridge.learning import Version, versions_of
from everfair.matchmaking.bridge.matcher import SEED, matchers
from everfair.matchmaking.bridge.profiles import Tree, exhibitor_key, offer_profiles, row_of
from everfair.matchmaking.bridge.seeking import seeker_profiles
from everfair.matchmaking.bridge.usual import Usual, telling
from everfair.matchmaking.models import MatchRules, Need, NeedAudience, Seeker

TOP = 20
FIRMS_FOR_OFFERS = 30  # the firms whose offers are ranked one by one
OFFERS_OF_ONE = 60
Tell = Callable[[FairnessReport], None]
Row = list[Any]  # [number of the thing, score, arm "a" / "b" / ""], kept as JSON


@dataclass(frozen=True)
class Ranked:
    """What one seeker gets of one kind: rows best first, why there are none ("" where there are), the version behind them."""

    rows: list[Row]
    note: str
    version: Version
    profile: Profile  # the seeker's, as it was ranked


def rules_of(edition: Edition) -> MatchRules:
    """The organiser's numbers, or the defaults."""
    return MatchRules.objects.filter(edition=edition).first() or MatchRules(edition=edition)


@dataclass(frozen=True)
class Basis:
    """What every list of an edition rests on: the organiser's numbers, the active version, the one it is compared with."""

    rules: MatchRules
    first: Version
    second: Version | None = None


def basis_of(edition: Edition) -> Basis:
    """Read once for a page and handed on. Two queries; three where two versions are compared."""
    rules = rules_of(edition)
    return Basis(rules, *versions_of(edition, rules))


def ranked(
    edition: Edition,
    seekers: Sequence[Seeker],
    kind: str,
    now: datetime,
    *,
    basis: Basis | None = None,
    wait: bool = False,
    threads: int = 1,
    tell: Tell | None = None,
) -> list[Ranked] | None:
    """One answer for each seeker, in the order given. None: candidates are being made ready, come again.

    `tell` hears what fairness did in each part of the work.
    """
    basis = basis or basis_of(edition)
    rules, first, second = basis.rules, basis.first, basis.second
    found = _by_version(edition, seekers, kind, now, rules, first, wait, threads, tell)
    if found is None or second is None or kind == "offer":
        return found
    others = _by_version(edition, seekers, kind, now, rules, second, wait, threads, None)
    if others is None:
        return None
    return [
        replace(a, rows=interleaved(a.rows, b.rows, Random(f"{seeker.pk}:{now.date()}"))[:TOP])
        for seeker, a, b in zip(seekers, found, others, strict=True)
    ]


def sector_names_of(edition: Edition, basis: Basis | None = None) -> dict[str, Words]:
    """Path → name in its languages, as the candidates in memory know them."""
    version = (basis or basis_of(edition)).first
    return matchers.tree(edition, version.model, version.number).names


def _by_version(
    edition: Edition, seekers: Sequence[Seeker], kind: str, now: datetime, rules: MatchRules, version: Version,
    wait: bool, threads: int,
    tell: Tell | None,
) -> list[Ranked] | None:  # fmt: skip
    options = options_of(rules, version)
    if kind == "offer":
        return _offers(edition, seekers, now, options, version, wait, threads)
    index = matchers.index(edition, kind, version.model, version.number, wait=wait)
    if index is None:
        return None
    tree = matchers.tree(edition, version.model, version.number)
    profiles = seeker_profiles(edition, tree, seekers, now)
    if kind == "need":
        hidden = _kept_needs(edition)
        profiles = [_without(one, hidden, seeker) for one, seeker in zip(profiles, seekers, strict=True)]
    found = rank(profiles, index, options=options, top=TOP, seed=SEED, threads=threads)
    if tell is not None:
        tell(fairness_report(found, index))
    return _answers(found, index, version, profiles)


def options_of(rules: MatchRules, version: Version) -> Options:
    """The organiser's numbers as the engine takes them; a version may bring numbers of its own."""
    given = {name: value for name, value in version.options.items() if name in Options.__dataclass_fields__}
    return replace(Options(fairness=rules.exposure / 100, per_firm=rules.per_firm), **given)


def _answers(found: Any, index: Index, version: Version, profiles: Sequence[Profile]) -> list[Ranked]:
    answers = []
    for at, profile in enumerate(profiles):
        rows: list[Row] = [
            [row_of(index.keys[row])[1], round(float(score), 4), ""]
            for row, score in zip(found.index[at], found.score[at], strict=True)
            if row != NONE
        ]
        answers.append(Ranked(rows, "" if rows else _note(int(found.note[at])), version, profile))
    return answers


def _note(note: int) -> str:
    return {0: "none_fit", 1: "nothing_stated", 2: "no_candidates", 3: "all_excluded"}.get(note, "none_fit")


def _offers(
    edition: Edition, seekers: Sequence[Seeker], now: datetime, options: Options, version: Version, wait: bool,
    threads: int,
) -> list[Ranked] | None:  # fmt: skip
    """Offers of the firms that suit each best, ranked one by one."""
    index = matchers.index(edition, "exhibitor", version.model, version.number, wait=wait)
    if index is None:
        return None
    tree = matchers.tree(edition, version.model, version.number)
    profiles = seeker_profiles(edition, tree, seekers, now)
    firms = rank(
        profiles,
        index,
        options=replace(options, per_firm=1),
        top=FIRMS_FOR_OFFERS,
        seed=SEED,
        threads=threads,
    )
    answers = []
    for at, profile in enumerate(profiles):
        chosen = [row_of(index.keys[row])[1] for row in firms.index[at] if row != NONE]
        if not chosen:  # no firm is left: why is said of firms
            answers.append(Ranked([], _note(int(firms.note[at])), version, profile))
            continue
        candidates = prepare(_offers_of(edition, tree, chosen), model=version.model, seed=SEED)
        found = rank([profile], candidates, options=options, top=TOP, seed=SEED)
        answers.extend(_answers(found, candidates, version, [profile]))
    return answers


def _offers_of(edition: Edition, tree: Tree, firms: Sequence[int]) -> list[Profile]:
    rows = Offer.objects.filter(exhibitor_id__in=firms, is_on_shelf=True).order_by(
        "exhibitor_id", "position", "pk"
    )
    numbers: dict[int, list[int]] = {}
    for pk, firm in rows.values_list("pk", "exhibitor_id"):
        of = numbers.setdefault(firm, [])
        if len(of) < OFFERS_OF_ONE:
            of.append(pk)
    return list(offer_profiles(edition, tree, [pk for some in numbers.values() for pk in some]))


def _kept_needs(edition: Edition) -> dict[str, set[str]]:
    """Needs kept for chosen firms: key → keys of the firms."""
    rows = Need.objects.filter(edition=edition, state=Need.State.OPEN, audience=Need.Audience.CHOSEN)
    kept: dict[str, set[str]] = {f"need:{pk}": set() for pk in rows.values_list("pk", flat=True)}
    chosen = NeedAudience.objects.filter(need__in=rows)
    for need, firm in chosen.values_list("need_id", "exhibitor_id"):
        kept.setdefault(f"need:{need}", set()).add(exhibitor_key(firm))
    return kept


def _without(profile: Profile, kept: dict[str, set[str]], seeker: Seeker) -> Profile:
    """Needs that are not for this seeker stay away."""
    firm = exhibitor_key(seeker.exhibitor_id) if seeker.exhibitor_id else ""
    hidden: Iterable[str] = (need for need, firms in kept.items() if firm not in firms)
    return replace(profile, dismissed=profile.dismissed | frozenset(hidden))


def interleaved(first: Sequence[Row], second: Sequence[Row], random: Random) -> list[Row]:
    """Team-draft interleaving: the two lists take turns, lots decide who begins each round; a thing belongs to whoever took it.

    Radlinski, Kurup, Joachims: How does clickthrough data reflect retrieval quality? (2008).
    """
    taken: set[int] = set()
    made: list[Row] = []
    teams = {"a": list(first), "b": list(second)}
    while any(teams.values()):
        order = ["a", "b"] if random.random() < 0.5 else ["b", "a"]
        for arm in order:
            rows = teams[arm]
            while rows and rows[0][0] in taken:
                rows.pop(0)
            if rows:
                number, score, _arm = rows.pop(0)
                taken.add(number)
                made.append([number, score, arm])
    return made


def explained(
    edition: Edition,
    seeker: Seeker,
    kind: str,
    numbers: Sequence[int],
    now: datetime,
    profile: Profile | None = None,
    basis: Basis | None = None,
) -> dict[int, tuple[Message, ...]]:
    """Why each of these things is recommended, told to the seeker; {} while candidates are being made ready.

    `profile`: the seeker's, where it was ranked just now; `basis`: where it was read already.
    """
    if not numbers:
        return {}
    version = (basis or basis_of(edition)).first
    tree = matchers.tree(edition, version.model, version.number)
    if kind == "offer":
        candidates = {row_of(one.key)[1]: one for one in offer_profiles(edition, tree, list(numbers))}
    else:
        index = matchers.index(edition, kind, version.model, version.number)
        if index is None:
            return {}
        rows = {number: index.row_of.get(f"{kind}:{number}") for number in numbers}
        candidates = {number: index.profiles[row] for number, row in rows.items() if row is not None}
    if profile is None:
        (profile,) = seeker_profiles(edition, tree, [seeker], now, ranks=False)
    usual = Usual(matchers.index(edition, "exhibitor", version.model, version.number))
    return {
        number: telling(
            explain(reasons(profile, candidate, model=version.model, usual=usual, most=usual.most)), usual
        )
        for number, candidate in candidates.items()
    }
