"""everfair: the trade fair that never closes. Holds the version; never imports anything."""

__version__ = "0.1.0"
