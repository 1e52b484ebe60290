from django.urls import path

from accounts import avatar_pages, leaving_views, second_factor_pages, views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("avatar/", avatar_pages.upload, name="avatar_upload"),
    path("avatar/delete/", avatar_pages.remove, name="avatar_remove"),
    path("avatars/<slug:key>/", avatar_pages.show, name="avatar"),
    path("password/change/", views.ChangePasswordView.as_view(), name="account_change_password"),
    path("delete/", leaving_views.delete, name="account_delete"),
    path("deleted/", leaving_views.deleted, name="account_deleted"),
    path("2fa/totp/activate/", second_factor_pages.switch_on_app, name="mfa_activate_totp"),
    path(
        "2fa/webauthn/reauthenticate/",
        second_factor_pages.ConfirmByPasskeyView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("2fa/webauthn/keys/<int:pk>/edit/", second_factor_pages.rename_passkey, name="mfa_edit_webauthn"),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/", second_factor_pages.remove_passkey, name="mfa_remove_webauthn"
    ),
]
