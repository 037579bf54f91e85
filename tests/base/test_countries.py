"""Countries and languages by the names people write."""

import pytest

from everfair.base.countries import country_name, country_names, find_country, find_language, language_names


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("China", "CN"),
        ("中国", "CN"),
        ("中國", "CN"),
        ("Chine", "CN"),
        ("الصين", "CN"),
        ("中华人民共和国", "CN"),
        ("德国", "DE"),
        ("Deutschland", "DE"),
        ("ألمانيا", "DE"),
        ("独", None),
        ("de", "DE"),
        ("DE", "DE"),
        ("U.S.A.", "US"),
        ("Cote d'Ivoire", "CI"),
        ("Curacao", "CW"),
        ("Bosnia and Herzegovina", "BA"),
        ("Russian Federation", "RU"),
        ("Democratic Republic of the Congo", "CD"),
        ("Hong Kong, China", "HK"),
        ("People’s Republic of China", "CN"),
        ("USA", "US"),
        ("usa", "US"),
        ("uk", "GB"),
        ("UK", "GB"),
        ("UAE", "AE"),
        ("阿联酋", "AE"),
        ("Côte d’Ivoire", "CI"),
        ("Côte d'Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("Viet Nam", "VN"),
        ("越南", "VN"),
        ("  united   KINGDOM ", "GB"),
        ("ＣＨＩＮＡ", "CN"),
        ("Hong Kong", "HK"),
        ("中国香港", "HK"),
        ("香港", "HK"),
        ("中国香港特别行政区", "HK"),
        ("澳门", "MO"),
        ("台湾", "TW"),
        ("South Korea", "KR"),
        ("대한민국", "KR"),
        ("日本", "JP"),
        ("россия", "RU"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Česko", None),
        ("Czech Republic", "CZ"),
        ("European Union", None),
        ("EU", None),
        ("Atlantis", None),
        ("", None),
        ("  ", None),
    ],
)
def test_a_country_is_found_by_name_or_code(written: str, code: str | None) -> None:
    assert find_country(written) == code


def test_every_name_we_show_is_found_again() -> None:
    for language in ("en", "zh"):
        names = country_names(language)
        assert len(names) >= 249
        lost = {code: name for code, name in names.items() if find_country(name) != code}
        assert lost == {}


def test_names_in_the_readers_language() -> None:
    assert (country_name("KE", "en"), country_name("KE", "zh")) == ("Kenya", "肯尼亚")
    assert country_name("XX", "en") == "XX"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Chinese", "zh"),
        ("中文", "zh"),
        ("Mandarin", "zh"),
        ("EN", "en"),
        ("英语", "en"),
        ("Français", "fr"),
        ("عربي", None),
        ("阿拉伯语", "ar"),
        ("Arabic", "ar"),
        ("Klingon?", None),
        ("", None),
    ],
)
def test_a_language_is_found_by_name_or_code(written: str, code: str | None) -> None:
    assert find_language(written) == code


def test_language_names() -> None:
    assert (language_names("en")["sw"], language_names("zh")["ar"]) == ("Swahili", "阿拉伯语")
