"""Where a customer will stand with its cap when the billing period ends, at the pace of the last 30 days."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from orgs.standing import Standing

DAY = timedelta(days=1)


@dataclass(frozen=True)
class CapOutlook:
    """Credits of the period: `used` and `reserved` now, `at_end` expected by `ends` without the cap."""

    of: int
    used: int
    reserved: int
    at_end: int
    ends: datetime
    reached_on: datetime | None

    @classmethod
    def of_standing(cls, standing: Standing) -> "CapOutlook | None":
        """None without a cap, or where period or pace are not known."""
        cap, burn, wallet = standing.cap, standing.burn, standing.wallet
        if cap is None or burn is None or wallet is None or wallet.period_end is None:
            return None
        now, ends = timezone.now(), wallet.period_end
        if ends <= now:
            return None
        taken, spent = cap.taken, max(0, burn.spent)
        left = round((ends - now) / DAY * spent / burn.days)
        reached_on = now + cap.left * burn.days / spent * DAY if spent and cap.left and taken + left >= cap.of else None
        return cls(cap.of, cap.used, cap.reserved, taken + left, ends, reached_on)

    @property
    def share(self) -> int:
        """Expected at the end, in whole per cent of the cap."""
        return self.at_end * 100 // self.of if self.of else 100

    @property
    def is_full(self) -> bool:
        """Nothing is left already."""
        return self.used + self.reserved >= self.of

    def _part(self, credits: int) -> float:
        return round(min(100.0, credits * 100 / self.of), 1) if self.of else 100.0

    @property
    def used_part(self) -> float:
        """For the drawing: per cent of its width, never above 100."""
        return self._part(self.used)

    @property
    def reserved_part(self) -> float:
        return self._part(self.used + self.reserved)

    @property
    def end_part(self) -> float:
        return self._part(self.at_end)
