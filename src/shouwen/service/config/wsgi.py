"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from shouwen.service.database.addresses import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwen.service.config.settings")
settle()
application = get_wsgi_application()
