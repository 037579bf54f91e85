"""Warming makes all machine code that learning and ranking need; asking for nothing imports no compiler."""

import subprocess
import sys

PROGRAM = """
import sys
import everfair.engines.matching, everfair.engines.matching.languages, everfair.engines.matching.languages.similar
assert "numba" not in sys.modules
from everfair.engines.matching.warm import warm
warm()
from numba.core.dispatcher import Dispatcher
made = {
    f"{f.__module__}.{f.__name__}": f
    for name, module in sys.modules.items() if name.startswith("everfair.engines.matching")
    for f in vars(module).values() if isinstance(f, Dispatcher)
}
before = {name: len(f.signatures) for name, f in made.items()}
from everfair.engines.matching import Interests, Offers, Options, Profile, Seeks, prepare, rank, rank_one, update
from everfair.engines.matching.languages import Bilingual, model_bytes, read_model
from everfair.engines.matching.languages.learn import learn
from tests.engines.matching.test_across import PAIRS
model = read_model(model_bytes(learn([Bilingual([p, (p[0] + "\\n" + p[0], p[1] + "\\n" + p[1])]) for p in PAIRS])))
firms = [Profile(f"f{n}", f"f{n}", Seeks({"zh": p[1]}), Offers({"en": p[0]}, ("1/1.A",))) for n, p in enumerate(PAIRS)]
people = [Profile(f"p{n}", "", Seeks({"zh": p[1]}, ("1",)), interests=Interests({"1": 0.5})) for n, p in enumerate(5 * PAIRS)]
for known in (None, model, learn([])):
    index = update(prepare(firms, model=known), firms[:3], ["f9"])
    rank(people, index, threads=2)
    rank_one(people[0], index, options=Options(fairness=0, met=0))
    rank(firms, index, top=1)
after = {name: len(f.signatures) for name, f in made.items()}
assert after == before, {name: (before[name], n) for name, n in after.items() if n != before[name]}
print(sum(after.values()))
"""


def test_nothing_is_compiled_after_warming() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert int(told.stdout) >= 5  # learning's loops and the ranking
