"""What an organiser can do: editions, areas and places, sectors and kinds, team, delegations.

One function per deed.
"""
