"""What the queue forgets, and when: who came, what they wrote, and who of the staff did what.

    after `keep_contacts_days`   tickets and appointments: keyed hashes of telephone numbers, why somebody went first,
                                 who came together
    after `keep_words_days`      feedback: the words; the score stays
    after `keep_audit_days`      tickets and appointments: who of the staff changed them last; the journal, as a whole
    after `keep_authors_days`    plans: who made them

Times, lines, counters, states, scores and what people were told of their waiting stay, so that the figures of past
years do. How it is done is `shared/retention.py`.
"""

from shared.contracts.queue import SERVICE
from shared.daily import Daily
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Client, Database
from shared.retention import Day, Retention, Rule, daily
from shared.settings import Settings

_DAY = Day("lines", "line")
_STAFF = {"$regex": "^staff/"}
_NOBODY_OF_THE_STAFF = {"$set": {"changed_by": "staff"}, "$inc": {"version": 1}}


def rules_of(settings: Settings) -> tuple[Rule, ...]:
    """All that is forgotten, beside the journal."""
    contacts, words, audit = settings.keep_contacts_days, settings.keep_words_days, settings.keep_audit_days
    return (
        Rule(
            "tickets' holders",
            "tickets",
            _DAY,
            contacts,
            {
                "$or": [
                    *({field: {"$gt": ""}} for field in ("holder", "need", "claim", "family")),
                    {"relatives.0": {"$exists": True}},
                ]
            },
            {
                "$set": {"holder": None, "need": None, "family": None, "relatives": []},
                "$unset": {"claim": ""},
                "$inc": {"version": 1},
            },
        ),
        Rule(
            "appointments' persons",
            "appointments",
            "slot",
            contacts,
            {"$or": [{"person": {"$gt": ""}}, {"claim": {"$gt": ""}}]},
            {"$set": {"person": None}, "$unset": {"claim": ""}, "$inc": {"version": 1}},
        ),
        Rule(
            "feedback's words",
            "feedback",
            "given_at",
            words,
            {"words": {"$gt": ""}},
            {"$set": {"words": ""}, "$inc": {"version": 1}},
        ),
        Rule("tickets' officers", "tickets", _DAY, audit, {"changed_by": _STAFF}, _NOBODY_OF_THE_STAFF),
        Rule("appointments' officers", "appointments", "slot", audit, {"changed_by": _STAFF}, _NOBODY_OF_THE_STAFF),
        Rule(
            "plans' authors",
            "plans",
            "at",
            settings.keep_authors_days,
            {"by": _STAFF},
            {"$set": {"by": "staff"}, "$inc": {"version": 1}},
        ),
    )


def retention_of(database: Database, store: MongoStore, settings: Settings) -> Retention:
    """What forgets in the queue's database."""
    return Retention(database, store, rules_of(settings), journal_days=settings.keep_audit_days)


def daily_retention(client: Client, settings: Settings, store: MongoStore) -> Daily:
    """The retention as a worker does it by itself."""
    database = client[settings.database(SERVICE)]
    return daily(SERVICE, database, retention_of(database, store, settings))
