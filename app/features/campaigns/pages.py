"""A customer's page: one form that works without scripts, and loads nothing from anywhere."""

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from typing import Final

from app.core.fields import Field
from app.features.campaigns.visiting import ENTRIES
from app.features.campaigns.words import WORDS, Language
from app.http.errors import message

STYLE: Final = (
    "*{box-sizing:border-box}"
    "body{margin:0;font:17px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;"
    "color:#1b1b1b;background:#fff}"
    "main{max-width:34rem;margin:0 auto;padding:1rem}"
    "nav{text-align:right}"
    "nav a{display:inline-block;padding:.6rem .4rem;min-height:44px}"
    "h1{font-size:1.5rem;line-height:1.3;margin:.4rem 0 1rem}"
    "a{color:#0b4fa8}"
    "fieldset{border:0;margin:0;padding:0}"
    "legend{font-size:1.15rem;font-weight:600;padding:0;margin:1rem 0 0}"
    "label{display:block;font-weight:600;margin:1rem 0 .25rem}"
    "input{display:block;width:100%;min-height:44px;font:inherit;padding:.5rem .6rem;"
    "color:inherit;background:#fff;border:1px solid #5f6b7a;border-radius:4px}"
    "input[aria-invalid]{border:2px solid #a4161a}"
    ".fault{display:block;color:#a4161a;font-weight:600;margin:.25rem 0 0}"
    ".faults{border:2px solid #a4161a;border-radius:4px;padding:.75rem 1rem;margin:0 0 1rem}"
    ".faults ul{margin:.5rem 0 0;padding-left:1.25rem}"
    ".acts{margin:1.5rem 0}"
    "button{display:block;width:100%;min-height:48px;margin:0 0 .75rem;font:inherit;"
    "font-weight:600;border-radius:4px;border:2px solid #0b4fa8;background:#fff;color:#0b4fa8}"
    "button.first{background:#0b4fa8;color:#fff}"
    "a:focus,input:focus,button:focus,.faults:focus{outline:3px solid #b35c00;outline-offset:2px}"
)
HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CONTENT_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{HASH}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# How browsers help to fill a field, and which keys a phone shows for it.
HINTS: Final[Mapping[str, str]] = {
    "name": 'autocomplete="name"',
    "phone": 'type="tel" autocomplete="tel"',
    "email": 'inputmode="email" autocomplete="email"',
    "province": 'autocomplete="address-level1"',
    "city": 'autocomplete="address-level2"',
    "district": 'autocomplete="address-level3"',
    "address": 'autocomplete="street-address"',
    "postcode": 'inputmode="numeric" autocomplete="postal-code"',
}
NOTHING: Final[Mapping[str, str]] = {}


def form_page(
    language: Language, values: Mapping[str, str], faults: Mapping[str, str] = NOTHING
) -> str:
    """Write the page with its form; faults stand in a summary, and again beside their fields."""
    words = WORDS[language]
    rows = "".join(_row(language, entry, values, faults) for entry in ENTRIES)
    body = (
        f"<h1>{escape(words['title'])}</h1>"
        f"{_summary(language, faults)}"
        f"<p>{escape(words['intro'])}</p><p>{escape(words['intro_more'])} "
        f"{escape(words['once'])}</p>"
        '<form method="post" accept-charset="utf-8" novalidate>'
        f"<fieldset><legend>{escape(words['details'])}</legend>{rows}</fieldset>"
        '<div class="acts">'
        f'<button name="action" value="correct">{escape(words["correct"])}</button>'
        f'<button class="first" name="action" value="confirm">{escape(words["confirm"])}</button>'
        "</div></form>"
    )
    return _whole(language, words["title"], body, switches=not faults)


def plain_page(language: Language, page: str) -> str:
    """Write a page that only says something."""
    words = WORDS[language]
    title = words[f"{page}_title"]
    text = escape(words[f"{page}_text"])
    body = f'<h1>{escape(title)}</h1><p role="status">{text}</p>'
    return _whole(language, title, body, switches=page == "not_valid")


def _summary(language: Language, faults: Mapping[str, str]) -> str:
    """List what is to be looked at again, each with a link to its field."""
    if not faults:
        return ""
    entries = [entry for entry in ENTRIES if entry.name in faults]
    items = "".join(
        f'<li><a href="#field-{entry.name}">{escape(_label(language, entry))}: '
        f"{escape(message(faults[entry.name], language.is_chinese))}</a></li>"
        for entry in entries
    )
    said = escape(WORDS[language]["faults"])
    return (
        '<div class="faults" role="alert" tabindex="-1" autofocus>'
        f"<strong>{said}</strong><ul>{items}</ul></div>"
    )


def _row(
    language: Language, entry: Field, values: Mapping[str, str], faults: Mapping[str, str]
) -> str:
    name = entry.name
    required = " required" if entry.required else ""
    about, fault = "", ""
    if name in faults:
        about = f' aria-invalid="true" aria-describedby="fault-{name}"'
        said = escape(message(faults[name], language.is_chinese))
        fault = f'<span class="fault" id="fault-{name}">{said}</span>'
    return (
        f'<label for="field-{name}">{escape(_label(language, entry))}</label>'
        f'<input id="field-{name}" name="{name}" value="{escape(values.get(name, ""))}" '
        f"{HINTS.get(name, '')}{required}{about}>{fault}"
    )


def _label(language: Language, entry: Field) -> str:
    return entry.zh if language.is_chinese else entry.en


def _whole(language: Language, title: str, body: str, *, switches: bool) -> str:
    """Write the document around a body; a page that was posted has no other language to go to."""
    other = language.other
    switch = (
        f'<nav><a href="?lang={other.code}" lang="{other.tag}" hreflang="{other.tag}">'
        f"{other.own_name}</a></nav>"
        if switches
        else ""
    )
    return (
        f'<!doctype html><html lang="{language.tag}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{switch}{body}</main></body></html>"
    )
