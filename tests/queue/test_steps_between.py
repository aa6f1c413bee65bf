"""Steps between being served and being done: fetching something, and going on to another service."""

import pytest

from shared.contracts.queue import (
    CallNext,
    CancelTicket,
    CloseLine,
    FinishTicket,
    ParkTicket,
    PauseCounter,
    ResumeTicket,
    TicketCalled,
    TicketJoined,
    TicketParked,
    TicketResumed,
    TicketTransferred,
    TransferTicket,
)
from tests.queue.scene import OFFICE, PHONE, Scene

PARK = ParkTicket(office=OFFICE, counter="loket-1")
ON_TO_SKCK = TransferTicket(office=OFFICE, counter="loket-1", service="skck")


def resume(ticket: str, counter: str = "loket-1") -> ResumeTicket:
    return ResumeTicket(office=OFFICE, counter=counter, ticket=ticket)


async def served(scene: Scene, **more: str) -> str:
    """A person who is being served at the first counter."""
    ticket = await scene.take(**more)
    await scene.call()
    await scene.serve()
    return ticket


# Fetching something ---------------------------------------------------------------------------------------


async def test_who_fetches_something_frees_the_counter_and_goes_on_without_a_new_wait() -> None:
    scene = await Scene.opened()
    parked = await served(scene)
    other = await scene.take()
    assert isinstance(await scene.done(PARK), TicketParked)
    assert await scene.call() == other
    assert await scene.refused(resume(parked)) == ("counter-busy", {"number": "A-002"})
    await scene.serve()
    await scene.finish()
    await scene.take()
    resumed = await scene.done(resume(parked))
    assert isinstance(resumed, TicketResumed)
    assert (resumed.ticket, resumed.counter) == (parked, "loket-1")
    await scene.finish()
    assert scene.ticket(parked).state == "finished"


async def test_who_is_back_is_served_at_whichever_counter_is_free() -> None:
    scene = await Scene.opened()
    parked = await served(scene)
    await scene.done(PARK)
    await scene.done(resume(parked, "loket-3"))
    assert (scene.ticket(parked).state, scene.ticket(parked).counter) == ("serving", "loket-3")
    assert await scene.refused(resume(parked)) == ("ticket-not-parked", {"number": "A-001", "state": "serving"})
    await scene.finish("loket-3")


async def test_a_counter_in_its_pause_goes_on_with_nobody() -> None:
    scene = await Scene.opened()
    parked = await served(scene)
    await scene.done(PARK)
    await scene.done(PauseCounter(office=OFFICE, counter="loket-1"))
    assert await scene.refused(resume(parked)) == ("counter-paused", {})


async def test_only_who_is_served_fetches_something() -> None:
    scene = await Scene.opened()
    await scene.take()
    assert await scene.refused(PARK) == ("counter-idle", {})
    await scene.call()
    assert await scene.refused(PARK) == ("ticket-not-serving", {"number": "A-001", "state": "called"})


async def test_who_fetches_something_is_called_by_nobody_and_keeps_the_claim() -> None:
    scene = await Scene.opened()
    parked = await served(scene, phone=PHONE)
    await scene.done(PARK)
    assert scene.line().waiting == 0
    assert scene.ticket(parked).claim is not None
    cancel = CancelTicket(office=OFFICE, ticket=parked)
    assert await scene.refused(cancel) == ("ticket-not-waiting", {"number": "A-001", "state": "parked"})


async def test_yesterdays_parked_person_has_gone_home() -> None:
    scene = await Scene.opened()
    parked = await served(scene)
    await scene.done(PARK)
    scene.pass_time(days=1)
    assert await scene.refused(resume(parked)) == ("ticket-expired", {"day": "2026-03-02"})


# On to another service ------------------------------------------------------------------------------------


