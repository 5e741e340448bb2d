"""What the law asks of every act on an item, clause by clause.

The rules first, in the order of an item's life; then which of them stand against an act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from domain import procedure as procedures
from domain.ground import Ground
from domain.history import Stamp
from domain.item.facts import TOP_HEAD, Categories, Conclusion, Opening, Particulars
from domain.item.state import Duty, Item, Status
from domain.procedure import Sop
from domain.rule import Rule, cite

# What the law asks of a proposal

INFORMATION_MUST_BE_DESCRIBED = Rule(
    "information-must-be-described",
    "Uraian informasi harus jelas dan terang: isian ini belum diisi.",
    cite("perki-1-2021", "49", "2"),
)
GROUND_MUST_BE_OF_PASAL_17 = Rule(
    "ground-must-be-of-pasal-17",
    "Pengecualian harus bertumpu pada Pasal 17 huruf a sampai dengan j beserta angkanya.",
    cite("uu-14-2008", "17"),
    field="grounds",
)
INFORMATION_MUST_BE_HELD = Rule(
    "information-must-be-held",
    "Informasi yang belum dikuasai atau didokumentasikan bukan informasi yang dikecualikan.",
    cite("uu-14-2008", "6", "3", "e"),
    field="held",
)
ITEM_MUST_NOT_BE_ON_THE_REGISTER = Rule(
    "item-must-not-be-on-the-register",
    "Butir ini sudah tercatat; perbaiki usulan yang ada.",
    cite("pp-61-2010", "3"),
)
ITEM_MUST_AWAIT_CONFIRMATION = Rule(
    "item-must-await-confirmation",
    "Hanya butir ambil alih yang belum dikonfirmasi yang dapat dikonfirmasi.",
    cite("pp-61-2010", "3"),
)
PROPOSAL_MUST_BE_OPEN = Rule(
    "proposal-must-be-open",
    "Usulan ini tidak sedang menunggu perbaikan atau pengujian.",
    cite("pp-61-2010", "3"),
)

# ... of the test

REASONING_MUST_BE_GIVEN = Rule(
    "reasoning-must-be-given",
    "Alasan pengecualian belum lengkap atau baru berupa pernyataan.",
    cite("uu-14-2008", "2", "4"),
)
TEST_NEEDS_A_PROPOSAL = Rule(
    "test-needs-a-proposal",
    "Pengujian konsekuensi memerlukan usulan yang telah diajukan dan belum dikembalikan.",
    cite("uu-14-2008", "19"),
)
MOMENT_MUST_NAME_ITS_REQUEST = Rule(
    "moment-must-name-its-request",
    "Pengujian karena permohonan atau perintah Majelis Komisioner harus menyebut nomornya.",
    cite("perki-1-2021", "49", "1"),
    field="reference",
)
OPINION_NEEDS_A_PROPOSAL = Rule(
    "opinion-needs-a-proposal",
    "Pertimbangan diberikan atas butir yang diusulkan atau telah diuji.",
    cite("perki-1-2021", "49"),
)

# ... of the head's consent

TEST_MUST_PRECEDE_CONSENT = Rule(
    "test-must-precede-consent",
    "Belum ada pengujian konsekuensi yang menyimpulkan pengecualian.",
    cite("uu-14-2008", "19"),
)
APPROVER_MUST_BE_ANOTHER_PERSON = Rule(
    "approver-must-be-another-person",
    "Yang menyetujui tidak boleh orang yang mengusulkan, menguji, atau menetapkan butir ini, "
    "juga bila bertindak sebagai Plt/Plh.",
    cite("pp-61-2010", "3", "2"),
)
ACTOR_MUST_NOT_HAVE_APPROVED = Rule(
    "actor-must-not-have-approved",
    "Yang pernah memutus persetujuan butir ini tidak boleh mengusulkan, menguji, atau "
    "menetapkannya.",
    cite("pp-61-2010", "3", "2"),
)
ANOTHER_PERSON_MUST_HAVE_CONSIDERED = Rule(
    "another-person-must-have-considered",
    "Pengusul dan penguji adalah orang yang sama; diperlukan pertimbangan orang lain dari Tim "
    "Pertimbangan sebelum disetujui.",
    cite("perki-1-2021", "49"),
)
REASON_MUST_BE_GIVEN = Rule(
    "reason-must-be-given",
    "Keputusan ini memerlukan alasan tertulis.",
    cite("uu-14-2008", "7", "4"),
    field="reason",
)
ITEM_MUST_NOT_BE_HELD = Rule(
    "item-must-not-be-held",
    "Butir ini sedang ditahan; keputusan menunggu penahanan dicabut.",
    cite("uu-14-2008", "6", "1"),
)

# ... of a determination

HEAD_MUST_HAVE_APPROVED = Rule(
    "head-must-have-approved",
    "Penetapan memerlukan persetujuan pimpinan atas hasil uji terakhir.",
    cite("pp-61-2010", "3", "2"),
)
TEST_MUST_PRECEDE_DETERMINATION = Rule(
    "test-must-precede-determination",
    "Penetapan harus didahului pengujian konsekuensi yang bertanggal tidak lebih kemudian.",
    cite("uu-14-2008", "19"),
)
A_FURTHER_PERIOD_NEEDS_A_NEW_TEST = Rule(
    "a-further-period-needs-a-new-test",
    "Perpanjangan atau perubahan klasifikasi hanya berdasarkan pengujian konsekuensi baru.",
    cite("pp-61-2010", "10", "2"),
)
A_FURTHER_PERIOD_MUST_START_BEFORE_THE_END = Rule(
    "a-further-period-must-start-before-the-end",
    "Jangka waktu sudah berakhir; informasi ini telah terbuka demi hukum.",
    cite("pp-61-2010", "11", "3"),
)
EIGHT_ELEMENTS_MUST_BE_COMPLETE = Rule(
    "eight-elements-must-be-complete",
    "Surat penetapan harus memuat kedelapan unsurnya: unsur ini belum ada.",
    cite("pp-61-2010", "4", "2"),
)

ACT_MUST_NOT_PRECEDE_ITS_BASIS = Rule(
    "act-must-not-precede-its-basis",
    "Tanggal ini mendahului usulan atau penetapan yang menjadi dasarnya.",
    cite("uu-14-2008", "19"),
    field="on",
)

# ... of keeping and publishing

PLACE_MUST_BE_NAMED = Rule(
    "place-must-be-named",
    "Dokumen disimpan dalam bentuk softcopy dan hardcopy; sebutkan tempatnya.",
    cite("pp-61-2010", "14", "1", "a"),
)
ONLY_DETERMINED_ITEMS_ARE_KEPT = Rule(
    "only-determined-items-are-kept",
    "Pengarsipan dalam daftar hanya untuk informasi yang telah ditetapkan.",
    cite("pp-61-2010", "3"),
)
ONLY_DETERMINED_ITEMS_ARE_PUBLISHED = Rule(
    "only-determined-items-are-published",
    "Daftar hanya memuat informasi yang telah ditetapkan dikecualikan dan masih berlaku.",
    cite("uu-14-2008", "19"),
)
CHANNEL_MUST_BE_COMPLETE = Rule(
    "channel-must-be-complete",
    "Sebutkan saluran pengumuman beserta alamat dan tanggalnya.",
    cite("uu-14-2008", "7", "1"),
    field="channels",
)

# ... of the end of a period

PERIOD_MUST_WAIT_FOR_AN_EVENT = Rule(
    "period-must-wait-for-an-event",
    "Jangka waktu butir ini tidak menunggu peristiwa yang belum dicatat.",
    cite("pp-61-2010", "4", "2", "d"),
)
EVENT_MUST_LIE_IN_THE_PAST = Rule(
    "event-must-lie-in-the-past",
    "Peristiwa hanya dapat dicatat setelah terjadi.",
    cite("pp-61-2010", "4", "2", "d"),
    field="happened_on",
)
EVIDENCE_MUST_BE_NAMED = Rule(
    "evidence-must-be-named",
    "Sebutkan bukti tertulisnya: nomor dan tanggal surat, penetapan, atau putusan.",
    cite("uu-14-2008", "7", "4"),
    field="evidence",
)
REVIEW_IS_FOR_ITEMS_WITHOUT_AN_END = Rule(
    "review-is-for-items-without-an-end",
    "Butir yang jangka waktunya bertanggal akhir tidak ditinjau ulang; perpanjangan memerlukan uji "
    "dan penetapan baru.",
    cite("pp-61-2010", "10", "2"),
)
ITEM_MUST_BE_EXEMPT = Rule(
    "item-must-be-exempt",
    "Butir ini tidak sedang dikecualikan.",
    cite("pp-61-2010", "11", "1"),
)
HEAD_MUST_APPROVE_OPENING = Rule(
    "head-must-approve-opening",
    "Pembukaan memerlukan persetujuan pimpinan Badan Publik menurut SOP atau kebijakan badan.",
    cite("pp-61-2010", "10", "1"),
)
OPENING_NEEDS_TWO_PERSONS = Rule(
    "opening-needs-two-persons",
    "Yang menyetujui pembukaan tidak boleh orang yang menetapkan pembukaannya.",
    cite("pp-61-2010", "10", "1"),
)
OPENING_AT_END_BELONGS_TO_THE_LAST_DAYS = Rule(
    "opening-at-end-belongs-to-the-last-days",
    "Pembukaan menjelang akhir jangka waktu ditetapkan dalam 30 hari kerja terakhir; sebelum itu "
    "diperlukan pengujian baru.",
    cite("pp-61-2010", "11", "2"),
    field="why",
)
OPENING_MUST_REST_ON_A_NEW_TEST = Rule(
    "opening-must-rest-on-a-new-test",
    "Belum ada pengujian baru yang menyimpulkan informasi ini terbuka.",
    cite("pp-61-2010", "10", "2"),
    field="why",
)
CONSENT_OPENS_ONLY_G_AND_H = Rule(
    "consent-opens-only-g-and-h",
    "Persetujuan tertulis atau jabatan publik hanya membuka huruf g dan h.",
    cite("uu-14-2008", "18", "2"),
    field="why",
)
OPEN_TRIAL_OPENS_ONLY_A = Rule(
    "open-trial-opens-only-a",
    "Pembukaan dalam sidang yang terbuka untuk umum hanya mengakhiri huruf a.",
    cite("pp-61-2010", "5", "2"),
    field="why",
)
THE_CLOCK_OPENS_BY_LAW = Rule(
    "the-clock-opens-by-law",
    "Pembukaan demi hukum terjadi karena waktu, bukan karena keputusan petugas.",
    cite("pp-61-2010", "11", "3"),
    field="why",
)

# ... of holds and slips

HOLD_MUST_STAND = Rule(
    "hold-must-stand",
    "Penahanan dengan nomor itu tidak ada pada butir ini.",
    cite("uu-14-2008", "6", "1"),
    field="reference",
)
WHAT_IS_BEING_DECIDED_STAYS_AS_IT_IS = Rule(
    "what-is-being-decided-stays-as-it-is",
    "Uraian tidak dikoreksi antara pengujian dan penetapan, atau setelah butir terbuka atau "
    "ditarik.",
    cite("pp-61-2010", "3", "2"),
)
ONLY_SLIPS_MAY_BE_CORRECTED = Rule(
    "only-slips-may-be-corrected",
    "Dasar, jangka waktu, dan tanggal tidak dapat dikoreksi; perubahan itu memerlukan uji dan "
    "penetapan baru.",
    cite("pp-61-2010", "10", "2"),
    field="field",
)
DETERMINED_ITEMS_ARE_OPENED_NOT_WITHDRAWN = Rule(
    "determined-items-are-opened-not-withdrawn",
    "Butir yang telah ditetapkan tidak dapat ditarik; ia dibuka menurut hukum.",
    cite("pp-61-2010", "11", "1"),
)


def rules_of_particulars(particulars: Particulars, categories: Categories) -> Iterator[Rule]:
    """What a clear description still lacks, field by field."""
    for field in ("title", "summary", "document", "unit", "holder", "medium"):
        if not getattr(particulars, field).strip():
            yield INFORMATION_MUST_BE_DESCRIBED.about(field)
    if not particulars.held:
        yield INFORMATION_MUST_BE_HELD
    yield from rules_of_grounds(particulars.grounds, categories)


def rules_of_grounds(grounds: tuple[Ground, ...], categories: Categories) -> Iterator[Rule]:
    if not grounds:
        yield GROUND_MUST_BE_OF_PASAL_17
    for ground in grounds:
        category = categories.get(ground.huruf)
        if category is None or (
            ground.angka is not None and not 1 <= ground.angka <= len(category.angka)
        ):
            yield GROUND_MUST_BE_OF_PASAL_17.about(detail=str(ground))


CARE_OF_WHAT_STANDS = frozenset({"archive", "upload", "record_event", "review"})
"""Acts on a standing exemption: a further period being asked for does not undo its steps."""


def rules_of_procedure(item: Item, decision: str, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    """What the SOP's own order, offices and separations say against it."""
    own, statutory = sop
    done = item.done | item.settled if decision in CARE_OF_WHAT_STANDS else item.done
    yield from procedures.rules_against(own, statutory, decision, role=stamp.as_role, done=done)
    did = {duty.value: item.did(duty) for duty in Duty}
    yield from procedures.rules_against_hands(own, decision, hands=stamp.hands, did=did)


