"""The digests of the offices by the timetable (programme, section 5)."""

from __future__ import annotations

from functools import partial

from bot.engine.timetable import job
from models.oversight import digests
from models.registration.people import Role

TIMES = {
    "digest_city": ("45 8 * * *", Role.CITY),
    "digest_association": ("0 9 * * *", Role.ASSOCIATION),
    "digest_association_afternoon": ("30 14 * * *", Role.ASSOCIATION),
    "digest_province": ("45 8 * * *", Role.PROVINCE),
}
for name, (cron, role) in TIMES.items():
    job(name, cron, find=partial(digests.due_officers, role=role))(digests.send_digest)
