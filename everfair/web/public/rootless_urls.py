"""Addresses without a language: the way in, files, feeds for machines, probes."""

from django.urls import path

from everfair.web.public import fair, feeds, media, outcomes

urlpatterns = [
    path("", fair.way_in, name="way_in"),
    path("healthz", feeds.health, name="health"),
    path("robots.txt", feeds.robots, name="robots"),
    path("sitemap.xml", feeds.sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:edition>-<int:page>.xml", feeds.sitemap, name="sitemap"),
    path("o/<slug:code>", outcomes.outcome_permanent, name="outcome_permanent"),
    path("media/<str:digest>/<str:name>", media.file, name="media_file"),
]
