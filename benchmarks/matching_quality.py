"""How good matches are: needs against the shared exhibitor sets, calibration, fairness, and interests with a planted truth.

    python benchmarks/matching_quality.py

Four parts. (1) Each of 504 products' one-line descriptions, its name removed, is a need; its own body text is the right one, products
of its subcategory are relevant (2), of its category somewhat (1): first hit and nDCG@10, beside BM25 alone. (2) The real tenders
against products and landscape entries, relevance by hand from titles to categories. (3) Places of small and new firms with and without
fairness. (4) Visitors whose taste a generator knows: precision@10 after 0, 3 and 10 acts. Parts 1 to 3 need ../shared/data.
"""

# ruff: noqa: E402 - the checkout is put on the path first

import json
import math
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np
import yaml

from everfair.engines.matching import (
    NONE,
    Calibration,
    Interests,
    LanguageModel,
    Offers,
    Options,
    Profile,
    Seeks,
    calibrate,
    fairness_report,
    prepare,
    rank,
)
from everfair.engines.matching.languages import Bilingual
from everfair.engines.matching.languages.learn import learn
from everfair.engines.text import terms

SHARED = Path(os.environ.get("EVERFAIR_SHARED", ROOT.parent / "shared")) / "data"
SEED = 5
MORE = 10  # the places judged

# by hand, from reading the tenders: which categories of the two sets hold somebody who could answer
TENDERS: Mapping[str, tuple[str, ...]] = {
    "Cloud sevices and infrastructure": ("Platform",),
    "ICT services database administration": ("Database", "data-platforms"),
    "RFI — Enterprise Data Management": ("Database", "data-platforms", "Data"),
    "Mobile application devops": (
        "Continuous Integration & Delivery",
        "Application Definition & Image Build",
    ),
    "Joint Development with NHS NSS of an ECT Database": ("Database", "data-platforms"),
    "External Service Provision (Extra-muros)": ("Kubernetes Certified Service Provider",),
    "ITS14-Lot 6": ("Kubernetes Certified Service Provider",),
    "A Full Turn Key Solution for a new Data Centre": (
        "Platform",
        "Cloud Native Storage",
        "Cloud Native Network",
    ),
    "AO 10605 Technical consolidation": ("document-processing",),
    "Prediction platform": ("training-frameworks", "experiment-mlops", "Data Science"),
    "Procurement of a process platform": ("workflow-automation", "agent-orchestration"),
    "XBID Testing": ("Continuous Integration & Delivery", "Chaos Engineering"),
}


