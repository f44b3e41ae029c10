"""Addresses of work orders."""

from django.urls import path

from shouwen.service.workorders import views

app_name = "workorders"
urlpatterns = [
    path("dispatch/", views.dispatch, name="dispatch"),
    path("receipts/", views.receipts, name="receipts"),
    path("receipts/take-in/", views.take_in, name="take-in"),
    path("exchange/<str:number>/", views.exchange, name="exchange"),
    path("<str:key>/assign/", views.assign, name="assign"),
]
