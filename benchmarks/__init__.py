"""One file per measured job. Each prints its figure, its bound or peer, and their ratio. None is a test."""
