"""Doors of the public pages."""

from tests.house.doors import Door

DOORS = [
    Door(
        "way_in",
        anonymous=302,
        visitor=302,
        owner=302,
        stranger=302,
        delegation=302,
        reviewer=302,
        administrator=302,
    ),
    Door("health"),
    Door("robots"),
    Door("sitemap_index"),
    Door("sitemap", lambda w: {"edition": w.edition.slug, "page": 1}),
    # the file's row is there, its bytes are not: everybody is let through to "not found" alike
    Door(
        "media_file",
        lambda w: {"digest": w.document.file.digest, "name": "a.pdf"},
        anonymous=404,
        visitor=404,
        owner=404,
        stranger=404,
        delegation=404,
        reviewer=404,
        administrator=404,
    ),
    Door(
        "public:fair.home",
        anonymous=302,
        visitor=302,
        owner=302,
        stranger=302,
        delegation=302,
        reviewer=302,
        administrator=302,
    ),
    Door("public:fair.edition_list"),
    Door("public:fair.style_guide"),
    Door("public:fair.front", lambda w: {"edition": w.edition.slug}),
    Door("public:fair.about", lambda w: {"edition": w.edition.slug}),
    Door("public:exhibition.hall_list", lambda w: {"edition": w.edition.slug}),
    Door("public:exhibition.hall", lambda w: {"edition": w.edition.slug, "area": w.area.code}),
    Door("public:exhibition.booth", lambda w: {"edition": w.edition.slug, "address": w.exhibitor.address}),
    Door("public:exhibition.offer", lambda w: {"edition": w.edition.slug, "address": w.offer.address}),
    # there is no index in the test's folder: the page says that search is being put in order
    Door(
        "public:search.results",
        lambda w: {"edition": w.edition.slug},
        anonymous=503,
        visitor=503,
        owner=503,
        stranger=503,
        delegation=503,
        reviewer=503,
        administrator=503,
    ),
    Door("public:search.suggest", lambda w: {"edition": w.edition.slug}),
    Door("public:feeds.new_booths", lambda w: {"edition": w.edition.slug}),
]
