"""Addresses of publication."""

from django.urls import path

from shouwen.service.publication import views

app_name = "publication"
urlpatterns = [
    path("", views.home, name="home"),
    path("shares/", views.shares, name="shares"),
    path("shares/release/", views.release, name="release"),
    path("new/", views.new, name="new"),
    path("<slug:slug>/", views.shown, name="page"),
    path("<slug:slug>/arrange/", views.arrange, name="arrange"),
    path("<slug:slug>/write/", views.write, name="write"),
    path("<slug:slug>/versions/<int:number>/", views.before, name="look-before"),
    path("<slug:slug>/publish/", views.publish, name="publish"),
    path("<slug:slug>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:slug>/looked/", views.looked, name="looked"),
]
