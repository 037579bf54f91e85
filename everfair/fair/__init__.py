"""Fairs and their editions: phases, areas, places, sectors, kinds, the organiser's team, delegations. Knows no exhibitor."""
