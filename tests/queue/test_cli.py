"""`kentongan staff`: accounts from the command line, by the bus."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from httpx import AsyncClient

from tests.queue import commands
from tests.queue.commands import Said
from tests.queue.running import API, Office, Site, of, problem_of, sign_in

PASSWORD = "from standard input"


Kentongan = Callable[..., Awaitable[Said]]


@pytest.fixture
def kentongan(site: Site) -> Kentongan:
    """Runs `kentongan staff …`."""
    return partial(commands.kentongan, site.settings, "staff")


async def test_staff_is_added_listed_and_removed(kentongan: Kentongan, office: Office, citizen: AsyncClient) -> None:
    added = await kentongan("add", office.id, "sari", "--name", "Sari Dewi", "--role", "manager", "--generate")
    assert added.code == 0, added.error
    password = added.output.strip()
    piped = await kentongan("add", office.id, "budi", "--password-stdin", "--one-time", typed=f"{PASSWORD}\n")
    assert (piped.code, piped.output) == (0, "")
    listed = await kentongan("list", office.id)
    assert listed.output.splitlines() == [
        "budi\tofficer (has yet to choose a password)\tbudi",
        "sari\tmanager\tSari Dewi",
    ]
    token = of(await sign_in(citizen, office.id, "sari", password), 201)["token"]
    of(await sign_in(citizen, office.id, "budi", PASSWORD), 201)
    assert (await kentongan("remove", office.id, "sari")).code == 0
    problem_of(
        await citizen.get(f"{API}/sessions", headers={"authorization": f"Bearer {token}"}), 401, "sign-in-needed"
    )
    assert "sari" not in (await kentongan("list", office.id)).output


async def test_a_renewed_password_keeps_the_role(kentongan: Kentongan, office: Office) -> None:
    await office.add_staff("sari", role="administrator")
    await kentongan("add", office.id, "sari", "--password-stdin", typed=f"{PASSWORD}\n")
    assert "sari\tadministrator\t" in (await kentongan("list", office.id)).output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "OFFICE", "Sari", "--generate"), "(username)"),
        (("add", "OFFICE", "sari", "--generate", "--role", "chief"), "(roles)"),
        (("add", "OFFICE", "sari", "--password-stdin"), "10 to 200 characters"),
        (("add", "nowhere", "sari", "--generate"), "office-unknown"),
        (("remove", "OFFICE", "sari"), "staff-unknown"),
        (("list", "nowhere"), "office-unknown"),
        (("list", "nowhere", "--service", "reports"), "office-unknown"),
        (("add", "OFFICE", "sari", "--generate", "--role", "dispatcher"), "(roles)"),
    ],
)
async def test_what_goes_wrong_is_one_line(
    kentongan: Kentongan, office: Office, arguments: tuple[str, ...], told: str
) -> None:
    result = await kentongan(*(office.id if part == "OFFICE" else part for part in arguments), typed="short\n")
    assert result.code == 1
    assert told in result.error
    assert len(result.error.strip().splitlines()) == 1
    assert result.output == ""


async def test_a_service_that_does_not_exist_has_no_staff(kentongan: Kentongan, office: Office) -> None:
    assert (await kentongan("list", office.id, "--service", "queue")).code == 0
    result = await kentongan("list", office.id, "--service", "nowhere")
    assert result.code == 2
    assert "queue, reports" in result.error
