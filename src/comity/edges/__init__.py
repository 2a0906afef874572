"""Everything that touches a socket, a file, a process or a store."""
