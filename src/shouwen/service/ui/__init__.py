"""What all pages are made of: frames, parts, style sheets, scripts.

- `menu`: the menu on the left; each app adds its own items.
- `templates/ui/`: frames (`base`, `base_phone`, `base_plain`) and parts (filter bar, table, drawer,
  timeline, clocks) that pages include.
- `templatetags/ui`: `countdown`, `icon`, masked names and phones, instants.
- `static/ui/`: our own style sheet and scripts. Nothing is inline, so that the content security
  policy allows no script but ours. `static/vendor/` is fetched by `scripts/assets.py`.
- `paging`: tables that stay as quick on the millionth row as on the first.
"""
