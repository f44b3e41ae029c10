"""Pages of assessment, one module a kind.

- `figures`: the figures of a period and the cases behind each; `compare`: periods and units beside
  each other.
- `sheets`: what was issued; `mine`: what concerns oneself.
- `common`: of whom an address asks.
"""
