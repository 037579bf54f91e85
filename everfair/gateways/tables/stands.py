"""Folders or zips of stand pages (Markdown with YAML front matter, as FOSDEM's virtual fairs) into tables.

The texts stay as their authors wrote them, HTML and all: cleaning is the markup gateway's work.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import yaml
from django.utils.translation import gettext_lazy as _

from . import safe_yaml
from .archive import opened
from .cells import read_cell
from .json_lines import flatten
from .types import Limits, Row, Table, TableError

_FIRST = ("stand", "folder", "title", "website", "themes", "description", "showcase", "new_this_year")
_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_INDEX = "__index"


@dataclass
class _Page:
    folder: str
    stem: str
    front: dict[str, object] = field(default_factory=dict)
    body: str = ""

    @property
    def is_stand(self) -> bool:
        return self.front.get("layout") == "stand" and not self.stem.endswith(_INDEX)


def read_stands(path: Path, limits: Limits) -> Table:
    """One row per stand, `number` its place in the list of stands by name.

    Its `…__index` page is in columns `index.<key>`, further pages in `pages`: a list of {"title", "body"}.
    Raises TableError when there is no stand page; a page that cannot be read is an error of its own.
    """
    pages: list[_Page] = []
    errors: list[TableError] = []
    for name, content in _files(path, limits):
        try:
            pages.append(_page(name, content, limits))
        except TableError as error:
            errors.append(error)
    stands = [page for page in pages if page.is_stand]
    if not stands:
        raise (
            errors[0]
            if errors
            else TableError(_("No stand pages were found: .md files with “layout: stand”."))
        )
    rows: list[Row | TableError] = [*errors]
    for number, stand in enumerate(stands, start=1):
        rows.append(Row(number, _values(stand, stands, pages)))
    columns = dict.fromkeys(_FIRST)
    for row in rows:
        if isinstance(row, Row):
            columns.update(dict.fromkeys(row.values))
    names = tuple(columns)

    def reading() -> Iterator[Row | TableError]:
        for row in rows:
            yield (
                Row(row.number, {name: row.values.get(name) for name in names})
                if isinstance(row, Row)
                else row
            )

    return Table("stands", names, reading, limits)


def _files(path: Path, limits: Limits) -> Iterator[tuple[PurePosixPath, bytes]]:
    if path.is_file() and path.suffix.lower() == ".md":
        yield PurePosixPath(path.name), path.read_bytes()
    elif path.is_file():
        with opened(path, limits) as archive:
            for name in sorted(archive.entries):
                if name.lower().endswith(".md") and not name.startswith("__MACOSX/"):
                    yield PurePosixPath(name), archive.read(name)
    else:
        # symbolic links may lead anywhere, so they are not followed
        for file in sorted(path.rglob("*.md"))[: limits.max_entries]:
            if file.is_file() and not file.is_symlink():
                yield PurePosixPath(file.relative_to(path).as_posix()), file.read_bytes()


def _page(name: PurePosixPath, content: bytes, limits: Limits) -> _Page:
    if len(content) > limits.max_text * 10:
        raise TableError(_("The page %(page)s is too long."), page=str(name))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(
            _("The page %(page)s is not UTF-8. Save it as UTF-8 text."), page=str(name)
        ) from error
    page = _Page(folder=str(name.parent) if name.parent.name else "", stem=name.stem)
    if (found := _FRONT.match(text)) is None:
        page.body = text.strip()
        return page
    page.body = text[found.end() :].strip()
    try:
        node = safe_yaml.compose(found[1], first_line=2)
        content_of = safe_yaml.value(node) if isinstance(node, yaml.MappingNode) else {}
    except TableError as error:
        raise TableError(
            _("The page %(page)s cannot be read, line %(line)s: %(reason)s"),
            row=error.row,
            page=str(name),
            line=error.row or 1,
            reason=error,
        ) from error
    page.front = flatten({str(key): value for key, value in content_of.items()})
    return page


def _values(stand: _Page, stands: list[_Page], pages: list[_Page]) -> dict[str, object]:
    values: dict[str, object] = {"stand": stand.stem, "folder": stand.folder or None, **stand.front}
    if stand.body:
        values["body"] = stand.body
    further: list[dict[str, object]] = []
    for page in pages:
        if page.is_stand or _owner(page, stands) is not stand:
            continue
        if page.stem == stand.stem + _INDEX:
            values.update({f"index.{key}": value for key, value in page.front.items()})
            if page.body:
                values["index.body"] = page.body
        else:
            title = (
                read_cell(page.front.get("title")) or page.stem[len(stand.stem) :].replace("_", " ").strip()
            )
            further.append({"title": str(title), "body": page.body})
    if further:
        values["pages"] = further
    return values


def _owner(page: _Page, stands: list[_Page]) -> _Page | None:
    """The stand with the longest name that the page's name begins with, in the same folder."""
    owners = [s for s in stands if s.folder == page.folder and page.stem.startswith(s.stem + "_")]
    return max(owners, key=lambda owner: len(owner.stem), default=None)
