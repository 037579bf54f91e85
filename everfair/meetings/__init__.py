"""1:1 meetings: who is free when, who asks whom, what was agreed, and timetables made for many. See docs/architecture."""
