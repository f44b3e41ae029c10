"""Inspections: looking for oneself, by programme, rota and checklist, and seeing that things are
put right.
"""
