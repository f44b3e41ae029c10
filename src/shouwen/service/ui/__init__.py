"""What all pages are made of: frames, parts, style sheets, scripts.

- `menu`: the menu on the left; each app adds its own items.
- `templates/ui/`: frames (`base`, `base_phone`, `base_plain`) and parts (form, field, table's empty
  state and pager, timeline, clocks) that pages include.
- `templatetags/ui`: `countdown`, `icon`, badges, filters, sortable heads, masked names and phones.
- `paging`: tables that stay as quick on the millionth row as on the first. `once`: a form that is
  sent twice is done once. `taken`: a form that was dealt with says so to the page it came from.
- `asked`: days and instants of addresses. `xlsx`, `workbooks`: sheets that are brought in and taken
  out. `language`: Chinese unless someone chose English.
- `static/ui/`: our own style sheet and scripts: `clocks`, `drawer`, `keys`, `forms`, `lists`, and
  `field` for the phone. Nothing is inline, so that the content security policy allows no script but
  ours. `static/vendor/` is fetched by `scripts/assets.py`.
- `styleguide`: every part in every state on one page. `docs/reference/ui.md` tells how to use them.
"""
