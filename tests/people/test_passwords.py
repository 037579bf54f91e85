"""The rule for passwords speaks the reader's language."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation


@pytest.mark.parametrize(("language", "said"), [("en", "at least 10 characters"), ("zh-hans", "10 个字符")])
def test_a_short_password_is_refused_in_the_readers_language(language: str, said: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password("ka7Zq")
    assert said in " ".join(refused.value.messages)
    assert "too short" not in " ".join(refused.value.messages) or language == "en"
