"""The bilingual model: what it must keep, and what it does with bad input."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from everfair.engines.matching.languages import (
    FEW_RECORDS,
    Bilingual,
    BilingualModel,
    ModelError,
    model_bytes,
    read_model,
)
from everfair.engines.matching.languages.align import aligned
from everfair.engines.matching.languages.learn import learn
from everfair.engines.matching.languages.similar import candidates, similarity

THINGS = {
    "customs clearance": "报关服务", "cold chain": "冷链运输", "patent search": "专利检索", "machine translation": "机器翻译",
    "ship repair": "船舶修理", "legal advice": "法律咨询", "film dubbing": "影视配音", "data centre": "数据中心",
}  # fmt: skip
PLACES = {"harbour": "港口", "hospital": "医院", "school": "学校", "museum": "博物馆", "bank": "银行"}


def records() -> list[Bilingual]:
    return [
        Bilingual([(f"We sell {en} to every {place}.", f"我们向每家{ort}出售{zh}。")])
        for en, zh in THINGS.items()
        for place, ort in PLACES.items()
    ]


@pytest.fixture(scope="module")
def model() -> BilingualModel:
    return learn(records() + records()[:20])


def test_a_need_finds_its_offer_in_the_other_language_both_ways(model: BilingualModel) -> None:
    chinese = candidates(model, list(THINGS.values()), "zh")
    english = candidates(model, list(THINGS), "en")
    asked = similarity(model, list(THINGS), "en", chinese)
    back = similarity(model, list(THINGS.values()), "zh", english)
    assert asked.argmax(axis=1).tolist() == list(range(len(THINGS)))
    assert back.argmax(axis=1).tolist() == list(range(len(THINGS)))


def test_terms_are_translated_surest_first(model: BilingualModel) -> None:
    assert model.translations("harbour", "en")[0][0] == "港口"
    assert model.translations("医院", "zh")[0][0] == "hospit"


def test_names_stay_themselves_in_the_other_language(model: BilingualModel) -> None:
    assert model.translated({"kubernetes": 2.0}, "en") == {"kubernetes": 2.0}
    among = candidates(model, ["我们出售 Kubernetes", "我们出售专利"], "zh")
    assert similarity(model, ["kubernetes"], "en", among).argmax() == 0


def test_same_records_and_seed_give_the_same_bytes() -> None:
    assert model_bytes(learn(records(), seed=7)) == model_bytes(learn(records(), seed=7))
    assert model_bytes(learn(records(), seed=7)) != model_bytes(learn(records(), seed=8))


def test_a_model_kept_is_the_model_learned(model: BilingualModel) -> None:
    again = read_model(model_bytes(model))
    assert model_bytes(again) == model_bytes(model)
    assert np.array_equal(again.vectors(["cold chain"], "en"), model.vectors(["cold chain"], "en"))
    assert again.translations("港口", "zh") == model.translations("港口", "zh")


def _with(model: BilingualModel, **head: object) -> bytes:
    """The model's bytes with another head."""
    with np.load(io.BytesIO(model_bytes(model))) as file:
        arrays = {name: file[name] for name in file.files}
    changed = json.loads(arrays["head"].tobytes()) | head
    arrays["head"] = np.frombuffer(json.dumps(changed).encode(), np.uint8)
    told = io.BytesIO()
    np.savez(told, **arrays)
    return told.getvalue()


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ({"version": 99}, "is of version 99"),
        ({"analysis": 0}, "text analysis 0"),
        ({"format": "another"}, "no bilingual model"),
        ({"records": 5000}, "its digest differs"),
        ({"digest": "00"}, "its digest differs"),
    ],
)
def test_a_foreign_or_changed_model_is_refused(
    model: BilingualModel, head: dict[str, object], says: str
) -> None:
    with pytest.raises(ModelError, match=says) as caught:
        read_model(_with(model, **head))
    assert "learn it again" in str(caught.value)


