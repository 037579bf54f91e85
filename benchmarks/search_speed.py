"""Search speed: build and ask an index of many bilingual offers through the product's own doors.

    python benchmarks/search_speed.py [--documents 300000] [--synonyms] [--engine postgres]
    python benchmarks/search_speed.py --database postgresql://... [--edition scale-ciftis]

The first makes offers of its own and asks the gateway; `--engine postgres` starts a PostgreSQL of its own and keeps
the index there, and adds the work of the server's process to ours (Linux only; parallel workers are not in it). The second takes the published rows of a database, which is
only read, and asks through the search room: synonyms, marking and extracts included; beside it stands the engine's
own share. Printed are p50 and p95 for each kind of query (total, first 24 hits and counts of all facets), in time
passed and in processor time, which a busy machine disturbs less; the ratio is to the bound, by processor time.
The peer is SQLite FTS5 on the same shape of data: 326 ms p95 for one frequent English word at 300,000 offers.
"""

# ruff: noqa: SIM905 - word lists are easier to read and change as words

import argparse
import gc
import itertools
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from everfair.engines.text import SynonymTable, read_query, terms
from everfair.gateways.search.engine import SearchEngine
from everfair.gateways.search.tantivy_engine import TantivyEngine
from everfair.gateways.search.types import Document, Query, Result

FTS5_P95 = 326.0
BOUNDS = {300_000: 10.0, 2_400_000: 60.0}
BUILD_BOUND = 60.0
ROUNDS = 60

ENGLISH = """customs clearance logistics freight warehouse cold chain insurance audit legal advice translation
interpretation software cloud data centre security payment settlement finance leasing consulting design
architecture engineering survey testing inspection certification environment energy education training
medical health tourism hotel culture film music sports media advertising telecom satellite drone robot
network platform analytics artificial intelligence blockchain cross-border e-commerce trade export import
tax accounting recruitment outsourcing call centre maintenance repair aviation shipping railway port""".split()
CHINESE = """报关 清关 物流 货运 仓储 冷链 保险 审计 法律 咨询 翻译 口译 软件 云计算 数据中心 安全 支付 结算 金融
租赁 设计 建筑 工程 勘测 检测 检验 认证 环保 能源 教育 培训 医疗 健康 旅游 酒店 文化 电影 音乐 体育 传媒 广告 电信
卫星 无人机 机器人 网络 平台 分析 人工智能 区块链 跨境电商 贸易 出口 进口 税务 会计 招聘 外包 呼叫中心 维护 维修
航空 航运 铁路 港口""".split()
VERBS = "provides offers delivers supports covers manages improves connects protects plans".split()
LINKS = "for with across from under through".split()
CHINESE_VERBS = "提供 支持 覆盖 管理 连接 保障 规划 优化 实现 开展".split()
SYLLABLES = (
    "ka lo mi ter van sun ora bel dex pho gra tin ulo mar zen qi ra vel nor syn pax ion hub tek".split()
)
HAN_NAMES = "华中信联创科瑞博天鼎诚泰安恒远达佳欣盛隆宏伟凯盈锦汇丰润嘉禾云帆海岳川".strip()
CITIES = "北京 上海 广州 深圳 成都 杭州 武汉 西安 南京 天津 重庆 苏州".split()
COUNTRIES = (
    "CN DE US GB FR JP KR SG AE BR ZA EG IN ID TH VN MY AU CA IT ES PT NL SE PL TR SA KE NG MX".split()
)
SECTORS = [f"{sector:02d}.{letter}" for sector in range(1, 13) for letter in "ABCDEFGHI"]


