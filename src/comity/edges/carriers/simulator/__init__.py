"""A simulated carrier: an SMSC with magic numbers, in memory only."""

from comity.edges.carriers.simulator.centre import Centre
from comity.edges.carriers.simulator.inbound import InboundText
from comity.edges.carriers.simulator.options import SimulatorOptions
from comity.edges.carriers.simulator.run import InProcessSimulator, Running, run_simulator

__all__ = ["Centre", "InProcessSimulator", "InboundText", "Running", "SimulatorOptions", "run_simulator"]
