"""The queue's secret links: who has a ticket's holds the ticket, who has an appointment's holds the appointment."""

from services.queue.domain.errors import AppointmentUnknown, TicketUnknown
from shared.links import SecretLinks


class Links(SecretLinks):
    """Of tickets."""

    def __init__(self, key: bytes) -> None:
        """A kind has a key of its own."""
        super().__init__(key, "/queue/t/", TicketUnknown)

    def ticket(self, token: str) -> str:
        """The id of the ticket that a token opens. Raises `TicketUnknown` for a wrong one."""
        return self.read(token)


class AppointmentLinks(SecretLinks):
    """Of appointments."""

    def __init__(self, key: bytes) -> None:
        """A kind has a key of its own."""
        super().__init__(key, "/queue/a/", AppointmentUnknown)

    def appointment(self, token: str) -> str:
        """The id of the appointment that a token opens. Raises `AppointmentUnknown` for a wrong one."""
        return self.read(token)
