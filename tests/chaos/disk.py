"""A disk that can be filled."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.unavailable import UnavailableError


class SmallDisk:
    """A file system of its own, in memory, that can be filled to the last byte: a real ENOSPC for whoever writes."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        """Mount it. Raises `UnavailableError`: only root can."""
        folder.mkdir()
        self._folder, self._filler = folder, folder / "filler"
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
            raise UnavailableError("a file system that can be filled needs root and mount")

    def fill(self) -> None:
        """Write until there is no room for one more byte."""
        with self._filler.open("wb", buffering=0) as file:
            for size in (1024 * 1024, 4096, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    continue

    def free(self) -> None:
        """Give the room back."""
        self._filler.unlink()

    def unmount(self) -> None:
        """Take it away with everything on it."""
        subprocess.run(["umount", "--lazy", str(self._folder)], check=True)
