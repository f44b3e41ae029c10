"""Addresses of logins. The page behind a link is for whoever holds it."""

from django.urls import path

from shouwen.service.logins import invited, views

app_name = "logins"
urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.invite_many, name="invite-many"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/invite/", views.invite, name="invite"),
    path("<int:pk>/do/<slug:what>/", views.do, name="do"),
    path("<int:pk>/roles/", views.give_role, name="give-role"),
    path("<int:pk>/roles/<int:grant>/take/", views.take_role, name="take-role"),
    path("link/<slug:code>/<str:token>/", invited.choose, name="link"),
]
