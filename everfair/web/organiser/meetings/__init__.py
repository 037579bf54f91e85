"""The organiser's desk of meetings: rules, places, the floor, people, runs of the generator."""
