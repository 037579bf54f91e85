"""The titles under which strangers' lists hold our exhibitor fields, in English and Chinese. Data only."""

from collections.abc import Mapping

from .columns_guess import Field


def _titles(text: str) -> tuple[str, ...]:
    return tuple(" ".join(title.split()) for title in text.split("|"))


EXHIBITOR_FIELDS: Mapping[str, Field] = {
    "external_id": Field(
        _titles(
            """
            id | external id | exhibitor id | company id | number | no | code | reference | slug |
            stand | 编号 | 序号 | 展商编号 | 企业编号 | 企业代码 | 统一社会信用代码
            """
        ),
    ),
    "name_en": Field(
        _titles(
            """
            name_en | name (en) | english name | company name (english) | company name in english |
            name | company | company name | organisation | organization | exhibitor |
            exhibitor name | firm | title | 英文名 | 英文名称 | 公司英文名 |
            公司英文名称 | 企业名称(英文) | 企业英文名称 | 公司名称(英文) | 单位名称(英文) |
            展商名称(英文)
            """
        ),
        "latin",
    ),
    "name_zh": Field(
        _titles(
            """
            name_zh | name_cn | name (zh) | chinese name | company name (chinese) |
            company name in chinese | 名称 | 中文名 | 中文名称 | 公司名称 | 公司名 | 公司 |
            企业名称 | 企业 | 企业名称(中文) | 公司名称(中文) | 公司中文名称 | 单位名称 |
            单位名称(中文) | 单位 | 机构名称 | 展商名称 | 展商 | 参展商 | 参展企业 | name |
            company | company name | exhibitor
            """
        ),
        "chinese",
        by_content=True,
    ),
    "country": Field(
        _titles(
            """
            country | country or region | country/region | nation | country of origin | 国家 |
            国家/地区 | 国家或地区 | 国别 | 国别地区 | 所在国家 | 国家地区
            """
        ),
        "country",
        by_content=True,
    ),
    "website": Field(
        _titles(
            """
            website | web | web site | homepage | home page | homepage_url | url | site |
            internet | web page | company website | 网站 | 网址 | 官网 | 公司网站 | 企业网站 |
            公司网址 | 企业官网 | 主页
            """
        ),
        "url",
        by_content=True,
    ),
    "email": Field(
        _titles(
            """
            email | e-mail | mail | email address | contact email | 邮箱 | 电子邮箱 | 电子邮件 |
            邮件 | 联系邮箱 | 联系人邮箱
            """
        ),
        "email",
        by_content=True,
    ),
    "sector": Field(
        _titles(
            """
            sector | industry | category | business sector | field | themes | industries |
            line of business | 行业 | 所属行业 | 行业类别 | 类别 | 领域 | 行业分类 | 服务领域 |
            所属领域
            """
        ),
    ),
    "headline_en": Field(
        _titles(
            """
            headline | headline_en | slogan | tagline | short description | summary |
            description_en | one line | 英文简介 | 一句话介绍(英文) | 英文标语
            """
        ),
        "latin",
    ),
    "headline_zh": Field(
        _titles(
            """
            headline_zh | description_zh | 标语 | 一句话介绍 | 口号 | 宣传语 | 摘要 | 简述 |
            短简介 | headline
            """
        ),
        "chinese",
    ),
    "about_en": Field(
        _titles(
            """
            about | about_en | about us | description | profile | company profile |
            company description | introduction | body_en | company introduction | 英文介绍 |
            公司简介(英文) | 企业简介(英文) | 英文详细介绍
            """
        ),
        "latin",
    ),
    "about_zh": Field(
        _titles(
            """
            about_zh | description_cn | body_zh | 简介 | 公司简介 | 企业简介 | 公司介绍 |
            企业介绍 | 介绍 | 单位简介 | 展商简介 | 中文简介 | 公司简介(中文) | 企业简介(中文) |
            详细介绍 | about | company profile | description | profile
            """
        ),
        "chinese",
    ),
    "area": Field(
        _titles(
            """
            area | zone | hall | pavilion | exhibition area | topical area | section | 展区 |
            专题 | 展馆 | 专题展区 | 所属展区 | 参展专题 | 展厅
            """
        ),
    ),
    "languages": Field(
        _titles(
            """
            languages | language | working languages | languages spoken | 语言 | 工作语言 | 语种 |
            服务语言
            """
        ),
    ),
    "size": Field(
        _titles(
            """
            size | company size | employees | number of employees | staff | headcount | 规模 |
            企业规模 | 公司规模 | 员工人数 | 人数 | 员工数
            """
        ),
    ),
}
"""What an organiser's list of exhibitors usually holds. Of two fields that share a title, content decides."""
