from django.urls import path

from mail import views

app_name = "mail"
urlpatterns = [
    path("recipients/", views.recipients, name="recipients"),
    path("runs/<int:pk>/deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/decision/", views.decision, name="decision"),
    path("refuse/<str:token>/", views.refusal, name="refusal"),
]
