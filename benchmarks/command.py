"""The command that measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from adapters.commands.call import Call, command, common
from adapters.terminal import Angka, Stop, say, table


@command(help="Ukur kecepatan, sebagai nisbah terhadap batas bawah yang diukur bersamaan.")
@click.argument("names", nargs=-1, metavar="[NAMA]...")
@click.option("--rounds", type=Angka(1, 100), help="Jumlah putaran.")
@common
def bench(call: Call, names: tuple[str, ...], rounds: int | None) -> None:
    results: list[Any] = []
    for measure in _benchmarks(names):
        say(f"Mengukur {measure.__module__} ...")
        found = measure(rounds) if rounds else measure()
        results += [r for r in found if not names or r["name"].startswith(tuple(names))]
    if names and not results:
        raise Stop(f"Tidak ada ukuran bernama {', '.join(names)}.")
    call.answer(
        {"results": results},
        lambda: table(
            ("UKURAN", "NISBAH", "RENTANG"),
            [(r["name"], r["ratio"], f"{r['spread'][0]} - {r['spread'][1]}") for r in results],
        ),
    )


def _benchmarks(names: Sequence[str]) -> list[Callable[..., list[Any]]]:
    """What measures; where names are asked for, only those modules called like them."""
    from importlib import import_module
    from pkgutil import iter_modules

    import benchmarks

    modules = [found.name for found in iter_modules(benchmarks.__path__)]
    loaded = [import_module(f"benchmarks.{module}") for module in modules]
    runs = {name: m.run for name, m in zip(modules, loaded, strict=True) if hasattr(m, "run")}
    subjects = {name.split(".")[0].rstrip("s"): name for name in names}
    called = {name: run for name, run in runs.items() if name.rstrip("s") in subjects}
    odd = subjects.keys() - {name.rstrip("s") for name in called}
    if odd:
        raise Stop(f"Ukuran {subjects[min(odd)]!r} tidak dikenal; yang ada: {', '.join(runs)}.")
    return list((called or runs).values())
