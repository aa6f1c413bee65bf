"""What a browser calls itself, as a person would say it: `Chrome, Android`."""

from shared.web.i18n import gettext

_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
"""In this order: each also names those below it, so as not to be turned away."""
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def device_name(user_agent: str) -> str:
    """Browser and system, as far as they can be told."""
    known = [
        next((name for mark, name in names.items() if mark in user_agent), None) for names in (_BROWSERS, _SYSTEMS)
    ]
    told = ", ".join(name for name in known if name)
    return told or user_agent[:60] or gettext("Unknown device")