def test_a_missing_empty_cut_or_damaged_file_is_refused(model: BilingualModel) -> None:
    whole = model_bytes(model)
    with pytest.raises(ModelError, match="no bilingual model yet"):
        read_model(None)
    other = io.BytesIO()
    np.savez(other, a=np.zeros(3))
    middle = len(whole) // 2
    damaged = (
        whole[:middle] + bytes(byte ^ 255 for byte in whole[middle : middle + 64]) + whole[middle + 64 :]
    )
    for data in (b"", b"no model", whole[: len(whole) // 3], other.getvalue(), damaged):
        with pytest.raises(ModelError, match="learn it again"):
            read_model(data)


def test_nothing_to_learn_from_is_a_thin_model_that_finds_names_only() -> None:
    empty = learn([])
    assert empty.is_thin
    assert empty.vectors(["anything"], "en").shape == (1, 0)
    among = candidates(empty, ["任何 Acme", ""], "zh")
    found = similarity(empty, ["Acme", ""], "en", among)
    assert found[0, 0] > 0
    assert not found[1].any()
    assert model_bytes(read_model(model_bytes(empty))) == model_bytes(empty)


def test_one_record_is_enough_not_to_fail() -> None:
    one = learn([Bilingual([("cold chain logistics", "冷链物流")])])
    assert one.is_thin
    assert np.isfinite(one.vectors(["cold chain", ""], "en")).all()


def test_enough_records_are_not_thin() -> None:
    assert learn((records() * 2)[:FEW_RECORDS]).is_thin is False
    assert learn(records()[: FEW_RECORDS - 12]).is_thin is True


def test_a_glossary_carries_a_fair_without_bilingual_records() -> None:
    carried = learn([], glossary=[*THINGS.items(), ("half", ""), ("", "空")])
    assert carried.is_thin
    among = candidates(carried, [f"我们提供{zh}" for zh in THINGS.values()], "zh")
    assert similarity(carried, list(THINGS), "en", among).argmax(axis=1).tolist() == list(range(len(THINGS)))


def test_a_record_with_an_empty_half_teaches_nothing() -> None:
    assert learn([Bilingual([("only English", " ")]), Bilingual([])]).records == 0


def test_a_third_language_is_near_to_nothing(model: BilingualModel) -> None:
    assert not model.vectors(["Kühlkette"], "de").any()
    assert model.translated({"kühlkette": 1.0}, "de") == {}
    assert not similarity(model, ["cold chain"], "en", candidates(model, ["Kühlkette"], "de")).any()
    assert not similarity(model, ["Kühlkette"], "de", candidates(model, ["冷链运输"], "zh")).any()


def test_regional_codes_are_their_language(model: BilingualModel) -> None:
    assert np.array_equal(model.vectors(["冷鏈運輸"], "zh-Hant"), model.vectors(["冷链运输"], "zh"))


@pytest.mark.parametrize("text", ["", " \n ", "🚀", "🚀🎉" * 50, "the of and", "的了和"])
def test_texts_without_words_are_near_to_nothing(model: BilingualModel, text: str) -> None:
    among = candidates(model, ["冷链运输", text], "zh")
    assert not model.vectors([text], "en").any()
    assert not similarity(model, [text], "en", among).any()
    assert similarity(model, ["cold chain"], "en", among)[0, 1] == 0


def test_fifty_thousand_words_are_read_in_part_and_do_not_rise(model: BilingualModel) -> None:
    stuffed = " ".join(["冷链运输 报关服务 专利检索 机器翻译 船舶修理"] * 10_000)
    among = candidates(model, ["冷链运输", stuffed], "zh")
    found = similarity(model, ["cold chain"], "en", among)
    assert found[0, 0] > found[0, 1]
    taught = learn([*records(), Bilingual([("word " * 50_000, "词语。\n" * 50_000)])])
    assert taught.translations("harbour", "en")[0][0] == "港口"


def test_added_texts_are_as_if_there_from_the_start(model: BilingualModel) -> None:
    texts = list(THINGS.values())
    grown = candidates(model, texts[:5], "zh")
    _ = grown.postings
    for text in texts[5:]:
        grown = grown.plus(candidates(model, [text], "zh"))
    once = candidates(model, texts, "zh")
    asked = list(THINGS)
    assert np.allclose(similarity(model, asked, "en", grown), similarity(model, asked, "en", once), atol=1e-6)


def test_one_language_twice_is_refused() -> None:
    with pytest.raises(ModelError, match="two languages"):
        learn([], languages=("en", "en"))


def test_learning_without_needing_the_compiler_to_ask(model: BilingualModel) -> None:
    import subprocess
    import sys

    program = "import sys, everfair.engines.matching.languages.model, everfair.engines.matching.languages.similar as s; " \
        "print('everfair.engines.matching.languages.kernels' in sys.modules)"  # fmt: skip
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


texts_of_all_kinds = st.text(alphabet=st.sampled_from("ab Z9.-\n#港口船报关é🚀ü。"), max_size=60)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(texts_of_all_kinds, texts_of_all_kinds), max_size=6))
@example([("9", ".")])  # a side whose records hold no word
def test_any_pairs_are_learned_and_stay_within_bounds(pairs: list[tuple[str, str]]) -> None:
    learned = learn([Bilingual(pairs)])
    vectors = learned.vectors([one for one, _ in pairs], "en")
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all((np.abs(lengths - 1) < 1e-4) | (lengths == 0))
    for side in (0, 1):
        links = learned.into[side]
        told = np.bincount(links.to, links.weight, len(learned.terms[side]))
        assert np.all(told < 1 + 1e-4)  # all the ways to tell one term add up to 1
    found = similarity(learned, [a for a, _ in pairs], "en", candidates(learned, [b for _, b in pairs], "zh"))
    assert np.isfinite(found).all()


