"""All that changes what inspections keep, by what it is about.

From planning to putting right: `planning` and `rota` say who looks when, `sampling` draws what is
looked at, `inspecting` and `phones` look, `finding` says what was found and tells the measure,
`putting_right` sees to it. `pictures` are cleaned before they are kept.
"""
