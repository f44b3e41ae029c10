"""Running the organisation: its units, people, roles, territories, rosters, special times.

What the measure must know of it (who held which post from when, which days are special, who is on
shift) is told to it in the same action that keeps it.
"""