def documents(number: int, seed: int = 1) -> Iterator[Document]:
    """Bilingual offers: a few words are in most of them, thousands in a handful, as in real catalogues."""
    draw = random.Random(seed)
    rare = ["".join(draw.choices(SYLLABLES, k=draw.randint(2, 4))) for _ in range(20_000)]
    names = ["".join(draw.choices(HAN_NAMES, k=draw.randint(2, 3))) for _ in range(8_000)]
    middle = ["".join(draw.choices(SYLLABLES, k=3)) + "s" * draw.randint(0, 1) for _ in range(2_000)]
    mitte = ["".join(pair) for pair in itertools.product(CHINESE, CHINESE_VERBS)]
    weights = [1 / (rank + 8) for rank in range(len(ENGLISH))]
    chinese_weights = weights[: len(CHINESE)]
    for i in range(number):
        topic = mixed(draw, draw.choices(ENGLISH, weights, k=10), draw.choices(middle, k=14))
        thema = mixed(draw, draw.choices(CHINESE, chinese_weights, k=9), draw.choices(mitte, k=11))
        brand, odd, firm = draw.choice(rare).title(), draw.choices(rare, k=3), draw.choice(names)
        body_en = (
            f"{brand} {draw.choice(VERBS)} {topic[0]} and {topic[1]} {draw.choice(LINKS)} {topic[2]} {odd[0]}. "
            f"Our {topic[3]} team {draw.choice(VERBS)} {topic[4]} {topic[5]} services {draw.choice(LINKS)} "
            f"{topic[6]} customers: {', '.join(topic[7:16])}. Since {draw.randint(1950, 2025)} we deliver "
            f"{topic[16]} and {topic[17]} to {odd[1]} {odd[2]} and {', '.join(topic[18:])}."
        )
        body_zh = (
            f"{draw.choice(CITIES)}{firm}{draw.choice(CHINESE_VERBS)}{thema[0]}与{thema[1]}服务，"
            f"面向{thema[2]}行业客户，团队{draw.choice(CHINESE_VERBS)}{'、'.join(thema[3:10])}等业务。"
            f"自{draw.randint(1950, 2025)}年以来，我们以{thema[10]}和{thema[11]}为核心，"
            f"通过{brand}平台{draw.choice(CHINESE_VERBS)}{'、'.join(thema[12:])}解决方案。"
        )
        yield Document(
            key=f"offer:{i}",
            kind="offer",
            edition=1,
            titles={
                "en": f"{brand} {topic[0]} {topic[1]} service",
                "zh": f"{firm}{thema[0]}{thema[1]}服务",
            },
            bodies={"en": body_en, "zh": body_zh},
            names=(f"{brand} {odd[0].title()} Ltd", f"{draw.choice(CITIES)}{firm}有限公司"),
            facets={
                "area": (f"area-{draw.randint(1, 9)}",),
                "sector": sectors(draw),
                "country": (draw.choices(COUNTRIES, [1 / (n + 1) for n in range(len(COUNTRIES))])[0],),
                "mode": tuple(sorted(set(draw.choices("1234", k=2)))),
                "language": ("en", "zh"),
            },
            published_at=1_700_000_000 + draw.randint(0, 60_000_000),
        )


def sectors(draw: random.Random) -> tuple[str, ...]:
    """A sector with the one above it, and for one offer in five a second one beside it."""
    main = draw.choice(SECTORS)
    beside = [main[:-1] + draw.choice("ABCDEFGHI")] if draw.random() < 0.2 else []
    return tuple(dict.fromkeys([main[:2], main, *beside]))


def mixed(draw: random.Random, frequent: list[str], others: list[str]) -> list[str]:
    """Both lists in one, in random order."""
    words = frequent + others
    draw.shuffle(words)
    return words


@dataclass(frozen=True)
class Vocabulary:
    """Words to ask for: the hottest and any, in both languages, names that are rare, values to filter by."""

    hot: list[str]
    english: list[str]
    chinese: list[str]
    rare: list[str]
    countries: list[str]
    sectors: list[str]


def made_vocabulary() -> Vocabulary:
    """Of the offers made here."""
    rare = [document.titles["en"].split()[0] for document in documents(400)]
    return Vocabulary(ENGLISH[:8], ENGLISH, CHINESE, rare, COUNTRIES, SECTORS)


def vocabulary_of(rows: list[Document]) -> Vocabulary:
    """Of some documents of a catalogue: words of titles and bodies, the frequent ones as often as they occur."""
    english, chinese = Counter[str](), Counter[str]()
    countries, codes = Counter[str](), Counter[str]()
    for row in rows:
        for texts in (row.titles, row.bodies):
            english.update(
                {word.lower() for word in texts.get("en", "").split() if word.isalpha() and len(word) > 3}
            )
            chinese.update({word for word in terms(texts.get("zh", ""), "zh").words if len(word) > 1})
        countries.update(row.facets.get("country", ()))
        codes.update(row.facets.get("sector", ()))
    telling = [word for word, _ in english.most_common() if read_query(word).words]
    rare = [word for word, count in english.items() if count == 1] or telling[-50:]
    return Vocabulary(
        telling[:8],
        telling[:200],
        [word for word, _ in chinese.most_common(200)],
        rare,
        list(countries),
        list(codes),
    )


Asking = Callable[[], Query]


