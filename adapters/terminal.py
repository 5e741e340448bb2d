"""How the command line speaks: one answer on standard output, everything else beside it.

With ``--json`` the answer is one object. Whatever goes wrong is one sentence in Indonesian on
standard error; nobody ever gets a trace.
"""

# ruff: noqa: PLC0415  # imported where needed, so that a command starts quickly

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

import click

from adapters.manual import EXITS, PAGES, SURROUNDINGS, Page
from domain.history import TAGS, Contended, OutcomeUnknown, Stale, Unrecorded
from domain.rule import Refused

OK, WRONG, TROUBLE = 0, 1, 2
"""Exit: all is well; something was found wrong; wrong usage, or it could not be done."""

TOLD_ELSEWHERE = frozenset({"closed"})
"""What is closed about an item is for those who may know; never for a list or a log."""


class Stop(Exception):
    """The command cannot go on: one sentence, in Indonesian."""


def say(sentence: str) -> None:
    """Tell whoever is watching; it is no part of the answer."""
    print(sentence, file=sys.stderr, flush=True)


def answer(found: Mapping[str, Any], *, as_json: bool, lines: Callable[[], Iterable[str]]) -> None:
    """Give the answer: as one object, or as *lines* for people."""
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, default=_plain) + "\n")
    else:
        for line in lines():
            sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no plain form")


def fact(recorded: Any) -> dict[str, Any]:
    """A fact in its envelope, readable, without what is closed."""
    from adapters.codec import encode

    return {
        "item": str(recorded.originator_id),
        "version": recorded.originator_version,
        "tag": TAGS[type(recorded.fact)],
        **_without(json.loads(encode(recorded)), TOLD_ELSEWHERE),
    }


def _without(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner, names) for key, inner in value.items() if key not in names}
    if isinstance(value, list):
        return [_without(inner, names) for inner in value]
    return value


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterable[str]:
    """Columns as wide as what stands in them; the last may be as long as it is."""
    cells = [tuple(headings), *(tuple(_cell(value) for value in row) for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(headings))]
    for row in cells:
        *most, last = row
        padded = [words.ljust(width) for words, width in zip(most, widths, strict=False)]
        yield "  ".join([*padded, last]).rstrip()


def _cell(value: Any) -> str:
    return "-" if value is None or value == "" else " ".join(str(value).split())


@contextmanager
def progress(doing: str) -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """A bar on standard error, where somebody is looking."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:

        def watch(code: str) -> Callable[[int, int], None]:
            task = bars.add_task(f"{doing} {code}", total=None)
            return lambda done, of: bars.update(task, completed=done, total=of)

        yield watch


# What is asked for


class Hari(click.ParamType[date]):
    """A day, as ISO 8601 writes it."""

    name = "TANGGAL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} bukan tanggal; tulis seperti 2026-03-02", param, ctx)


class Saat(click.ParamType[datetime]):
    """A moment; without an offset it is read in the zone of the body it is asked of."""

    name = "WAKTU"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} bukan waktu; tulis seperti 2026-03-02T16:30 (waktu setempat badan "
                "publik) atau 2026-03-02T08:30Z",
                param,
                ctx,
            )


LINE_MAX = 400
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, halves of characters, and what makes text read otherwise than stored."""


class Teks(click.ParamType[str]):
    """Words on one line; never none."""

    name = "TEKS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        words = str(value).strip()
        if not words:
            self.fail("tidak boleh kosong", param, ctx)
        if UNSEEN.search(words):
            self.fail("memuat karakter kendali yang tidak terlihat; ketik ulang", param, ctx)
        if len(words) > LINE_MAX:
            self.fail(f"paling panjang {LINE_MAX} karakter", param, ctx)
        return words


class Pengenal(click.ParamType[str]):
    """The short name by which commands, addresses and facts know somebody or something."""

    name = "ID"
    SHAPE = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if self.SHAPE.fullmatch(str(value)):
            return str(value)
        self.fail(
            f"{value!r}; pakai 2 sampai 40 huruf kecil, angka, titik, garis bawah atau tanda "
            "hubung, diawali huruf atau angka",
            param,
            ctx,
        )