def _not_the_approver(item: Item, stamp: Stamp) -> Iterator[Rule]:
    if stamp.hands & item.did(Duty.APPROVE):
        yield ACTOR_MUST_NOT_HAVE_APPROVED


def _free(item: Item) -> Iterator[Rule]:
    for kind, reference in sorted(item.holds):
        yield ITEM_MUST_NOT_BE_HELD.about(detail=f"{kind} {reference}")


def _not_before(basis: date | None, stamp: Stamp) -> Iterator[Rule]:
    if basis is not None and stamp.on < basis:
        yield ACT_MUST_NOT_PRECEDE_ITS_BASIS.about(detail=f"dasarnya {basis.isoformat()}")


def _determined_on(item: Item) -> date | None:
    return item.determination.on if item.determination else None


def _awaits_consent(item: Item) -> bool:
    return item.status is Status.TESTED or (item.status is Status.EXEMPT and item.fresh_test)


def rules_against_submitting(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if item.status is not Status.UNKNOWN:
        yield ITEM_MUST_NOT_BE_ON_THE_REGISTER
    yield from rules_of_procedure(item, "submit", stamp, sop)


def rules_against_confirming(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if item.status is not Status.TAKEN_OVER:
        yield ITEM_MUST_AWAIT_CONFIRMATION
    yield from rules_of_procedure(item, "confirm", stamp, sop)


def rules_against_revising(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if item.status not in (Status.PROPOSED, Status.REJECTED, Status.TESTED, Status.NOT_EXEMPT):
        yield PROPOSAL_MUST_BE_OPEN
    yield from _free(item)
    yield from _not_the_approver(item, stamp)
    yield from rules_of_procedure(item, "revise", stamp, sop)


def rules_against_testing(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    """A held item may be tested: a panel orders just that (PerKI 1/2021 Ps 49(1))."""
    if item.status not in (Status.PROPOSED, Status.TESTED, Status.EXEMPT):
        yield TEST_NEEDS_A_PROPOSAL
    yield from _not_before(item.proposed_on, stamp)
    yield from _not_before(_determined_on(item), stamp)
    yield from _not_the_approver(item, stamp)
    yield from rules_of_procedure(item, "test_consequence", stamp, sop)


def rules_against_considering(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if item.status not in (Status.PROPOSED, Status.TESTED, Status.EXEMPT):
        yield OPINION_NEEDS_A_PROPOSAL
    yield from rules_of_procedure(item, "consider", stamp, sop)


def rules_against_approving(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    yield from _free(item)
    # What the Atasan agreed to, the head of the body may have to agree to himself: Ps 7(5).
    asked = _awaits_consent(item) or (item.approved and stamp.as_role == TOP_HEAD)
    if not asked or item.test is None or item.test.conclusion is Conclusion.OPEN:
        yield TEST_MUST_PRECEDE_CONSENT
    elif item.tested_on and stamp.on < item.tested_on:
        yield TEST_MUST_PRECEDE_CONSENT.about(detail=f"diuji {item.tested_on.isoformat()}")
    if stamp.hands & item.did(Duty.SUBMIT, Duty.TEST, Duty.DETERMINE):
        yield APPROVER_MUST_BE_ANOTHER_PERSON
    makers = item.did(Duty.SUBMIT) & item.did(Duty.TEST)
    own = sop[0]
    if (
        own
        and own.opinion_required
        and makers
        and not any(hands.isdisjoint(makers | stamp.hands) for hands in item.considered_by)
    ):
        yield ANOTHER_PERSON_MUST_HAVE_CONSIDERED
    yield from rules_of_procedure(item, "approve", stamp, sop)


def rules_against_rejecting(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    yield from _free(item)
    if not _awaits_consent(item) and item.status is not Status.APPROVED:
        yield TEST_MUST_PRECEDE_CONSENT
    if stamp.hands & item.did(Duty.SUBMIT, Duty.TEST, Duty.DETERMINE):
        yield APPROVER_MUST_BE_ANOTHER_PERSON
    yield from rules_of_procedure(item, "reject", stamp, sop)


def rules_against_determining(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    """What stands between an item and a decree, whatever the decree will say."""
    yield from _free(item)
    if item.test is None or item.tested_on is None or item.tested_on > stamp.on:
        yield TEST_MUST_PRECEDE_DETERMINATION
    elif item.test.conclusion is Conclusion.OPEN:
        yield TEST_MUST_PRECEDE_DETERMINATION.about(detail="hasil uji: terbuka")
    if item.determination is not None and not item.fresh_test:
        yield A_FURTHER_PERIOD_NEEDS_A_NEW_TEST
    if item.status is Status.OPEN or (item.ends_on is not None and stamp.on > item.ends_on):
        yield A_FURTHER_PERIOD_MUST_START_BEFORE_THE_END
    ready = item.status is Status.APPROVED or (item.status is Status.EXEMPT and item.approved)
    if not ready or (item.approved_on is not None and item.approved_on > stamp.on):
        yield HEAD_MUST_HAVE_APPROVED
    yield from _not_before(_determined_on(item), stamp)
    yield from _not_the_approver(item, stamp)
    yield from rules_of_procedure(item, "determine", stamp, sop)


def rules_against_archiving(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if item.determination is None:
        yield ONLY_DETERMINED_ITEMS_ARE_KEPT
    yield from _not_before(_determined_on(item), stamp)
    yield from rules_of_procedure(item, "archive", stamp, sop)


def rules_against_uploading(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if not item.exempt_on(stamp.on):
        yield ONLY_DETERMINED_ITEMS_ARE_PUBLISHED
    yield from _not_before(_determined_on(item), stamp)
    yield from _free(item)
    yield from rules_of_procedure(item, "upload", stamp, sop)


def rules_against_recording_event(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if not item.exempt_on(stamp.on) or not item.awaits_event:
        yield PERIOD_MUST_WAIT_FOR_AN_EVENT
    yield from _not_before(_determined_on(item), stamp)
    yield from rules_of_procedure(item, "record_event", stamp, sop)


def rules_against_reviewing(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if not item.exempt_on(stamp.on):
        yield ITEM_MUST_BE_EXEMPT
    elif item.review_on is None:
        yield REVIEW_IS_FOR_ITEMS_WITHOUT_AN_END
    yield from _not_before(_determined_on(item), stamp)
    yield from _free(item)
    yield from rules_of_procedure(item, "review", stamp, sop)


def rules_against_approving_opening(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if not item.exempt_on(stamp.on):
        yield ITEM_MUST_BE_EXEMPT
    yield from _not_before(_determined_on(item), stamp)
    yield from _free(item)
    if stamp.hands & item.did(Duty.DECLASSIFY):
        yield OPENING_NEEDS_TWO_PERSONS
    yield from rules_of_procedure(item, "approve_opening", stamp, sop)


def rules_against_declassifying(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if not item.exempt_on(stamp.on):
        yield ITEM_MUST_BE_EXEMPT
    yield from _not_before(_determined_on(item), stamp)
    yield from rules_of_procedure(item, "declassify", stamp, sop)


def rules_of_opening(
    item: Item, why: Opening, *, stamp: Stamp, needs_head: bool, categories: Categories
) -> Iterator[Rule]:
    """What the chosen ground of opening asks; it must make every ground of exemption fall."""
    grounds = item.determination.classification if item.determination else ()
    known = [categories[g.huruf] for g in grounds if g.huruf in categories]
    ordered = why in (Opening.OBJECTION, Opening.RULING)
    match why:
        case Opening.BY_LAW:
            yield THE_CLOCK_OPENS_BY_LAW
        case Opening.AT_END:
            if item.notice is None or stamp.on < item.notice.due:
                detail = f"mulai {item.notice.due.isoformat()}" if item.notice else ""
                yield OPENING_AT_END_BELONGS_TO_THE_LAST_DAYS.about(detail=detail)
        case Opening.NEW_TEST:
            fresh = item.fresh_test and item.test is not None
            if not fresh or item.test is None or item.test.conclusion is not Conclusion.OPEN:
                yield OPENING_MUST_REST_ON_A_NEW_TEST
        case Opening.CONSENT | Opening.PUBLIC_OFFICE:
            if not known or not all(category.opens_by_consent for category in known):
                yield CONSENT_OPENS_ONLY_G_AND_H
        case Opening.OPEN_TRIAL:
            if not known or not all(category.until_opened_in_court for category in known):
                yield OPEN_TRIAL_OPENS_ONLY_A
        case Opening.OBJECTION | Opening.RULING:
            pass
    if not ordered:
        yield from _free(item)
        if needs_head and item.opening_approved is not why:
            yield HEAD_MUST_APPROVE_OPENING
        if stamp.hands & item.did(Duty.APPROVE_OPENING):
            yield OPENING_NEEDS_TWO_PERSONS


def rules_against_holding(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if item.status in (Status.UNKNOWN, Status.WITHDRAWN):
        yield ITEM_MUST_BE_EXEMPT
    yield from rules_of_procedure(item, "hold", stamp, sop)


def rules_against_releasing(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if not item.holds:
        yield HOLD_MUST_STAND
    yield from rules_of_procedure(item, "release", stamp, sop)


def rules_against_correcting(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if item.particulars is None or item.status is Status.TAKEN_OVER:
        yield ITEM_MUST_AWAIT_CONFIRMATION.about(detail="konfirmasikan butir ini dahulu")
    elif item.fresh_test or item.status not in (Status.PROPOSED, Status.REJECTED, Status.EXEMPT):
        yield WHAT_IS_BEING_DECIDED_STAYS_AS_IT_IS
    yield from _free(item)
    yield from rules_of_procedure(item, "correct", stamp, sop)


def rules_against_withdrawing(item: Item, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    if item.determination is not None:
        yield DETERMINED_ITEMS_ARE_OPENED_NOT_WITHDRAWN
    elif item.status is Status.UNKNOWN:
        yield PROPOSAL_MUST_BE_OPEN
    yield from _free(item)
    yield from rules_of_procedure(item, "withdraw", stamp, sop)


STANDING: Mapping[str, Callable[..., Iterator[Rule]]] = {
    "submit": rules_against_submitting,
    "confirm": rules_against_confirming,
    "revise": rules_against_revising,
    "test_consequence": rules_against_testing,
    "consider": rules_against_considering,
    "approve": rules_against_approving,
    "reject": rules_against_rejecting,
    "determine": rules_against_determining,
    "archive": rules_against_archiving,
    "upload": rules_against_uploading,
    "record_event": rules_against_recording_event,
    "review": rules_against_reviewing,
    "approve_opening": rules_against_approving_opening,
    "declassify": rules_against_declassifying,
    "hold": rules_against_holding,
    "release": rules_against_releasing,
    "correct": rules_against_correcting,
    "withdraw": rules_against_withdrawing,
}
"""For each decision, the rules that can be answered before anything is filled in."""


def obstacles(item: Item, decision: str, *, stamp: Stamp, sop: Sop) -> tuple[Rule, ...]:
    """Every rule already in the way of *decision*, so that the officer hears it before he tries."""
    return tuple(STANDING[decision](item, stamp=stamp, sop=sop))