def products() -> list[dict[str, Any]]:
    """The 504 bilingual products."""
    with (SHARED / "exhibitors" / "ai-native-en-zh.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def landscape() -> list[tuple[str, str, str, str]]:
    """(name, category, subcategory, description) of each described landscape entry."""
    with (SHARED / "exhibitors" / "cncf-landscape.yml").open(encoding="utf-8") as file:
        tree = yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return [
        (item["name"], category["name"], sub["name"], item["description"])
        for category in tree["landscape"]
        for sub in category["subcategories"]
        for item in sub["items"] or []
        if item.get("description")
    ]


def tenders() -> list[dict[str, Any]]:
    """The 69 tenders."""
    with (SHARED / "needs" / "ted-it-business-en.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def without_name(row: dict[str, Any], language: str) -> str:
    """The one-line description, the product's name taken out."""
    return re.sub(re.escape(row["name"]), " ", row[f"description_{language}"], flags=re.IGNORECASE)


def learned(rows: Sequence[dict[str, Any]]) -> LanguageModel:
    """The model that the bodies teach; the descriptions, which are asked, are kept from it."""
    return learn([Bilingual([(r["body_en"], r["body_zh"])]) for r in rows], seed=SEED)


def bm25(texts: Sequence[str], language: str) -> Callable[[str], list[int]]:
    """Plain BM25 over the same terms: the peer. Answers rows, best first."""
    documents = [Counter(terms(text, language).words) for text in texts]
    usual = np.mean([d.total() for d in documents])
    frequency = Counter(term for d in documents for term in d)

    def best(query: str) -> list[int]:
        scores = np.zeros(len(documents))
        for term, n in Counter(terms(query, language).words).items():
            idf = math.log1p((len(documents) - frequency[term] + 0.5) / (frequency[term] + 0.5))
            for row, d in enumerate(documents):
                if term in d:
                    scores[row] += (
                        n * idf * d[term] * 2.2 / (d[term] + 1.2 * (0.25 + 0.75 * d.total() / usual))
                    )
        return [int(row) for row in np.argsort(-scores, kind="stable")]

    return best


def gain(order: Sequence[int], worth: Sequence[int]) -> float:
    """nDCG@10 of an order of rows, given each row's worth."""
    ideal = sorted(worth, reverse=True)[:MORE]
    best = sum((2**w - 1) / math.log2(i + 2) for i, w in enumerate(ideal))
    got = sum((2 ** worth[row] - 1) / math.log2(i + 2) for i, row in enumerate(order[:MORE]))
    return got / best if best else 0.0


def same_language(rows: Sequence[dict[str, Any]], model: LanguageModel) -> None:
    """Part 1."""
    paths = [f"{r['category']}/{r['category']}.{r['subCategory']}" for r in rows]
    print(
        f"1. {len(rows)} descriptions as needs, bodies as offers    first    nDCG@10 (own product left out)"
    )
    for language in ("en", "zh"):
        bodies = [r[f"body_{language}"] for r in rows]
        needs = [without_name(r, language) for r in rows]
        peer = bm25(bodies, language)
        orders = [peer(need) for need in needs]
        report(f"{language} BM25 alone", orders, paths)
        for label, used, sectors in (
            ("words", None, False),
            ("words, meaning", model, False),
            ("and category", model, True),
        ):
            offers = [
                Profile(str(i), offers=Offers({language: b}, sectors=(paths[i],)))
                for i, b in enumerate(bodies)
            ]
            asked = [
                Profile(
                    f"need {i}", seeks=Seeks({language: n}, sectors=(rows[i]["category"],) if sectors else ())
                )
                for i, n in enumerate(needs)
            ]
            ranking = rank(asked, offers, model=used, top=MORE + 1, options=Options(fairness=0), seed=SEED)
            report(f"{language} {label}", ranking.index.tolist(), paths)


def mixed(rows: Sequence[dict[str, Any]], model: LanguageModel) -> None:
    """Half of the offers in English only, half in Chinese only: is the right one found wherever it is?"""
    english = np.random.default_rng(SEED).random(len(rows)) < 0.5
    told = ["en" if one else "zh" for one in english]
    offers = [Profile(str(i), offers=Offers({told[i]: r[f"body_{told[i]}"]})) for i, r in enumerate(rows)]
    print(
        "   offers in one language only, half of them each: the right one first, where it is told in the asker's language | not"
    )
    for language in ("en", "zh"):
        asked = [
            Profile(f"n{i}", seeks=Seeks({language: without_name(r, language)})) for i, r in enumerate(rows)
        ]
        for label, used in (("words", None), ("words, meaning", model)):
            ranking = rank(asked, offers, model=used, top=MORE, options=Options(fairness=0), seed=SEED)
            hit = ranking.index[:, 0] == np.arange(len(rows))
            same = np.array([one == language for one in told])
            print(
                f"   {language + ' ' + label:45} {hit[same].mean():.4f} | {hit[~same].mean():.4f}   all {hit.mean():.4f}"
            )


def report(label: str, orders: Sequence[Sequence[int]], paths: Sequence[str]) -> None:
    """A line of part 1."""
    first = np.mean([order[0] == i for i, order in enumerate(orders)])
    gains = []
    for i, order in enumerate(orders):
        worth = [2 if p == paths[i] else int(p.split("/")[0] == paths[i].split("/")[0]) for p in paths]
        worth[i] = 0
        gains.append(gain([row for row in order if row not in (i, NONE)], worth))
    print(f"   {label:45} {first:.4f}   {np.mean(gains):.4f}")


def real_needs(rows: Sequence[dict[str, Any]], model: LanguageModel) -> None:
    """Part 2."""
    entries = landscape()
    labels = [{r["category"], r["subCategory"]} for r in rows] + [{c, s} for _, c, s, _ in entries]
    texts = [f"{r['name']}. {r['description_en']} {r['body_en']}" for r in rows] + [
        f"{e[0]}. {e[3]}" for e in entries
    ]
    offers = [Profile(str(i), offers=Offers({"en": text})) for i, text in enumerate(texts)]
    needs = tenders()
    asked = [
        f"{n['title']} {n['short_description']} {next(iter(n['cpv_labels_en'].values()))}" for n in needs
    ]
    known = {
        i: wanted for i, n in enumerate(needs) for title, wanted in TENDERS.items() if title in n["title"]
    }
    peer = bm25(texts, "en")
    people = [Profile(f"t{i}", seeks=Seeks({"en": text})) for i, text in enumerate(asked)]
    print(
        f"2. {len(needs)} tenders, {len(texts)} candidates, {len(known)} tenders with somebody who could answer: nDCG@10"
    )
    worth = {i: [int(bool(label & set(wanted))) for label in labels] for i, wanted in known.items()}
    print(f"   {'BM25 alone':45} {np.mean([gain(peer(asked[i]), worth[i]) for i in known]):.4f}")
    for label, used in (("words", None), ("words, meaning", model)):
        ranking = rank(people, offers, model=used, top=MORE, options=Options(fairness=0), seed=SEED)
        found = np.mean([gain(ranking.index[i].tolist(), worth[i]) for i in known])
        rest = [i for i in range(len(needs)) if i not in known]
        best = ranking.score[:, 0]
        print(
            f"   {label:45} {found:.4f}   best score, mean: {best[list(known)].mean():.3f}, of the others {best[rest].mean():.3f}"
        )


def calibration(rows: Sequence[dict[str, Any]], model: LanguageModel) -> None:
    """How often a match of a score is right, for needs that state a category and for those of words alone; and as fitted on half."""
    paths = [f"{r['category']}/{r['category']}.{r['subCategory']}" for r in rows]
    scores: list[float] = []
    right: list[bool] = []
    half: list[int] = []
    for language in ("en", "zh"):
        offers = [
            Profile(str(i), offers=Offers({language: r[f"body_{language}"]}, sectors=(paths[i],)))
            for i, r in enumerate(rows)
        ]
        asked = [
            Profile(
                f"n{i}", seeks=Seeks({language: without_name(r, language)}, sectors=(r["category"],) if i % 4 < 2 else ())
            )
            for i, r in enumerate(rows)
        ]  # fmt: skip
        ranking = rank(asked, offers, model=model, top=40, options=Options(fairness=0), seed=SEED)
        for i in range(len(rows)):
            scores += ranking.score[i].tolist()
            right += [paths[c] == paths[i] for c in ranking.index[i].tolist()]
            half += [i % 2] * ranking.index.shape[1]
    value, truth, fold = np.array(scores), np.array(right), np.array(half)
    print(
        "   score      matches   right   (the same product or subcategory, among the first forty of each need)"
    )
    for low in np.arange(0, 1, 0.1):
        some = (value >= low) & (value < low + 0.1)
        if some.sum() >= 20:
            print(
                f"   {low:.1f}–{low + 0.1:.1f}   {some.sum():7}   {truth[some].mean():.3f}   mean score {value[some].mean():.3f}"
            )
    print(f"   expected calibration error {error_of(value, truth):.3f}")
    for one in (0, 1):
        fitted = calibrate(value[fold != one].tolist(), truth[fold != one].tolist())
        raw = np.log(value / (1 - value)) / Calibration().slope + Calibration().middle
        again = 1 / (1 + np.exp(-fitted.slope * (raw - fitted.middle)))
        print(
            f"   fitted on one half: slope {fitted.slope:.2f}, middle {fitted.middle:.3f}; "
            f"error on the other {error_of(again[fold == one], truth[fold == one]):.3f}"
        )


def error_of(value: np.ndarray, truth: np.ndarray) -> float:
    """Expected calibration error in ten bins."""
    bins = np.minimum((value * 10).astype(int), 9)
    return float(
        sum(
            (bins == b).mean() * abs(value[bins == b].mean() - truth[bins == b].mean())
            for b in set(bins.tolist())
        )
    )


def fairness(rows: Sequence[dict[str, Any]], model: LanguageModel) -> None:
    """Part 3: every third firm is small, and half of those leave out how they deliver and what they speak; one in ten is new."""
    draw = np.random.default_rng(SEED)
    sizes = draw.choice(["small", "medium", "large"], len(rows))
    new = draw.random(len(rows)) < 0.1
    tells = (sizes != "small") | (draw.random(len(rows)) < 0.5)
    told = [(1, ("en",)) if tells[i] else (0, ()) for i in range(len(rows))]
    offers = [
        Profile(
            str(i),
            r["author"] or "",
            offers=Offers({"en": r["body_en"]}, modes=told[i][0], languages=told[i][1], size=str(sizes[i])),
            is_new=bool(new[i]),
        )
        for i, r in enumerate(rows)
    ]
    asked = [
        Profile(f"n{i}", seeks=Seeks({"en": without_name(r, "en")}, modes=1, languages=("en",)))
        for i, r in enumerate(rows)
    ]
    index = prepare(offers, model=model)
    print(
        "3. fairness   places   due small/new   before   after   lists changed   mean score given up   most   uneven before, after"
    )
    for number in (0.0, 0.25, 0.5, 1.0):
        ranking = rank(asked, index, top=MORE, options=Options(fairness=number), seed=SEED)
        r = fairness_report(ranking, index)
        print(
            f"   {number:8.2f} {r.places:8} {r.due:15.1f} {r.before:8} {r.after:7} {r.changed:15} "
            f"{r.cost:21.4f} {r.largest_cost:6.3f}   {r.uneven_before:.3f} {r.uneven_after:.3f}"
        )


def planted(visitors: int = 300, firms: int = 1200) -> None:
    """Part 4: each visitor likes two of 36 sectors and the words of one theme; the need says one sector only, vaguely."""
    draw = np.random.default_rng(SEED)
    sectors = [f"{a}/{a}.{b}/{a}.{b}.{c}" for a in range(1, 4) for b in "ABC" for c in "abcd"]
    themes = [[f"theme{t}word{w}" for w in range(12)] for t in range(24)]
    common = [f"common{w}" for w in range(60)]
    of_sector = draw.integers(0, len(sectors), firms)
    of_theme = draw.integers(0, len(themes), firms)

    def text(theme: int, n: int) -> str:
        return " ".join([*draw.choice(themes[theme], n), *draw.choice(common, 25)])

    offers = [
        Profile(
            f"f{i}", f"f{i}", offers=Offers({"en": text(of_theme[i], 8)}, sectors=(sectors[of_sector[i]],))
        )
        for i in range(firms)
    ]
    index = prepare(offers)
    tastes = [
        (draw.choice(len(sectors), 2, replace=False), int(draw.integers(len(themes))))
        for _ in range(visitors)
    ]
    people = [
        Profile(
            f"v{i}",
            seeks=Seeks(
                {"en": " ".join(draw.choice(common, 3))}, sectors=(sectors[liked[0]].rsplit("/", 1)[0],)
            ),
        )
        for i, (liked, _) in enumerate(tastes)
    ]
    good = [
        set(np.flatnonzero(np.isin(of_sector, liked) & (draw.random(firms) < 0.8)))
        | set(np.flatnonzero(of_theme == theme))
        for liked, theme in tastes
    ]
    chance = np.mean([len(g) / firms for g in good])
    print(
        f"4. planted tastes, {visitors} visitors, {firms} firms, {chance:.3f} of them to a visitor's taste: precision@10 of firms not acted on"
    )
    for acts in (0, 3, 10):
        taught = []
        for i, person in enumerate(people):
            seen = [int(f) for f in draw.permutation(sorted(good[i]))[:acts]]
            taught.append(
                replace(
                    person, interests=learned_from(seen, offers), dismissed=frozenset(f"f{f}" for f in seen)
                )
            )
        ranking = rank(taught, index, top=MORE, options=Options(fairness=0), seed=SEED)
        hits = np.mean([[c in good[i] for c in ranking.index[i].tolist()] for i in range(visitors)])
        print(f"   after {acts:2} acts   {hits:.3f}")


def learned_from(seen: Sequence[int], offers: Sequence[Profile]) -> Interests:
    """What the room learns from acts: sectors and words of the firms one dealt with, one third for each act."""
    sectors = Counter(path for f in seen for path in offers[f].offers.sectors)
    words = Counter(word for f in seen for word in sorted(set(offers[f].offers.texts["en"].split())))
    return Interests(
        {path: min(1.0, n / 3) for path, n in sectors.items()},
        {},
        {word: min(1.0, n / 3) for word, n in words.most_common(20)},
    )


def main() -> int:
    """Print the figures."""
    if (SHARED / "exhibitors").is_dir():
        rows = products()
        model = learned(rows)
        same_language(rows, model)
        mixed(rows, model)
        calibration(rows, model)
        real_needs(rows, model)
        fairness(rows, model)
    else:
        print("The shared real data is not beside the checkout: parts 1 to 3 are left out.")
    planted()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
