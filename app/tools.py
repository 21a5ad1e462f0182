"""Tools: what features have once in a process, the service and its workers alike."""

from datetime import timedelta
from functools import partial
from typing import Any

from app.core.freshness import FactorHolders
from app.core.gauges import Gauges
from app.core.keys import KeyRing
from app.core.passwords import PasswordRules, Passwords
from app.core.signing_keys import SigningFolder
from app.core.tokens import Tokens
from app.core.verification import Proof
from app.features.alerts.service import GAUGES, VerifyEvery
from app.features.campaigns.rules import SelfServiceRules
from app.features.clients.service import ClientDesk
from app.features.customers.service import BulkReveals
from app.features.emergency.rules import EmergencyRules
from app.features.exports.rules import ExportRules
from app.features.factors.rules import FAR_REACHING, FactorRules
from app.features.factors.service import HeldFactors
from app.features.factors.sessions import OpenSessions
from app.features.identity.rules import fault_of
from app.features.identity.service import AskedFactors, Desk, OtherSessions
from app.features.imports.rules import ImportRules
from app.features.sso.service import Providers
from app.features.staff.directory import StaffDirectory
from app.features.staff.sessions import LiveSessions
from app.settings import (
    EmergencySettings,
    ExportSettings,
    FactorSettings,
    ImportSettings,
    MailSettings,
    Settings,
)


def tokens_of(settings: Settings, ring: KeyRing) -> Tokens:
    """Return the signer and reader of access tokens."""
    lifetime = timedelta(minutes=settings.tokens.minutes)
    changed = SigningFolder(settings.keys_folder, ring.signing).changed
    return Tokens(ring, settings.tokens.issuer, settings.tokens.audience, lifetime, changed)


def tools_of(settings: Settings, ring: KeyRing, directory: StaffDirectory) -> dict[type, Any]:
    """Return what features have once in a process."""
    passwords = Passwords()
    desk = Desk(
        directory=directory,
        tokens=tokens_of(settings, ring),
        passwords=passwords,
        idle=timedelta(hours=settings.sessions.idle_hours),
        longest=timedelta(days=settings.sessions.longest_days),
        factors=AskedFactors(directory),
        address=_address(settings),
    )
    factors = factor_rules(settings.factors)
    return {
        StaffDirectory: directory,
        MailSettings: settings.mail,
        Passwords: passwords,
        PasswordRules: PasswordRules(partial(fault_of, has_factor=False)),
        FactorRules: factors,
        FactorHolders: HeldFactors(factors),
        BulkReveals: BulkReveals(settings.quotas.reveals_without_factor),
        Desk: desk,
        **dict.fromkeys((OpenSessions, LiveSessions), OtherSessions(desk)),
        SigningFolder: SigningFolder(settings.keys_folder),
        Providers: Providers(settings.sso.providers),
        EmergencyRules: emergency_rules(settings.emergency),
        ExportRules: export_rules(settings.exports),
        ImportRules: import_rules(settings.imports),
        SelfServiceRules: SelfServiceRules(
            lasting=timedelta(days=settings.self_service.days),
            base=settings.self_service.link_base or _address(settings),
        ),
        VerifyEvery: VerifyEvery(timedelta(hours=settings.audit.verify_hours)),
        Gauges: Gauges(GAUGES),
        ClientDesk: ClientDesk(
            directory, OtherSessions(desk), timedelta(days=settings.clients.longest_days)
        ),
        Proof: Proof(ring.audit, [ring.heads.public_key()], settings.heads_file),
    }


def _address(settings: Settings) -> str:
    """Return where clients find this service: its issuer, if that is an address."""
    issuer = settings.tokens.issuer
    is_address = issuer.startswith(("https://", "http://"))
    return issuer.rstrip("/") if is_address else f"http://{settings.host}:{settings.port}"


def emergency_rules(emergency: EmergencySettings) -> EmergencyRules:
    """Return the rules of emergency access that the settings make."""
    return EmergencyRules(
        lasting=timedelta(minutes=emergency.minutes),
        most_a_day=emergency.most_a_day,
        reason_characters=emergency.reason_characters,
    )


def export_rules(exports: ExportSettings) -> ExportRules:
    """Return the rules of exports that the settings make."""
    return ExportRules(
        lasting=timedelta(hours=exports.hours),
        link=timedelta(minutes=exports.link_minutes),
        most_rows=exports.most_rows,
        most_a_day=exports.most_a_day,
    )


def import_rules(imports: ImportSettings) -> ImportRules:
    """Return the rules of imports that the settings make."""
    return ImportRules(
        most_bytes=imports.most_megabytes << 20,
        most_rows=imports.most_rows,
        most_a_day=imports.most_a_day,
        undo=timedelta(days=imports.undo_days),
        waiting=timedelta(days=imports.open_days),
    )


def factor_rules(factors: FactorSettings) -> FactorRules:
    """Return the rules of second factors that the settings make."""
    asked = FAR_REACHING if factors.compulsory_for is None else factors.compulsory_for
    return FactorRules(
        issuer=factors.issuer,
        site=factors.site,
        origins=tuple(factors.origins),
        compulsory_for=frozenset(asked),
    )
