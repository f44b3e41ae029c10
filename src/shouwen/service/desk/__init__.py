"""The workbench: what everyone sees first, and where everything is found.

What I have to do, what is about to expire, who is to be called today. Each list is short and comes
from an index; nothing is counted over whole tables.
"""
