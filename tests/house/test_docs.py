"""Documents that cannot rot: settings, commands, links, dependencies, benchmarks against what exists."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer

ROOT = Path(__file__).resolve().parents[2]
SETTING = re.compile(r"\bEVERFAIR_[A-Z0-9_]*[A-Z0-9]\b")
LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|bin/|everfair )everfair ([a-z]+(?:-[a-z]+)*(?: [a-z]+)?)(.*)")
MADE = {
    ".venv",
    "var",
    "build",
    "__pycache__",
    ".git",
    ".hypothesis",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
}
FOR_TESTS_ONLY = {"EVERFAIR_SHARED"}


def _tracked() -> list[Path]:
    """Files under version control that are here; of a copy without a repository, all but what is made."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if MADE.isdisjoint(path.relative_to(ROOT).parts)]
    return [path for path in found if path.is_file()]


def _documents() -> list[Path]:
    return [path for path in _tracked() if path.suffix == ".md"]


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _rows(text: str) -> list[list[str]]:
    """Cells of every table row that begins with a code span or a word."""
    found = [line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in found]


# Settings ---------------------------------------------------------------------------------------------------
def _settings_page() -> dict[str, str]:
    """Name → default, as the page tells."""
    rows = _rows(_text("docs/operate/settings.md"))
    return {row[0].strip("`"): row[1].strip("`") for row in rows if row[0].startswith("`EVERFAIR_")}


def _documented() -> dict[str, str]:
    from everfair.config import environment, settings  # noqa: F401  # reading the settings fills DOCUMENTED

    return environment.DOCUMENTED


def test_every_setting_has_its_row_and_none_is_invented() -> None:
    assert set(_settings_page()) == set(_documented())


def test_the_page_tells_every_default() -> None:
    told = _settings_page()
    told["EVERFAIR_DATABASE_URL"] = told["EVERFAIR_DATABASE_URL"].removeprefix("sqlite:///DATA_DIR")
    real = dict(_documented())
    real["EVERFAIR_DATABASE_URL"] = "/" + real["EVERFAIR_DATABASE_URL"].rpartition("/")[2]
    assert told == real


def test_documents_and_deployment_name_only_settings_there_are() -> None:
    known = set(_documented()) | FOR_TESTS_ONLY
    known |= {f"{name}_FILE" for name in known}
    files = [path for path in _tracked() if path.suffix == ".md" or path.parent == ROOT / "deploy"]
    wrong = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in files
        for name in SETTING.findall(path.read_text(encoding="utf-8"))
        if name not in known
    }
    assert wrong == set()


# Commands ---------------------------------------------------------------------------------------------------
@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Every command of `everfair`, such as "import exhibitors"."""
    from everfair.config import cli

    monkeypatch.setattr(typer.Typer, "__call__", lambda self: None)
    cli.main()
    found: dict[str, Any] = {}

    def gather(group: Any, prefix: str) -> None:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                gather(command, f"{prefix}{name} ")
            else:
                found[prefix + name] = command

    gather(typer.main.get_command(cli.app), "")
    return found


def test_every_command_is_told(commands: dict[str, Any]) -> None:
    pages = [*(ROOT / "docs/operate").glob("*.md"), *(ROOT / "docs/use").rglob("*.md")]
    told = "\n".join(path.read_text(encoding="utf-8") for path in pages)
    assert len(commands) >= 12
    assert [name for name in commands if not re.search(rf"\beverfair {name}\b", told)] == []


def test_documents_name_only_commands_and_options_there_are(commands: dict[str, Any]) -> None:
    groups = {name.split()[0] for name in commands if " " in name}
    checked, wrong = 0, []
    for path in _documents():
        for line in _code(path.read_text(encoding="utf-8")):
            for words, rest in COMMAND.findall(line.strip()):
                name = words if words.split()[0] in groups else words.split()[0]
                checked += 1
                if not (name in groups or (name in commands and _has_options(commands[name], rest))):
                    wrong.append((path.name, line))
    assert checked > 20
    assert wrong == []


def _has_options(command: Any, rest: str) -> bool:
    """Whether every --option that follows is one of the command's; `manage` passes its own on to Django."""
    if command.name == "manage":
        return True
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    return set(re.findall(r"(?<=\s)--[a-z][a-z-]*", rest.partition("#")[0])) <= known


def _code(text: str) -> Iterator[str]:
    """Lines of fenced blocks, and code spans outside them."""
    for block in FENCE.findall(text):
        yield from block.splitlines()[1:-1]
    yield from re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


def test_every_make_target_told_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))
    told = {
        (path.name, target)
        for path in _documents()
        for line in _code(path.read_text(encoding="utf-8"))
        for target in re.findall(r"(?:^|\s)make (?:-C \S+ )?([a-z-]+)", line)
    }
    assert {target for _name, target in told} >= {"demo", "test", "check", "setup"}
    assert {(name, target) for name, target in told if target not in targets} == set()


