"""The WSGI application. It uses the server that `DATABASE_URL` names."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwen.service.config.settings")
application = get_wsgi_application()
