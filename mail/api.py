"""What became of the e-mails of a run, for the programs of who sent them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.addresses import Addresses, Links
from api.fields import MomentField
from api.pages import Pages
from api.problems import Conflict
from api.schema import creates, lists, refuses
from api.views import ApiView
from mail import decisions
from mail.models import Delivery, DeliveryQuerySet
from tasks.models import Run

CHOICES = {"send": decisions.send_again, "leave": decisions.take_as_sent}
NOTHING_TO_DECIDE = "There is nothing to decide: it is known what became of it."


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    run = serializers.IntegerField(source="run_id")
    recipient = serializers.CharField(
        source="label", help_text="The address that you gave, or the username of whom you picked by name."
    )
    next_attempt_at = MomentField(help_text="While it is pending: when it may be sent.")
    sent_at = MomentField(allow_null=True)
    links = serializers.SerializerMethodField(
        help_text="Addresses: `run` and, if you can decide, `decision`."
    )

    class Meta:
        model = Delivery
        fields = (
            *("id", "run", "recipient", "state", "attempts", "error", "next_attempt_at", "sent_at", "links"),
        )
        read_only_fields = fields

    @extend_schema_field(Links())
    def get_links(self, delivery: Delivery) -> dict[str, str]:
        addresses = Addresses.within(self.context)
        links = {"run": addresses.of("api_run", delivery.run_id)}
        if delivery.is_undecided:
            links["decision"] = addresses.of("api_delivery_decision", delivery.pk)
        return links


class DeliveryQuery(serializers.Serializer[Any]):
    state = serializers.ChoiceField(Delivery.State.choices, required=False)


class DecisionInput(serializers.Serializer[Any]):
    choice = serializers.ChoiceField(
        list(CHOICES), help_text="`send` it again, or `leave` it as it is and count it as sent."
    )


class InOrder(Pages):
    """In the order in which they are sent."""

    ordering = "pk"


def deliveries_visible_to(user: Any) -> DeliveryQuerySet:
    return Delivery.objects.visible_to(user).select_related("user")


class RunDeliveries(ApiView):
    resource = "tasks"
    pagination_class = InOrder

    @lists(DeliverySerializer, query=DeliveryQuery)
    def get(self, request: Request, pk: int) -> Response:
        """The e-mails of a run, one for each recipient."""
        run = self.own(Run.objects.visible_to, pk)
        found = Delivery.objects.filter(run=run, **self.query(DeliveryQuery)).select_related("user")
        return self.page(found, DeliverySerializer)


class Decision(ApiView):
    resource = "tasks"

    @creates(
        DecisionInput,
        DeliverySerializer,
        responses=refuses(HTTPStatus.CONFLICT, "It is known what became of it."),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say what is to become of an e-mail in the state `unknown`: the mail server was given it and did not
        answer, so that nobody knows whether it arrived."""
        return self.created(lambda: self._decided(pk), DeliverySerializer)

    def _decided(self, pk: int) -> tuple[Delivery, str]:
        delivery = self.own(deliveries_visible_to, pk)
        if not CHOICES[self.content(DecisionInput)["choice"]](delivery):
            raise Conflict(NOTHING_TO_DECIDE)
        delivery.refresh_from_db()
        return delivery, reverse("api_run_deliveries", args=[delivery.run_id], request=self.request)


urlpatterns = [
    path("runs/<int:pk>/deliveries/", RunDeliveries.as_view(), name="api_run_deliveries"),
    path("deliveries/<int:pk>/decision/", Decision.as_view(), name="api_delivery_decision"),
]
