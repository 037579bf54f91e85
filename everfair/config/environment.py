"""Reads settings from the environment, loudly: a value that cannot be meant stops the start with a sentence. No Django here."""

import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

DOCUMENTED: dict[str, str] = {}
"""Every name asked for, with its default as text: the docs test reads this."""


class BadSetting(SystemExit):
    """A setting has a value that cannot be used. Ends the process with a sentence, not a traceback."""


def _raw(name: str, environ: Mapping[str, str]) -> str | None:
    """NAME, or the content of the file that NAME_FILE names (for secrets)."""
    direct, file_name = environ.get(name), environ.get(f"{name}_FILE")
    if direct is not None and file_name is not None:
        raise BadSetting(f"Both {name} and {name}_FILE are set. Keep one of them.")
    if file_name is None:
        return direct
    try:
        return Path(file_name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(f"{name}_FILE names {file_name}, which cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadSetting(f"{name}_FILE names {file_name}, which is not a text in UTF-8.") from error


def text(
    name: str, default: str = "", *, among: Sequence[str] = (), environ: Mapping[str, str] = os.environ
) -> str:
    """A text; with `among`, one of these words only."""
    DOCUMENTED[name] = default
    value = _raw(name, environ)
    if value is None:
        return default
    if among and value not in among:
        raise BadSetting(f"{name} is “{value}”. It must be one of: {', '.join(among)}.")
    return value


def boolean(name: str, default: bool, *, environ: Mapping[str, str] = os.environ) -> bool:
    """true/false, yes/no, on/off, 1/0."""
    DOCUMENTED[name] = "true" if default else "false"
    value = _raw(name, environ)
    if value is None:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name} is “{value}”. It must be true or false.")


def number(
    name: str, default: int, *, least: int = 0, most: int = 2**31, environ: Mapping[str, str] = os.environ
) -> int:
    """A whole number between `least` and `most`."""
    DOCUMENTED[name] = str(default)
    value = _raw(name, environ)
    if value is None:
        return default
    try:
        found = int(value)
    except ValueError:
        raise BadSetting(f"{name} is “{value}”. It must be a whole number.") from None
    if not least <= found <= most:
        raise BadSetting(f"{name} is {found}. It must lie between {least} and {most}.")
    return found


def words(name: str, default: str = "", *, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Words separated by commas."""
    return [word.strip() for word in text(name, default, environ=environ).split(",") if word.strip()]


def all_or_none(what: str, values: Mapping[str, object]) -> None:
    """Settings that mean something only together: names to values. Some given and some empty stops the start."""
    missing = [name for name, value in values.items() if not value]
    if missing and len(missing) < len(values):
        raise BadSetting(
            f"{what} needs {', '.join(missing)} as well. Set all of {', '.join(values)}, or none."
        )


_HOST = r"(\[[0-9a-fA-F:.]+\]|[^\s:/?#@\[\]]+)(:(?P<port>\d{1,5}))?"
WEB = rf"{_HOST}(/[^\s?#]*)?"
RELAY = rf"{_HOST}(\?transport=(udp|tcp))?"


def addresses(name: str, given: Sequence[str], begin: str, rest: str, example: str) -> None:
    """Each address given (an empty one is none) is `begin`, a pattern, and then as WEB or RELAY says."""
    for address in filter(None, given):
        found = re.fullmatch(begin + rest, address)
        if not found or int(found["port"] or 1) not in range(1, 65536):
            raise BadSetting(f"{name} has “{_without_password(address)}”. Write it like {example}")


def kept_secret(path: Path) -> str:
    """The key this file holds; made once, readable by its owner only. All who start at one moment get the same one."""
    try:
        if not path.exists():
            _make_secret(path)
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(
            f"The secret key at {path} cannot be made or read: {error}. "
            "Let this user write there, or set EVERFAIR_SECRET_KEY."
        ) from error
    if not found:
        raise BadSetting(f"The secret key at {path} is empty. Delete the file, and a new key is made.")
    return found


def _make_secret(path: Path) -> None:
    """Written whole beside it, then linked: the name appears once, with everything in it. Who comes second keeps the first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as out:
            out.write(secrets.token_urlsafe(50))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            if not path.exists():
                part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@dataclass(frozen=True)
class DatabaseAddress:
    """A parsed database URL."""

    engine: str
    name: str
    user: str = ""
    password: str = ""
    host: str = ""
    port: str = ""


def database(name: str, default: str, *, environ: Mapping[str, str] = os.environ) -> DatabaseAddress:
    """sqlite:///path/to/file or postgresql://user:password@host:port/name."""
    value = text(name, default, environ=environ)
    try:
        found = _database_address(value)
    except ValueError:  # a port that is no number, a host that is none
        found = None
    if found is None:
        raise BadSetting(
            f"{name} is “{_without_password(value)}”. "
            "Write sqlite:///path/to/file or postgresql://user:password@host:port/name."
        )
    return found


def _database_address(value: str) -> DatabaseAddress | None:
    parts = urlsplit(value)
    if parts.scheme == "sqlite" and len(parts.path) > 1:
        return DatabaseAddress("sqlite", unquote(parts.path[1:]))
    if parts.scheme in {"postgres", "postgresql"} and len(parts.path) > 1:
        return DatabaseAddress(
            "postgresql",
            unquote(parts.path[1:]),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            unquote(parts.hostname or ""),
            str(parts.port or ""),
        )
    return None


def _without_password(value: str) -> str:
    """An address as it may stand in a log."""
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:…@", value)
