"""Rules for passwords, said in our own words: Django's are not all translated. No accounts, no forms."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """Django's rule with a sentence that says what to do."""

    def get_error_message(self) -> str:
        """What the person reads beside the field."""
        return ngettext(
            "This password is too short: it needs at least %(least)d character.",
            "This password is too short: it needs at least %(least)d characters.",
            self.min_length,
        ) % {"least": self.min_length}