def queries(
    edition: int, of: Vocabulary, seed: int = 2, synonyms: SynonymTable | None = None
) -> dict[str, Asking]:
    """Kinds of query, each drawn afresh every time."""
    draw = random.Random(seed)

    def ask(text: str = "", **more: object) -> Query:
        return Query(edition, text, synonyms=synonyms or {}, **more)  # type: ignore[arg-type]

    def mistyped() -> str:
        word = draw.choice([word for word in of.english if len(word) >= 7])
        cut = draw.randint(1, len(word) - 2)
        return word[:cut] + word[cut + 1 :]

    def sentence() -> str:
        first, second = draw.choices(of.english, k=4), draw.choices(of.english, k=5)
        return f"We look for {' '.join(first)} and {' '.join(second)} partners"

    def filters() -> dict[str, tuple[str, ...]]:
        return {"country": (draw.choice(of.countries), of.countries[0]), "sector": (draw.choice(of.sectors),)}

    return {
        "frequent English word": lambda: ask(draw.choice(of.hot)),
        "any English word": lambda: ask(draw.choice(of.english)),
        "rare name": lambda: ask(draw.choice(of.rare)),
        "two English words": lambda: ask(" ".join(draw.choices(of.english, k=2))),
        "one Chinese word": lambda: ask(draw.choice(of.chinese), language="zh"),
        "two Chinese words": lambda: ask("".join(draw.choices(of.chinese, k=2)), language="zh"),
        "word, two filters": lambda: ask(draw.choice(of.english), filters=filters()),
        "word by newest": lambda: ask(draw.choice(of.english), sort="newest"),
        "word by name": lambda: ask(draw.choice(of.chinese), sort="name", language="zh"),
        "typing error": lambda: ask(mistyped()),
        "sentence": lambda: ask(sentence()),
        "no text": lambda: ask(),
    }


server_process = 0  # of PostgreSQL, which works for this one


def work_clock() -> float:
    """Seconds of the processor: this thread's, and those of the database's process."""
    if not server_process:
        return time.thread_time()
    on_processor = Path(f"/proc/{server_process}/schedstat").read_text(encoding="ascii").split()[0]
    return time.thread_time() + int(on_processor) / 1e9


@dataclass
class Times:
    """Milliseconds of many runs: passed, and of the processor."""

    passed: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    def take(self, run: Callable[[], object]) -> None:
        """Time one run."""
        begun, work = time.perf_counter(), work_clock()
        run()
        self.worked.append((work_clock() - work) * 1000)
        self.passed.append((time.perf_counter() - begun) * 1000)

    def line(self, label: str, bound: float = 0.0) -> str:
        """One line of the table."""
        p50, p95 = percentile(self.passed, 0.5), percentile(self.passed, 0.95)
        w50, w95 = percentile(self.worked, 0.5), percentile(self.worked, 0.95)
        ratio = f"  {w95 / bound:5.2f}" if bound else ""
        return f"{label:34} {p50:7.1f} {p95:7.1f}  {w50:7.1f} {w95:7.1f}{ratio}"


