"""Conduct: from what was found to a decision that can be defended, its entry in the ledgers, and
the appeal.
"""
