"""Compares what a list says with what the edition holds, field by field. Pure over rows already fetched;
writes nothing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from everfair.exhibition.forms.importing_cells import clean_markup
from everfair.exhibition.models import Exhibitor, Offer
from everfair.exhibition.queries.exporting import (
    BOOTH_FIELDS,
    FIRM_FIELDS,
    OFFER_FIELDS,
    flat_exhibitor,
    flat_offer,
)

_SHOWN = 200
_MARKUP = frozenset({"about_en", "about_zh", "description_en", "description_zh"})


@dataclass
class OfferPlan:
    """What becomes of one offer of the list: `found` None = new."""

    external_id: str
    values: Mapping[str, Any]
    found: Offer | None
    changed: dict[str, Any] = field(default_factory=dict)


@dataclass
class Plan:
    """What applying one row would do. `found` None = a new exhibitor; `changed` is field → new value."""

    values: Mapping[str, Any]
    found: Exhibitor | None
    changed: dict[str, Any] = field(default_factory=dict)
    offers: list[OfferPlan] = field(default_factory=list)
    shown: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.found is None

    @property
    def offers_to_write(self) -> list[OfferPlan]:
        return [offer for offer in self.offers if offer.found is None or offer.changed]

    @property
    def is_changed(self) -> bool:
        return bool(self.changed or self.offers_to_write)


def plan_row(values: Mapping[str, Any], found: Exhibitor | None) -> Plan:
    """The plan for one staged row. A blank in the list leaves what is there; so does a value the list
    already said
    before, for then the difference is the exhibitor's own later edit."""
    plan = Plan(values, found)
    if found is None:
        plan.offers = [OfferPlan(offer["external_id"], offer, None) for offer in values.get("offers", ())]
        return plan
    said = found.imported
    flat = flat_exhibitor(found)
    for key in (*FIRM_FIELDS, *BOOTH_FIELDS):
        if _differs(key, values.get(key), flat[key], said.get(key)):
            plan.changed[key] = values[key]
            plan.shown[key] = [_short(flat[key]), _short(values[key])]
    by_id = {offer.external_id: offer for offer in found.offers.all() if offer.external_id}
    by_code = {offer.code: offer for offer in found.offers.all()}
    for wanted in values.get("offers", ()):
        own_id = wanted["external_id"]
        plan.offers.append(
            _plan_offer(own_id, wanted, by_id.get(own_id) or by_code.get(own_id), said, plan.shown)
        )
    return plan


def _plan_offer(
    own_id: str,
    wanted: Mapping[str, Any],
    offer: Offer | None,
    said: Mapping[str, str],
    shown: dict[str, list[str]],
) -> OfferPlan:
    plan = OfferPlan(own_id, wanted, offer)
    if offer is None:
        shown[f"offer_external_id {own_id}"] = ["", _short(wanted.get("title_en") or wanted.get("title_zh"))]
        return plan
    flat = flat_offer(offer)
    for key in OFFER_FIELDS:
        if _differs(key, wanted.get(key), flat[key], said.get(f"{own_id}.{key}")):
            plan.changed[key] = wanted[key]
            shown[f"offer_{key} {own_id}"] = [_short(flat[key]), _short(wanted[key])]
    return plan


def _differs(key: str, new: Any, old: Any, said: str | None) -> bool:
    if not new or new == old or (said is not None and said == digest(new)):
        return False
    return not (key in _MARKUP and clean_markup(old) == new)


def digest(value: Any) -> str:
    """Eight characters that tell whether the list says the same as last time."""
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.blake2s(plain.encode("utf-8", "replace"), digest_size=4).hexdigest()


def said_by(values: Mapping[str, Any]) -> dict[str, str]:
    """Field → digest, kept with the exhibitor until the next import."""
    said = {key: digest(values[key]) for key in (*FIRM_FIELDS, *BOOTH_FIELDS) if values.get(key)}
    for offer in values.get("offers", ()):
        for key in OFFER_FIELDS:
            if offer.get(key):
                said[f"{offer['external_id']}.{key}"] = digest(offer[key])
    return said


def _short(value: Any) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
