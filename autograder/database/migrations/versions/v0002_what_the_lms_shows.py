"""What is needed to follow the LMS's due date, and to know our own scores in its gradebook.

A maximum that nothing read goes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Change links and outbox."""
    op.add_column("link", sa.Column("lms_due_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_column("link", "score_maximum")
    op.add_column("outbox", sa.Column("sent_shares", sa.JSON(), nullable=True))
