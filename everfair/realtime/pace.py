"""How fast one socket may speak: a bucket of tokens, and how often it was told to slow down. No clock of its own."""

RATE = 20.0  # frames a second in the long run
BURST = 60.0  # frames at once
PATIENCE = 400  # refused frames in a row after which the socket is closed
SAY_EVERY = 1.0  # seconds between two words about it


class Pace:
    """One socket's bucket. Times are seconds of one clock."""

    __slots__ = ("_at", "_said_at", "_tokens", "refused")

    def __init__(self, now: float) -> None:
        self._at = now
        self._tokens = BURST
        self._said_at = now - SAY_EVERY
        self.refused = 0

    def allows(self, now: float) -> bool:
        """Whether a frame that came now is taken."""
        self._tokens = min(BURST, self._tokens + (now - self._at) * RATE)
        self._at = now
        if self._tokens < 1.0:
            self.refused += 1
            return False
        self._tokens -= 1.0
        if self._tokens > BURST / 2:
            self.refused = 0
        return True

    def worked(self, now: float) -> None:
        """What a frame asked for took until now: our work, not the sender's rest. Else who sends without pause is never too fast."""
        self._at = now

    def is_word_due(self, now: float) -> bool:
        """Whether to answer a refused frame: not each of thousands."""
        if now - self._said_at < SAY_EVERY:
            return False
        self._said_at = now
        return True

    @property
    def is_hopeless(self) -> bool:
        """It does not listen."""
        return self.refused > PATIENCE
