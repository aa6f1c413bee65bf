"""What the entry points of desk and field share, made in one call by the composition root."""

from dataclasses import dataclass

from services.reports.codes import Codes
from services.reports.domain.errors import OfficeUnknown
from services.reports.domain.office import Office
from services.reports.domain.plan_record import PlanRecord
from services.reports.entrypoints.desk.words import Words
from services.reports.live.boards import LiveBoards
from services.reports.views.board import Boards
from services.reports.views.dossier import Dossiers
from services.reports.views.offices import Offices
from services.reports.views.register import Register
from services.reports.views.search import Search
from shared.clock import Clock
from shared.contracts.reports.office import OfficePlan
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Tail
from shared.mongo import Database
from shared.web.i18n import Catalogues
from shared.web.planning.history import Plans
from shared.web.sse import Hub


@dataclass(frozen=True, slots=True)
class Desk:
    """The questions that desk and field ask, and what keeps their pages true."""

    boards: Boards
    dossiers: Dossiers
    search: Search
    register: Register
    plans: Plans[OfficePlan]
    words: Words
    live: LiveBoards


def desk_of(
    database: Database,
    store: MongoStore,
    offices: Offices,
    codes: Codes,
    clock: Clock,
    *,
    catalogues: Catalogues,
    hub: Hub,
    tail: Tail,
) -> Desk:
    """Everything for desk and field. What happens is heard from `tail`."""
    boards, words = Boards(offices, store), Words(catalogues)
    live = LiveBoards(hub, boards, words)
    tail.listen(live.on_event)
    return Desk(
        boards=boards,
        dossiers=Dossiers(offices, store),
        search=Search(offices, database, store, codes, clock),
        register=Register(offices, database, clock),
        plans=Plans(store, Office, PlanRecord, OfficeUnknown),
        words=words,
        live=live,
    )
