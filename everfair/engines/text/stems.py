"""Word forms: "drones" and "drone" get one stem. Snowball's stemmers, chosen by language or by script."""

import threading
from functools import lru_cache

import Stemmer

_NAMES = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "nb": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_INSTALLED = frozenset(Stemmer.algorithms())
_SCRIPTS: dict[str, tuple[str, ...]] = {
    "latin": ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "pl", "tr", "id"),
    "cyrillic": ("ru",),
    "arabic": ("ar", "fa"),
    "greek": ("el",),
    "devanagari": ("hi",),
    "armenian": ("hy",),
    "tamil": ("ta",),
}
_RANGES = (
    ("latin", 0x0041, 0x024F), ("greek", 0x0370, 0x03FF), ("cyrillic", 0x0400, 0x052F),
    ("armenian", 0x0530, 0x058F), ("arabic", 0x0600, 0x06FF), ("devanagari", 0x0900, 0x097F),
    ("tamil", 0x0B80, 0x0BFF), ("latin", 0x1E00, 0x1EFF), ("greek", 0x1F00, 0x1FFF),
)  # fmt: skip
_local = threading.local()  # a stemmer object must not be used by two threads at once


def script_of(word: str) -> str:
    """The script of a word by its first character: "latin", "cyrillic" …, or "" for one without stemmers."""
    code = ord(word[0])
    for name, first, last in _RANGES:
        if first <= code <= last:
            return name
    return ""


@lru_cache(maxsize=262_144)
def stem(word: str, language: str) -> str:
    """The stem of a folded word by the rules of a language; unknown languages leave it as it is."""
    name = _NAMES.get(language.split("-")[0], "")
    if name not in _INSTALLED:
        return word
    stemmers: dict[str, Stemmer.Stemmer] = _local.__dict__.setdefault("stemmers", {})
    if name not in stemmers:
        stemmers[name] = Stemmer.Stemmer(name)
        stemmers[name].maxCacheSize = 0  # the cache above is shared by all threads
    stemmed: str = stemmers[name].stemWord(word)
    return stemmed or word


@lru_cache(maxsize=65_536)
def stem_for(word: str, language: str) -> str:
    """The stem a document in `language` gets: Latin words by it where it is Latin, otherwise as English."""
    script = script_of(word)
    if not script:
        return word
    own = language.split("-")[0]
    rules = _SCRIPTS[script]
    if own in _NAMES and (own in rules or (script == "latin" and own not in _NOT_LATIN)):
        return stem(word, own)
    return stem(word, rules[0])


def foreign_stems(word: str) -> tuple[str, ...]:
    """Every stem other languages of the same script would give the word, without repeats."""
    languages = _SCRIPTS.get(script_of(word), ())
    return tuple(dict.fromkeys([word, *(stem(word, language) for language in languages)]))


_NOT_LATIN = frozenset({"zh", "ja", "ko", "ru", "sr", "ar", "fa", "el", "hi", "ne", "hy", "ta"})
