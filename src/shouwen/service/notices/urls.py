"""Addresses of notices."""

from django.urls import path

from shouwen.service.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notices, name="notices"),
    path("read/", views.read, name="read"),
    path("bell/", views.bell, name="bell"),
]
