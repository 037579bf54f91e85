"""Counts and filters a list by facets: exact counts with the other filters on, from bit sets. Pure; knows no table."""

from everfair.engines.facets.count import browse
from everfair.engines.facets.types import Browse, Catalogue, CatalogueBuilder

__all__ = ["Browse", "Catalogue", "CatalogueBuilder", "browse"]
