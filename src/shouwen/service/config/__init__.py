"""How the parts of the service are put together.

`settings` come from the environment; `urls` give each app its prefix; `wsgi` is what a web server
runs, `worker` what looks at clocks. Nothing below imports from here.
"""
