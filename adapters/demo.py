"""Three public bodies to look at, with fictional officers and real rows of published lists.

What happens to each item is written in `data/demo`; here it is done, through the officers'
desks and under the same rules as anybody's acts. Dates count from the day of creation, so that
some items are always in their last thirty working days. Each act is signed with a request id of
its own, by which a second run, or one after a crash, knows what has been done.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters import registers
from adapters.accounts import PostgresAccounts
from adapters.database import Database
from adapters.registers import Register
from adapters.sheets import read_sheet
from domain import item, law, pledge, takeover
from domain.body import Established
from domain.calendar import Schedule, Week, local_date, working_days_after
from domain.citation import parse
from domain.decree import Effect
from domain.desk import Desk
from domain.ground import Ground
from domain.history import Stamp, named
from domain.item import (
    Channel,
    Conclusion,
    ConsequenceTest,
    Form,
    Moment,
    Opening,
    Particulars,
    Segregability,
    TakenOver,
)
from domain.officer import Acting, Authority, Role
from domain.period import Period, Unit, later
from domain.period_words import read

FOLDER = Path(__file__).parent / "data" / "demo"
ROWS = Path(__file__).parent / "data" / "dik-rows.csv"
BODIES = ("kalteng", "bali", "bontang")
PASSWORD = "rahasia-demo-sidik"  # for fictional officers only; `up --demo` prints it
INSTALLER = "demo"
IN_OFFICE_SINCE = date(2020, 1, 2)
PER_UNIT = Role.PPID_PEMBANTU  # everybody else is in office for the whole body
APPOINTED_BY = "DEMO/SK/001 (fiktif)"

# How long before the decree, in days, each step was taken
CONFIRMED, TESTED, CONSIDERED, DRAFTED, APPROVED = 45, 30, 25, 14, 7

Script = Mapping[str, Any]


class NotForShow(Exception):
    """A real body stands where the demonstration would act: one sentence, in Indonesian."""


def create(
    database: Database,
    *,
    at: datetime,
    clock: Callable[[Register], object],
    bodies: Sequence[str] = BODIES,
) -> list[Register]:
    """Create what is not there yet; *clock* performs the duties of the day.

    Registers know nothing of each other, so they are made side by side.
    """
    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(lambda code: _Demo(database, script(code), at).play(clock), bodies))


def logins() -> Iterator[tuple[str, str, str]]:
    """Sign-in name, officer and office of everybody in the demonstration."""
    for code in BODIES:
        for each in script(code)["officer"]:
            yield each["login"], each["name"], each["position"]


@lru_cache
def script(code: str) -> Script:
    return tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))


@dataclass
class _Demo:
    """One body being brought to life."""

    database: Database
    script: Script
    at: datetime

    @cached_property
    def register(self) -> Register:
        own = self.script["body"]
        established = Established(
            code=own["code"],
            name=own["name"],
            seat=own["seat"],
            zone=own["zone"],
            zone_name=own["zone_name"],
            week=Week.FIVE,
            demo=True,
        )
        return registers.open_register(self.database, established, stamp=self.stamp("buka"))

    @property
    def today(self) -> date:
        return local_date(self.at, self.script["body"]["zone"])

    @cached_property
    def schedule(self) -> Schedule:
        return self.register.schedule

    @cached_property
    def items(self) -> Mapping[int, Mapping[str, Any]]:
        return {entry["row"]: entry for entry in self.script["item"]}

    @cached_property
    def decrees(self) -> Mapping[str, Mapping[str, Any]]:
        """By key, in the order of their dates."""
        dated = sorted(self.script["decree"], key=lambda entry: self.day(entry["dated"]))
        return {entry["key"]: entry for entry in dated}

    def play(self, clock: Callable[[Register], object]) -> Register:
        if not self.register.body.demo:
            raise NotForShow(
                f"Kode {self.register.code} sudah dipakai badan publik yang bukan contoh; demo "
                "memerlukan folder data tersendiri (--data)."
            )
        self.furnish()
        self.take_over()
        acts = self.script["act"]
        for entry in self.decrees.values():
            self.determine(entry)
        for entry in self.script["pending"]:
            self.propose(entry)
        for number, entry in enumerate(acts):
            if not entry.get("after_clock"):
                self.act(entry, number)
        for entry in self.script.get("pledge", ()):
            self.promise(entry)
        clock(self.register)
        late = [pair for pair in enumerate(acts) if pair[1].get("after_clock")]
        for number, entry in late:
            self.act(entry, number)
        if late:
            clock(self.register)
        return self.register

    # The body and its people

    def furnish(self) -> None:
        ledger = self.register.ledger
        for unit in self.script["unit"]:
            stamp = self.stamp("unit")
            registers.add_unit(ledger, code=unit["code"], name=unit["name"], stamp=stamp)
        for sop in self.script["sop"]:
            registers.adopt(
                ledger,
                sop["key"],
                unit=sop.get("unit", ""),
                since=sop["since"],
                stamp=self.stamp("sop"),
            )
        accounts = PostgresAccounts(self.database)
        for entry in self.script["officer"]:
            if accounts.find(entry["login"]):
                continue  # the account comes last: whoever has one is in office
            self.appoint(entry)
            accounts.create(
                entry["login"],
                officer_id=entry["id"],
                body=self.register.code,
                password=PASSWORD,
            )

    def appoint(self, entry: Mapping[str, Any]) -> None:
        ledger, stamp, unit = self.register.ledger, self.stamp("pejabat"), entry.get("unit", "")
        registers.appoint(
            ledger,
            entry["id"],
            name=entry["name"],
            position=entry["position"],
            unit=unit,
            stamp=stamp,
        )
        rights = [
            Authority(
                role=role,
                unit=unit if role == PER_UNIT else "",
                decree_no=APPOINTED_BY,
                since=IN_OFFICE_SINCE,
            )
            for role in entry["roles"]
        ]
        if acting := entry.get("acts_for"):
            rights.append(
                Authority(
                    role=acting["role"],
                    unit="",
                    decree_no=acting["decree_no"],
                    since=self.day(acting["since"]),
                    until=self.day(acting["until"]),
                    acting=Acting(acting["acting"]),
                    principal=acting["principal"],
                )
            )
        registers.grant(ledger, entry["id"], rights, stamp=stamp)

    # The items

    @cached_property
    def plan(self) -> takeover.Plan:
        known = self.register.ledger.recall(law, law.ID).state
        return takeover.plan(read_sheet(ROWS), law=known, on=self.today)

    @cached_property
    def rows(self) -> Mapping[int, takeover.Row]:
        return {row.row: row for row in self.plan.rows if row.row in self.items}

    def take_over(self) -> None:
        """Rows that were determined since came on the register before their first decree."""
        settled = {line["row"] for entry in self.decrees.values() for line in entry["line"]}
        first = min(self.day(entry["dated"]) for entry in self.decrees.values())
        for rows, on in (
            (settled, self.working(first - timedelta(days=60))),
            (self.items.keys() - settled, self.working(self.today - timedelta(days=60))),
        ):
            chosen = tuple(row for number, row in self.rows.items() if number in rows)
            takeover.apply(
                replace(self.plan, rows=chosen),
                self.register.ledger,
                replace(self.stamp("ambil-alih"), on=on),
            )

    def item_id(self, row: int) -> UUID:
        found = self.rows[row].item_id
        assert found is not None, f"row {row} of the demonstration is no item"
        return found

    def determine(self, entry: Mapping[str, Any]) -> None:
        """Lead the items of a decree to the decree, and issue it unless it stops before."""
        name, dated = entry["key"], self.day(entry["dated"])
        lines: Sequence[Mapping[str, Any]] = entry["line"]
        items = [self.item_id(line["row"]) for line in lines]
        for line in lines:
            self.lead(line, dated, reach="considered", name=name)
        decree_id = named(f"demo:{name}")
        offices = self.script["offices"]
        drafter = self.desk(
            offices["determine"], dated - timedelta(days=DRAFTED), name=f"{name}-konsep"
        )
        if self.is_new(decree_id, drafter.cause):
            drafter.draft_decree(decree_id, title=entry["title"], items=items)
        approver = self.desk(
            offices["approve"],
            dated - timedelta(days=APPROVED),
            by=entry.get("approved_by", ""),
            name=f"{name}-setuju",
        )
        if self.is_new(decree_id, approver.cause):
            approver.approve_draft(decree_id)
        older = entry.get("supersedes")
        signer = self.desk(offices["determine"], dated, name=f"{name}-tetap")
        if entry.get("stops") != "approved" and self.is_new(decree_id, signer.cause):
            signer.issue(
                decree_id,
                number=entry["number"],
                supersedes=named(f"demo:{older}") if older else None,
                effect=Effect(entry["effect"]) if older else None,
            )

    def propose(self, entry: Mapping[str, Any]) -> None:
        """Lead an item a part of the way, lately."""
        base = self.today + timedelta(days=APPROVED)
        self.lead(entry, base, reach=entry["reach"], name="usul")

    def lead(self, line: Mapping[str, Any], base: date, *, reach: str, name: str) -> None:
        """Confirm, test and consider: each on its day before *base*, as far as *reach*."""
        row, offices = line["row"], self.script["offices"]
        unit = self.items[row]["unit"]
        state = self.register.ledger.recall(item, self.item_id(row)).state
        if state.status is item.Status.TAKEN_OVER:
            self.on_item(
                row,
                "confirm",
                self.desk(
                    offices["confirm"],
                    base - timedelta(days=CONFIRMED),
                    unit=unit,
                    name=f"{name}-konfirmasi",
                ),
                particulars=self.particulars(row),
            )
        if reach == "proposed":
            return
        self.on_item(
            row,
            "test_consequence",
            self.desk(offices["test"], base - timedelta(days=TESTED), name=f"{name}-uji"),
            test=self.test(line, base),
        )
        if reach == "tested":
            return
        self.on_item(
            row,
            "consider",
            self.desk(
                offices["consider"], base - timedelta(days=CONSIDERED), name=f"{name}-pendapat"
            ),
            favours=Conclusion.EXEMPT,
            opinion="Uraian akibat sesuai dengan isi dokumen; bagian terbuka telah dipisahkan.",
            minutes_no=f"DEMO/BA/{row}",
        )
        if reach == "rejected":
            self.on_item(
                row,
                "reject",
                self.desk(
                    offices["approve"], base - timedelta(days=APPROVED), name=f"{name}-tolak"
                ),
                reason=line["reason"],
            )

    def particulars(self, row: int) -> Particulars:
        """The row's own words, and what its list left out."""
        entry, fact = self.items[row], self.taken(row)
        return replace(
            fact.particulars,
            unit=entry["unit"],
            document=entry["document"],
            holder=fact.particulars.holder or "Kepala unit kerja",
            medium="berkas kertas dan PDF",
            form=Form.BOTH,
            grounds=_grounds(entry) or fact.particulars.grounds,
            held=True,
        )

    def taken(self, row: int) -> TakenOver:
        fact = self.rows[row].fact
        assert fact is not None, f"row {row} of the demonstration is no item"
        return fact

    def test(self, line: Mapping[str, Any], base: date) -> ConsequenceTest:
        """The sheet, reasoned as its kind of information asks."""
        why = script("reasons")[line["reasons"]]
        row = line["row"]
        period: Period = read(line["period"]) if "period" in line else self.taken(row).period
        months = line.get("review_months", 12)
        part = "partly" if why["separable"] else "exempt"
        return ConsequenceTest(
            moment=Moment.BEFORE_REQUEST,
            part=why["part"],
            grounds=_grounds(line) or self.particulars(row).grounds,
            laws=parse(why["laws"]),
            law_version=self.register.ledger.recall(law, law.ID).version,
            consequence_if_opened=why["if_opened"],
            benefit_if_closed=why["if_closed"],
            public_interest=why["public_interest"],
            segregability=Segregability(
                separable=why["separable"],
                parts=why.get("parts", ""),
                justification=why.get("justification", ""),
            ),
            period=period,
            review_on=later(base, months, Unit.MONTHS),
            conclusion=Conclusion(why.get("conclusion", part)),
            participants=tuple(why.get("participants", ())),
        )

    def act(self, entry: Mapping[str, Any], number: int) -> None:
        """One act as the script has it; what it enters is what the decision asks for."""
        row, decision = entry["row"], entry["do"]
        unit = self.items[row]["unit"]
        on = self.day(entry["on"])
        known = ("row", "do", "as", "on", "after_clock", "reasons", "grounds", "period")
        entries = {key: value for key, value in entry.items() if key not in known}
        if decision == "test_consequence":
            entries = {"test": self.test(entry, self.today)}
        if "channels" in entries:
            entries["channels"] = tuple(
                Channel(kind=kind, address=address, on=on)
                for kind, address in (words.split(" ", 1) for words in entries["channels"])
            )
        if "why" in entries:
            entries["why"] = Opening(entries["why"])
        if "happened_on" in entries:
            entries["happened_on"] = self.day(entries["happened_on"])
        desk = self.desk(entry["as"], on, unit=unit, name=f"tindakan-{number}")
        self.on_item(row, decision, desk, **entries)

    def on_item(self, row: int, decision: str, desk: Desk, **entries: Any) -> None:
        if self.is_new(self.item_id(row), desk.cause):
            desk.on_item(decision, self.item_id(row), **entries)

    def promise(self, entry: Mapping[str, Any]) -> None:
        """A pledge, as far as its dates go."""
        unit = entry["unit"]
        pledge_id = pledge.id_of(unit)
        drafter = self.desk(
            "ppid-pembantu", self.day(entry["drafted_on"]), unit=unit, name=f"maklumat-{unit}"
        )
        if self.is_new(pledge_id, drafter.cause):
            drafter.on_pledge("draft", unit, contents=self.contents(entry))
        if "determined_on" not in entry:
            return
        judge = self.desk("atasan-ppid", self.day(entry["determined_on"]), name="maklumat-tetap")
        if self.is_new(pledge_id, judge.cause):
            judge.on_pledge("determine", unit, number=entry["number"])
        on = self.day(entry["announced_on"])
        speaker = self.desk("ppid-pembantu", on, unit=unit, name="maklumat-umum")
        if self.is_new(pledge_id, speaker.cause):
            speaker.on_pledge(
                "announce",
                unit,
                channels=(
                    pledge.Channel(kind="papan-pengumuman", address="Lobi kantor", on=on),
                    pledge.Channel(
                        kind="website",
                        address="https://biro.demo.example/maklumat",
                        on=on,
                        accessible_forms=("audio", "visual"),
                    ),
                ),
            )

    def contents(self, entry: Mapping[str, Any]) -> pledge.Contents:
        return pledge.Contents(
            unit=entry["unit"],
            legal_basis="UU Nomor 14 Tahun 2008; UU Nomor 25 Tahun 2009; PerKI Nomor 1 Tahun 2021",
            procedure="Permohonan datang langsung, lewat surat, atau laman; dicatat hari itu.",
            completion_time="Paling lambat 10 hari kerja, dapat diperpanjang 7 hari kerja.",
            fees="Gratis; penggandaan ditanggung pemohon sesuai harga setempat.",
            assurance="Petugas tidak membeda-bedakan; yang dirugikan dapat mengajukan keberatan.",
            evaluation="Kinerja dinilai tiap semester dan hasilnya diumumkan.",
            standard_fixed_on=self.day(entry["standard_fixed_on"]),
        )

    # Who, when, and whether it has been done

    def desk(self, role: str, on: date, *, unit: str = "", by: str = "", name: str) -> Desk:
        """The desk of whoever holds *role* for *unit*, on the working day at or before *on*."""
        officer_id = by or next(
            entry["id"]
            for entry in self.script["officer"]
            if role in entry["roles"] and (role != PER_UNIT or entry["unit"] == unit)
        )
        day = min(self.working(on), self.today)
        return self.register.desk(officer_id, role, at=self.at, on=day, cause=self.cause(name))

    def working(self, day: date) -> date:
        """*day*, or the last working day before it."""
        while not self.schedule.is_working(day):
            day -= timedelta(days=1)
        return day

    def day(self, words: Any) -> date:
        """A date as the script writes it: itself, or so long ago and so many working days on."""
        if isinstance(words, date):
            return words
        day = self.today
        if ahead := words.get("working_days_on"):
            day = working_days_after(self.schedule, day, ahead, rule="demo", basis="").due
        months = 12 * words.get("years_ago", 0) + words.get("months_ago", 0)
        return self.working(
            later(day, -months, Unit.MONTHS) - timedelta(days=words.get("days_ago", 0))
        )

    def stamp(self, name: str) -> Stamp:
        return Stamp(at=self.at, on=self.today, by=INSTALLER, cause=self.cause(name))

    def cause(self, name: str) -> str:
        return f"demo-{name}"

    def is_new(self, subject_id: UUID, cause: str) -> bool:
        """Whether nothing is recorded of *subject_id* under this request id yet."""
        history = self.register.ledger.history(subject_id)
        return all(recorded.cause != cause for recorded in history)


def _grounds(entry: Mapping[str, Any]) -> tuple[Ground, ...]:
    """``h.3`` is Pasal 17 huruf h angka 3."""
    split = (words.partition(".") for words in entry.get("grounds", ()))
    return tuple(
        Ground(huruf=huruf, angka=int(angka) if angka else None) for huruf, _, angka in split
    )
