"""Run as a process of its own: makes the file of candidates of an edition, unless another one has just made it. Nothing else."""

import os
import sys
from time import time


def main(edition_id: int, version: int, kind: str) -> None:
    """Read the rows, make them ready, write the file. A little behind whoever answers pages."""
    from everfair.fair.models import Edition
    from everfair.matchmaking.bridge import keeping
    from everfair.matchmaking.bridge.matcher import made
    from everfair.matchmaking.bridge.profiles import Tree
    from everfair.matchmaking.bridge.ranking import basis_of

    edition = Edition.objects.get(pk=edition_id)
    basis = basis_of(edition)
    model = next((one.model for one in (basis.first, basis.second) if one and one.number == version), None)
    anchor = keeping.anchor()
    began = time()
    with keeping.only_one(edition_id):
        if anchor is None or keeping.was_written_since(edition_id, version, kind, began):
            return
        tree = Tree(edition_id)
        index = made(edition, kind, tree, model)
        keeping.keep(index, keeping.stamp_of(edition_id, version, kind, tree, model, anchor))


if __name__ == "__main__":
    import django

    getattr(os, "nice", int)(2)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everfair.config.settings")
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
