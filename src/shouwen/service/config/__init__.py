"""How the parts of the service are put together: settings, addresses of pages, the server."""
