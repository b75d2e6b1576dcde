"""Every table, index and trigger, as the program that runs this knows them.

No version of the program is released yet. The first that is puts the statements themselves here
(`fingerprint.statements`), and revisions after it change them: see docs/decisions/0016.
"""

from __future__ import annotations

from alembic import op

from billing_adapters.sql.migrations.fingerprint import fingerprint
from billing_adapters.sql.tables import METADATA

revision = f"0001_{fingerprint()}"
down_revision = None


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    METADATA.drop_all(op.get_bind(), checkfirst=False)
