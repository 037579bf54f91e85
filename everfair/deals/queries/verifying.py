"""Accepted quotations computed anew: whether the rows still say what was sent and accepted. Reads only."""

from collections.abc import Iterator

from everfair.deals.models import Quotation, QuotationVersion
from everfair.deals.queries.quotations import digest_of, fetch_parts

AT_A_TIME = 200


def accepted_versions() -> Iterator[tuple[QuotationVersion, bool]]:
    """Every accepted version with whether its digest is that of its content, computed now. No names, no amounts go out."""
    rows = QuotationVersion.objects.filter(quotation__state=Quotation.State.ACCEPTED, sent_at__isnull=False)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_A_TIME):
        held = QuotationVersion.objects.filter(pk__in=keys[start : start + AT_A_TIME])
        versions = list(held.select_related("quotation__negotiation").order_by("pk"))
        fetch_parts(versions)
        for version in versions:
            yield version, digest_of(version) == version.digest
