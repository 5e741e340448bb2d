"""What a dossier tells of one item, for a panel, an auditor or whoever asked and was refused.

Everything follows from the facts that are handed over and from where they stand in the log, so
the same evidence is always told the same way. A public copy tells less: nothing that is closed,
no place of storage, no remark of an officer. Read on: the whole, the first page, what is proven
and what is not, the index of what is closed, the chronology.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from adapters.evidence import words
from adapters.evidence.bundle import Copy, Evidence
from domain import disclosure, item, refusal
from domain.calendar import local_date, midnight, spelled
from domain.evidence.encoding import to_base64
from domain.evidence.note import VerifierKey
from domain.evidence.policy import Policy
from domain.ground import Category
from domain.history import Recorded, fold
from domain.item import (
    Conclusion,
    ConsequenceTest,
    ConsequenceTested,
    Determined,
    GateOverridden,
    Item,
    Particulars,
    Reclassified,
)
from domain.refusal import Answer, Judgement, Placed, Reason, Timing
from domain.rule import cite

Told = dict[str, Any]

QUESTION = "Apakah uji konsekuensi dilakukan sebelum permohonan ditolak, atas butir ini?"
CERTIFICATE = "Tidak diubah sejak dicatat"
ANSWERS = {
    Answer.YES: "Ya",
    Answer.NO: "Tidak",
    Answer.UNSURE: "Tidak dapat dipastikan",
}
QUOTED = (
    (
        refusal.THE_TEST_COMES_FIRST,
        "Pejabat Pengelola Informasi dan Dokumentasi di setiap Badan Publik wajib melakukan "
        "pengujian tentang konsekuensi sebagaimana dimaksud dalam Pasal 17 dengan saksama dan "
        "penuh ketelitian sebelum menyatakan Informasi Publik tertentu dikecualikan untuk diakses "
        "oleh setiap Orang.",
    ),
    (
        refusal.THE_BODY_MUST_PROVE_IT,
        "Badan Publik harus membuktikan hal-hal yang mendukung pendapatnya apabila menyatakan "
        "tidak dapat memberikan informasi dengan alasan sebagaimana dimaksud dalam Pasal 17 dan "
        "Pasal 35 ayat (1) huruf a.",
    ),
)
SEGREGATION = cite("uu-14-2008", "22", "7", "e")
SHORT_ROOT = 12  # characters; a label, never compared
FINGERPRINT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The body whose item it is, and the law it stands under."""

    body: str
    zone: str
    zone_name: str
    units: Mapping[str, str]
    categories: Mapping[str, Category]


def dossier(shown: Evidence, setting: Setting) -> Told:
    """The whole, as plain data for whoever lays it out."""
    return _Telling(shown, setting).whole()


