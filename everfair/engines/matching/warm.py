"""Runs everything compiled once on next to nothing, so that the machine code is made or fetched before somebody waits for it."""

from everfair.engines.matching.index import prepare, update
from everfair.engines.matching.languages import Bilingual
from everfair.engines.matching.languages.learn import learn
from everfair.engines.matching.rank import rank
from everfair.engines.matching.types import Interests, Licence, Offers, Profile, Seeks, Wish

_RECORDS = [
    Bilingual((("cloud accounting for firms", "企业云记账服务"), ("books kept in the cloud", "云端记账"))),
    Bilingual((("marine insurance for ships", "船舶海上保险"), ("cover for cargo at sea", "海运货物保险"))),
]


def warm() -> None:
    """Learn, prepare, change and rank a fair of two. Seconds where the code is kept from before, else about a minute."""
    model = learn(_RECORDS, glossary=[("insurance", "保险")], seed=0)
    licence = Licence("", ("DE",))
    firms = [
        Profile(
            f"exhibitor:{n}",
            f"exhibitor:{n}",
            Seeks({"en": "insurance"}, ("7/7.A",), 1, languages=("en",), hard=frozenset({Wish.LANGUAGES})),
            Offers({"en": "cloud accounting"}, ("1/1.B",), 1, "DE", ("*",), ("en",), "small", (licence,)),
        )
        for n in range(2)
    ]
    seeker = Profile(
        "person:1",
        "person:1",
        Seeks({"zh": "云记账"}, ("1/1.B",), 1, ("DE",), ("DE",), ("en",), ("small",), (licence,)),
        Offers({"en": "insurance"}, country="FR"),
        interests=Interests({"1/1.B": 1.0}, {"exhibitor:0": 1.0}, {"cloud": 1.0}),
        dismissed=frozenset({"exhibitor:1"}),
    )
    for known in (model, None):
        index = prepare(firms, model=known)
        rank([seeker], update(index, firms[:1]), top=2)
