"""Addresses of the records of customers."""

from django.urls import path

from shouwen.service.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.customers, name="customers"),
    path("sheet.xlsx", views.take_out, name="take-out"),
    path("bring-in/", views.bring_in, name="bring-in"),
]
