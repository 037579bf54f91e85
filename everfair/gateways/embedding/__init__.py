"""Texts → vectors by an encoder of the operator's choice: any endpoint of OpenAI's shape, Null by default. What is sent is decided elsewhere."""

from everfair.gateways.embedding.choice import get_embedder
from everfair.gateways.embedding.http_embedding import HttpEmbedding
from everfair.gateways.embedding.null_embedding import NullEmbedding
from everfair.gateways.embedding.types import (
    Embedder,
    EmbeddingAway,
    EmbeddingError,
    EmbeddingRefused,
    Floats,
    TextsRefused,
)

__all__ = [
    "Embedder",
    "EmbeddingAway",
    "EmbeddingError",
    "EmbeddingRefused",
    "Floats",
    "HttpEmbedding",
    "NullEmbedding",
    "TextsRefused",
    "get_embedder",
]
