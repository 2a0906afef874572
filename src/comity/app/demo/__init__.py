"""The demonstration: a whole node on this machine, a simulated carrier, sample accounts and traffic."""

from comity.app.demo.run import run_demo

__all__ = ["run_demo"]
