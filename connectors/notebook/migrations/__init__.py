"""The steps by which the notebook's tables came to be as they are; run by alembic."""