# Links ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", _documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    broken = []
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        found = (path.parent / name).resolve() if name else path
        if not found.exists() or (anchor and anchor not in _anchors(found)):
            broken.append(target)
    assert broken == []


def _anchors(path: Path) -> set[str]:
    """What `#…` may name in a Markdown file: headings as GitHub and GitLab spell them, and written ids."""
    text = path.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ +(.+)$", FENCE.sub("", text), re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'id="([^"]+)"', text))


# The front door ---------------------------------------------------------------------------------------------
def test_readme_begins_with_a_sentence_a_picture_and_two_commands() -> None:
    blocks = [block.strip() for block in _text("README.md").split("\n\n")]
    assert blocks[0] == "# everfair"
    assert re.fullmatch(r"everfair is [^.\n]+\.", blocks[1]), "one sentence, in one line"
    picture = LINK.fullmatch(blocks[2])
    assert picture is not None
    assert (ROOT / picture.group(1)).stat().st_size <= 250_000
    assert re.findall(r"^make (\w+)", blocks[3], re.MULTILINE) == ["demo", "test"]


def test_readme_says_the_same_in_chinese() -> None:
    english, chinese = _text("README.md").split("\n---\n")
    assert len(re.findall(r"^## ", english, re.MULTILINE)) == len(re.findall(r"^## ", chinese, re.MULTILINE))
    assert len(re.findall(r"^- ", english, re.MULTILINE)) == len(re.findall(r"^- ", chinese, re.MULTILINE))
    assert re.findall(r"^make \w+", english, re.MULTILINE) == re.findall(r"^make \w+", chinese, re.MULTILINE)
    for name in LINK.findall(chinese):
        assert (ROOT / name).exists(), name


def test_chinese_pages_follow_the_english_ones() -> None:
    for path in (ROOT / "docs/use/zh").glob("*.md"):
        english = (ROOT / "docs/use" / path.name).read_text(encoding="utf-8")
        chinese = path.read_text(encoding="utf-8")
        assert _shape(english) == _shape(chinese), path.name


def _shape(text: str) -> dict[str, int]:
    """How many headings, table rows, steps and points a page has."""
    marks = {"headings": "## ", "table rows": r"\|", "steps": r"\d+\. ", "points": "- "}
    return {name: len(re.findall(rf"^{mark}", text, re.MULTILINE)) for name, mark in marks.items()}


# What is counted elsewhere ----------------------------------------------------------------------------------
def _dependencies() -> set[str]:
    project = tomllib.loads(_text("pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return {re.split(r"[\[<>=;~! ]", line, maxsplit=1)[0] for line in wanted}


def test_every_dependency_has_its_line_and_none_is_invented() -> None:
    rows = [
        row for row in _rows(_text("docs/decisions/dependencies.md")) if len(row) == 5 and row[0] != "Package"
    ]
    told = {re.split(r"[\[ ]", row[0], maxsplit=1)[0] for row in rows}
    assert told == _dependencies()
    assert [row[0] for row in rows if not all(row)] == [], "an empty cell"


def test_every_benchmark_is_told_and_none_is_invented() -> None:
    told = set(re.findall(r"benchmarks[./](\w+)", _text("docs/performance.md")))
    assert told == {path.stem for path in (ROOT / "benchmarks").glob("*.py")} - {"__init__"}


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs/decisions"
    listed = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("*.md")} - {"README.md"}


def test_every_document_can_be_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in seen or path.suffix != ".md" or not path.exists():
            continue
        seen.add(path)
        targets = LINK.findall(path.read_text(encoding="utf-8"))
        waiting += [
            (path.parent / target.partition("#")[0]).resolve() for target in targets if ":" not in target
        ]
    assert {path for path in _documents() if path.is_relative_to(ROOT / "docs")} - seen == set()


def test_module_docstrings_name_documents_that_exist() -> None:
    missing = []
    for path in _tracked():
        if path.suffix != ".py" or ROOT / "tests" in path.parents:
            continue
        told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        missing += [
            (path.name, name) for name in re.findall(r"docs/[\w/.-]+\.md", told) if not (ROOT / name).exists()
        ]
    assert missing == []


# Nothing of the place it was written in ---------------------------------------------------------------------
def test_no_path_of_a_private_machine() -> None:
    private = re.compile(r"(?<![\w.-])/(?:work|root|home/\w+)/")
    found = []
    for path in _tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path != Path(__file__):
            found += [(path.relative_to(ROOT).as_posix(), match.group()) for match in private.finditer(text)]
    assert found == []
