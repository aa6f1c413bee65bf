"""The queue: people at eight o'clock, and officers at their counters."""

from collections.abc import Coroutine, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any

from services.queue.domain.counter import Counter
from services.queue.domain.line import Line
from services.queue.domain.ticket import Ticket
from services.queue.routes import ROUTES
from shared.contracts.queue import EVENTS, SERVICE, AddStaff, ConfigureOffice, SignOn, TakeTicket
from shared.settings import Settings
from tests.chaos.load import PEOPLE, Answers, Load
from tests.chaos.plays import Do
from tests.chaos.truth import gathered
from tests.queue.promises import check_kept, check_told
from tests.queue.running import API, QUOTA, Site, new_plan, running
from tests.support.site import CHEAP, PASSWORD

STEPS = ("call-next", "serve", "finish")
COUNTERS = ("loket-1", "loket-2")
OFFICER = "sari"


class QueueLoad(Load):
    """Takes tickets of one office and serves them."""

    def __init__(self, address: str, office: str, body: dict[str, Any]) -> None:
        super().__init__(address)
        self._office = office
        self._body = body

    def people(self) -> Iterable[Coroutine[Any, Any, None]]:
        yield from (self._take_tickets() for _ in range(PEOPLE))
        yield from (self._work(counter) for counter in COUNTERS)

    async def _take_tickets(self) -> None:
        async with self.client() as client:
            while not self.stopping:
                await self.make(client, f"{API}/tickets", self._body)

    async def _work(self, counter: str) -> None:
        async with self.signed_in(API, self._office, OFFICER) as client:
            while not self.stopping:
                for step in STEPS:
                    await self.step(client, f"{API}/offices/{self._office}/counters/{counter}/{step}")


class QueuePlay:
    """See `Play`."""

    service = SERVICE
    events = EVENTS
    making = f"{API}/tickets"

    def running(self, settings: Settings) -> AbstractAsyncContextManager[Site]:
        return running(settings, worker=False)

    async def open(self, do: Do) -> str:
        plan = new_plan(quota=QUOTA)
        await do(ConfigureOffice(office=plan.id, plan=plan))
        password = CHEAP.hash(PASSWORD)
        await do(AddStaff(office=plan.id, username=OFFICER, display_name="Sari", password_hash=password))
        for counter in COUNTERS:
            await do(SignOn(office=plan.id, counter=counter))
        return plan.id

    def body(self, office: str) -> dict[str, Any]:
        return {"office": office, "service": "sim"}

    def id_of(self, key: str) -> str:
        return key

    def load(self, address: str, office: str) -> Load:
        return QueueLoad(address, office, self.body(office))

    async def check(self, settings: Settings, answers: Answers) -> None:
        async with gathered(settings, ROUTES, EVENTS) as truth:
            tickets = await truth.all(Ticket)
            check_kept(await truth.all(Line), tickets, await truth.all(Counter), QUOTA)
        told = check_told(truth.told)
        assert told == {ticket.id: ticket.state for ticket in tickets}, "the events tell another story than the state"
        truth.check_steps(answers.steps)
        by_id = {ticket.id: ticket for ticket in tickets}
        assert by_id.keys() == truth.accepted(TakeTicket), "a command took more or less than one ticket"
        for key, given in answers.made.items():
            assert given["number"] == by_id[key].number, "a ticket was given that is not there"
