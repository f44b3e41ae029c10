"""Addresses for everyone; those of an organisation begin with its code."""

from django.urls import path

from shouwen.service.publication import public

app_name = "public"
urlpatterns = [
    path("<slug:code>/", public.index, name="index"),
    path("<slug:code>/<slug:slug>/", public.shown, name="page"),
    path("<slug:code>/<slug:slug>/code.svg", public.code, name="code"),
]
