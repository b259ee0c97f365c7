"""The process's numbers in Prometheus' words. Reads them; counts nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bot.vitals import Vitals
from models.system import counts

COUNTERS = {  # what `counts` calls it → our name, what it says, its labels
    "updates": ("bot_updates", "Updates worked off, by kind and by how their turn ended", ("kind", "outcome")),
    "updates_ignored": ("bot_updates_ignored", "Updates of a kind or from a chat that is none of ours", ("kind",)),
    "letters": ("bot_letters", "Letters on their way out, by kind and by what became of them", ("kind", "status")),
    "told_to_wait": ("bot_told_to_wait", "Answers 429 of the channel's server", ("channel",)),
    "job": ("bot_jobs", "Jobs of the timetable that were run", ("job",)),
    "job_failed": ("bot_jobs_failed", "Jobs, or keys of a job, that broke", ("job",)),
    "database_error": ("bot_database_errors", "What the database refused, by class of error", ("error",)),
    "webhook_refused": ("bot_webhook_refused", "Calls of the webhook that were turned away", ("why",)),
}
OUTCOMES = {"turn_failed": "failed", "too_fast": "held_back"}


class Numbers(Collector):
    """What was counted in memory, and the vitals found last."""

    def __init__(self, *, mode: str, database: str) -> None:
        self.found = Vitals()
        self.facts = {"mode": mode, "database": database}
        self.in_hand = 0

    def collect(self) -> Iterable[Metric]:
        yield InfoMetricFamily("bot", "What this process is", self.facts)
        yield from _counters()
        yield _turn_seconds()
        late = GaugeMetricFamily("bot_job_late_seconds", "How late a job was when it last ran", labels=("job",))
        for (what, *labels), seconds in list(counts.LATEST.items()):
            if what == "job":
                late.add_metric(labels, seconds)
        yield late
        yield GaugeMetricFamily("bot_letters_in_hand", "Letters this process holds to send", self.in_hand)
        yield from self._vitals()

    def _vitals(self) -> Iterator[Metric]:
        found = self.found
        yield GaugeMetricFamily("bot_database_up", "Whether the database takes a line in time", found.trouble is None)
        if found.trouble is not None:
            return
        yield GaugeMetricFamily("bot_database_seconds", "How long it took for a line", found.database_seconds)
        yield GaugeMetricFamily("bot_outbox_due", "Letters that are due and not sent", found.due)
        yield GaugeMetricFamily("bot_outbox_oldest_seconds", "How long the oldest of them has been due", found.oldest)
        yield GaugeMetricFamily("bot_dead_chats", "Chats that can no longer be written to", found.dead_chats)
        yield GaugeMetricFamily("bot_jobs_late", "Jobs that are overdue", len(found.late))
        ages = GaugeMetricFamily("bot_lease_age_seconds", "Since a lease was renewed by its holder", labels=("lease",))
        for name, age in found.leases.items():
            ages.add_metric([name], age)
        yield ages
        if found.heard is not None:
            yield GaugeMetricFamily("bot_heard_seconds", "Since the poller heard from the channel", found.heard)


def _counters() -> Iterator[Metric]:
    sums: dict[str, dict[tuple[str, ...], int]] = {name: {} for name in COUNTERS}
    for (what, *labels), number in list(counts.COUNTS.items()):
        if what == "updates":
            how = OUTCOMES.get(labels[1], labels[1].partition("_")[0])
            labels = [labels[0], how]
        if what in sums:
            sums[what][tuple(labels)] = sums[what].get(tuple(labels), 0) + number
    for what, (name, says, labels_of) in COUNTERS.items():
        family = CounterMetricFamily(name, says, labels=labels_of)
        for values, number in sums[what].items():
            family.add_metric(values, number)
        yield family


def _turn_seconds() -> Metric:
    buckets, so_far = [], 0
    for bound, number in zip((*counts.BOUNDS, float("inf")), counts.TURN_SECONDS.numbers, strict=True):
        so_far += number
        buckets.append(("+Inf" if bound == float("inf") else str(bound), so_far))
    says = "From an update to its commit, what waited before it included"
    return HistogramMetricFamily("bot_turn_seconds", says, buckets=buckets, sum_value=counts.TURN_SECONDS.sum)


def registry(numbers: Numbers) -> CollectorRegistry:
    """These numbers, and the process's own memory, time and files."""
    made = CollectorRegistry(auto_describe=False)
    made.register(numbers)
    ProcessCollector(registry=made)
    return made


def text(registered: CollectorRegistry) -> bytes:
    """The page that Prometheus reads."""
    return generate_latest(registered)
