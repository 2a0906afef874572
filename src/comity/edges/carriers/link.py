"""Owns a carrier's link: several binds behind one window, rate and set of results; must not know stores or messages.

Nothing here makes a task for a message: parts come in batches, leave in one write for
each connection, and their results wait here until they are taken.
"""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from comity.base.errors import SettingsError
from comity.edges.carriers.address import Endpoint, endpoint_of
from comity.edges.carriers.bind import CarrierBind
from comity.edges.carriers.options import BindAs, LinkOptions, read_options
from comity.edges.carriers.pacing import Throttle, TokenBucket
from comity.edges.carriers.quirks import fields_of, to_parts, to_submit_sm
from comity.edges.carriers.returns import LinkCounters, Returns
from comity.edges.carriers.simulator import InProcessSimulator
from comity.edges.carriers.state import Handle, LinkState
from comity.edges.carriers.target import Target
from comity.journey.handover import Fate, Incoming
from comity.smpp.pdu import BindKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.journey.handover import Claimed, Part, Result
    from comity.routing.routes import Carrier
    from comity.smpp.correlation import IdForm
    from comity.smpp.pdu import SubmitSm

_KINDS: Final = {
    BindAs.TRX: (BindKind.TRANSCEIVER,),
    BindAs.TXRX: (BindKind.TRANSMITTER, BindKind.RECEIVER),
}
_UNBIND_S: Final = 1.0
# At a rate limit the dispatcher is woken for a batch, not for every token.
_RATE_GRAIN_S: Final = 0.05
_SIM_SYSTEM_ID: Final = "comity"


