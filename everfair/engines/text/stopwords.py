"""Words too common to tell one offer from another; they are left out of documents and queries alike."""

_ENGLISH = """
    a about all also an and any are as at be been both but by can could do does each for from had has have
    he her his how i if in into is it its may more most must no not of on or our out over s she should so some
    such t than that the their them then there these they this those through to too under up upon very via was
    we were what when where which while who whose will with within would you your
"""

# 会, 能 and 无 are missing on purpose: they begin names; 提供 and 支持 tell firms apart
_CHINESE = """
    的 了 和 与 及 或 在 是 为 等 对 于 以 并 从 到 可 将 其 该 这 那 由 被 把 让 使 而 且 也 都 就 之 所 着
    过 地 得 各 个 我 你 他 她 它 我们 你们 他们 它们 一个 一种 以及 并且 或者 而且 用于 通过 进行 这个 这些
    那些 其中 可以 能够 如何 怎么 什么 哪些 因此 同时 还 又 即 则 若 如 但 但是 由于 因为 所以 关于 对于 基于
    有 吗 呢 吧 啊
"""

ENGLISH = frozenset(_ENGLISH.split())
CHINESE = frozenset(_CHINESE.split())
NAMES_IN_CAPITALS = frozenset({"it", "who"})
"""English stop words that are names when written in capitals."""
