"""Which encoder the settings ask for: none without an address."""

from django.conf import settings

from everfair.gateways.embedding.http_embedding import HttpEmbedding
from everfair.gateways.embedding.null_embedding import NullEmbedding
from everfair.gateways.embedding.types import Embedder


def get_embedder() -> Embedder:
    """The encoder of the settings; Null where EVERFAIR_EMBEDDING_URL is empty."""
    if not settings.EMBEDDING_URL:
        return NullEmbedding()
    return HttpEmbedding(
        settings.EMBEDDING_URL,
        settings.EMBEDDING_MODEL,
        settings.EMBEDDING_KEY,
        dimensions=settings.EMBEDDING_DIMENSIONS,
        timeout=settings.EMBEDDING_TIMEOUT,
        batch=settings.EMBEDDING_BATCH,
        longest=settings.EMBEDDING_LONGEST,
        is_inside_allowed=settings.EMBEDDING_INSIDE,
    )
