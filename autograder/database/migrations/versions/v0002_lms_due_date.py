"""The due date that the LMS told last, so that it can be followed; a maximum that nothing read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Change the links."""
    op.add_column("link", sa.Column("lms_due_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_column("link", "score_maximum")