class SmppLink:
    """All connections to one carrier.

    It is the dispatcher's `Carriage`. One dispatcher awaits `wait()` and then takes results and deliveries, and submits
    as much as `room()` says. To watch several links at once give them one event.

    Args:
        carrier: as configured.
        changed: set whenever room, results, deliveries or the state may have changed.

    Raises:
        SettingsError: the carrier's URL, options or certificate file cannot be used.
    """

    def __init__(self, carrier: Carrier, changed: asyncio.Event | None = None) -> None:
        self.name = carrier.name
        self.options: LinkOptions = read_options(carrier.options)
        self.changed = changed or asyncio.Event()
        self.simulator: InProcessSimulator | None = None
        self._carrier = carrier
        self._endpoint = endpoint_of(carrier.url)
        self._tls = _tls_context(self.options)
        self._throttle = Throttle(self.options.window * self.options.links)
        self._returns = Returns(self._throttle, self.changed)
        self._binds: list[CarrierBind] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._bucket = TokenBucket(self.options.rate, 0.0)
        self._wake: asyncio.TimerHandle | None = None
        self._stopping = False

    # --- life ---

    async def start(self) -> None:
        """Begin to connect; returns at once, and the link keeps itself up from then on."""
        loop = asyncio.get_running_loop()
        self._bucket = TokenBucket(self.options.rate, loop.time())
        target = Target(
            name=self.name,
            endpoint=self._endpoint or await self._start_simulator(),
            system_id=self._carrier.system_id or _SIM_SYSTEM_ID,
            password=self._carrier.password,
            options=self.options,
            tls=self._tls if self._endpoint else None,
        )
        for kind in _KINDS[self.options.bind] * self.options.links:
            bind = CarrierBind(target, kind, self._returns)
            self._binds.append(bind)
            self._keepers.append(loop.create_task(bind.keep_up(), name=f"carrier {self.name} {kind.value}"))

    async def stop(self, drain_s: float) -> None:
        """Submit nothing more, wait so long for what is under way, unbind, close; a second longer at most.

        Results and deliveries may go on being taken and answered meanwhile; take the
        results once more afterwards. What was not answered by then is UNANSWERED.
        """
        self._stopping = True
        try:
            async with asyncio.timeout(drain_s):
                while self.outstanding:
                    await self._returns.settled()
        except TimeoutError:
            pass
        await asyncio.gather(*(bind.leave(_UNBIND_S) for bind in self._binds))
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        if self._wake is not None:
            self._wake.cancel()
        if self.simulator is not None:
            await self.simulator.stop()

    async def _start_simulator(self) -> Endpoint:
        self.simulator = InProcessSimulator()
        return Endpoint(*await self.simulator.start())

    # --- how it is ---

    @property
    def state(self) -> LinkState:
        """Whether parts can go now, and if not, why."""
        if any(bind.bound for bind in self._senders()):
            return LinkState.THROTTLED if self._throttle.paused(_now()) else LinkState.BOUND
        if any(bind.connecting for bind in self._senders()):
            return LinkState.CONNECTING
        return LinkState.DOWN

    @property
    def up(self) -> bool:
        """Whether parts can go now, or after a pause that the link takes by itself."""
        return not self._stopping and any(bind.bound for bind in self._senders())

    @property
    def id_form(self) -> IdForm:
        """How the carrier writes its message ids."""
        return self.options.id_form

    @property
    def trouble(self) -> str:
        """What is wrong with the connections, in sentences; empty when nothing is."""
        return " ".join(dict.fromkeys(bind.trouble for bind in self._binds if bind.trouble))

    @property
    def outstanding(self) -> int:
        """Parts written and not yet answered."""
        return sum(bind.outstanding for bind in self._binds)

    @property
    def counters(self) -> LinkCounters:
        """What the link has done so far."""
        return self._returns.counters

    # --- out ---

    def parts(self, message: Claimed, reference: int) -> list[SubmitSm]:
        """The PDUs of a message for this carrier, in order.

        Args:
            message: what to send.
            reference: of its concatenation, 16 bits; the lower 8 count unless `wide_reference` is set.

        Raises:
            UnencodableText, TooManyPartsError: no carrier can carry the text.
        """
        fields = fields_of(message, datetime.now(UTC))
        return [to_submit_sm(fields, part, self.options) for part in to_parts(message.text, reference, self.options)]

    def room(self) -> int:
        """How many parts may be submitted now; when only time is in the way, `changed` is set once it has passed."""
        if self._stopping:
            return 0
        open_places = sum(bind.room for bind in self._binds)
        allowed = min(open_places, self._throttle.allowance - self.outstanding)
        if allowed <= 0:
            return 0
        now = _now()
        pause_s = self._throttle.resumes_in(now)
        if pause_s is not None:
            self._wake_in(pause_s)
            return 0
        allowed = self._bucket.available(now, allowed)
        if allowed <= 0:
            self._wake_in(max(_RATE_GRAIN_S, self._bucket.next_in(now) or 0.0))
        return max(0, allowed)

    def submit(self, parts: Sequence[Part]) -> None:
        """Write parts; each has a result in time, NOT_SENT at once for those beyond `room()`."""
        room = self.room()
        going, staying = parts[:room], parts[room:]
        written = 0
        senders = sorted(self._senders(), key=lambda bind: bind.room, reverse=True)
        for place, bind in enumerate(senders):
            # Even shares, so that no connection waits for the answers of a longer queue than the others.
            share = min(bind.room, -(-len(going) // (len(senders) - place)))
            written += bind.submit(going[:share])
            going = going[share:]
        self._bucket.take(written)
        self.counters.submitted += written
        for part in (*going, *staying):
            self._returns.failed(part.token, Fate.NOT_SENT)
        if going or staying:
            self.changed.set()

    def take_results(self) -> list[Result]:
        """Every result since the last call."""
        return self._returns.take_results()

    # --- in ---

    def take_deliveries(self) -> list[Incoming]:
        """Every message and receipt since the last call; `answer` each once it is safe.

        At most 8,192 of one connection are unanswered; it is not read from while 2,000 are.
        """
        return self._returns.take_deliveries()

    def answer(self, handles: Iterable[Handle], status: int = 0) -> None:
        """Answer deliveries; those whose connection has ended are left out, as the carrier will deliver them again.

        Args:
            handles: of what `take_deliveries` gave; each once.
            status: 0, or a command_status that refuses.

        Raises:
            SessionError: one was answered before.
        """
        sequences: dict[int, list[int]] = {}
        for handle in handles:
            sequences.setdefault(handle.connection, []).append(handle.sequence)
        for bind in self._binds:
            ours = sequences.pop(bind.connection, ())
            if ours and bind.bound:
                bind.answer(ours, status)
                self.counters.answered += len(ours)
            else:
                self.counters.answered_too_late += len(ours)
        self.counters.answered_too_late += sum(map(len, sequences.values()))

    # --- waiting ---

    async def wait(self) -> None:
        """Until room, results, deliveries or the state may have changed since the last wait."""
        await self.changed.wait()
        self.changed.clear()

    def _senders(self) -> list[CarrierBind]:
        return [bind for bind in self._binds if bind.kind is not BindKind.RECEIVER]

    def _wake_in(self, delay_s: float) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + delay_s
        if self._wake is None or self._wake.when() > due:
            if self._wake is not None:
                self._wake.cancel()
            self._wake = loop.call_at(due, self._woken)

    def _woken(self) -> None:
        self._wake = None
        self.changed.set()


def _now() -> float:
    return asyncio.get_running_loop().time()


def _tls_context(options: LinkOptions) -> ssl.SSLContext | None:
    if not options.tls:
        return None
    try:
        return ssl.create_default_context(cafile=options.tls_ca or None)
    except OSError as error:
        raise SettingsError(
            "The certificates of tls_ca cannot be read.", f"Name a PEM file ({error.strerror or 'not PEM'})."
        ) from None
