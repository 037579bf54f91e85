"""The sentences actions refuse with: shown to people as they are. No HTTP here."""


class Refused(Exception):
    """An action said no. `str(error)` is a translated sentence that says what to do; `field` names the form's field, if one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class EditedMeanwhile(Refused):
    """Somebody else saved first; nothing was overwritten. `current` is their version number."""

    def __init__(self, message: str, current: int) -> None:
        super().__init__(message)
        self.current = current
