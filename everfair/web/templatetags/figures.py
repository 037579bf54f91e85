"""Numbers, dates, times and names of languages and countries in the reader's locale, through Babel."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, lists, numbers, units
from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

register = template.Library()


@lru_cache(maxsize=64)
def _parse(code: str) -> Locale:
    try:
        return Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def reader_locale() -> Locale:
    """The locale of the page: English dates are day first, as in most of the world."""
    code = (get_language() or "en").lower()
    return _parse({"en": "en_GB", "zh-hans": "zh_Hans", "zh": "zh_Hans"}.get(code, code))


@register.filter
def number(value: Any) -> str:
    """1234.5 → "1,234.5". Nothing that is no number is shown as it came."""
    try:
        return numbers.format_decimal(Decimal(str(value)), locale=reader_locale())
    except (ArithmeticError, ValueError):
        return "" if value is None else str(value)


@register.filter
def percent(value: Any, digits: int = 0) -> str:
    """0.613 → "61%" (a share, not already multiplied)."""
    try:
        pattern = "0" + ("." + "0" * digits if digits else "")
        sign = numbers.format_decimal(Decimal(str(value)) * 100, format=pattern, locale=reader_locale())
    except (ArithmeticError, ValueError):
        return ""
    return f"{sign}\u202f%" if reader_locale().language == "en" else f"{sign}%"


@register.filter
def file_size(size: Any) -> str:
    """Bytes → "340 kB". Decimal thousands, as file managers show."""
    amount = float(size or 0)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{number(round(amount, 1 if unit == 'MB' and amount < 10 else 0))} {unit}".replace(
                ".0 ", " "
            )
        amount /= 1000
    return f"{number(round(amount, 1))} GB"


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, date) else None


@register.filter
def day(value: Any, style: str = "long") -> str:
    """A date: "5 September 2026" (long), "5 Sept 2026" (medium), "Saturday, 5 September 2026" (full)."""
    found = _date(value)
    return dates.format_date(found, format=style, locale=reader_locale()) if found else ""


@register.filter
def day_range(first: Any, last: Any) -> str:
    """`{{ edition.starts_on|day_range:edition.ends_on }}`: "4–9 September 2026"."""
    start, end = _date(first), _date(last)
    if not start or not end or start == end:
        return day(start or end)
    shown = dates.format_interval(start, end, skeleton="yMMMd", locale=reader_locale())
    for one in (start, end):  # CLDR has ranges with short months only; a title wall wants the whole word
        short, whole = (dates.format_date(one, width, locale=reader_locale()) for width in ("MMM", "MMMM"))
        if short.isalpha() and whole.startswith(short) and whole not in shown:
            shown = shown.replace(short, whole)
    return shown


@register.filter
def clock_time(value: Any, zone: str | None = None) -> str:
    """Hours and minutes of an aware moment in `zone` (an IANA name), else in the reader's zone: "14:30"."""
    if not isinstance(value, datetime):
        return ""
    local = timezone.localtime(value, ZoneInfo(zone) if zone else None) if timezone.is_aware(value) else value
    return dates.format_time(local, "HH:mm", locale=reader_locale())


@register.filter
def moment(value: Any, zone: str | None = None) -> str:
    """Day and time of an aware moment: "5 Sept 2026, 14:30"."""
    if not isinstance(value, datetime):
        return day(value, "medium")
    local = timezone.localtime(value, ZoneInfo(zone) if zone else None) if timezone.is_aware(value) else value
    shown = dates.format_date(local.date(), "medium", locale=reader_locale())
    return f"{shown}{' ' if reader_locale().language == 'zh' else ', '}{clock_time(value, zone)}"


@register.filter
def ago(value: Any) -> str:
    """How long since a moment or how long until it: "3 hours ago", "in 2 days"."""
    if not isinstance(value, datetime):
        return ""
    return dates.format_timedelta(value - timezone.now(), add_direction=True, locale=reader_locale())


@register.filter
def duration(value: Any) -> str:
    """A timedelta or a number of seconds: "1 hour 40 minutes" shortened to "1 hr 40 min"."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value or 0)
    minutes = max(1, round(seconds / 60))
    hours, minutes = divmod(minutes, 60)
    if hours >= 24:
        return dates.format_timedelta(timedelta(seconds=seconds), format="short", locale=reader_locale())
    parts = [
        units.format_unit(amount, f"duration-{unit}", length="short", locale=reader_locale())
        for amount, unit in ((hours, "hour"), (minutes, "minute"))
        if amount
    ]
    return ("" if reader_locale().language == "zh" else " ").join(parts)


@register.filter
def language_name(code: Any) -> str:
    """ "ar" → "Arabic" in the reader's language; an unknown code as it is."""
    return reader_locale().languages.get(str(code).replace("-", "_"), str(code)) if code else ""


@register.filter
def country_name(code: Any) -> str:
    """ "KE" → "Kenya" in the reader's language; an unknown code as it is."""
    return reader_locale().territories.get(str(code).upper(), str(code)) if code else ""


@register.filter
def listed(items: Any, style: str = "standard") -> str:
    """["a", "b", "c"] → "a, b and c" in the reader's manner. `unit-narrow` and "or" are styles too."""
    return lists.format_list([str(item) for item in items or []], style=style, locale=reader_locale())  # type: ignore[arg-type]


@register.filter
def languages_listed(codes: Any) -> str:
    """["zh", "en"] → "Chinese and English"."""
    return listed([language_name(code) for code in codes or []])


@register.simple_tag
def fair_day(edition: Any) -> str:
    """Where the edition stands today in its own zone: days to go, "Day 2 of 6", or open all year."""
    if not edition or not getattr(edition, "starts_on", None):
        return ""
    today = timezone.localdate(timezone=fair_zone(edition))
    if today < edition.starts_on:
        left = (edition.starts_on - today).days
        return ngettext("Opens in %(days)d day", "Opens in %(days)d days", left) % {"days": left}
    if today > edition.ends_on:
        return _("Open all year round")
    length = (edition.ends_on - edition.starts_on).days + 1
    return _("Day %(day)d of %(days)d") % {"day": (today - edition.starts_on).days + 1, "days": length}


def fair_zone(edition: Any) -> ZoneInfo:
    """The edition's time zone; UTC where it has none or an unknown one."""
    try:
        return ZoneInfo(getattr(edition, "time_zone", "") or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


@register.filter
def zone_city(zone: Any) -> str:
    """The city of a zone in the reader's language: Asia/Shanghai → "Shanghai", "上海"."""
    try:
        known = dates.get_timezone(str(zone))
        found = dates.get_timezone_location(known, locale=reader_locale(), return_city=True)
    except LookupError:
        return str(zone)
    return str(found)


@register.simple_tag(takes_context=True)
def fair_now(context: Context, edition: Any) -> datetime:
    """The present moment in the fair's zone; `now` in the context overrides the clock."""
    at = context.get("now") or timezone.now()
    return timezone.localtime(at, fair_zone(edition))
