"""The migrations, oldest first, up only: a backup made before is the way back.

HEAD stands here, so that opening a store need not load the migration tool.
"""

from __future__ import annotations

HEAD = "0006"