class Folder(click.Path):
    """A path that is not left blank, which would mean wherever one happens to be."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        if not os.fspath(value).strip():
            self.fail("sebutkan foldernya", param, ctx)
        return super().convert(value, param, ctx)


class Pilihan(click.Choice[str]):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in self.choices:
            return str(value)
        self.fail(f"{value!r} tidak dikenal; pilih {', '.join(self.choices)}", param, ctx)


class Angka(click.IntRange):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            bounds = [f"paling kecil {self.min}"] if self.min is not None else []
            bounds += [f"paling besar {self.max}"] if self.max is not None else []
            self.fail(f"{value!r} bukan bilangan bulat {', '.join(bounds)}".rstrip(), param, ctx)


class _Helpful(click.Command):
    """Help whose headings are Indonesian, as its sentences are."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix="Pemakaian: ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help_text(ctx, formatter)
        if page := self._page(ctx):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(page.about)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples, exit codes and surroundings, as a page of a manual ends."""
        if page := self._page(ctx):
            with formatter.section("Contoh"):
                for example in page.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
        for heading, lines in (("Kode keluar", EXITS), ("Lingkungan", SURROUNDINGS)):
            with formatter.section(heading):
                formatter.write_dl(list(lines.items()))

    @staticmethod
    def _page(ctx: click.Context) -> Page | None:
        return PAGES.get(" ".join(["sidik", *ctx.command_path.split()[1:]]))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [found for p in self.get_params(ctx) if (found := p.get_help_record(ctx))]
        if records:
            with formatter.section("Pilihan"):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            names = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
            with formatter.section("Perintah"):
                formatter.write_dl(
                    [(name, each.get_short_help_str(100)) for name, each in names if each]
                )

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = "Tampilkan bantuan ini."
        return option


class Perintah(_Helpful, click.Command):
    pass


class Kelompok(_Helpful, click.Group):
    command_class = Perintah

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order in which they are told below


# Everything that can go wrong


def run(command: click.Command, arguments: Sequence[str], program: str) -> int:
    """Run a command line to its exit code; errors become sentences here and nowhere else."""
    try:
        code = command.main(list(arguments), prog_name=program, standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever was reading has read enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except (KeyboardInterrupt, click.Abort):
        say("Dihentikan.")
        return TROUBLE
    except Exception as error:
        if os.environ.get("SIDIK_TRACE"):
            raise
        say(sentence(error))
        return TROUBLE
    return code if isinstance(code, int) else OK


def sentence(error: Exception) -> str:
    """What went wrong, in one Indonesian sentence that says what to do where we know it."""
    words = " ".join((_usage(error) or _known(error) or _of_the_world(error)).split())
    return (
        f"{words.rstrip('.')}."
        if words
        else f"Terjadi kesalahan yang tidak terduga ({type(error).__name__})."
    )


def _usage(error: Exception) -> str:
    """Click's own complaints, said in Indonesian."""
    if not isinstance(error, click.ClickException):
        return ""
    hint = " Lihat --help."
    match error:
        case click.NoSuchOption():
            near = f"; mungkin {' atau '.join(error.possibilities)}" if error.possibilities else ""
            return f"Pilihan {error.option_name} tidak dikenal{near}.{hint}"
        case click.MissingParameter():
            return f"{_name(error.param)} harus disebut.{hint}"
        case click.BadParameter():
            return f"{_name(error.param)} tidak sah: {error.message.rstrip('.')}."
        case click.BadOptionUsage():
            return f"Pilihan {error.option_name} ditulis tidak lengkap atau tidak benar.{hint}"
        case click.FileError():
            return f"Berkas {error.ui_filename} tidak dapat dibuka."
        case _ if error.message.startswith("No such command"):
            return f"Perintah {error.message.split(chr(39))[1]} tidak dikenal.{hint}"
        case _ if error.message.startswith("Got unexpected extra argument"):
            return f"Ada kata yang berlebih: {error.message.split('(')[-1].rstrip(').')}.{hint}"
        case click.UsageError():
            return f"Perintah tidak lengkap atau tidak benar.{hint}"
    return error.format_message()


def _name(param: click.Parameter | None) -> str:
    if param is None:
        return "Isian"
    if isinstance(param, click.Option):
        return f"Pilihan {max(param.opts, key=len)}"
    return (param.metavar or param.name or "").upper()


def _known(error: Exception) -> str:
    """Errors of ours; they carry their sentence, or are given one here."""
    match error:
        case Refused():
            return "Belum dapat dilakukan menurut hukum: " + "; ".join(
                f"{rule.text.rstrip('.')}{f' [{rule.detail}]' if rule.detail else ''} "
                f"({rule.basis})"
                for rule in error.rules
            )
        case Unrecorded():
            return f"Belum ada catatan apa pun tentang {error}."
        case Stale() | Contended():
            return "Orang lain sedang menulis pada riwayat yang sama; silakan ulangi."
        case OutcomeUnknown():
            return (
                "Sambungan terputus saat mencatat, sehingga hasilnya belum diketahui; periksa "
                "riwayatnya sebelum mengulang."
            )
    if type(error).__module__.split(".")[0] in ("adapters", "domain", "projections", "scheduler"):
        return str(error)
    return ""


def _of_the_world(error: Exception) -> str:
    import psycopg

    from adapters.trouble import explained

    match error:
        case psycopg.Error():
            return str(explained(error))
        case OSError(errno=errno.ENOSPC):
            return "Ruang penyimpanan habis; sediakan ruang, lalu ulangi."
        case PermissionError() | FileNotFoundError() | IsADirectoryError():
            return f"{error.filename or 'Berkas'} tidak dapat dibuka ({error.strerror})."
        case UnicodeError():
            return "Ada karakter yang tidak dapat dibaca sebagai UTF-8; ketik ulang."
        case OSError():
            return f"Sistem menolak permintaan ini ({error.strerror or error})."
    return f"Terjadi kesalahan yang tidak terduga ({type(error).__name__}: {error})."
