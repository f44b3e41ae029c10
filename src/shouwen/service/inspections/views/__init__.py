"""Pages of inspections, by what they are about.

The same division as in `actions`, which every page calls for whatever it changes; `common` has what
several of them share.
"""
