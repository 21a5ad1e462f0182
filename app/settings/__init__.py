"""The settings: one typed object in groups, read once at start."""

from app.settings.groups import (
    AccessSettings,
    AuditSettings,
    ClientSettings,
    DatabaseSettings,
    EmergencySettings,
    ExportSettings,
    FactorSettings,
    ImportSettings,
    JobSettings,
    LimitSettings,
    MailSecurity,
    MailSettings,
    QuotaSettings,
    SelfServiceSettings,
    SessionSettings,
    TokenSettings,
)
from app.settings.reading import (
    Settings,
    SettingsRefusedError,
    read_settings,
    settings_table,
)

__all__ = [
    "AccessSettings",
    "AuditSettings",
    "ClientSettings",
    "DatabaseSettings",
    "EmergencySettings",
    "ExportSettings",
    "FactorSettings",
    "ImportSettings",
    "JobSettings",
    "LimitSettings",
    "MailSecurity",
    "MailSettings",
    "QuotaSettings",
    "SelfServiceSettings",
    "SessionSettings",
    "Settings",
    "SettingsRefusedError",
    "TokenSettings",
    "read_settings",
    "settings_table",
]
