from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import user_logged_in  # noqa: PLC0415
        from allauth.usersessions.signals import on_user_logged_in  # noqa: PLC0415

        from accounts import receivers  # noqa: F401, PLC0415 - models are there only now

        # It looks at all sessions one by one, and ends the new one, which is not stored yet. We note it.
        user_logged_in.disconnect(on_user_logged_in)
