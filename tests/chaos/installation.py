"""The whole product on real servers, all of whose parts can be hurt."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
from pathlib import Path

import httpx
from tests.chaos.back_office import BackOffice
from tests.chaos.disk import SmallDisk
from tests.chaos.plan import PROGRAMS, Fault
from tests.support.postgresql import PostgreSQL
from tests.support.product import Product
from tests.support.redis_server import Redis
from tests.support.unavailable import UnavailableError

# Stopped three quarters of the time: as on a machine that is far too busy.
_SLOW_STOPPED_SECONDS, _SLOW_RUNNING_SECONDS = 0.15, 0.05
_DISK_MEGABYTES = 600
_CONNECTIONS = 100  # PostgreSQL's own default
_LOOK_SECONDS = 0.2
# For a model to load on a machine on which much else is going on.
_LONGEST_START_SECONDS = 600.0
_LONGEST_RETURN_SECONDS = 150.0


class Installation:
    """One installation, from its start to its end.

    Attributes:
        product: the processes that `make run` starts.
        database_url: of PostgreSQL; None with SQLite, whose file is `database_file`.
        can_fill_disk: SQLite's file is on a file system of its own.
    """

    def __init__(self, store: str) -> None:
        """Start everything and wait until the assistant answers. Raises `UnavailableError`.

        Args:
            store: `sqlite` or `postgres`; the latter brings Redis along.
        """
        self._temporary = tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True)
        folder = Path(self._temporary.name)
        folder.chmod(0o755)  # PostgreSQL's own user must get through
        self.back_office = BackOffice()
        self.database_url: str | None = None
        self.postgres: PostgreSQL | None = None
        self.redis: Redis | None = None
        self.disk: SmallDisk | None = None
        settings = {"BACK_OFFICE_URL": self.back_office.url, "BACK_OFFICE_TOKEN": "chaos"}
        if store == "postgres":
            self.postgres = PostgreSQL(folder / "postgres", durable=True, most_connections=_CONNECTIONS)
            self.redis = Redis(folder / "redis")
            self.database_url = self.postgres.new_database()
            settings |= {"DESK_DATABASE_URL": self.database_url, "DESK_RATE_LIMIT_STORE": self.redis.url}
        else:
            try:
                self.disk = SmallDisk(folder / "var", _DISK_MEGABYTES)
            except UnavailableError as lacking:
                print(f"Not tested: a full disk ({lacking}).", flush=True)
        var = folder / "var"
        var.mkdir(exist_ok=True)
        self.database_file = var / "desk.sqlite3"
        # Not on the disk that is filled: supervisor ends when it cannot even complain on its standard error.
        self.product = Product(var, folder / "output.log", **settings)
        try:
            self.product.start()
            for address in (f"{self.product.rasa}/", f"{self.product.actions}/health"):
                self.product.wait_for(address, _LONGEST_START_SECONDS)
        except BaseException:
            self.stop()
            raise

    @property
    def can_fill_disk(self) -> bool:
        """Whether the disk can be filled."""
        return self.disk is not None

    def stop(self) -> None:
        """End everything and take the folder away, also when a part of that does not go well."""
        with contextlib.ExitStack() as ending:
            ending.callback(self._temporary.cleanup)
            if self.disk:
                ending.callback(self.disk.unmount)
            if self.postgres:
                ending.callback(self.postgres.stop)
            if self.redis:
                ending.callback(self.redis.kill)
            ending.callback(self.back_office.stop)
            ending.callback(self.product.stop)

    async def suffer(self, fault: Fault) -> None:
        """Let a fault happen, for as long as it lasts, until its part has returned. `TimeoutError` when it does not."""
        if fault.part == "back_office":
            self.back_office.mode = fault.kind
            await asyncio.sleep(fault.seconds)
            self.back_office.mode = "works"
        elif fault.kind == "full":
            assert self.disk
            try:
                await asyncio.to_thread(self.disk.fill)
                await asyncio.sleep(fault.seconds)
            finally:
                self.disk.free()
        elif fault.kind == "kill":
            await self._kill(fault)
        else:
            await self._hold_up(fault)
        await self._wait_for_return(fault.part)

    async def _kill(self, fault: Fault) -> None:
        if fault.part == "postgres":
            assert self.postgres
            await asyncio.to_thread(self.postgres.restart)
        elif fault.part == "redis":
            assert self.redis
            self.redis.kill()
            await asyncio.sleep(fault.seconds)
            await asyncio.to_thread(self.redis.start)
        else:
            pid = await self._pid(fault.part)
            os.killpg(pid, signal.SIGKILL)
            async with asyncio.timeout(_LONGEST_RETURN_SECONDS):
                while await asyncio.to_thread(self.product.pid, fault.part) in (0, pid):
                    await asyncio.sleep(_LOOK_SECONDS)

    async def _hold_up(self, fault: Fault) -> None:
        """Stop a part, or stop it again and again, and let it go on."""
        clock = asyncio.get_running_loop().time
        end = clock() + fault.seconds
        pids = await self._processes(fault.part)
        try:
            while clock() < end:
                _signal(pids, signal.SIGSTOP)
                await asyncio.sleep(_SLOW_STOPPED_SECONDS if fault.kind == "slow" else fault.seconds)
                _signal(pids, signal.SIGCONT)
                if fault.kind == "slow":
                    await asyncio.sleep(_SLOW_RUNNING_SECONDS)
        finally:
            _signal(pids, signal.SIGCONT)

    async def _processes(self, part: str) -> list[int]:
        if part == "postgres":
            assert self.postgres
            return self.postgres.processes()
        if part == "redis":
            assert self.redis
            return self.redis.processes()
        return [await self._pid(part)]

    async def _pid(self, part: str) -> int:
        """The part's process, waited for while it starts: 0 in its place would mean this process's own group."""
        async with asyncio.timeout(_LONGEST_RETURN_SECONDS):
            while not (pid := await asyncio.to_thread(self.product.pid, part)):
                await asyncio.sleep(_LOOK_SECONDS)
        return pid

    async def _wait_for_return(self, part: str) -> None:
        async with asyncio.timeout(_LONGEST_RETURN_SECONDS):
            while not await self._has_returned(part):
                await asyncio.sleep(_LOOK_SECONDS)

    async def _has_returned(self, part: str) -> bool:
        if part == "postgres":
            assert self.postgres
            return await asyncio.to_thread(self.postgres.is_back)
        if part == "redis":
            assert self.redis
            return await asyncio.to_thread(self.redis.is_back)
        if part not in PROGRAMS:
            return True
        if part == "worker":  # it listens to nobody; that it works shows in what the customers get
            return await asyncio.to_thread(self.product.pid, part) != 0
        product = self.product
        url = {
            "desk": f"{product.desk}/healthz",
            "assistant": f"{product.rasa}/",
            "actions": f"{product.actions}/health",
        }[part]
        async with httpx.AsyncClient(trust_env=False) as http:
            try:
                return (await http.get(url, timeout=2)).is_success
            except httpx.HTTPError:
                return False


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue  # a connection's process that ended meanwhile
