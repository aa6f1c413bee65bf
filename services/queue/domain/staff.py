"""Staff: a person who may work at an office's counters, by a user name that is the office's own."""

from dataclasses import dataclass


def staff_id(office: str, username: str) -> str:
    """The one person of that user name in an office."""
    return f"{office}:{username}"


@dataclass(slots=True)
class Staff:
    """A local account."""

    id: str
    """`<office>:<user name>`."""
    display_name: str
    password_hash: str
    """Argon2id."""
    version: int = 0

    def renew(self, display_name: str, password_hash: str) -> None:
        """Take a new password, and whatever the person is called now."""
        self.display_name = display_name
        self.password_hash = password_hash
