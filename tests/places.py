"""Names that tests and their fixtures agree on."""

REGISTER = "uji"
ROLE = "sidik_uji"  # no superuser, like the role an installation runs under
HASTY = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
