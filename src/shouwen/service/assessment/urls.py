"""Addresses of assessment."""

from django.urls import path

from shouwen.service.assessment import views

app_name = "assessment"
urlpatterns = [
    path("", views.figures, name="figures"),
    path("cases/<slug:key>/", views.drill, name="drill"),
    path("sheets/", views.sheets, name="sheets"),
    path("sheets/issue/", views.issue, name="issue"),
    path("sheets/<str:number>/<int:version>/", views.sheet, name="sheet"),
    path("sheets/<str:number>/<int:version>/sheet.xlsx", views.sheet_xlsx, name="sheet-xlsx"),
    path("sheets/<str:number>/<int:version>/sheet.pdf", views.sheet_pdf, name="sheet-pdf"),
]
