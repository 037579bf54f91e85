"""Addresses of quotations, below /en/my/deals/."""

from typing import Any

urlpatterns: list[Any] = []
