"""Accounts of the people who work for an office: opened, renewed, given other roles, removed."""

from hashlib import sha256

import pytest

from shared.contracts import queue
from shared.contracts.queue import AddStaff, AssignRoles, ChangePassword, RemoveStaff, Role, StaffRemoved
from shared.contracts.staff import StaffCommand, StaffEvent
from shared.staff.domain.account import Staff
from tests.queue.scene import OFFICE, Scene

HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"
RENEWED = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$bmV3"
ADMINISTRATOR = "staff/kepala"


def add(
    display_name: str = "Sari",
    password_hash: str = HASH,
    office: str = OFFICE,
    roles: tuple[Role, ...] | None = None,
    *,
    one_time: bool = False,
) -> AddStaff:
    return AddStaff(
        office=office,
        username="sari",
        display_name=display_name,
        password_hash=password_hash,
        roles=roles,
        one_time=one_time,
    )


def assign(*roles: Role) -> AssignRoles:
    return AssignRoles(office=OFFICE, username="sari", roles=roles)


def change(password_hash: str = RENEWED, replaces: str | None = None) -> ChangePassword:
    return ChangePassword(office=OFFICE, username="sari", password_hash=password_hash, replaces=replaces)


REMOVE = RemoveStaff(office=OFFICE, username="sari")


async def with_sari(roles: tuple[Role, ...] | None = None, *, one_time: bool = False) -> tuple[Scene, Staff]:
    scene = await Scene.opened()
    await scene.done(add(roles=roles, one_time=one_time), actor=ADMINISTRATOR)
    return scene, sari(scene)


def sari(scene: Scene) -> Staff:
    (staff,) = scene.all(Staff)
    assert isinstance(staff, Staff)
    return staff


# Coming ---------------------------------------------------------------------------------------------------


async def test_account_is_opened_and_told_without_a_name() -> None:
    scene = await Scene.opened()
    event = await scene.done(add())
    assert isinstance(event, queue.StaffAdded)
    assert "sari" not in event.staff.lower()
    assert scene.all(Staff) == [
        Staff("polres-palu:sari", event.staff, "Sari", HASH, ("officer",), revision=event.revision, version=1)
    ]


async def test_same_user_name_again_renews_name_and_password_and_keeps_the_roles() -> None:
    scene, before = await with_sari(("manager",))
    event = await scene.done(add("Sari Dewi", RENEWED))
    after = sari(scene)
    assert isinstance(event, queue.StaffAdded)
    assert (after.display_name, after.password_hash, after.roles) == ("Sari Dewi", RENEWED, ("manager",))
    assert event.staff == before.alias
    assert event.revision == before.revision + 1


async def test_roles_are_kept_once_each_in_one_order() -> None:
    _, staff = await with_sari(("officer", "manager", "officer"))
    assert staff.roles == ("manager", "officer")


async def test_account_belongs_to_an_office_that_exists() -> None:
    scene = await Scene.opened()
    assert await scene.refused(add(office="polres-poso")) == ("office-unknown", {})


# Other roles, another password ----------------------------------------------------------------------------


async def test_a_person_works_as_something_else() -> None:
    scene, before = await with_sari()
    event = await scene.done(assign("manager", "administrator"), actor=ADMINISTRATOR)
    assert isinstance(event, queue.RolesAssigned)
    assert sari(scene).roles == ("administrator", "manager")
    assert event.revision == before.revision + 1


async def test_a_new_password_takes_the_place_of_a_one_time_one() -> None:
    scene, before = await with_sari(one_time=True)
    assert before.one_time
    event = await scene.done(change(replaces=sha256(HASH.encode()).hexdigest()), actor="staff/sari")
    after = sari(scene)
    assert isinstance(event, queue.PasswordChanged)
    assert (after.password_hash, after.one_time) == (RENEWED, False)
    assert event.revision == before.revision + 1


