"""What tests of the pages of matching share: a small fair that can be learned from, the names a page shows in order."""

import re
from html import unescape
from typing import Any

from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition

WORDS = [
    ("cloud accounting", "云记账"), ("marine insurance", "海上保险"), ("contract translation", "合同翻译"),
    ("cold chain transport", "冷链运输"), ("hotel web pages", "酒店网页"),
]  # fmt: skip
NAME = re.compile(r'<article class="match".*?<h3[^>]*>(.*?)</h3>', re.DOTALL)


def fair_of_two_languages(edition: Any = None, records: int = 65) -> Any:
    """An edition with offers that stand in Chinese and English."""
    edition = edition or make_edition(phase="live")
    for number in range(records // 5):
        firm = make_exhibitor(edition, state="published")
        for english, chinese in WORDS:
            make_offer(
                firm,
                title={"en": english, "zh": chinese},
                description={"en": f"No. {number}", "zh": f"{number}号"},
            )
    return edition


def names_on(page: str) -> list[str]:
    """Names of the matches on a page, from the first to the last."""
    return [unescape(re.sub(r"<[^>]+>", "", name)).strip() for name in NAME.findall(page)]
