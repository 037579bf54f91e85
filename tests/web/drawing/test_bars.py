"""Charts of counts: the longest bar has room for its number, what was before is a line at its place, nothing draws nothing."""

from everfair.web.drawing.bars import Bar, rows, stacked


def test_what_was_before_is_a_line_at_its_place() -> None:
    drawn = rows([Bar("Deal", 10, before=5), Bar("Award", 4, before=20), Bar("Launch", 1)], label="By class")
    assert drawn.count('class="before"') == 2
    assert 'x1="21.5%" x2="21.5%"' in drawn  # a quarter of 86 per cent: 20 is the most
    assert 'x="86.0%" dx="8"' in drawn  # the number of awards stands behind the line, not on it


def test_nothing_draws_nothing() -> None:
    assert rows([], label="x") == rows([Bar("Deal", 0)], label="x") == stacked([], label="x") == ""


def test_a_name_is_text() -> None:
    assert "&lt;b&gt;" in rows([Bar("<b>", 1)], label="x")
