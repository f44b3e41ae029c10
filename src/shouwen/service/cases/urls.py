"""Addresses of cases."""

from django.urls import path

from shouwen.service.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.cases, name="cases"),
    path("bulk/", views.bulk, name="bulk"),
    path("<str:number>/", views.case, name="case"),
    path("<str:number>/<slug:verb>/", views.act, name="act"),
]
