"""Digesting a batch of sightings: every rule counts, and what is too much becomes an alert."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.core import kinds
from app.core.breathing import breathing
from app.core.kinds import Invalid
from app.core.work import UnitOfWork
from app.features.alerts.matching import HOUR, MATCHERS, Match, Rule, slot_of
from app.features.alerts.parameters import RuleKind
from app.features.alerts.repository import (
    Raised,
    RaisingRepository,
    RuleRepository,
    TallyRepository,
    WatchRepository,
)
from app.features.alerts.sightings import Outsiders, Sighting
from app.features.alerts.tallies import Finding, Tally, findings, window_of
from app.features.alerts.walking import LONGEST_PAUSE, Walk, follow
from app.features.staff.mail import open_mail
from app.features.staff.snapshot import Snapshot

USUAL_OVER: Final = timedelta(days=14)
Matched = list[tuple[Sighting, Match]]


class Digest:
    """One batch under the rules that are switched on."""

    def __init__(self, work: UnitOfWork, staff: Snapshot) -> None:
        self._staff = staff
        self._sealing = work.platform.sealing
        self._rules = RuleRepository(work)
        self._tallies = TallyRepository(work)
        self._watch = WatchRepository(work)
        self._raising = RaisingRepository(work)
        self._led: dict[UUID, list[UUID]] = {}
        for one in staff.departments.values():
            if one.manager_id is not None:
                self._led.setdefault(one.manager_id, []).append(one.department_id)

    async def alerts(self, seen: Sequence[Sighting]) -> list[Raised]:
        """Count, raise what is too much, and return what somebody has to hear of."""
        rules = await self._rules.enabled() if seen else []
        known = await self._known(rules, seen)
        found: list[Finding] = []
        for rule in rules:
            found += await self._findings(rule, seen, known)
        return await self._raised(await self._told(found)) if found else []

    async def _findings(
        self, rule: Rule, seen: Sequence[Sighting], known: Outsiders
    ) -> list[Finding]:
        if rule.kind is RuleKind.SEQUENCE:
            return await self._walked(rule, seen)
        return await self._counted(rule, await _matched(rule, seen, known))

    async def _counted(self, rule: Rule, matched: dict[str, Matched]) -> list[Finding]:
        """Add to the tallies, and return what is above the rule's floor."""
        if not matched:
            return []
        first = min(match.slot for some in matched.values() for _, match in some)
        since = first - (window_of(rule) or timedelta())
        tallies = await self._tallies.of(rule.code, matched, since)
        for who, some in matched.items():
            slots = tallies.setdefault(who, {})
            for seen, match in some:
                slots.setdefault(match.slot, Tally()).add(rule.kind, seen, match)
            for tally in slots.values():
                tally.settle()
        await self._tallies.keep(rule.code, tallies)
        found = []
        for who, some in matched.items():
            found += findings(rule, who, tallies[who], some[-1][0].at)
        return found

    async def _walked(self, rule: Rule, seen: Sequence[Sighting]) -> list[Finding]:
        """Follow everybody who reads, from where they stood before."""
        steps: dict[str, list[Sighting]] = {}
        async for one in breathing(seen):
            if one.is_reading(rule.told.who) and one.who is not None:
                steps.setdefault(one.who, []).append(one)
        if not steps:
            return []
        since = slot_of(min(some[0].at for some in steps.values()) - LONGEST_PAUSE, HOUR)
        before = await self._tallies.of(rule.code, steps, since)
        after: dict[str, dict[datetime, Tally]] = {}
        found: list[Finding] = []
        for who, some in steps.items():
            followed = await follow(rule, _newest(before.get(who, {})), who, some)
            found += followed.findings
            tally = Tally(walk=followed.walk.stored(), touched=True)
            after[who] = {slot_of(datetime.fromisoformat(followed.walk.at), HOUR): tally}
        await self._tallies.keep(rule.code, after)
        return found

    async def _told(self, found: Sequence[Finding]) -> list[Finding]:
        """Hold volumes against the actors' own usual hours, before the windows had begun."""
        told = [finding for finding in found if finding.rule.kind is not RuleKind.VOLUME]
        windows: dict[tuple[str, datetime], list[Finding]] = {}
        for finding in found:
            if finding.rule.kind is RuleKind.VOLUME:
                windows.setdefault((finding.rule.code, finding.window_start), []).append(finding)
        for (code, start), some in windows.items():
            until, whos = start - HOUR, [finding.who for finding in some]
            usual = await self._tallies.usual(code, whos, until - USUAL_OVER, until)
            told += [finding for finding in some if _is_unusual(finding, usual.get(finding.who))]
        return told

    async def _raised(self, told: Sequence[Finding]) -> list[Raised]:
        """Make alerts of what is told, with the lines behind it."""
        if not told:
            return []
        known = await self._raising.known(told)
        for finding in told:
            if finding.rule.kind is RuleKind.VOLUME and finding.key not in known:
                await self._bring_lines(finding)
        return await self._raising.grow(told, known)

    async def _bring_lines(self, finding: Finding) -> None:
        """Look up in the audit what is not kept of everybody all the time."""
        until = finding.last_at
        lines = await self._watch.sightings_of(UUID(finding.who), until - HOUR, until)
        finding.lines = [line.evidence() for line in reversed(lines)]
        customers = [str(customer) for line in lines for customer in line.subjects]
        finding.customers = [*dict.fromkeys(customers)]

    async def _known(self, rules: Sequence[Rule], seen: Sequence[Sighting]) -> Outsiders:
        """Look up, once for all rules, what does not stand on the lines."""
        reading = [one for one in seen if one.is_reading("all")]
        tiers = {tier for rule in rules if rule.kind is RuleKind.VIP for tier in rule.told.tiers}
        customers = {customer for one in reading for customer in one.subjects}
        actors = {one.actor_id for one in reading if one.actor_id is not None}
        alone = {one.actor_id for one in reading if one.actor_id and len(one.subjects) == 1}
        looks_for_own = any(rule.kind is RuleKind.OWN_RECORD for rule in rules)
        return Outsiders(
            await self._watch.watched(customers, tiers),
            {actor: self._near(actor) for actor in actors},
            await self._own(alone) if looks_for_own and alone else {},
        )

    def _near(self, actor: UUID) -> frozenset[UUID]:
        """Return the departments that somebody belongs to, and those below that they lead."""
        user = self._staff.users.get(actor)
        if user is None:
            return frozenset()
        own = {*([user.department_id] if user.department_id else []), *user.further}
        led = (self._staff.below[one] for one in self._led.get(actor, ()))
        return frozenset(own.union(*led))

    async def _own(self, users: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
        """Return the records under a user's own mail address.

        The sealed address is opened in memory and looked up by its blind index, as a search for it
        would be; neither the address nor the index is kept.
        """
        hashes: dict[UUID, bytes] = {}
        for user_id, sealed in (await self._watch.mails(users)).items():
            address = open_mail(self._sealing, user_id, sealed)
            try:
                hashes[user_id] = self._sealing.blind("email", kinds.EMAIL.normalise(address))
            except Invalid:
                continue
        found = await self._watch.with_mail(hashes.values()) if hashes else {}
        return {user: frozenset(found[one]) for user, one in hashes.items() if one in found}


def _is_unusual(finding: Finding, usual: int | None) -> bool:
    finding.usual = usual
    finding.threshold = max(finding.threshold, round(finding.rule.told.factor * (usual or 0)))
    return finding.count > finding.threshold


async def _matched(rule: Rule, seen: Sequence[Sighting], known: Outsiders) -> dict[str, Matched]:
    """Return what a rule counts, by whom."""
    match, matched = MATCHERS[rule.kind], dict[str, Matched]()
    async for one in breathing(seen):
        if one.who is not None and (counted := match(rule, one, known)) is not None:
            matched.setdefault(one.who, []).append((one, counted))
    return matched


def _newest(slots: Mapping[datetime, Tally]) -> Walk:
    """Return the walk that somebody was last seen on, or a new one."""
    return Walk.of(slots[max(slots)].walk) if slots else Walk()
