"""Read the incidents that a police station shares with your agency, and answer.

    async with Agency("damkar-palu", "kafka.example.go.id:9094", password=…, ca="ca.pem") as agency:
        async for heard in agency.subscribe(resume="dispatch"):
            if isinstance(heard.message, Incident):
                ...                                     # show it, store it
                await agency.acknowledge(heard.message.incident, reference="DK-17")
            await heard.done()                          # only now will it not come again

Every message comes at least once. Where one comes again, for whatever reason, `subscribe` leaves it out: an
incident's `sequence` only ever grows, and a reply of the desk's has an id of its own. The package depends on nothing of
Kentongan's own.
"""

from kentongan_agency.client import Agency, Heard, Unreadable
from kentongan_agency.messages import Ended, Incident, Message, Place, Refused, Reply, Unit

__all__ = ["Agency", "Ended", "Heard", "Incident", "Message", "Place", "Refused", "Reply", "Unit", "Unreadable"]
