"""How our PostgreSQL is set, and which port it gets."""

import random
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.postgres.addresses import HOST

SETTINGS: Mapping[str, str] = {
    "shared_buffers": "256MB",
    "max_connections": "100",
    "max_wal_size": "1GB",
    "gin_pending_list_limit": "4MB",
    "timezone": "UTC",
    "cluster_name": "cims",
}
# Given on the command line, where ALTER SYSTEM cannot undo it: no log line may hold a value of a
# row. DETAIL, HINT and CONTEXT go with `terse`, statements with `panic`, and ERROR messages, which
# quote malformed input, with a threshold above ERROR; LOG, FATAL and PANIC remain.
_SILENCE: Mapping[str, str] = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_temp_files": "-1",
    "debug_print_plan": "off",
}
_LOG: Mapping[str, str] = {
    "logging_collector": "on",
    "log_destination": "stderr",
    "log_filename": "postgresql-%Y%m%d-%H%M%S.log",
    "log_file_mode": "0600",
    "log_rotation_age": "1d",
    "log_rotation_size": "10MB",
    "log_timezone": "UTC",
}
_PORTS = range(20000, 30000)  # below the ports that systems hand out to outgoing connections


def arguments(folder: str, port: int, *, has_socket: bool, extra: Mapping[str, str]) -> list[str]:
    """List the server's arguments; `extra` changes sizes and durability, never what is logged."""
    settings = {
        **SETTINGS,
        **extra,
        **_LOG,
        **_SILENCE,
        "log_directory": f"{folder}/log",
        "listen_addresses": HOST,
        "port": str(port),
        "unix_socket_directories": f"{folder}/run" if has_socket else "",
    }
    pairs = (("-c", f"{name}={value}") for name, value in settings.items())
    return ["-D", f"{folder}/data", *(word for pair in pairs for word in pair)]


def port_kept_in(path: Path) -> int:
    """Give the same port at every start, unless somebody else holds it now."""
    remembered = path.read_text("ascii", "replace") if path.exists() else ""
    if remembered.isdigit() and _is_free(int(remembered)):
        return int(remembered)
    port = next(port for port in _at_random() if _is_free(port))
    path.write_text(str(port), "ascii")
    return port


def _at_random() -> Iterator[int]:
    yield from random.sample(_PORTS, len(_PORTS))


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL binds
        try:
            trial.bind((HOST, port))
        except OSError:
            return False
    return True
