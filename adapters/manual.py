"""The manual of the command line: what each command is for, and how it is called.

`adapters.terminal` prints the page of a command under its own help; a test parses every example.
Texts are Indonesian, as whoever runs a register reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """What `--help` says beyond the options."""

    about: str
    examples: tuple[str, ...]


EXITS: Mapping[str, str] = {
    "0": "Terlaksana.",
    "1": "Terlaksana, tetapi ada yang perlu diperiksa (baris ditolak, perbedaan ditemukan).",
    "2": "Tidak terlaksana: perintah keliru atau ada halangan; satu kalimat di stderr.",
}

SURROUNDINGS: Mapping[str, str] = {
    "SIDIK_DATABASE_URL": "Alamat PostgreSQL 17 atau lebih baru; bila kosong, basis data bawaan.",
    "SIDIK_DATA": "Folder data; bawaannya sidik di bawah XDG_DATA_HOME atau ~/.local/share.",
    "SIDIK_MIGRATOR_URL": "Alamat yang sama sebagai sidik_migrator, untuk migrate dan body add.",
    "SIDIK_SIGNER_URL": "Alamat yang sama sebagai sidik_signer, untuk signer.",
    "SIDIK_AUDITOR_URL": "Alamat yang sama sebagai sidik_auditor, untuk verify.",
    "SIDIK_SIGNER_DIR": "Kunci dan ingatan penandatangan; bawaannya signer di folder data.",
    "SIDIK_POLICY_FILE": "Saksi yang diminta penandatangan (berkas kebijakan C2SP).",
    "SIDIK_TSA_URL": "Otoritas waktu RFC 3161 yang mengecap checkpoint, sekali sehari.",
    "SIDIK_TSA_ROOTS_FILE": "Sertifikat akar otoritas waktu itu (PEM).",
    "SIDIK_HTTPS": "1: sebuah proksi di depan melayani HTTPS (perintah up dan web).",
    "SIDIK_URL": "Alamat yang dipakai pejabat, untuk tautan dalam surel.",
    "SIDIK_SMTP_URL": "Peladen surel, misalnya smtp://surel.contoh.go.id:587.",
    "SIDIK_OIDC_FILE": "Berkas setelan masuk tunggal (OpenID Connect).",
    "SIDIK_TRACE": "Isi untuk melihat jejak galat lengkap; hanya untuk pengembang.",
}

PAGES: Mapping[str, Page] = {
    "sidik": Page(
        "Register informasi publik yang dikecualikan menurut UU Nomor 14 Tahun 2008, untuk satu "
        "atau lebih badan publik. Semua perintah menerima --json dan --data.",
        ("sidik up --demo", "sidik body list", "sidik list --body kalteng --status exempt"),
    ),
    "sidik body": Page(
        "Badan publik yang registernya ada di sini: unit, SOP yang dijalankan, dan kebijakannya.",
        ("sidik body list", "sidik body adopt bali-2021 --body bali"),
    ),
    "sidik officer": Page(
        "Urutannya: daftarkan pejabat (add), beri jabatan (grant), lalu undang (invite).",
        ("sidik officer list --body kalteng",),
    ),
    "sidik up": Page(
        "Cara termudah memulai: satu perintah menyalakan semuanya pada komputer ini, sampai "
        "dihentikan dengan Ctrl-C. Dengan --demo dibuat tiga badan publik contoh; kata sandi akun "
        "contoh dicetak di layar.",
        ("sidik up --demo", "sidik up --port 8800 --data /srv/sidik-data"),
    ),
    "sidik web": Page(
        "Untuk peladen: laman dan API saja. Jalankan juga 'sidik clockwork', sebab tanpanya tidak "
        "ada butir yang terbuka pada waktunya.",
        ("sidik web --host 0.0.0.0 --port 8714",),
    ),
    "sidik migrate": Page(
        "Membuat atau melengkapi skema instalasi dan semua register; memerlukan SIDIK_MIGRATOR_URL "
        "di samping SIDIK_DATABASE_URL. Aman diulang.",
        ("sidik migrate",),
    ),
    "sidik signer": Page(
        "Menandatangani log setiap register dengan kunci di luar basis data, dan menolak log yang "
        "tidak menyambung apa yang pernah ditandatangani. Folder kuncinya dicadangkan terpisah.",
        ("sidik signer run", "sidik signer key --body kalteng"),
    ),
    "sidik signer run": Page(
        "Memeriksa seluruh log, lalu menandatangani setiap catatan baru dalam hitungan detik, "
        "mencatat peta kepala, dan memperlihatkannya kepada saksi dalam berkas kebijakan.",
        ("sidik signer run", "sidik signer run --policy kebijakan.txt", "sidik signer run --once"),
    ),
    "sidik signer key": Page(
        "Bagikan kunci dan SHA-256-nya lewat jalan lain daripada laman ini: di atas kertas, atau "
        "pada laman lembaga lain.",
        ("sidik signer key --body kalteng",),
    ),
    "sidik signer rotate": Page(
        "Kunci baru dan kunci lama menandatangani bersama sampai yang lama diakhiri, supaya setiap "
        "pembaca sempat mengganti kebijakannya. Hentikan 'sidik signer run' dahulu.",
        ("sidik signer rotate --body kalteng",),
    ),
    "sidik signer retire": Page(
        "Mengakhiri kunci tertua. Apa yang pernah ditandatanganinya tetap sah.",
        ("sidik signer retire --body kalteng",),
    ),
    "sidik signer continue": Page(
        "Dipakai bila cadangan yang dipulihkan tidak memuat semua catatan, atau kunci diketahui "
        "orang lain. Log berlanjut dengan nama dan kunci baru; alasannya tercatat selamanya.",
        ('sidik signer continue --body kalteng --reason "Cadangan 2 Maret tidak lengkap."',),
    ),
    "sidik snapshot": Page(
        "Mencatat apa yang diumumkan pada saat ini, dengan sidik jarinya di log, sehingga tidak "
        "ada butir yang datang atau pergi tanpa terlihat. Penjadwal melakukannya sendiri.",
        ("sidik snapshot", "sidik snapshot --body kalteng --json"),
    ),
    "sidik clockwork": Page(
        "Pada pukul 00.00 waktu badan publik membuka yang jangka waktunya berakhir (PP Nomor 61 "
        "Tahun 2010 Pasal 11 ayat (3)) dan memanggil pejabat 30 hari kerja sebelumnya. Beberapa "
        "boleh berjalan bersama; satu saja yang bekerja untuk tiap register.",
        ("sidik clockwork",),
    ),
    "sidik witness": Page(
        "Dijalankan pihak di luar badan publik (Komisi Informasi, inspektorat, arsip) pada "
        "komputernya sendiri. Saksi hanya menerima nama, ukuran, dan nilai hash, tidak pernah isi "
        "catatan. Kuncinya dibuat pada pemakaian pertama; umumkan kunci yang dicetak. Isi folder "
        "--data satu kesatuan dan tidak dipulihkan dari cadangan: bila hilang, mulailah saksi baru "
        "dengan nama baru.",
        (
            "sidik witness --name saksi.ki.go.id/1 --data /srv/saksi --log-file log.txt",
            'sidik witness --name saksi.ki.go.id/1 --host 0.0.0.0 --log "$KUNCI_LOG"',
        ),
    ),
    "sidik demo": Page(
        "Membuat badan contoh kalteng, bali, dan bontang beserta pejabat fiktif, tanpa menyalakan "
        "laman. Yang sudah ada tidak diubah.",
        ("sidik demo", "sidik demo --json"),
    ),
    "sidik import": Page(
        "Membaca Daftar Informasi yang Dikecualikan apa adanya dan menyebut apa yang kurang pada "
        "tiap baris; tidak ada yang ditebak. Butir yang diambil alih belum menutup apa pun sebelum "
        "dikonfirmasi. Daftar yang sama dapat dibaca lagi: baris yang sudah ada tidak berubah.",
        (
            "sidik import daftar.xlsx --dry-run",
            "sidik import daftar.xlsx --body kalteng --report hasil.xlsx",
            "sidik import daftar.csv --body kalteng --map title=C,basis=D,period=F",
            "sidik import buku.ods --sheet Lampiran --unit diskominfo --body kalteng",
        ),
    ),
    "sidik verify": Page(
        "Membuat ulang sidik jari setiap catatan dari isi yang tersimpan dan membandingkannya "
        "dengan log, lalu log dengan setiap checkpoint. Yang pertama tidak cocok disebut "
        "tempatnya. Tanpa --policy dari sumber Anda sendiri, tanda tangan tidak diperiksa; tanpa "
        "--checkpoint yang Anda simpan sendiri, pencuri kunci log tidak terlihat. Keluar dengan 1 "
        "bila ada yang tidak cocok, atau bila dengan --policy belum ada yang terbukti.",
        (
            "sidik verify",
            "sidik verify --body kalteng --policy kebijakan.txt",
            "sidik verify --policy kebijakan.txt --checkpoint maret.txt --checkpoint april.txt",
            "sidik verify --bundle bukti.zip --policy kebijakan.txt --refused-on 2026-03-02",
        ),
    ),
    "sidik tick": Page(
        "Melakukan sekali apa yang dilakukan penjadwal terus-menerus; aman diulang. Tanggal yang "
        "akan datang hanya diterima untuk badan contoh.",
        ("sidik tick", "sidik tick --body kalteng --on 2027-01-01"),
    ),
    "sidik list": Page(
        "Dua waktu dapat ditanyakan: --as-of (keadaan yang berlaku pada tanggal itu) dan "
        "--known-at (seperti tercatat pada saat itu). Keduanya boleh digabung.",
        (
            "sidik list --body kalteng",
            "sidik list --body kalteng --status exempt --unit diskominfo --limit 20",
            "sidik list --body kalteng --as-of 2026-01-01 --known-at 2026-03-02T16:30",
            "sidik list --body kalteng --query pemeriksaan --json",
        ),
    ),
    "sidik export": Page(
        "Menyimpan daftar publik (hanya yang sudah diumumkan) atau seluruh register sebagai "
        "berkas. Isi tertutup tidak pernah ikut.",
        (
            "sidik export publik --body kalteng -o daftar.csv",
            "sidik export register --body kalteng -o register.csv --as-of 2026-01-01",
        ),
    ),
    "sidik bundle": Page(
        "Berkas bukti untuk sengketa: halaman pertama menjawab apakah uji konsekuensi dilakukan "
        "sebelum permohonan ditolak; selebihnya uraian, indeks yang ditutup, kronologi, dan bukti "
        "yang dapat diperiksa siapa pun tanpa SIDIK (sidik verify --bundle, atau verifikasi.py di "
        "dalamnya). Tanpa --public salinannya memuat isi yang tertutup, hanya untuk majelis.",
        (
            "sidik bundle 3f2a9c -o bukti.zip --body kalteng --refused-on 2026-03-02",
            "sidik bundle 3f2a9c -o bukti.pdf --public --refused-on 2026-03-02 --body kalteng",
        ),
    ),
    "sidik history": Page(
        "Semua catatan tentang satu butir, dari yang pertama, dengan pelaku, jabatan, dan hari "
        "berlakunya. Isi tertutup tidak dicetak.",
        ("sidik history 3f2a9c --body kalteng", "sidik history 3f2a9c --body kalteng --json"),
    ),
    "sidik replay": Page(
        "Memeriksa catatan seperti 'sidik verify', lalu membuktikan bahwa tampilan yang dipakai "
        "sama dengan yang dibangun ulang dari catatan pertama. Perbedaan berarti ada yang mengubah "
        "tampilan di luar SIDIK.",
        ("sidik replay --compare", "sidik replay --compare --body kalteng --json"),
    ),
    "sidik rebuild": Page(
        "Memperbaiki tampilan tanpa menyentuh catatan. Tanpa NAMA semuanya dibangun ulang, dan "
        "laman tetap dilayani sementara itu.",
        ("sidik rebuild --body kalteng", "sidik rebuild dik worklist --body kalteng"),
    ),
    "sidik bench": Page(
        "Setiap angka adalah nisbah terhadap batas bawah yang diukur pada saat yang sama di mesin "
        "yang sama, sehingga dapat dibandingkan antarmesin.",
        ("sidik bench", "sidik bench append --rounds 3"),
    ),
    "sidik body list": Page(
        "Kode, nama, zona waktu, dan unit setiap badan publik pada instalasi ini.",
        ("sidik body list", "sidik body list --json"),
    ),
    "sidik body add": Page(
        "Setiap badan publik mempunyai register sendiri yang tidak dapat membaca register lain. "
        "Zona dan hari kerja menentukan kapan suatu hari dimulai dan bagaimana tenggat dihitung.",
        (
            "sidik body add dinas-x --name 'Dinas X' --seat Palangka_Raya --zone WIB --week five "
            "--unit 'sekretariat=Sekretariat'",
        ),
    ),
    "sidik body unit": Page(
        "Unit yang sudah dipakai tidak dapat dihapus; namanya dapat diganti.",
        ("sidik body unit 'inspektorat=Inspektorat Daerah' --body kalteng",),
    ),
    "sidik body adopt": Page(
        "Sejak tanggal itu tindakan dinilai menurut langkah, pelaksana, dan mutu baku SOP ini.",
        (
            "sidik body adopt kalteng-diskominfo-2024 --body kalteng --since 2024-12-31",
            "sidik body adopt kalteng-maklumat-2025 --unit biro-pemerintahan --body kalteng",
        ),
    ),
    "sidik body policy": Page(
        "Beberapa hal diserahkan hukum kepada badan publik; pilihannya dicatat dengan alasan dan "
        "berlaku sejak hari itu.",
        (
            "sidik body policy --opening-needs-head --reason 'Keputusan rapat PPID' --body kalteng",
            "sidik body policy --review-months 6 --reason 'Tinjauan tengah tahun' --body kalteng",
        ),
    ),
    "sidik officer list": Page(
        "Pejabat, jabatan PPID yang dipegangnya, dan unitnya.",
        ("sidik officer list --body kalteng",),
    ),
    "sidik officer add": Page(
        "Nama dicatat seperti pada keputusan pengangkatan. Jabatan PPID diberikan dengan "
        "'officer grant', akun dengan 'officer invite' atau 'officer password'.",
        ("sidik officer add sri --name 'Sri Rahayu' --position 'Kepala Bidang' --body kalteng",),
    ),
    "sidik officer grant": Page(
        "Jabatan berlaku sejak tanggalnya dan berakhir pada hari terakhirnya; tanpa jabatan tidak "
        "ada tindakan yang dapat ditandatangani.",
        (
            "sidik officer grant sri --role ppid-utama --decree 188/12/2026 --body kalteng",
            "sidik officer grant budi --role ppid-pembantu --unit diskominfo --decree 188/13/2026 "
            "--since 2026-01-02 --body kalteng",
        ),
    ),
    "sidik officer delegate": Page(
        "Plt (jabatan lowong) dan Plh (pejabatnya berhalangan) bertindak dengan keputusan dan "
        "batas waktu; keduanya tercatat pada setiap tindakan.",
        (
            "sidik officer delegate budi --role ppid-utama --for sri --acting Plh --decree 800/7 "
            "--since 2026-03-02 --until 2026-03-13 --body kalteng",
        ),
    ),
    "sidik officer end": Page(
        "Tindakan yang sudah ditandatangani tetap sah; sesudah hari terakhir tidak ada yang baru.",
        (
            "sidik officer end sri --role ppid-utama --decree 188/12/2026 --last-on 2026-12-31 "
            "--body kalteng",
        ),
    ),
    "sidik officer password": Page(
        "Dibaca dari papan ketik tanpa tampil, atau dari pipa; tidak pernah dari baris perintah.",
        ("sidik officer password sri --body kalteng",),
    ),
    "sidik officer invite": Page(
        "Mencetak tautan sekali pakai yang membiarkan pejabat memilih kata sandinya sendiri.",
        ("sidik officer invite sri --body kalteng",),
    ),
    "sidik officer token": Page(
        "Token dicetak sekali dan tidak dapat dibaca kembali; dokumentasi API ada di /api/docs.",
        ("sidik officer token sri --role ppid-utama --label arsip --days 30 --body kalteng",),
    ),
}
