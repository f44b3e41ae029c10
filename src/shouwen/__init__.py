"""Shouwen (首问): written service-quality measures as running services.

`shouwen.measures` is a library of its own: pure functions, no Django, no database.
`shouwen.library` holds the measures that ship with the product.
"""

__version__ = "0.1.0"