async def test_one_s_own_change_does_not_overrule_an_administrator_s() -> None:
    scene, _ = await with_sari()
    await scene.done(add("Sari", RENEWED), actor=ADMINISTRATOR)
    late = change("$argon2id$late", replaces=sha256(HASH.encode()).hexdigest())
    assert await scene.refused(late) == ("password-changed-meanwhile", {})
    assert sari(scene).password_hash == RENEWED


@pytest.mark.parametrize("command", [assign("administrator"), change(), REMOVE], ids=lambda c: type(c).__name__)
async def test_nobody_can_be_changed_who_is_not_there(command: StaffCommand) -> None:
    scene = await Scene.opened()
    assert await scene.refused(command) == ("staff-unknown", {})
    assert scene.all(Staff) == []


# Leaving --------------------------------------------------------------------------------------------------


async def test_of_who_is_removed_nothing_stays_but_the_user_name() -> None:
    scene, before = await with_sari(("administrator",))
    event = await scene.done(REMOVE, actor=ADMINISTRATOR)
    assert event == StaffRemoved(office=OFFICE, staff=before.alias, revision=before.revision + 1)
    after = sari(scene)
    assert after == Staff("polres-palu:sari", before.alias, "", "", revision=event.revision, version=2)
    assert after.is_removed


@pytest.mark.parametrize("command", [assign("administrator"), change(), REMOVE], ids=lambda c: type(c).__name__)
async def test_who_is_removed_does_not_come_back_by_a_late_change(command: StaffCommand) -> None:
    scene, _ = await with_sari()
    await scene.done(REMOVE, actor=ADMINISTRATOR)
    assert await scene.refused(command) == ("staff-unknown", {})
    assert sari(scene).is_removed


async def test_who_returns_is_an_officer_and_revisions_go_on() -> None:
    scene, first = await with_sari(("administrator",))
    await scene.done(REMOVE, actor=ADMINISTRATOR)
    event = await scene.done(add())
    assert isinstance(event, queue.StaffAdded)
    assert sari(scene).roles == ("officer",)
    assert event.revision == first.revision + 2
    assert event.staff == first.alias


@pytest.mark.parametrize("command", [assign("administrator"), REMOVE], ids=lambda c: type(c).__name__)
@pytest.mark.parametrize("actor", ["staff/sari", "staff/sari/loket-1"])
async def test_nobody_changes_their_own_rights(command: StaffCommand, actor: str) -> None:
    scene, before = await with_sari()
    (event,) = await scene.send(command, actor=actor)
    assert isinstance(event, queue.CommandRefused)
    assert event.reason == "own-account"
    assert sari(scene) == before


# Redelivery, order ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [add(), assign("manager"), change(), REMOVE], ids=lambda c: type(c).__name__)
async def test_a_redelivered_command_has_one_effect(command: StaffCommand) -> None:
    scene, _ = await with_sari()
    first = await scene.done(command, id="once-and-only-once", actor=ADMINISTRATOR)
    after = sari(scene)
    again = await scene.done(command, id="once-and-only-once", actor=ADMINISTRATOR)
    assert again == first
    assert sari(scene) == after


async def test_in_one_batch_each_change_is_told_with_a_revision_of_its_own() -> None:
    scene = await Scene.opened()
    for n, command in enumerate([add(), assign("manager"), change(), REMOVE, add()]):
        scene.put(command, id=f"in-one-batch-{n}", actor=ADMINISTRATOR)
    await scene.run()
    told = [event.revision for event, _ in scene.events() if isinstance(event, StaffEvent)]
    assert told == [1, 2, 3, 4, 5]


async def test_nothing_that_is_published_says_whose_account_it_is() -> None:
    scene = await Scene.opened()
    for command in [
        add("Sari Canary"),
        assign("manager"),
        change("$argon2id$canary"),
        REMOVE,
        REMOVE,
        add("Sari Canary"),
    ]:
        await scene.send(command, actor="staff/sarican")
    told = "\n".join(
        f"{record.key!r} {record.value!r} {record.headers!r}" for record in scene.bus.all("queue.events.v1")
    )
    assert told.count("kentongan.queue.") >= 6
    assert not [canary for canary in ("sari", "Canary", "argon2id") if canary in told]