@dataclass(frozen=True)
class _Telling:
    shown: Evidence
    setting: Setting

    def whole(self) -> Told:
        known = self.state
        particulars = known.particulars
        return {
            "body": self.setting.body,
            "title": particulars.title if particulars else "(belum berjudul)",
            "id": str(self.shown.gathered.item),
            "unit": self._unit(particulars.unit) if particulars else "",
            "copy": self._copy(),
            "as_of": spelled(self.shown.known_on) if self.shown.known_on else "",
            "question": QUESTION,
            "answer": self._answer(),
            "law": [{"cite": str(where), "text": text} for where, text in QUOTED],
            "certificate": CERTIFICATE,
            "proven": list(self._proven()),
            "not_proven": list(self._not_proven()),
            "index": list(self._index()),
            "description": list(self._description(known)),
            "closed": list(self._closed(particulars)) if self.is_panel else [],
            "determination": list(self._determination()),
            "chronology": [self._line(one) for one in self.shown.known],
            "withheld": self._withheld(),
            "later": self.shown.later,
            "uncovered": list(self.shown.uncovered),
            "checkpoint": self._checkpoint(),
            "keys": list(self._keys()),
        }

    @property
    def is_panel(self) -> bool:
        return self.shown.copy is Copy.PANEL

    @property
    def state(self) -> Item:
        return fold(item, [one.recorded for one in self.shown.known])

    @property
    def is_complete(self) -> bool:
        """Whether it is proven that no fact known then is missing here."""
        return (
            not self.shown.uncovered
            and self.shown.gathered.complete_upto
            >= self.shown.known[-1].recorded.originator_version
        )

    @property
    def judgement(self) -> Judgement:
        return refusal.judge(
            self.shown.known,
            refused_on=self.shown.refused_on,
            zone=self.setting.zone,
            whole_at=self.shown.whole_at,
        )

    def _copy(self) -> Told:
        if self.is_panel:
            said = (
                "Memuat isi yang tertutup. Hanya untuk pemeriksaan tertutup "
                f"({disclosure.HEARD_IN_CLOSED_SESSION}); majelis wajib menjaga rahasianya "
                f"({disclosure.MEMBERS_KEEP_THE_SECRET})."
            )
            return {"label": "Salinan majelis", "is_closed": True, "said": said}
        said = (
            "Isi yang tertutup ditahan; keberadaan, urutan, waktu, dan jenis catatannya tetap "
            "terbukti. Bukti dalam salinan majelis sama dengan yang di sini."
        )
        return {"label": "Salinan umum", "is_closed": False, "said": said}

    # The first page

    def _answer(self) -> Told:
        judged = self.judgement
        return {
            "kind": judged.answer.value,
            "word": ANSWERS[judged.answer],
            "text": self._why(judged),
            "refused_on": spelled(judged.refused_on) if judged.refused_on else "",
            "facts": [self._rested_on(one) for one in judged.rests_on],
            "notes": list(self._notes(judged)),
        }

    def _why(self, judged: Judgement) -> str:
        day = spelled(judged.refused_on) if judged.refused_on else ""
        last = judged.rests_on[-1] if judged.rests_on else None
        first = judged.rests_on[0] if judged.rests_on else None
        number = len(self.shown.known)
        match judged.reason:
            case Reason.NO_DAY_GIVEN:
                return (
                    "Tanggal penolakan permohonan tidak disebutkan, sehingga pertanyaan ini belum "
                    "dapat dijawab. Setiap pengujian yang tercatat disebut di bawah."
                )
            case Reason.NONE_RECORDED:
                return (
                    "Tidak ada pengujian konsekuensi yang tercatat atas butir ini. Riwayatnya "
                    f"terbukti lengkap: {number} catatan, dan tidak ada catatan lain."
                )
            case Reason.MAY_BE_MISSING if Timing.SEEN_BEFORE in [t.timing for t in judged.tests]:
                return (
                    f"Pengujian tercatat dan sudah dilihat saksi di luar badan publik sebelum "
                    f"{day}, tetapi belum terbukti bahwa riwayat di sini lengkap sampai hari itu: "
                    "perubahan uraian sesudah pengujian dapat saja tidak disertakan."
                )
            case Reason.MAY_BE_MISSING:
                return (
                    f"Di antara catatan yang terbukti tidak ada pengujian sebelum {day}, tetapi "
                    "belum terbukti bahwa riwayat di sini lengkap sampai hari itu. Karena itu "
                    "tidak dapat dipastikan bahwa pengujian memang tidak ada."
                )
        assert first is not None
        assert last is not None
        recorded, stated = self._moment(first.recorded_at), spelled(first.recorded.on)
        match judged.reason:
            case Reason.SEEN_BEFORE:
                return (
                    f"Pengujian konsekuensi atas butir ini adalah catatan nomor {first.position}. "
                    f"Catatan itu sudah dilihat saksi di luar badan publik pada "
                    f"{self._moment(first.seen_at)}, sebelum hari penolakan, {day}, dimulai."
                )
            case Reason.RECORDED_BEFORE:
                return (
                    f"Menurut jam register, pengujian tercatat {recorded}, sebelum permohonan "
                    f"ditolak pada {day}. Namun tidak ada saksi di luar badan publik yang sudah "
                    "melihat catatan itu ketika hari tersebut dimulai; waktunya hanya pernyataan "
                    "register sendiri."
                )
            case Reason.SAME_DAY:
                return (
                    f"Pengujian dinyatakan dilakukan pada hari penolakan itu juga, {day}. Mana "
                    "yang lebih dahulu tidak dapat dibuktikan dari tanggalnya."
                )
            case Reason.ENTERED_LATER:
                return (
                    f"Pengujian dinyatakan dilakukan {stated}, tetapi baru tercatat {recorded}, "
                    f"tidak sebelum hari penolakan, {day}. Tanggal yang dinyatakan itu tidak "
                    "dapat dibuktikan oleh register."
                )
            case Reason.REWORDED:
                return (
                    f"Pengujian (catatan nomor {first.position}) mendahului penolakan pada {day}, "
                    f"tetapi sesudahnya uraian butir diubah (catatan nomor {last.position}) dan "
                    "tidak diuji lagi sebelum hari itu. Yang diuji bukan uraian yang kemudian "
                    "berlaku."
                )
        return (
            f"Menurut register sendiri, pengujian atas butir ini baru dilakukan {stated}, sesudah "
            f"permohonan ditolak pada {day}. Riwayat butir ini terbukti lengkap, dan tidak ada "
            "pengujian lain yang mendahului."
        )

    def _rested_on(self, one: Placed) -> Told:
        return {
            "position": one.position,
            "event": words.event(one.recorded.fact),
            "stated": spelled(one.recorded.on),
            "recorded": self._moment(one.recorded_at),
            "seen": self._moment(one.seen_at) if one.seen_at else "",
            "unseen": self._moment(one.unseen_at) if one.unseen_at else "",
        }

    def _notes(self, judged: Judgement) -> Iterator[str]:
        """What bears on the answer without being it."""
        tested = [one.test for one in judged.tests if one.timing is not Timing.AFTER]
        if tested:
            yield from self._about_test(tested[-1])
        if judged.refused_on:
            yield self._standing_on(judged.refused_on, judged.then)
        if not self.is_complete:
            yield "Kelengkapan riwayat butir ini belum terbukti; lihat “Yang tidak dibuktikan”."

    def _about_test(self, tested: Placed) -> Iterator[str]:
        test: ConsequenceTest = tested.recorded.fact.test
        described = self.state.particulars
        yield (
            f"Atas butir ini: pengujian (catatan nomor {tested.position}) tercatat dalam riwayat "
            f"butir ini sendiri, atas bagian “{test.part or 'seluruh dokumen'}”; yang ditutup "
            f"menurut uraian butir: “{(described and described.part) or 'seluruh dokumen'}”."
        )
        conclusion = f"Kesimpulan pengujian: {words.CONCLUSIONS[test.conclusion]}."
        if test.conclusion is Conclusion.OPEN:
            conclusion += " Pengujian itu tidak membenarkan penolakan."
        yield conclusion
        gaps = [
            one
            for one in self.shown.known
            if isinstance(one.recorded.fact, GateOverridden)
            and one.recorded.originator_version == tested.recorded.originator_version + 1
        ]
        for gap in gaps:
            yield (
                "Alasan dalam pengujian itu belum lengkap; pengujian dilanjutkan dengan catatan "
                f"(nomor {gap.position})."
            )

    def _standing_on(self, day: date, then: Item) -> str:
        status = words.STATUSES[then.status]
        begins = midnight(day, self.setting.zone)
        decreed = [
            one
            for one in self.shown.known
            if isinstance(one.recorded.fact, Determined | Reclassified) and one.recorded_at < begins
        ]
        said = f"Ketika hari itu dimulai, menurut register butir ini: {status}"
        if decreed and then.determination:
            last = decreed[-1]
            said += (
                f" (Penetapan nomor {last.recorded.fact.number} tanggal "
                f"{spelled(then.determination.on)}, catatan nomor {last.position})"
            )
        return f"{said}."

    # What is proven, and what is not

    def _proven(self) -> Iterator[str]:
        found, known = self.shown.gathered, self.shown.known
        positions = f"{known[0].position} sampai dengan {known[-1].position}"
        yield (
            f"{len(known)} catatan butir ini (nomor {positions}) ada dalam log dan tidak diubah "
            f"sejak dicatat. Log itu memuat {_number(found.checkpoint.size)} catatan menurut "
            "checkpoint pada halaman ini."
        )
        yield "Urutannya tidak berubah, dan tidak ada celah di antara catatan-catatan itu."
        if self.is_complete:
            heads = found.heads
            assert heads is not None
            yield (
                f"Riwayat ini lengkap sampai log memuat {_number(heads.size)} catatan: tidak ada "
                "catatan butir ini yang ditinggalkan di ujungnya."
            )
        for who, at in self._witnesses():
            yield f"Saksi {who} melihat checkpoint ini pada {self._moment(at)}."
        if found.earlier:
            yield (
                f"Sejarah yang sama sudah ditandatangani {len(found.earlier)} kali sebelumnya dan "
                "hanya bertambah sejak itu."
            )

    def _not_proven(self) -> Iterator[str]:
        found = self.shown.gathered
        yield "Bahwa isi catatan benar. Yang terbukti ialah kapan dan apa yang dicatat."
        yield (
            "Bahwa tidak ada tindakan di luar register. Apa yang tidak pernah dicatat tidak "
            "meninggalkan jejak di sini."
        )
        yield (
            "Tanggal yang dinyatakan pejabat. Waktu tercatat pun pernyataan jam register; ia "
            "hanya terbukti sejauh diapit waktu saksi."
        )
        yield (
            "Bahwa yang bertindak memang pemegang akun yang disebut, dan bahwa dokumen yang "
            "dimaksud sama dengan yang diperlihatkan kepada siapa pun."
        )
        if not any(True for _ in self._witnesses()):
            yield (
                "Bahwa pemegang kunci log tidak menyusun ulang seluruh sejarah. Belum ada saksi "
                "luar pada checkpoint ini; bandingkan dengan checkpoint lain yang Anda pegang."
            )
        if not self.is_complete:
            yield (
                "Bahwa tidak ada catatan butir ini yang ditinggalkan di ujung riwayatnya. Peta "
                "kepala yang mencakupnya belum ditandatangani ketika berkas ini dibuat."
            )
        else:
            yield (
                "Bahwa peta kepala, yang membuktikan kelengkapan itu, tidak dibuat palsu oleh log "
                "sendiri; itu hanya terlihat oleh auditor yang memeriksa seluruh log."
            )
        if self.shown.uncovered:
            numbers = ", ".join(map(str, self.shown.uncovered))
            yield f"Catatan nomor {numbers}: belum tercakup checkpoint, sehingga tidak disertakan."
        if found.tokens:
            yield (
                "Stempel waktu RFC 3161 yang disertakan; periksa dengan openssl ts terhadap "
                "sertifikat penerbitnya."
            )

    def _withheld(self) -> str:
        hidden = [
            entry.row.position
            for entry in self.shown.gathered.entries
            if not self.shown.shows(entry.row)
        ]
        if not hidden:
            return "Isi semua catatan disertakan."
        numbers = ", ".join(map(str, hidden))
        return (
            f"Isi catatan nomor {numbers} tidak disertakan. Keberadaan, urutan, waktu, dan "
            "jenisnya tetap terbukti; isinya dapat dibuka kemudian tanpa mengubah bukti apa pun."
        )

    # The index of what is closed (Vaughn)

    def _index(self) -> Iterator[Told]:
        tested = [one for one in self.shown.known if self._is_test(one.recorded)]
        for number, one in enumerate(tested, 1):
            test: ConsequenceTest = one.recorded.fact.test
            asked = f" ({test.reference})" if test.reference and self.is_panel else ""
            yield {
                "position": one.position,
                "is_latest": number == len(tested),
                "tested": spelled(one.recorded.on) + f", {words.MOMENTS[test.moment]}{asked}",
                "part": test.part or "seluruh dokumen",
                "grounds": [words.ground(each, self.setting.categories) for each in test.grounds],
                "laws": [str(law) for law in test.laws],
                "consequence": test.consequence_if_opened,
                "benefit": test.benefit_if_closed,
                "interest": test.public_interest,
                "segregability": words.segregability(test.segregability),
                "segregation_basis": str(SEGREGATION),
                "period": test.period.words or "tidak disebut",
                "conclusion": words.CONCLUSIONS[test.conclusion],
                "participants": ", ".join(test.participants),
            }

    @staticmethod
    def _is_test(recorded: Recorded[Any]) -> bool:
        return isinstance(recorded.fact, ConsequenceTested)

    # The item

    def _description(self, known: Item) -> Iterator[Told]:
        p = known.particulars
        if p is None:
            return
        yield _row("Judul", p.title)
        yield _row("Uraian", p.summary)
        yield _row("Dokumen yang memuatnya", p.document)
        yield _row("Bagian yang ditutup", p.part or "seluruh dokumen")
        yield _row("Unit kerja", self._unit(p.unit))
        yield _row("Penanggung jawab", p.holder)
        grounds = [words.ground(each, self.setting.categories) for each in p.grounds]
        yield _row("Dasar yang diusulkan", "\n".join(grounds) or "tidak disebut")
        if not p.held:
            yield _row("Penguasaan", "Belum dikuasai atau didokumentasikan")
        yield _row("Status", words.STATUSES[known.status])
        if known.ends_on:
            yield _row("Hari terakhir dikecualikan", spelled(known.ends_on))
        if known.review_on:
            yield _row("Wajib ditinjau ulang", spelled(known.review_on))
        if known.opened_on:
            yield _row("Terbuka sejak", spelled(known.opened_on))

    @staticmethod
    def _closed(p: Particulars | None) -> Iterator[Told]:
        if p and p.closed:
            yield _row("Judul sebenarnya", p.closed.title)
            yield _row("Rincian", p.closed.detail)

    def _determination(self) -> Iterator[Told]:
        decreed = [
            one
            for one in self.shown.known
            if isinstance(one.recorded.fact, Determined | Reclassified)
        ]
        if not decreed:
            return
        fact = decreed[-1].recorded.fact
        made = fact.determination
        yield _row("Nomor", f"{fact.number} (catatan nomor {decreed[-1].position})")
        yield _row("Ditetapkan", f"{made.place}, {spelled(made.on)}")
        yield _row("Oleh", f"{made.official.name}, {made.official.position}")
        yield _row("Badan publik, unit kerja", f"{made.body}, {made.unit}")
        grounds = [words.ground(each, self.setting.categories) for each in made.classification]
        yield _row("Klasifikasi", "\n".join(grounds))
        yield _row("Uraian", made.description)
        yield _row("Alasan", made.reason)
        yield _row("Undang-undang", "\n".join(map(str, made.laws)))
        yield _row("Jangka waktu", made.period.words)

    # The chronology

    def _line(self, one: Placed) -> Told:
        recorded, row = one.recorded, self._row_of(one)
        is_shown = self.shown.shows(row)
        return {
            "position": one.position,
            "version": recorded.originator_version,
            "event": words.event(recorded.fact),
            "lines": list(words.told(recorded.fact)) if is_shown else [],
            "is_shown": is_shown,
            "stated": spelled(recorded.on),
            "entered_later": recorded.on < local_date(one.recorded_at, self.setting.zone),
            "recorded": self._moment(one.recorded_at),
            "by": words.actor(recorded),
            "procedure": words.procedure(recorded.procedure),
        }

    def _row_of(self, one: Placed) -> Any:
        version = one.recorded.originator_version
        return self.shown.gathered.entries[version - 1].row

    # The log

    def _checkpoint(self) -> Told:
        checkpoint = self.shown.judged[-1].checkpoint
        root = to_base64(checkpoint.root)
        return {
            "note": self.shown.gathered.checkpoint.note,
            "origin": checkpoint.origin,
            "size": _number(checkpoint.size),
            "root": root,
            "short": root[:SHORT_ROOT],
            "signed": self._moment(self.shown.gathered.checkpoint.signed_at),
        }

    def _witnesses(self) -> Iterator[tuple[str, datetime]]:
        for name, at in sorted(self.shown.judged[-1].times.items()):
            yield name, datetime.fromtimestamp(at, UTC)

    def _keys(self) -> Iterator[Told]:
        policy = Policy.parse(self.shown.policy)
        for log in policy.logs:
            yield {"who": "Log", "name": log.key.name, "key": _fingerprint(log.key)}
        for witness in policy.witnesses:
            yield {
                "who": f"Saksi {witness.name}",
                "name": witness.key.name,
                "key": _fingerprint(witness.key),
            }

    def _unit(self, code: str) -> str:
        return self.setting.units.get(code, code)

    def _moment(self, at: datetime | None) -> str:
        return words.moment(at, self.setting.zone, self.setting.zone_name) if at else ""


def _row(label: str, text: str) -> Told:
    return {"label": label, "text": text}


def _number(number: int) -> str:
    """1.234.567"""
    return f"{number:,}".replace(",", ".")


def _fingerprint(key: VerifierKey) -> str:
    return sha256(key.public_key).hexdigest()[:FINGERPRINT]
