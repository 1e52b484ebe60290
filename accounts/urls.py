from django.urls import path

from accounts import passkeys, views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("2fa/webauthn/keys/<int:pk>/edit/", passkeys.rename, name="mfa_edit_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove, name="mfa_remove_webauthn"),
]
