"""Addresses of the organisation."""

from django.urls import path

from shouwen.service.house import views

app_name = "house"
urlpatterns = [
    path("", views.home, name="home"),
    path("roster/", views.roster, name="roster"),
    path("roster/rotation/", views.rotation, name="rotation"),
    path("roster/<int:pk>/arrived/", views.arrived, name="arrived"),
    path("people/out/", views.people_out, name="people-out"),
    path("people/bring-in/", views.people_in, name="people-in"),
    path("<slug:name>/", views.part, name="part"),
    path("<slug:name>/<int:pk>/", views.edit, name="edit"),
]
