"""Deliveries that are not made although somebody asked for them."""

from django.conf import settings
from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce

from mail.models import Delivery, Refusal
from tasks.clock import in_seconds
from tasks.models import Run

GONE = "Has no account here any more."
ASKED = "Asked not to be written to."
ENOUGH = "Gets as much mail from here in a day as one person is sent; try tomorrow."
DAY = 24 * 3600


def skip_unwanted(run: Run) -> None:
    """Mark as skipped, with the reason, what is pending and not wanted.

    Mail to oneself is always wanted, and so is that of the house, such as a link to confirm an address.
    Deliveries on their way in other workers are not counted against the limit of an address, so it may be
    passed by as many as there are workers.
    """
    owner = run.task.owner
    wanted = Q(user=owner) | Q(address=owner.email.lower())
    if run.task.kind.background:
        wanted = Q(run=run)
    reason = Case(
        When(Q(user__is_active=False) | Q(user=None, by_name=True), then=Value(GONE)),
        When(wanted, then=Value("")),
        When(Exists(Refusal.objects.against(owner).filter(address=OuterRef("address"))), then=Value(ASKED)),
        When(sent_lately__gte=settings.MAIL_DAILY_LIMIT_PER_ADDRESS, then=Value(ENOUGH)),
        default=Value(""),
        output_field=TextField(),
    )
    pending = Delivery.objects.filter(run=run).pending()
    unwanted = pending.annotate(sent_lately=_sent_lately(), reason=reason).exclude(reason="")
    reasons = dict(unwanted.values_list("pk", "reason"))
    for words in set(reasons.values()):
        pks = [pk for pk, its_reason in reasons.items() if its_reason == words]
        pending.filter(pk__in=pks).update(state=Delivery.State.SKIPPED, error=words)


def _sent_lately() -> Coalesce:
    """How many messages went to the same address in the last 24 hours, whoever sent them."""
    sent = Delivery.objects.filter(address=OuterRef("address"), sent_at__gte=in_seconds(-DAY)).order_by()
    return Coalesce(Subquery(sent.values("address").annotate(n=Count("pk")).values("n")), Value(0))
