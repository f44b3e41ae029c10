"""Addresses of the phone."""

from django.urls import path

from shouwen.service.fieldwork import shell, views

app_name = "fieldwork"
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("worker.js", shell.worker, name="worker"),
    path("follow/<str:token>/", views.follow, name="follow"),
    path("<str:key>/", views.job, name="job"),
    path("<str:key>/photo/", views.photo, name="photo"),
    path("<str:key>/photo/<int:pk>.jpg", views.picture, name="picture"),
    path("<str:key>/slip.pdf", views.receipt, name="receipt"),
    path("<str:key>/<slug:name>/", views.step, name="step"),
]
