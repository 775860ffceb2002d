"""How long does a newcomer wait? `make serve` in a fresh clone, first and second time.

    python benchmarks/start.py

Prints seconds until the first answer and until the page, for each start. Needs git and make.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
PORT = 8971
LONGEST = 900  # seconds; a slower start is a failure


def fetch(path: str) -> bytes | None:
    """Return what the server answers, or None while it does not."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=60) as response:
            return bytes(response.read())
    except (urllib.error.URLError, ConnectionError):
        return None


def start(clone: Path) -> tuple[float, float]:
    """Return the seconds from `make serve` to the first answer, and to the page."""
    began = time.perf_counter()
    server = subprocess.Popen(
        ["make", "serve"],
        cwd=clone,
        env={**os.environ, "KEIRETSU_PORT": str(PORT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while fetch("/questions/who-is-allied-with-whom") is None:
            if time.perf_counter() - began > LONGEST or server.poll() is not None:
                raise SystemExit("the server did not start")
            time.sleep(0.02)
        answered = time.perf_counter() - began
        fetch("/")
        return answered, time.perf_counter() - began
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait()


def main() -> None:
    """Clone, start twice, print both."""
    folder = Path(tempfile.mkdtemp())
    try:
        clone = folder / "keiretsu"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        for name in ("first start", "second start"):
            answered, page = start(clone)
            print(f"{name:12}  first answer {answered:6.2f} s   page {page:6.2f} s")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
