from pathlib import Path

import pytest

from everfair.gateways.tables import EXHIBITOR_FIELDS, Field, guess_mapping, read_rows
from everfair.gateways.tables.columns_guess import normal_label


def _guess(columns: list[str], *rows: list[object]) -> dict[str, str]:
    values = [dict(zip(columns, row, strict=True)) for row in rows]
    return {f: c for f, c in guess_mapping(columns, values, EXHIBITOR_FIELDS).items() if c is not None}


def test_english_list() -> None:
    columns = [
        "No.",
        "Company name *",
        "Country / Region",
        "Web site",
        "Industry",
        "Company profile",
        "Employees",
        "E-mail",
    ]
    assert _guess(columns, ["1", "Acme", "Peru", "acme.pe", "IT", "We plan.", "50", "a@acme.pe"]) == {
        "external_id": "No.",
        "name_en": "Company name *",
        "country": "Country / Region",
        "website": "Web site",
        "sector": "Industry",
        "about_en": "Company profile",
        "size": "Employees",
        "email": "E-mail",
    }


def test_chinese_list() -> None:
    columns = [
        "序号",
        "企业名称（中文）",
        "企业名称(英文)",
        "国家/地区",
        "官网",
        "所属行业",
        "企业简介",
        "展区",
        "工作语言",
        "电子邮箱",
    ]
    row = ["1", "北京智联", "Zhilian", "中国", "https://z.cn", "信息", "我们规划。", "数字", "中文", "a@z.cn"]
    assert _guess(columns, row) == {
        "external_id": "序号",
        "name_zh": "企业名称（中文）",
        "name_en": "企业名称(英文)",
        "country": "国家/地区",
        "website": "官网",
        "sector": "所属行业",
        "about_zh": "企业简介",
        "area": "展区",
        "languages": "工作语言",
        "email": "电子邮箱",
    }


def test_traditional_titles_are_understood() -> None:
    assert _guess(["公司名稱", "國家", "網站"], ["智聯", "日本", "z.cn"]) == {
        "name_zh": "公司名稱",
        "country": "國家",
        "website": "網站",
    }


def test_titles_alone_are_enough() -> None:
    assert _guess(["Company", "公司名称", "国家"]) == {
        "name_en": "Company",
        "name_zh": "公司名称",
        "country": "国家",
    }


@pytest.mark.parametrize(("name", "field"), [("Acme Consulting", "name_en"), ("北京智联科技", "name_zh")])
def test_content_settles_the_language_of_a_name(name: str, field: str) -> None:
    assert _guess(["Company", "Country"], [name, "CN"], [name, "PE"]) == {
        field: "Company",
        "country": "Country",
    }


def test_unknown_titles_are_told_by_content() -> None:
    rows = [["https://a.pe", "Peru", "智联科技", "x@a.pe"], ["www.b.cl", "智利", "金桥咨询", "y@b.cl"]]
    assert _guess(["A", "B", "C", "D"], *rows) == {
        "website": "A",
        "country": "B",
        "name_zh": "C",
        "email": "D",
    }


def test_title_contradicted_by_content_is_not_taken() -> None:
    rows = [["yes", "https://a.pe"], ["no", "https://b.pe"]]
    assert _guess(["Website", "Link"], *rows) == {"website": "Link"}


def test_group_titles_are_looked_through() -> None:
    assert _guess(["Company / 公司名称", "Contact / Email"], ["智联", "a@z.cn"]) == {
        "name_zh": "Company / 公司名称",
        "email": "Contact / Email",
    }


def test_no_column_is_given_twice_and_every_field_is_answered() -> None:
    fields = {"one": Field(("name",)), "two": Field(("name",)), "three": Field(("size",))}
    assert guess_mapping(["Name"], [], fields) == {"one": "Name", "two": None, "three": None}


def test_short_words_inside_others_do_not_match() -> None:
    assert _guess(["Notes", "Idea", "Webinar"], ["a", "b", "c"]) == {}


@pytest.mark.parametrize(
    ("label", "normal"),
    [
        ("Company_Name (required)", "companyname"),
        ("＊企业名称（必填）", "企业名称"),
        ("國家／地區", "国家地区"),
    ],
)
def test_labels_lose_their_ornaments(label: str, normal: str) -> None:
    assert normal_label(label) == normal


@pytest.mark.realdata
def test_real_lists_are_understood(shared_data: Path) -> None:
    expected = {
        "ai-native-en-zh.jsonl": {"name_en": "name", "headline_zh": "description_zh", "about_en": "body_en"},
        "cncf-landscape.yml": {"name_en": "name", "website": "homepage_url", "about_en": "description"},
        "fosdem-stands/2022": {"name_en": "title", "website": "website", "external_id": "stand"},
    }
    for name, mapping in expected.items():
        table = read_rows(shared_data / "exhibitors" / name)
        guessed = guess_mapping(table.columns, [row.values for row in table.rows()][:50], EXHIBITOR_FIELDS)
        assert {field: guessed[field] for field in mapping} == mapping
