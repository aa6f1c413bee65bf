"""How often codes are sent and entered, counted for all API processes.

Sent messages cost money and bother whom they reach, so each is counted for the number, for the address, for the number
and the address together, and for everybody; a code that is entered takes its sending off the first three. Wrong codes
are counted for the challenge that they answer, and for the address.

Invariants: nobody's wrong codes count for another's challenge, so that nobody can be kept from entering theirs; for a
number there are at most `TRIES_MOST` guesses for each message that it was sent; whatever others ask for, its next
message is never further away than `PER_PHONE.longest_wait`.
"""

from datetime import datetime, timedelta

from shared.auth.limits import Patience, Rule, network_of

TRIES_MOST = 5
"""Codes that may be entered for one that was sent."""
PER_PHONE_AND_ADDRESS = Rule(1, timedelta(minutes=1), timedelta(minutes=30), timedelta(hours=2))
PER_PHONE = Rule(5, timedelta(minutes=1), timedelta(minutes=15), timedelta(days=1))
"""From many addresses some 100 messages a day, and so 500 guesses of a million."""
_HOUR = timedelta(hours=1)
_ONCE = Rule(1, _HOUR, _HOUR, _HOUR)
"""Longer than any code is good."""
_TRIES = Rule(TRIES_MOST, _HOUR, _HOUR, _HOUR)


class Limits:
    """Who must wait. Each method may raise `Transient`."""

    def __init__(self, patience: Patience, *, per_address: int, per_hour: int) -> None:
        """`per_address`: what one address may do without waiting. `per_hour`: messages, all together."""
        self._patience = patience
        self._per_address = Rule(per_address, timedelta(seconds=5), timedelta(minutes=10), _HOUR)
        self._per_hour = Rule(per_hour, _HOUR, _HOUR, 2 * _HOUR)

    async def begin_sending(self, phone: str, address: str, now: datetime) -> timedelta:
        """Zero, and it is counted; or how long to wait, and nothing is."""
        everybody = self._patience.name("sent", "everybody", f"{now:%Y-%m-%dT%H}")
        wait = await self._patience.begin({everybody: self._per_hour})
        if not wait:
            wait = await self._patience.begin(self._sendings(phone, address))
            if wait:
                await self._patience.forgive(everybody)
        return wait

    async def not_sent(self, phone: str, address: str) -> None:
        """Nothing was sent, by no fault of who asked."""
        for name in self._sendings(phone, address):
            await self._patience.forgive(name)

    async def begin_entering(self, address: str) -> timedelta:
        """Zero, and a code that is entered is counted for the address; or how long to wait."""
        return await self._patience.begin({self._entered(address): self._per_address})

    async def has_tries(self, challenge: str) -> bool:
        """Whether one more code may be entered for it; counts."""
        return not await self._patience.begin({self._patience.name("tried", challenge): _TRIES})

    async def is_first_use(self, challenge: str) -> bool:
        """Whether its code has not proven anything yet; counts."""
        return not await self._patience.begin({self._patience.name("used", challenge): _ONCE})

    async def proven(self, phone: str, address: str) -> None:
        """The right code was entered: nobody was guessing, and the message was wanted."""
        of_both, of_phone, of_address = self._sendings(phone, address)
        await self._patience.forget(of_both)
        await self._patience.forget(of_phone)
        await self._patience.forgive(of_address)
        await self._patience.forgive(self._entered(address))

    def _sendings(self, phone: str, address: str) -> dict[str, Rule]:
        network, name = network_of(address), self._patience.name
        return {
            name("sent", "both", phone, network): PER_PHONE_AND_ADDRESS,
            name("sent", "phone", phone): PER_PHONE,
            name("sent", "address", network): self._per_address,
        }

    def _entered(self, address: str) -> str:
        return self._patience.name("entered", network_of(address))
