"""What alembic runs: the migrations of `versions`, in the transaction that it was given."""

from alembic import context

from autograder.database.revisions import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=True,  # SQLite too: its transaction was begun by us
)
with context.begin_transaction():
    context.run_migrations()
