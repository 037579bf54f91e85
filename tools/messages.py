"""Translation catalogues: gather texts from code and templates, merge, check, list what waits.

Babel reads and writes; GNU gettext is not needed.

messages.py update                  bring both catalogues up to date with the source
messages.py check                   exit 1 unless every text is there, translated, with its placeholders
messages.py todo [LANGUAGE]         untranslated texts, as JSON that `fill` reads back
messages.py fill LANGUAGE FILE      take translations from such a JSON file
"""

import argparse
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "everfair"
TEMPLATES = PACKAGE / "web" / "templates"
LOCALES = PACKAGE / "locale"
LANGUAGES = ("en", "zh_Hans")
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "zh_Hans": "nplurals=1; plural=0;"}
SKIPPED = {"migrations", "engines", "static", "locale"}
TEMPLATE_ENDINGS = {".html", ".txt", ".xml"}
COMMENT_TAGS = ["Translators"]
# Function name → which arguments are texts: (1, "c") is a context, a pair is singular and plural.
PLAIN = ("_", "gettext", "gettext_lazy", "gettext_noop")
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(PLAIN, None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# Texts of Django and allauth that our pages show and that their own Chinese catalogues lack or word badly.
FOREIGN = (
    "Incorrect code.",
    "Incorrect password.",
    "The password reset token was invalid.",
    "This account is currently inactive.",
    "Use authenticator app or code",
    "You cannot remove your primary email address.",
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%([sd])(?![\w%])")
LINK = re.compile(r"<(/?\w+)")

Texts = tuple[str, ...]
Found = tuple[str | None, Texts, list[str]]


# What the source says ---------------------------------------------------------------------------------------
def source_files() -> list[Path]:
    """Python files and templates that may hold texts, in a stable order."""
    code = (
        path for path in PACKAGE.rglob("*.py") if not SKIPPED.intersection(path.relative_to(PACKAGE).parts)
    )
    pages = (path for path in TEMPLATES.rglob("*") if path.suffix in TEMPLATE_ENDINGS)
    return sorted([*code, *pages])


def texts_in(path: Path) -> Iterator[Found]:
    """(context, (text,) or (singular, plural), translators' comments) of each marked text in one file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Babel reads tokens of Python, so what is left of a page must not be indented.
        marked = templatize(source, origin=str(path))
        source = "\n".join(line.strip() for line in marked.splitlines())
    rows = extract_python(io.BytesIO(source.encode()), KEYWORDS, COMMENT_TAGS, {"encoding": "utf-8"})
    for _line, name, arguments, comments in rows:
        found = _texts_of(str(name), arguments if isinstance(arguments, tuple) else (arguments,))
        if found:
            context, texts = found
            yield context, texts, list(comments or ())


def _texts_of(name: str, arguments: tuple[Any, ...]) -> tuple[str | None, Texts] | None:
    context = None
    rest = arguments
    if "pgettext" in name:
        context, rest = arguments[0], arguments[1:]
    wanted = 2 if name.startswith(("ngettext", "npgettext")) else 1
    texts = rest[:wanted]
    if len(texts) < wanted or not all(texts):
        return None
    return context, texts


def gather() -> Catalog:
    """Every marked text in the source, as a template catalogue."""
    template = Catalog()
    for path in source_files():
        place = path.relative_to(ROOT).as_posix()
        for context, texts, comments in texts_in(path):
            add(template, context, texts, place, comments)
    for text in FOREIGN:
        add(template, None, (text,), "tools/messages.py", [])
    return template


def add(catalogue: Catalog, context: str | None, texts: Texts, place: str, comments: Iterable[str]) -> None:
    """Put one found text into a template catalogue."""
    key = texts if len(texts) > 1 else texts[0]
    catalogue.add(key, locations=[(place, 0)], auto_comments=list(comments), context=context)


# Catalogues on disk -----------------------------------------------------------------------------------------
def path_of(language: str) -> Path:
    """Where a language's catalogue lies."""
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue as it is on disk; an empty one where there is none."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, catalogue: Catalog) -> None:
    """Write a catalogue: sorted, without line numbers, dates or addresses, so that a diff shows texts."""
    body = io.BytesIO()
    write_po(
        body,
        catalogue,
        width=110,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _header(language) + body.getvalue().decode().strip() + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _header(language: str) -> str:
    fields = (
        "Project-Id-Version: everfair",
        f"Language: {language}",
        f"Plural-Forms: {PLURALS[language]}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    lines = "\n".join(f'"{field}\\n"' for field in fields)
    return f'# everfair in {language}, kept by `make messages`.\nmsgid ""\nmsgstr ""\n{lines}\n\n'


def messages(catalogue: Catalog) -> list[Message]:
    """The texts of a catalogue, without its header."""
    return [message for message in catalogue if message.id]


def key_of(message: Message) -> tuple[str | None, str]:
    """What makes a text one text: its context and its singular."""
    return message.context, _ids(message)[0]


def _ids(message: Message) -> Texts:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> Texts:
    text = message.string or ""
    return (text,) if isinstance(text, str) else tuple(text)


# What is wrong ----------------------------------------------------------------------------------------------
def problems(language: str, template: Catalog, catalogue: Catalog) -> list[str]:
    """One sentence for each thing wrong with a language's catalogue; none means complete."""
    wanted = {key_of(message): message for message in messages(template)}
    there = {key_of(message): message for message in messages(catalogue)}
    found = [f"missing: {key[1]!r}" for key in wanted if key not in there]
    for key, message in there.items():
        if key not in wanted:
            found.append(f"not in the source any more: {key[1]!r}")
        elif len(_ids(message)) < len(_ids(wanted[key])):
            found.append(f"has no plural: {key[1]!r}")
        else:
            found += [f"{what}: {key[1]!r}" for what in faults(message, int(PLURALS[language][9]))]
    found += [f"obsolete entry: {key!r}" for key in catalogue.obsolete]
    return [f"{language}: {sentence}" for sentence in found]


def faults(message: Message, plural_forms: int) -> list[str]:
    """What is wrong with one translation: empty, guessed, a plural form or a placeholder missing."""
    ids, strings = _ids(message), _strings(message)
    if not all(strings):
        return ["not translated"]
    found = ["guessed (fuzzy)"] if message.fuzzy else []
    if len(ids) > 1 and len(strings) != plural_forms:
        found.append(f"has {len(strings)} plural forms instead of {plural_forms}")
    # A singular may say "one" instead of %(count)s, so a plural is measured against its plural text.
    allowed = [marks(text) for text in ids]
    for number, text in enumerate(strings):
        expected = [allowed[-1]] if number == len(strings) - 1 else allowed
        if marks(text) not in expected:
            found.append(f"other placeholders or tags in {text!r}")
        if ids[0].strip(".,;: ") and _edges(text) != _edges(ids[0]):
            found.append(f"other spaces or line breaks at an end of {text!r}")
    return found


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def marks(text: str) -> list[str]:
    """Placeholders (%(name)s, {name}, %s) and tags of a text, sorted, as order may differ."""
    holders = [match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", ""))]
    return sorted(holders + LINK.findall(text))


# Commands ---------------------------------------------------------------------------------------------------
def update() -> int:
    """Merge the source's texts into both catalogues. English repeats the source; nothing is guessed."""
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(gather(), no_fuzzy_matching=True, update_header_comment=False)
        for message in messages(catalogue):
            message.user_comments = []
            if language == "en":
                message.string = message.id
        write(language, catalogue)
        waiting = sum(not all(_strings(message)) for message in messages(catalogue))
        print(f"{language}: {len(messages(catalogue))} texts, {waiting} to translate")
    return 0


def check() -> int:
    """Say what is wrong with the catalogues."""
    template = gather()
    found = [sentence for language in LANGUAGES for sentence in problems(language, template, read(language))]
    print("\n".join(found) or f"{len(messages(template))} texts, complete in {', '.join(LANGUAGES)}")
    return 1 if found else 0


def todo(language: str) -> int:
    """Print the untranslated texts as JSON: write each "text" (plurals: a list), give the file to `fill`."""
    rows = []
    for message in messages(read(language)):
        if all(_strings(message)):
            continue
        row: dict[str, Any] = {"id": _ids(message)[0], "text": ""}
        if message.context:
            row["context"] = message.context
        if len(_ids(message)) > 1:
            row |= {"plural": _ids(message)[1], "text": [""] * int(PLURALS[language][9])}
        if message.auto_comments:
            row["comment"] = " ".join(message.auto_comments)
        row["where"] = [place for place, _line in message.locations]
        rows.append(row)
    print(json.dumps(rows, ensure_ascii=False, indent=1))
    return 0


def fill(language: str, file: Path) -> int:
    """Take translations from a JSON file as `todo` prints it."""
    catalogue = read(language)
    there = {key_of(message): message for message in messages(catalogue)}
    unknown = []
    for row in json.loads(file.read_text(encoding="utf-8")):
        message = there.get((row.get("context"), row["id"]))
        if message is None:
            unknown.append(row["id"])
        elif row["text"] and all(row["text"]):
            message.string = tuple(row["text"]) if isinstance(row["text"], list) else row["text"]
    write(language, catalogue)
    for text in unknown:
        print(f"not in the catalogue, left out: {text!r}", file=sys.stderr)
    return 0


def main() -> int:
    """Run one command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("update", help="merge texts of the source into the catalogues")
    commands.add_parser("check", help="exit 1 unless the catalogues are complete")
    waiting = commands.add_parser("todo", help="print untranslated texts as JSON")
    waiting.add_argument("language", nargs="?", default="zh_Hans", choices=LANGUAGES)
    filling = commands.add_parser("fill", help="take translations from a JSON file")
    filling.add_argument("language", choices=LANGUAGES)
    filling.add_argument("file", type=Path)
    words = parser.parse_args()
    if words.command == "todo":
        return todo(words.language)
    if words.command == "fill":
        return fill(words.language, words.file)
    return update() if words.command == "update" else check()


if __name__ == "__main__":
    sys.exit(main())
