"""Places 1:1 meetings into slots: every one of them, or the best of them; explains, repairs, and judges any timetable."""