@given(texts_of_all_kinds, texts_of_all_kinds)
def test_parts_hold_only_what_was_written_and_stretches_are_within(first: str, second: str) -> None:
    found = aligned([(first, second)])
    assert all(one in first and two in second for one, two in found.parts)
    assert all(0 <= a < b <= len(found.parts) for a, b in found.stretches)


def test_parts_are_cut_where_both_sides_agree_and_not_guessed() -> None:
    both = aligned(
        [("## One\nFirst line.\nSecond line.\n## Two\nThird.", "## 一\n第一行。\n第二行。\n## 二\n第三。")]
    )
    assert both.parts == [("First line.", "第一行。"), ("Second line.", "第二行。"), ("Third.", "第三。")]
    assert (0, 2) in both.stretches
    assert (0, 3) in both.stretches
    assert aligned([("One.\nTwo.", "一。二。三。")]).parts == [("One.\nTwo.", "一。二。三。")]


@pytest.mark.realdata
def test_real_products_are_found_across_languages(shared_data: Path) -> None:
    """One fold and one way of the protocol: learned from half, asked among the unseen other half."""
    lines = (shared_data / "exhibitors" / "ai-native-en-zh.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    half, other = rows[0::2], rows[1::2]
    learned = learn(
        [Bilingual([(r[f"{t}_en"], r[f"{t}_zh"]) for t in ("description", "body")]) for r in half]
    )
    asked = [r["description_en"].replace(r["name"], " ") for r in other]
    found = similarity(learned, asked, "en", candidates(learned, [r["body_zh"] for r in other], "zh"))
    right = found.diagonal()[:, None]
    place = (found >= right).sum(axis=1) - 1
    assert (place < 1).mean() >= 0.77
    assert (place < 10).mean() >= 0.975


def test_more_than_may_be_read_is_drawn_by_the_seed_and_single_parts_go_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = [Bilingual([("One port.\nTwo ships.", "一个港口。\n两艘船。")]) for _ in range(3)]
    records += [Bilingual([(f"thing{n} here\nplace{n} there", f"东西{n}\n地方{n}")]) for n in range(40)]
    whole = learn(records)
    monkeypatch.setattr("everfair.engines.matching.languages.learn.MOST_LESSON_TERMS", 60)
    some = learn(records, seed=1)
    assert 0 < len(some.into[1].to) < len(whole.into[1].to)
    assert some.terms == whole.terms
    assert model_bytes(learn(records, seed=1)) == model_bytes(some)
    assert model_bytes(learn(records, seed=2)) != model_bytes(some)
