"""No encoder: nothing leaves the machine, no vectors come."""

from collections.abc import Sequence

import numpy as np

from everfair.gateways.embedding.types import Floats


class NullEmbedding:
    """The default."""

    name = ""
    is_on = False

    def embed(self, texts: Sequence[str]) -> Floats:
        """[n, 0]: vectors that say nothing."""
        return np.zeros((len(texts), 0), np.float32)
