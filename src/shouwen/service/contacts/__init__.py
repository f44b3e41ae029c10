"""Whom the organisation serves, and how they reach it: customers, calls.

A customer's name, phone and address are personal data: pages mask them unless the reader's work
needs them. A call is what the switch tells of: when it rang, who answered, after how many rings.
"""
