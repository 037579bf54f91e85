"""Every text is marked, gathered and said in both languages, in the words of the word list."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from django.apps import apps
from django.template.base import Lexer, TokenType

from tools import messages

# Letters of any script, so that dots, arrows, dashes and numbers may stand unmarked.
LETTERS = re.compile(r"[^\W\d_]")
WORDS = re.compile(r"[^\W\d_]+")
HAN = re.compile(r"[\u4e00-\u9fff]")
SHOWN_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription"}
SILENT_ELEMENTS = {"script", "style", "code", "kbd"}
REFUSALS = {"Refused", "ValidationError", "TableError", "UploadRefused"}
SHOWN_ARGUMENTS = {"label", "help_text", "empty_label", "help"}

# Commas and colons between two things shown; Chinese has its own.
SEPARATOR = re.compile(r"(?:^|>)([,;:] )")
# A block that fills a class attribute: its words are for style sheets.
CLASS_BLOCK = re.compile(r"block \w+_class$")
# Pages that may hold bare text, each with its reason.
EXEMPT_PAGES = {
    "public/style_guide.html": "shows parts with made-up content; for those who build pages",
}
# Words that are the same in every language.
SAME_EVERYWHERE = {"everfair", "UTC", "GATS", "PDF", "CSV", "XLSX", "W", "CPC", "m", "m²"}


# The catalogues --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_catalogue_is_complete(language: str) -> None:
    found = messages.problems(language, messages.gather(), messages.read(language))
    assert not found, "run `make messages`, then translate:\n" + "\n".join(found)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_catalogue_is_as_the_tool_writes_it(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = messages.path_of(language).read_text(encoding="utf-8")
    catalogue = messages.read(language)
    monkeypatch.setattr(messages, "LOCALES", tmp_path)
    messages.write(language, catalogue)
    assert messages.path_of(language).read_text(encoding="utf-8") == text
    assert not re.search(r"POT-Creation-Date|@[a-z]+\.|^#: /", text, flags=re.MULTILINE)


def test_chinese_texts_are_chinese() -> None:
    """A text copied from English passes every other test; only names and formats may have no Han letter."""
    same = {
        message.id
        for message in messages.messages(messages.read("zh_Hans"))
        if message.string
        and not HAN.search("".join(messages._strings(message)))
        and LETTERS.search(re.sub(r"%\(\w+\)[sdg]|\{\w+\}", "", messages._ids(message)[0]))
    }
    assert same <= {"%(accepted)s of %(quota)s", "%(done)s of %(total)s.", "%(taken)s of %(all)s", "SHA-256"}


def _faults(ids: Any, strings: Any, forms: int = 1) -> list[str]:
    catalogue = Catalog()
    catalogue.add(ids, string=strings)
    return messages.faults(messages.messages(catalogue)[0], forms)


def test_the_check_finds_what_is_wrong_with_a_translation() -> None:
    assert _faults("Place %(number)s", "位置 %(number)s") == []
    assert _faults("Place %(number)s", "") == ["not translated"]
    assert "placeholders" in _faults("Place %(number)s", "位置 %(nummer)s")[0]
    assert "placeholders" in _faults("{open} open", "{offen} 个已开放")[0]
    assert "placeholders" in _faults("to <b>%(email)s</b>", "发至 %(email)s")[0]
    assert "spaces" in _faults(", else ", "，否则取")[0]
    assert _faults(("One booth", "%(n)s booths"), ("%(n)s 个展位",)) == []
    assert _faults(("One booth", "%(n)s booths"), ("One booth", "%(n)s booths"), 2) == []
    assert "placeholders" in _faults(("One booth", "%(n)s booths"), ("一个展位",))[0]
    assert "plural forms" in _faults(("%(n)s booth", "%(n)s booths"), ("%(n)s", "%(n)s"))[0]


def test_the_check_finds_missing_and_left_over_texts() -> None:
    template, catalogue = Catalog(), Catalog()
    template.add("Save")
    template.add(("%(n)s firm", "%(n)s firms"))
    catalogue.add("Gone", string="没了")
    catalogue.add("%(n)s firm", string="%(n)s 家企业")
    found = messages.problems("zh_Hans", template, catalogue)
    assert sorted(found) == [
        "zh_Hans: has no plural: '%(n)s firm'",
        "zh_Hans: missing: 'Save'",
        "zh_Hans: not in the source any more: 'Gone'",
    ]


def test_texts_are_gathered_from_code_and_pages(tmp_path: Path) -> None:
    code = tmp_path / "forms.py"
    code.write_text(
        "# Translators: a button\n_('Save')\nngettext('%(n)d firm', '%(n)d firms', n)\n"
        "pgettext_lazy('mode of supply', 'People')\n_(name)\n",
        encoding="utf-8",
    )
    page = tmp_path / "page.html"
    page.write_text(
        '<p>  {% translate "Open" context "booths" %}\n   it\'s (\n'
        "{% blocktranslate count n=n %}{{ n }} offer"
        '{% plural %}{{ n }} offers{% endblocktranslate %}{% include "x.html" with title=_("Search") %}',
        encoding="utf-8",
    )
    assert list(messages.texts_in(code)) == [
        (None, ("Save",), ["Translators: a button"]),
        (None, ("%(n)d firm", "%(n)d firms"), []),
        ("mode of supply", ("People",), []),
    ]
    assert [found[:2] for found in messages.texts_in(page)] == [
        ("booths", ("Open",)),
        (None, ("%(n)s offer", "%(n)s offers")),
        (None, ("Search",)),
    ]


# The word list ---------------------------------------------------------------------------------------------
CONCEPTS = messages.ROOT / "docs" / "architecture" / "concepts.md"
# Words of the house that no page shows yet.
NOT_SHOWN = {
    "询价附件",
    "待询企业",
    "商谈备注",
    "商谈看板",
    "报价版本",
    "明细行",
    "报价附件",
    "报价答复",
    "协议文件",
    "确认挑战",
    "已用验证码",
    "点名",
    "会话方",
    "共享文件",
    "在场可见范围",
    "已读标记",
    "通话人员",
    "通话规则",
    "展示记录",
    "变故",
    "同类位置",
    "展商目录",
    "提问投票",
    "日历密钥",
    "环节角色",
    "现场提问",
    "租约",
    "线索问题",
    "试运行",
}


def concepts() -> list[list[str]]:
    """The rows of the word list: English, Chinese, model, meaning."""
    lines = CONCEPTS.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in rows if not row[0].startswith(("English", "-"))]


def test_every_model_is_in_the_word_list() -> None:
    listed = {cell for row in concepts() for cell in re.findall(r"`(\w+)(?:\.\w+)?` \((\w+)\)", row[2])}
    rooms = (
        "base", "people", "fair", "registration", "exhibition", "programme", "leads", "gate",
        "matchmaking", "meetings", "presence", "conversations", "calls", "deals", "agreements", "outcomes", "search",
    )  # fmt: skip
    tables = {(model.__name__, room) for room in rooms for model in apps.get_app_config(room).get_models()}
    abstract = {("EditionKind", "fair"), ("Target", "matchmaking")}
    assert listed == tables | abstract


def test_the_catalogue_uses_the_words_of_the_list() -> None:
    used = "\n".join(
        text for message in messages.messages(messages.read("zh_Hans")) for text in messages._strings(message)
    )
    terms = {term.strip() for row in concepts() for term in re.split(r"[,，]", row[1])}
    assert {term for term in terms if term not in used} == NOT_SHOWN


# Nothing is shown unmarked ---------------------------------------------------------------------------------
class _Bare(HTMLParser):
    """Collects text and shown attributes with letters, outside elements that name their own language."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(attrs)
        if tag not in {"br", "hr", "img", "input", "link", "meta", "source", "path", "wbr"}:
            silent = tag in SILENT_ELEMENTS or bool(dict(attrs).get("lang"))
            self.open.append((tag, silent))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(attrs)

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _silent in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not any(silent for _name, silent in self.open):
            self._keep(data)

    def _attributes(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in SHOWN_ATTRIBUTES or (name == "value" and dict(attrs).get("type") == "submit"):
                self._keep(value or "")

    def _keep(self, text: str) -> None:
        if set(WORDS.findall(text)) - SAME_EVERYWHERE:
            self.found.append(" ".join(text.split()))


def bare_texts(source: str, is_markup: bool = True) -> list[str]:
    """Texts a template shows as they stand, in English whatever the reader's language."""
    kept, separators, skip = [], [], ""
    for token in Lexer(source).tokenize():
        word = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        if skip:
            skip = "" if word == skip else skip
        elif word in {"comment", "blocktranslate", "blocktrans"} or CLASS_BLOCK.match(token.contents):
            skip = f"end{word}"
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
            if is_markup and (bare := SEPARATOR.search(token.contents)):
                separators.append(bare.group(1))
    text = "".join(kept)
    parser = _Bare()
    if is_markup:
        parser.feed(text)
    else:
        parser._keep(text)
    parser.close()
    return parser.found + separators


def test_the_scan_sees_bare_texts() -> None:
    assert bare_texts('<h1 class="a">Halls</h1>') == ["Halls"]
    assert bare_texts('<input placeholder="Search">') == ["Search"]
    assert bare_texts('<a{% if x %} class="b"{% endif %} aria-label="Go {{ n }}">→</a>') == ["Go"]
    assert bare_texts('<p>{% translate "Halls" %} · {{ name }} <i lang="zh-Hans">展</i> 12</p>') == []
    assert bare_texts("{{ name }}, {{ country }}") == [", "]
    assert bare_texts('{{ name }}{% translate ", " %}{{ country }}') == []
    assert bare_texts("{% blocktranslate %}Hello{% endblocktranslate %}{% comment %}No{% endcomment %}") == []
    assert bare_texts("Dear {{ name }}", is_markup=False) == ["Dear"]


def _pages() -> list[Path]:
    return sorted(path for path in messages.TEMPLATES.rglob("*") if path.suffix in messages.TEMPLATE_ENDINGS)


def test_no_page_or_letter_shows_an_unmarked_text() -> None:
    found = {}
    for path in _pages():
        name = path.relative_to(messages.TEMPLATES).as_posix()
        texts = bare_texts(path.read_text(encoding="utf-8"), is_markup=path.suffix != ".txt")
        if texts and name not in EXEMPT_PAGES:
            found[name] = texts
    assert not found, "\n".join(f"{name}: {texts}" for name, texts in found.items())


def test_exempt_pages_exist() -> None:
    assert all((messages.TEMPLATES / name).is_file() for name in EXEMPT_PAGES)


def bare_arguments(source: str) -> list[str]:
    """Labels, helps and refusals written as plain strings in code."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        shown = [word.value for word in node.keywords if word.arg in SHOWN_ARGUMENTS]
        if name in REFUSALS:
            shown += node.args[:1]
        for value in shown:
            if (
                isinstance(value, ast.Constant)
                and isinstance(value.value, str)
                and LETTERS.search(value.value)
            ):
                found.append(value.value)
    return found


def test_the_scan_sees_bare_arguments() -> None:
    assert bare_arguments('forms.CharField(label="Name")\nRefused("No.")') == ["Name", "No."]
    assert bare_arguments('forms.CharField(label=_("Name"))\nraise Refused(_("No."))') == []


def test_no_form_or_refusal_has_an_unmarked_text() -> None:
    found = {}
    for path in messages.source_files():
        if path.suffix == ".py" and "config" not in path.parts and path.name != "specimen.py":
            texts = bare_arguments(path.read_text(encoding="utf-8"))
            if texts:
                found[path.relative_to(messages.ROOT).as_posix()] = texts
    assert not found, "\n".join(f"{name}: {texts}" for name, texts in found.items())
