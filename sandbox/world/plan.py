"""How large a world is, and what is special about each customer."""

from dataclasses import dataclass

from sandbox.models import Organization

Status = Organization.Status


@dataclass(frozen=True)
class Customer:
    """A child organization. Amounts are credits."""

    trade: str
    #: Share of the world's containers.
    weight: float
    #: What is available in the wallet when no rule refills it.
    left: int = 2_000
    cap: int | None = None
    #: (threshold, amount)
    refill: tuple[int, int] | None = None
    status: Status = Status.ACTIVE
    #: Where it is at home, when a world has several customers of one trade.
    town: str = ""

    @property
    def key_name(self) -> str:
        """What its key is derived from (world/keys.py)."""
        return f"{self.trade}-{self.town.lower()}" if self.town else self.trade


@dataclass(frozen=True)
class Plan:
    """A world to build. Counts are exact unless they say about."""

    name: str
    seed: int
    customers: tuple[Customer, ...]
    containers: int
    #: Completed and pending, all from the last forty hours.
    waiting: int
    in_flight: int
    failed: int
    canceled: int
    uploads: int
    pending_actions: int
    #: About: the log is topped up to this with api.request rows.
    audit_rows: int
    #: What the parent's wallet holds at least once everything is allocated.
    parent_prepaid: int
    #: About: ledger rows of small services that leave no container.
    services: int = 0


DEMO = Plan(
    name="demo",
    seed=20_260_609,
    customers=(
        Customer("journal", 10, cap=18_000, refill=(800, 2_500)),
        Customer("sleep", 9, cap=20_000, refill=(1_500, 4_000)),
        Customer("swim", 4, left=510),
        Customer("running", 8, cap=15_000, refill=(1_000, 3_000)),
        Customer("language", 6, left=1_240, cap=6_000),
        Customer("plants", 4, cap=9_000, refill=(500, 1_500)),
        Customer("coffee", 3, left=80, cap=1_500),
        Customer("travel", 4, cap=12_000, refill=(600, 2_000)),
        Customer("bakery", 2, left=1_950, cap=5_000, status=Status.SUSPENDED),
        Customer("sauna", 2, left=3_400, cap=8_000, refill=(400, 1_000)),
        Customer("meditation", 4, left=5_200),
        Customer("cycling", 1.5, left=0, status=Status.ARCHIVED),
        Customer("skincare", 6, left=1_120),
        Customer("pets", 5, cap=7_500, refill=(700, 2_000)),
        Customer("budget", 3, left=640),
        Customer("recipes", 6, left=9_600, cap=14_000),
        Customer("strength", 3, left=2_750),
        Customer("parenting", 4, cap=6_000, refill=(500, 1_500)),
        Customer("photo", 2.5, left=860),
        Customer("reading", 3, left=4_080),
        Customer("music", 2.5, left=1_500, status=Status.SUSPENDED),
        Customer("astronomy", 2, left=420, cap=2_000),
        Customer("repair", 2, left=6_300),
        Customer("tea", 3, left=250),
    ),
    containers=1_500,
    waiting=200,
    in_flight=36,
    failed=62,
    canceled=12,
    uploads=40,
    pending_actions=120,
    audit_rows=2_000,
    parent_prepaid=400_000,
)

SMALL = Plan(
    name="small",
    seed=7,
    customers=(
        Customer("journal", 4, left=2_000),
        Customer("sleep", 3, refill=(500, 1_500), cap=9_000),
        Customer("bakery", 1, left=900, status=Status.SUSPENDED),
        Customer("cycling", 1, left=0, status=Status.ARCHIVED),
    ),
    containers=72,
    waiting=24,
    in_flight=4,
    failed=4,
    canceled=2,
    uploads=4,
    pending_actions=36,
    audit_rows=160,
    parent_prepaid=20_000,
)

EMPTY = Plan(
    name="empty",
    seed=1,
    customers=(),
    containers=0,
    waiting=0,
    in_flight=0,
    failed=0,
    canceled=0,
    uploads=0,
    pending_actions=0,
    audit_rows=0,
    parent_prepaid=100_000,
)

#: As many towns as it takes for two hundred customers of two dozen trades.
TOWNS = ("", "Lisbon", "Austin", "Kyoto", "Oslo", "Leeds", "Porto", "Utrecht", "Denver")


def _crowd(count: int) -> tuple[Customer, ...]:
    """Customers of every trade in every town, until there are enough; every kind of wallet and status among them."""
    homes = [(customer.trade, town) for town in TOWNS for customer in DEMO.customers][:count]
    return tuple(
        Customer(
            trade,
            weight=2 + number * 7 % 9,
            left=120 + number * 389 % 9_000,
            cap=(None, 12_000, 20_000)[number % 3],
            refill=(500 + number % 5 * 250, 2_000 + number % 4 * 500) if number % 2 else None,
            status=Status.SUSPENDED if number % 29 == 13 else Status.ARCHIVED if number % 37 == 20 else Status.ACTIVE,
            town=town,
        )
        for number, (trade, town) in enumerate(homes)
    )


BUSY = Plan(
    name="busy",
    seed=200,
    customers=_crowd(200),
    containers=20_000,
    waiting=1_600,
    in_flight=240,
    failed=700,
    canceled=150,
    uploads=500,
    pending_actions=3_100,
    audit_rows=12_000,
    parent_prepaid=4_000_000,
    services=40_000,
)

PLANS = {plan.name: plan for plan in (DEMO, EMPTY, BUSY, SMALL)}
