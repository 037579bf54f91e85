"""Who is told what at the gate: open pages hear a zone's new count. People are told on the device, by the answer itself."""

from everfair.gate.models import Zone
from everfair.gateways import live


def topic_of(edition_id: int) -> str:
    """The topic on which an edition's zones tell their counts."""
    return f"zone:{edition_id}"


def tell_count(zone: Zone) -> None:
    """The zone's count to whoever watches the edition's zones, once the transaction holds. No names, only numbers."""
    fact = {"zone": zone.code, "inside": zone.inside, "most": zone.most}
    live.publish(topic_of(zone.edition_id), fact, key=zone.code)
