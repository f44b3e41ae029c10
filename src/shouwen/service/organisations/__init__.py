"""How an organisation is made up: units, people, posts, roles, territories, duty rosters.

Who held which post when is told to the measure as well (`post.held`), since shares of superiors
rest on it; so changes go through `actions` only.
"""
