"""What earlier releases have left in a database."""

from shared.messaging.journal import JOURNAL
from shared.mongo import Database


async def as_documents(database: Database) -> None:
    """Have the entries be there as earlier releases wrote them, each a document, on no page and without our index."""
    journal = database[JOURNAL]
    entries = [entry async for page in journal.find() for entry in page["entries"]]
    await journal.drop_index("entries.id_1")
    await journal.delete_many({})
    await journal.insert_many([{"_id": entry.pop("id")} | entry for entry in entries])
