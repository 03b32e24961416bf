"""The review of like cases behind its routes and pages: whose cases, under which names."""

from __future__ import annotations

from dataclasses import replace

from api.consistency.answering import Examined, examined
from api.consistency.names import Names, names_of
from api.http.access import office_of
from api.http.services import Services
from api.problems import Fault, Problem, invalid
from api.store import Actor, Wanted


def allowed(actor: Actor, wanted: Wanted) -> Wanted:
    """What somebody asks for, as far as they may see it: an officer, the cases of the own office.
    Raises Problem for another office's, and for days in the wrong order."""
    own = office_of(actor)
    if own is not None and wanted.office not in (None, own):
        raise Problem("forbidden", "只能看本机关的决定")
    if wanted.since is not None and wanted.until is not None and wanted.since > wanted.until:
        raise invalid([Fault("from", "reversed_period", "起始日在截止日以后；请对调")])
    return replace(wanted, office=own or wanted.office)


# Somebody who looks at a group has just looked at all of them.
_KEPT = 2


async def reviewed(the: Services, wanted: Wanted) -> list[Examined]:
    """The groups of like cases; what is read and what is computed take their turns aside. The last
    answers are kept for as long as nothing is added to the records."""
    key = (await the.aside.store(the.store.head), wanted)
    found: list[Examined] | None = the.reviews.get(key)
    if found is None:
        # What is kept of earlier records is of no use any more, and large.
        for other in [other for other in the.reviews if other[0] != key[0]]:
            del the.reviews[other]
        standing = await the.aside.store(the.store.standing, wanted)
        found = await the.aside.compute(examined, standing.points, standing.same, standing.perhaps)
        the.reviews[key] = found
        while len(the.reviews) > _KEPT:
            del the.reviews[next(iter(the.reviews))]
    return found


def names_at_hand(the: Services) -> tuple[Names, str]:
    """What ids are called under the default rules, and the digest of these."""
    rules = the.rules.engine(None, None, False).rule_set
    return names_of(rules), rules.digest
