from django.urls import path

from api.auth.log_in import LogIn, SecondStep
from api.auth.log_out import LogOut
from api.auth.refresh import Refresh
from api.auth.registration import Register

urlpatterns = [
    path("register/", Register.as_view(), name="api_register"),
    path("token/", LogIn.as_view(), name="api_token"),
    path("token/mfa/", SecondStep.as_view(), name="api_token_second_step"),
    path("token/refresh/", Refresh.as_view(), name="api_token_refresh"),
    path("logout/", LogOut.as_view(), name="api_log_out"),
]
