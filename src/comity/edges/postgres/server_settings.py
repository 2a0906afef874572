"""Owns the embedded server's configuration, as one table; must not know where its files are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# name, value, why
SETTINGS: Final = (
    # What is acknowledged is on disk.
    ("fsync", "on", "an acknowledged message survives a power cut"),
    ("full_page_writes", "on", "a page torn by a power cut can be repaired"),
    ("synchronous_commit", "on", "a commit is answered when it is on disk"),
    ("data_sync_retry", "off", "after a failed fsync nothing may be called durable"),
    ("restart_after_crash", "on", "a crashed backend takes nothing else with it"),
    ("max_prepared_transactions", "0", "no transaction outlives its connection"),
    # Who may connect.
    ("listen_addresses", "''", "a Unix socket alone: nothing listens on the network"),
    ("unix_socket_permissions", "0700", "the server's user and root"),
    ("password_encryption", "'scram-sha-256'", "no password is stored or sent in a weaker form"),
    ("max_connections", "200", "pools of seven workers and some commands; idle ones cost little"),
    ("superuser_reserved_connections", "3", "the next start can always sign in"),
    ("allow_alter_system", "off", "this table is the whole configuration"),
    # Memory and the log of changes, for a machine that also runs the gateway.
    ("shared_buffers", "'128MB'", "the working set of the queues"),
    ("effective_cache_size", "'1GB'", "the operating system caches more than shared_buffers"),
    ("work_mem", "'16MB'", "a batch of some thousand rows sorts and hashes in memory"),
    ("maintenance_work_mem", "'64MB'", "vacuum of the queue tables in one pass"),
    ("huge_pages", "'try'", "fewer page-table misses where the machine offers them"),
    ("wal_buffers", "'16MB'", "a large batch is logged without waiting for a write"),
    ("min_wal_size", "'256MB'", "log files are reused and not made anew under load"),
    ("max_wal_size", "'2GB'", "checkpoints come by time, seldom by volume"),
    ("checkpoint_timeout", "'10min'", "fewer full pages in the log; recovery still takes seconds"),
    ("checkpoint_completion_target", "0.9", "checkpoint writes are spread and do not stall commits"),
    ("wal_level", "'replica'", "log files can be archived and shipped"),
    # Planning: short, prepared, indexed.
    ("jit", "off", "compiling costs more than these queries take"),
    ("random_page_cost", "1.1", "solid-state disks"),
    ("max_locks_per_transaction", "256", "a query over many partitions locks each"),
    # Queue tables turn over quickly.
    ("autovacuum_naptime", "'10s'", "dead queue rows are cleared before they slow the claims"),
    ("autovacuum_vacuum_cost_delay", "'2ms'", "and without hogging the disk"),
    # The log: bounded, and free of what people wrote.
    ("logging_collector", "on", "the log is written whether or not the gateway reads it"),
    ("log_filename", "'postgres-%Y%m%d-%H%M%S.log'", "names sort by time; the oldest are deleted"),
    ("log_rotation_size", "'10MB'", "a file's bound"),
    ("log_rotation_age", "'1d'", "and its longest time"),
    (
        "log_min_messages",
        "'log'",
        "a failed statement is its client's to log; its message may quote a text",
    ),
    ("log_min_error_statement", "'panic'", "statements hold values"),
    ("log_error_verbosity", "'terse'", "details and hints quote rows"),
    ("log_parameter_max_length", "0", "parameters are values"),
    ("log_parameter_max_length_on_error", "0", "parameters are values"),
    ("log_line_prefix", "'%m [%p] %a '", "when, which process, which application"),
    ("log_timezone", "'UTC'", "one time zone everywhere"),
    ("timezone", "'UTC'", "one time zone everywhere"),
)

# For tests alone, which throw their cluster away: what is committed survives a killed process, not a power cut.
LOSSY: Final = {"fsync": "off", "full_page_writes": "off"}

ACCESS_RULES: Final = """\
# Written by Comity at every start.
# Through the socket alone, with a password, for everybody: nobody is trusted for being on this machine.
local all all scram-sha-256
"""


def configuration(places: Mapping[str, str]) -> str:
    """The text of postgresql.conf: the table, then what depends on the place.

    Args:
        places: setting to value, quoted where it must be; replaces the table's.
    """
    lines = ["# Written by Comity at every start; see `server_settings.py`."]
    lines += [f"{name} = {value}  # {why}" for name, value, why in SETTINGS if name not in places]
    lines += [f"{name} = {value}" for name, value in places.items()]
    return "\n".join(lines) + "\n"


def quoted(value: object) -> str:
    """A value as postgresql.conf writes text."""
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"
