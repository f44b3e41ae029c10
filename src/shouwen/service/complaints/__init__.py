"""Complaints: what a customer or a colleague holds against us, kept whole, looked into,
answered.
"""
