"""The newest outcomes of an edition, for its front page. Public records alone."""

from typing import Any

from django.urls import reverse

from everfair.outcomes.queries import public


def newest_outcomes(edition: Any, limit: int) -> list[tuple[Any, str, Any]]:
    """(public record, its page, line of the registry) of the newest."""
    found = public.browse(edition.fair_id, {"year": [edition.slug]}, limit=limit).records
    return [(one.content, outcome_url(one.edition, one.code), one) for one in found]


def outcome_url(edition: str, code: str) -> str:
    """An outcome's page in the language of the reader."""
    return reverse("public:outcomes.outcome_show", args=[edition, code])