def percentile(times: list[float], share: float) -> float:
    """The value below which `share` of the times lie."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


class Watched:
    """An engine that times its searches."""

    def __init__(self, engine: SearchEngine) -> None:
        self.engine = engine
        self.times = Times()
        self._search = engine.search

    def search(self, query: Query) -> Result:
        """As the engine does, timed."""
        found: list[Result] = []
        self.times.take(lambda: found.append(self._search(query)))
        return found[0]


def built(folder: Path, build: Callable[[], int], note: str = "") -> int:
    """Run a build and print what it took; gives the number of documents."""
    children = _work_of_children()
    started, worked = time.perf_counter(), time.process_time()
    number = build()
    took, worked = time.perf_counter() - started, time.process_time() - worked
    worked += _work_of_children() - children
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    ratio = f" ({took / BUILD_BOUND:.2f} of the bound)" if number <= 400_000 else ""
    print(f"{number} documents: built in {took:.1f} s{ratio}, {worked:.1f} s of work{note}, {size:.0f} MB")
    return number


def _work_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(
    engine: Watched,
    kinds: dict[str, Asking],
    number: int,
    room: Callable[[Query], object] | None = None,
    rounds: int = ROUNDS,
) -> None:
    """Ask every kind, print the table."""
    bound = BOUNDS[300_000] if number <= 400_000 else BOUNDS[2_400_000]
    load = os.getloadavg()[0]
    print(
        f"{'load ' + format(load, '.1f'):34} {'p50':>7} {'p95':>7}  {'p50':>7} {'p95':>7}  of {bound:.0f} ms; ms passed, ms of the processor"
    )
    whole = Times()
    for make in kinds.values():  # nobody's first search is measured: files are read, caches are cold
        engine.search(make())
    for kind, make in kinds.items():
        engine.times, asked = Times(), Times()
        for _ in range(rounds):
            query = make()
            asked.take(lambda query=query: room(query) if room else engine.search(query))  # type: ignore[misc]
        print(engine.times.line(kind, bound))
        if room:
            print(asked.line("  … and the room around it"))
        whole.passed += engine.times.passed
        whole.worked += engine.times.worked
    print(whole.line("all kinds", bound))
    hot = percentile(whole.worked, 0.95)
    print(f"FTS5 takes {FTS5_P95 / hot:.0f} times as long for one frequent word as all kinds here at p95")
    typing = Times()
    for text in ("cus", "logi", "物", "报关", "cold ch", "Ka") * 10:
        typing.take(lambda text=text: engine.engine.suggest(next(iter(kinds.values()))().edition, text))  # type: ignore[misc]
    print(typing.line("suggestions while typing"))


def measure_made(number: int, synonyms: SynonymTable, rounds: int) -> None:
    """Offers made here, asked of the gateway."""
    with tempfile.TemporaryDirectory(prefix="search-speed-") as folder:
        engine = Watched(TantivyEngine(Path(folder)))
        prepared = list(documents(number)) if number <= 300_000 else documents(number)
        gc.freeze()  # the prepared documents are the benchmark's, not the product's, which streams them
        note = "" if number <= 300_000 else " (making the texts included)"
        built(Path(folder), lambda: engine.engine.rebuild(prepared, 0), note)
        measure(engine, queries(1, made_vocabulary(), synonyms=synonyms), number, rounds=rounds)


def measure_made_in_postgres(number: int, synonyms: SynonymTable, rounds: int) -> None:
    """Offers made here, kept and asked in a PostgreSQL of its own."""
    global server_process
    from benchmarks.ground import postgres

    with tempfile.TemporaryDirectory(prefix="search-speed-") as folder, postgres() as address:
        _set_up_django(address, folder)
        from django.db import connection

        from everfair.gateways.search.postgres_engine import PostgresEngine

        engine = Watched(PostgresEngine())
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                server_process = cursor.fetchone()[0]
                begun = work_clock()
                made = documents(number)
                built(
                    Path(folder), lambda: engine.engine.rebuild(made, 0), " here (making the texts included)"
                )
                cursor.execute("SELECT pg_database_size(current_database())")
                size = cursor.fetchone()[0] / 1e6
            print(
                f"{work_clock() - begun:.1f} s of work here and in the server, {size:.0f} MB in the database"
            )
            measure(engine, queries(1, made_vocabulary(), synonyms=synonyms), number, rounds=rounds)
        finally:
            connection.close()


def _set_up_django(address: str, folder: str) -> None:
    os.environ |= {
        "EVERFAIR_DATABASE_URL": address,
        "EVERFAIR_DATA_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "everfair.config.settings",
    }
    import django

    django.setup()


def measure_database(address: str, edition_code: str) -> None:
    """A catalogue's rows, asked through the room."""
    with tempfile.TemporaryDirectory(prefix="search-speed-") as folder:
        _set_up_django(address, folder)
        from everfair.fair.models import Edition
        from everfair.gateways.search import get_engine
        from everfair.search.actions import reindex
        from everfair.search.bridge import all_documents
        from everfair.search.queries import search_edition

        edition = Edition.objects.get(slug=edition_code)
        engine = Watched(get_engine())
        number = built(Path(folder), reindex, ", rows read from the database included")
        sample = list(itertools.islice(all_documents(), 0, 60_000, 7))

        def room(query: Query) -> object:
            return search_edition(edition, query.text, dict(query.filters), query.sort, lang=query.language)

        with patch.object(engine.engine, "search", engine.search):
            measure(engine, queries(edition.pk, vocabulary_of(sample)), number, room)


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=300_000, help="offers to make")
    parser.add_argument("--synonyms", action="store_true", help="with the built-in synonyms")
    parser.add_argument("--database", default="", help="a PostgreSQL with a catalogue, only read")
    parser.add_argument("--edition", default="scale-ciftis", help="the edition to ask there")
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="queries of each kind, for offers made here"
    )
    parser.add_argument(
        "--engine", choices=("tantivy", "postgres"), default="tantivy", help="for offers made here"
    )
    given = parser.parse_args()
    if given.database:
        measure_database(given.database, given.edition)
        return
    from benchmarks.search_quality import built_in_synonyms

    run = measure_made_in_postgres if given.engine == "postgres" else measure_made
    run(given.documents, built_in_synonyms() if given.synonyms else {}, given.rounds)


if __name__ == "__main__":
    main()
