"""Nothing that the queue publishes says who a person is: canaries are planted and looked for."""

from services.queue.domain.ticket import Ticket
from shared.contracts.message import dead_topic, events_topic
from shared.contracts.queue import AddStaff, ParkTicket, ResumeTicket, TakeTicket, TransferTicket, UndoStep
from tests.queue.scene import OFFICE, PHONE, Scene

CANARIES = ("6281234567890", "sari", "Sari Canary", "argon2id", "budi", "pregnant")


async def test_no_personal_data_reaches_the_events_or_the_dead_letters() -> None:
    scene = await Scene.opened()
    await scene.done(
        AddStaff(office=OFFICE, username="sari", display_name="Sari Canary", password_hash="$argon2id$canary")
    )
    taken = await scene.take(phone=PHONE, need="pregnant")
    await scene.refused(TakeTicket(office=OFFICE, service="sim", phone=PHONE))
    await scene.call()
    await scene.put_back(taken)
    await scene.call()
    await scene.done(UndoStep(office=OFFICE, counter="loket-1"))
    await scene.call()
    await scene.serve()
    await scene.done(ParkTicket(office=OFFICE, counter="loket-1"))
    await scene.done(ResumeTicket(office=OFFICE, counter="loket-1", ticket=taken))
    await scene.send(TransferTicket(office=OFFICE, counter="loket-1", service="skck"))
    published = [*scene.bus.all(events_topic("queue")), *scene.bus.all(dead_topic("queue"))]
    kinds = {dict(record.headers)["ce_type"] for record in published}
    assert {"TicketTaken", "StepUndone", "TicketTransferred", "TicketJoined", "CommandRefused"} <= {
        kind.decode().split(".")[2] for kind in kinds
    }
    told = "\n".join(f"{record.key!r} {record.value!r} {record.headers!r}" for record in published)
    assert not [canary for canary in CANARIES if canary in told]


async def test_events_do_not_tell_by_which_hash_a_person_is_known() -> None:
    scene = await Scene.opened()
    await scene.take(phone=PHONE)
    (ticket,) = scene.all(Ticket)
    told = b"".join(record.value or b"" for record in scene.bus.all(events_topic("queue")))
    assert ticket.claim
    assert ticket.claim.encode() not in told
