"""Search speed: build and query an index of synthetic bilingual offers through the product's own gateway.

    python benchmarks/search_speed.py [documents=300000]

Prints p50 and p95 for each kind of query (total, first 24 hits and counts of five facets) beside the bound.
The peer is SQLite FTS5 on the same shape of data: 326 ms p95 for one frequent English word at 300,000 offers.
"""

# ruff: noqa: SIM905 - word lists are easier to read and change as words

import gc
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from everfair.gateways.search.tantivy_engine import TantivyEngine
from everfair.gateways.search.types import Document, Query

FTS5_P95 = 326.0
BOUNDS = {300_000: 10.0, 2_400_000: 60.0}
BUILD_BOUND = 60.0

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


def queries(seed: int = 2) -> dict[str, Callable[[], Query]]:
    """Kinds of query, each drawn afresh every time."""
    draw = random.Random(seed)
    rare = ["".join(random.Random(1).choices(SYLLABLES, k=3)) for _ in range(1)]
    odd = [document.titles["en"].split()[0] for document in documents(400)] + rare

    def mistyped() -> str:
        word = draw.choice([word for word in ENGLISH if len(word) >= 7])
        cut = draw.randint(1, len(word) - 2)
        return word[:cut] + word[cut + 1 :]

    def sentence() -> str:
        return f"We look for {' '.join(draw.choices(ENGLISH, k=4))} and {' '.join(draw.choices(ENGLISH, k=5))} partners"

    return {
        "frequent English word": lambda: Query(1, draw.choice(ENGLISH[:8])),
        "any English word": lambda: Query(1, draw.choice(ENGLISH)),
        "rare name": lambda: Query(1, draw.choice(odd)),
        "two English words": lambda: Query(1, " ".join(draw.choices(ENGLISH, k=2))),
        "one Chinese word": lambda: Query(1, draw.choice(CHINESE)),
        "two Chinese words": lambda: Query(1, "".join(draw.choices(CHINESE, k=2))),
        "word, two filters": lambda: Query(
            1,
            draw.choice(ENGLISH),
            filters={"country": (draw.choice(COUNTRIES), "CN"), "sector": (draw.choice(SECTORS),)},
        ),
        "word by newest": lambda: Query(1, draw.choice(ENGLISH), sort="newest"),
        "word by name": lambda: Query(1, draw.choice(CHINESE), sort="name", language="zh"),
        "typing error": lambda: Query(1, mistyped()),
        "sentence": lambda: Query(1, sentence()),
        "no text": lambda: Query(1),
    }


def percentile(times: list[float], share: float) -> float:
    """The value below which `share` of the times lie."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def main() -> None:
    """Build, ask, print."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    bound = BOUNDS.get(number, BOUNDS[300_000] if number <= 300_000 else BOUNDS[2_400_000])
    with tempfile.TemporaryDirectory(prefix="search-speed-") as folder:
        engine = TantivyEngine(Path(folder))
        prepared = list(documents(number)) if number <= 300_000 else documents(number)
        gc.freeze()  # the prepared documents are the benchmark's, not the product's, which streams them
        started, worked = time.perf_counter(), time.process_time()
        engine.rebuild(prepared, 0)
        took, worked = time.perf_counter() - started, time.process_time() - worked
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e6
        note = f"{took / BUILD_BOUND:.2f} of the bound" if number <= 300_000 else "making the texts included"
        print(f"{number} offers: built in {took:.1f} s ({note}), {worked:.1f} s of work, {size:.0f} MB")
        every: list[float] = []
        for kind, make in queries().items():
            times = []
            for _ in range(60):
                query = make()
                begun = time.perf_counter()
                engine.search(query)
                times.append((time.perf_counter() - begun) * 1000)
            every += times
            p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
            print(f"{kind:24} p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  {p95 / bound:5.2f} of the bound")
        p95 = percentile(every, 0.95)
        print(
            f"all kinds: p95 {p95:.1f} ms, bound {bound:.0f} ms ({p95 / bound:.2f}); FTS5 {FTS5_P95 / p95:.0f}x as long"
        )
        times = []
        for text in ("cus", "logi", "物", "报关", "cold ch", "Ka"):
            for _ in range(10):
                begun = time.perf_counter()
                engine.suggest(1, text)
                times.append((time.perf_counter() - begun) * 1000)
        print(f"suggestions: p50 {percentile(times, 0.5):.1f} ms  p95 {percentile(times, 0.95):.1f} ms")


if __name__ == "__main__":
    main()
