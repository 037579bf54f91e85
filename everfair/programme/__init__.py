"""Activities of every kind: stages, sessions, speakers, seats, questions, polls, and schedules in and out."""
