"""CAP 1.2 as its schema has it."""

from pathlib import Path

import xmlschema

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "data" / "CAP-v1.2.xsd")
