"""What pages and API show: read-only questions to the database, one module a page or resource."""