async def test_who_is_sent_on_waits_there_by_the_same_number() -> None:
    scene = await Scene.opened()
    ticket = await served(scene)
    sent, joined = await scene.send(ON_TO_SKCK)
    assert isinstance(sent, TicketTransferred)
    assert (sent.to, sent.line, sent.revision) == ("skck", "polres-palu:sim:2026-03-02", 4)
    assert isinstance(joined, TicketJoined)
    assert (joined.number, joined.line, joined.revision, joined.place) == ("A-001", "polres-palu:skck:2026-03-02", 1, 1)
    assert scene.waiting("skck") == ["A-001"]
    kept = scene.ticket(ticket)
    assert (kept.state, kept.counter, kept.called_at, kept.joined_at) == ("waiting", None, None, scene.now)
    assert scene.counter("loket-1").ticket is None


async def test_who_is_sent_on_keeps_the_place_in_time() -> None:
    scene = await Scene.opened()
    earlier = await scene.take("skck")
    scene.pass_time(minutes=1)
    ticket = await scene.take("sim")
    scene.pass_time(minutes=1)
    later = [await scene.take("skck") for _ in range(3)]
    await scene.call()
    await scene.serve()
    scene.pass_time(minutes=30)
    await scene.send(ON_TO_SKCK)
    called = []
    for _ in range(5):
        called.append(await scene.call("loket-3"))
        await scene.no_show("loket-3")
    assert called == [earlier, ticket, *later]


async def test_who_goes_first_goes_first_in_the_next_line_too() -> None:
    scene = await Scene.opened()
    await scene.take("skck")
    scene.pass_time(minutes=5)
    first = await served(scene, need="pregnant")
    await scene.send(ON_TO_SKCK)
    assert await scene.call("loket-3") == first


async def test_a_visit_of_three_steps_is_one_ticket() -> None:
    scene = await Scene.opened()
    ticket = await served(scene, phone=PHONE)
    await scene.send(ON_TO_SKCK)
    assert await scene.call("loket-3") == ticket
    await scene.serve("loket-3")
    await scene.send(TransferTicket(office=OFFICE, counter="loket-3", service="sim"))
    event = await scene.done(_call_at("loket-1"))
    assert isinstance(event, TicketCalled)
    assert (event.ticket, event.number, event.line) == (ticket, "A-001", "polres-palu:sim:2026-03-02")
    await scene.serve()
    await scene.finish()
    assert [line.waiting for line in (scene.line("sim"), scene.line("skck"))] == [0, 0]
    assert scene.ticket(ticket).claim is None


async def test_a_closed_line_receives_who_is_sent_on() -> None:
    scene = await Scene.opened()
    await served(scene)
    await scene.done(_close("skck"))
    await scene.send(ON_TO_SKCK)
    assert scene.waiting("skck") == ["A-001"]


@pytest.mark.parametrize(("service", "reason"), [("sim", "same-service"), ("passport", "service-unknown")])
async def test_a_person_is_sent_on_to_another_service_of_the_office(service: str, reason: str) -> None:
    scene = await Scene.opened()
    await served(scene)
    refusal = await scene.refused(TransferTicket(office=OFFICE, counter="loket-1", service=service))
    assert refusal == (reason, {})
    await scene.done(FinishTicket(office=OFFICE, counter="loket-1"))


async def test_only_who_is_served_is_sent_on() -> None:
    scene = await Scene.opened()
    await scene.take()
    assert await scene.refused(ON_TO_SKCK) == ("counter-idle", {})
    await scene.call()
    assert await scene.refused(ON_TO_SKCK) == ("ticket-not-serving", {"number": "A-001", "state": "called"})


async def test_a_redelivered_transfer_moves_a_person_once() -> None:
    scene = await Scene.opened()
    await served(scene)
    for _ in range(3):
        scene.put(ON_TO_SKCK, id="transfer-1")
    await scene.run()
    assert scene.waiting("skck") == ["A-001"]
    assert scene.line("skck").waiting == 1


def _call_at(counter: str) -> CallNext:
    return CallNext(office=OFFICE, counter=counter)


def _close(service: str) -> CloseLine:
    return CloseLine(office=OFFICE, service=service)
