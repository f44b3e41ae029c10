"""The addresses of the pages: each app's under its own prefix."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from shouwen.service.access.gate import public
from shouwen.service.config.login import Login

urlpatterns = [
    path("", include("shouwen.service.desk.urls")),
    path("accounts/login/", public(Login.as_view()), name="account_login"),
    path("accounts/logout/", public(LogoutView.as_view()), name="logout"),
    path("cases/", include("shouwen.service.cases.urls")),
    path("demo/", include("shouwen.service.demo.urls")),
    path("failures/", include("shouwen.service.failures.urls")),
    path("field/", include("shouwen.service.fieldwork.urls")),
    path("notices/", include("shouwen.service.notices.urls")),
    path("counter/", include("shouwen.service.counter.urls")),
    path("customers/", include("shouwen.service.customers.urls")),
    path("measure/", include("shouwen.service.measurebook.urls")),
    path("house/", include("shouwen.service.house.urls")),
    path("logins/", include("shouwen.service.logins.urls")),
    path("intake/", include("shouwen.service.intake.urls")),
    path("jobs/", include("shouwen.service.workorders.urls")),
    path("call-backs/", include("shouwen.service.aftercare.urls")),
    path("complaints/", include("shouwen.service.complaints.urls")),
    path("inspections/", include("shouwen.service.inspections.urls")),
    path("conduct/", include("shouwen.service.conduct.urls")),
    path("assessment/", include("shouwen.service.assessment.urls")),
    path("what-if/", include("shouwen.service.drafting.urls")),
    path("published/", include("shouwen.service.publication.urls")),
    path("sign-in/", include("shouwen.service.signin.urls")),
    path("public/", include("shouwen.service.publication.public_urls")),
    path("styleguide/", include("shouwen.service.ui.urls")),
    path("language/", public(set_language), name="set_language"),
]
