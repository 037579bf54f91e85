"""Countries by ISO code and by name in any language (Babel / CLDR). No list of our own, save common short forms."""

import unicodedata
from functools import lru_cache

from babel import Locale

_LANGUAGES = ("en", "zh_Hans", "zh_Hant", "fr", "de", "es", "pt", "ru", "ar", "ja", "ko", "it")
_ALSO = {
    "usa": "US", "uk": "GB", "great britain": "GB", "england": "GB", "south korea": "KR", "korea": "KR", "russia": "RU",
    "viet nam": "VN", "czech republic": "CZ", "ivory coast": "CI", "uae": "AE", "holland": "NL", "the netherlands": "NL",
    "英国": "GB", "美国": "US", "韩国": "KR", "阿联酋": "AE", "中国香港": "HK", "中国澳门": "MO", "中国台湾": "TW",
    "香港": "HK", "澳门": "MO", "台湾": "TW", "hong kong": "HK", "macau": "MO", "macao": "MO", "taiwan": "TW",
    "prc": "CN", "p.r. china": "CN", "p.r.china": "CN", "pr china": "CN", "mainland china": "CN", "中国大陆": "CN",
    "中华人民共和国": "CN", "hongkong": "HK", "hong kong sar": "HK", "hong kong, china": "HK", "macao sar": "MO",
    "macao, china": "MO", "taiwan, china": "TW", "united states of america": "US", "america": "US", "u.s.": "US",
    "u.s.a.": "US", "u.k.": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "turkey": "TR", "burma": "MM",
    "swaziland": "SZ", "macedonia": "MK", "east timor": "TL", "dr congo": "CD", "drc": "CD", "republic of korea": "KR",
    "democratic republic of the congo": "CD", "republic of the congo": "CG", "korea, republic of": "KR", "rok": "KR",
    "dprk": "KP", "lao pdr": "LA", "palestine": "PS", "vatican": "VA", "slovak republic": "SK", "kyrgyz republic": "KG",
    "russian federation": "RU", "the gambia": "GM", "the bahamas": "BS", "the philippines": "PH", "ksa": "SA",
    "kingdom of saudi arabia": "SA", "iran, islamic republic of": "IR", "islamic republic of iran": "IR",
    "syrian arab republic": "SY", "republic of moldova": "MD", "united republic of tanzania": "TZ",
    "people's republic of china": "CN", "bosnia": "BA", "沙特": "SA", "俄国": "RU", "波黑": "BA",
}  # fmt: skip
_ACCENTS = dict.fromkeys(range(0x300, 0x370))


def _plain(name: str) -> str:
    """One spelling of many: width, case, accents, "&" and spaces do not count."""
    folded = unicodedata.normalize("NFKD", name).casefold().translate(_ACCENTS)
    return " ".join(folded.replace("’", "'").replace("&", " and ").split())


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}:
                found.setdefault(_plain(name), code)
                found[code.lower()] = code
    found.update({_plain(name): code for name, code in _ALSO.items()})
    return found


@lru_cache(maxsize=8)
def country_names(language: str) -> dict[str, str]:
    """ISO code → name in `language` ("en", "zh"), for the countries and regions CLDR knows."""
    locale = Locale.parse({"zh": "zh_Hans"}.get(language, language))
    known = set(_by_name().values())
    return {code: name for code, name in locale.territories.items() if code in known}


def country_name(code: str, language: str) -> str:
    """The country's name in `language`; the code itself when unknown."""
    return country_names(language).get(code, code)


def find_country(text: str) -> str | None:
    """ISO code for a name or code in any of a dozen languages; None when unknown."""
    return _by_name().get(_plain(text))


@lru_cache(maxsize=8)
def language_names(language: str) -> dict[str, str]:
    """ISO 639-1 code → name in `language`."""
    names = Locale.parse({"zh": "zh_Hans"}.get(language, language)).languages
    return {code: name for code, name in names.items() if len(code) == 2}


@lru_cache(maxsize=1)
def _language_by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for code in ("en", "zh_Hans", "fr", "de", "es"):
        for tag, name in Locale.parse(code).languages.items():
            if len(tag) == 2:
                found.setdefault(_plain(name), tag)
                found[tag] = tag
    also = {
        "mandarin": "zh",
        "普通话": "zh",
        "汉语": "zh",
        "中文": "zh",
        "英文": "en",
        "zh-cn": "zh",
        "zh-hans": "zh",
    }
    found.update({_plain(name): tag for name, tag in also.items()})
    return found


def find_language(text: str) -> str | None:
    """ISO 639-1 code for a language's name or code; None when unknown."""
    return _language_by_name().get(_plain(text))
