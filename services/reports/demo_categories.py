"""What can be reported at the demo office, and what each kind asks of its own: few questions, most of them optional.

The hints hold the words by which people look for a kind, in everyday Indonesian.
"""

from shared.contracts.fields import Text
from shared.contracts.reports.office import Category, Choice, Question


def _choices(**names: tuple[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(id.replace("_", "-"), Text(*name)) for id, name in names.items())


def _ask(id: str, indonesian: str, english: str) -> Question:
    return Question(id, Text(indonesian, english))


def _yes_no(id: str, indonesian: str, english: str) -> Question:
    return Question(id, Text(indonesian, english), "yes-no")


def _count(id: str, indonesian: str, english: str) -> Question:
    return Question(id, Text(indonesian, english), "number")


HURT = _yes_no("hurt", "Apakah ada yang terluka?", "Is anybody hurt?")
STILL_THERE = _yes_no("still-there", "Apakah pelakunya masih di tempat?", "Is whoever did it still there?")
GOING_ON = _yes_no("going-on", "Apakah masih berlangsung?", "Is it still going on?")
LOOKS = _ask("looks", "Seperti apa ciri-ciri orangnya?", "What does the person look like?")
PEOPLE = _count("people", "Kira-kira berapa orang?", "About how many people?")
WEAPON = _yes_no("weapon", "Apakah ada yang membawa senjata?", "Does anybody have a weapon?")
PLATE = _ask("plate", "Nomor polisi kendaraan, bila terlihat", "Number plate, if you saw it")

CATEGORIES = (
    Category(
        "pencurian",
        Text("Pencurian", "Theft"),
        Text(
            "Barang hilang dicuri, rumah dibobol, maling, jambret, copet, HP atau dompet diambil",
            "Something was stolen, a house was broken into, pickpockets, a snatched phone or purse",
        ),
        questions=(
            _ask("what", "Apa yang dicuri?", "What was stolen?"),
            STILL_THERE,
            LOOKS,
        ),
        public=True,
        public_after_hours=24,
    ),
    Category(
        "curanmor",
        Text("Pencurian kendaraan", "Vehicle theft"),
        Text(
            "Sepeda motor atau mobil hilang dicuri, curanmor, motor hilang di parkiran",
            "A motorcycle or car was stolen, also from a parking place",
        ),
        questions=(
            Question(
                "vehicle",
                Text("Kendaraan apa?", "What kind of vehicle?"),
                "choice",
                _choices(motor=("Sepeda motor", "Motorcycle"), mobil=("Mobil", "Car"), lain=("Lainnya", "Other")),
                required=True,
            ),
            _ask("plate", "Nomor polisinya", "Its number plate"),
            _ask("model", "Merek, tipe, dan warna", "Make, model and colour"),
        ),
        public=True,
        public_after_hours=24,
    ),
    Category(
        "perampokan",
        Text("Perampokan", "Robbery"),
        Text(
            "Barang dirampas dengan kekerasan atau ancaman, begal, todong, rampok toko",
            "Something was taken by force or threat, on the road, in a shop or at home",
        ),
        urgency="immediate",
        severity="severe",
        questions=(STILL_THERE, WEAPON, HURT, LOOKS),
        emergency=True,
        public=True,
        public_after_hours=48,
    ),
    Category(
        "perkelahian",
        Text("Perkelahian atau penganiayaan", "Fight or assault"),
        Text(
            "Orang berkelahi, tawuran, pengeroyokan, dipukul, keributan dengan kekerasan",
            "People fight, somebody is beaten, gangs clash",
        ),
        urgency="immediate",
        severity="severe",
        questions=(GOING_ON, PEOPLE, WEAPON, HURT),
        emergency=True,
    ),
    Category(
        "kdrt",
        Text("Kekerasan dalam rumah tangga", "Domestic violence"),
        Text(
            "KDRT, dipukul atau diancam oleh suami, istri, atau keluarga, kekerasan terhadap anak",
            "Beaten or threatened by a husband, wife or relative, violence against a child",
        ),
        urgency="immediate",
        severity="severe",
        questions=(
            _yes_no("danger-now", "Apakah ada yang dalam bahaya sekarang?", "Is anybody in danger now?"),
            _yes_no("children", "Apakah ada anak-anak di sana?", "Are there children?"),
            _ask(
                "safe-way",
                "Bagaimana dan kapan kami dapat menghubungi tanpa membahayakan?",
                "How and when can we reach you without danger?",
            ),
        ),
        emergency=True,
        sensitive=True,
    ),
    Category(
        "orang-hilang",
        Text("Orang hilang", "Missing person"),
        Text(
            "Anak, orang tua, atau anggota keluarga tidak pulang atau tidak dapat dihubungi",
            "A child, an old person or a relative has not come home or cannot be reached",
        ),
        urgency="immediate",
        severity="severe",
        questions=(
            _count("age", "Berapa usianya?", "How old is the person?"),
            _ask("last-seen", "Kapan dan di mana terakhir terlihat?", "When and where was the person last seen?"),
            _ask("wears", "Ciri-ciri dan pakaian yang dikenakan", "What the person looks like and wears"),
            _yes_no("ill", "Apakah sakit atau butuh obat?", "Is the person ill or in need of medicine?"),
        ),
        sensitive=True,
    ),
    Category(
        "kecelakaan",
        Text("Kecelakaan lalu lintas", "Traffic accident"),
        Text(
            "Laka lantas, tabrakan, tabrak lari, kendaraan terguling",
            "A crash, a hit-and-run, an overturned vehicle",
        ),
        urgency="immediate",
        severity="severe",
        questions=(
            Question("hurt", HURT.ask, "yes-no", required=True),
            _count("vehicles", "Berapa kendaraan yang terlibat?", "How many vehicles are involved?"),
            _yes_no("blocked", "Apakah jalan tertutup?", "Is the road blocked?"),
            _yes_no("ran", "Apakah ada yang melarikan diri?", "Has anybody fled?"),
        ),
        emergency=True,
        public=True,
        public_after_hours=6,
    ),
    Category(
        "ugal-ugalan",
        Text("Mengemudi membahayakan", "Dangerous driving"),
        Text(
            "Ugal-ugalan, mabuk di jalan, melawan arus, menerobos lampu merah, knalpot brong",
            "Reckless or drunk driving, against the traffic, through red lights",
        ),
        questions=(PLATE, _ask("direction", "Ke arah mana?", "Which way did it go?")),
        public=True,
        public_after_hours=12,
    ),
    Category(
        "balap-liar",
        Text("Balapan liar", "Illegal racing"),
        Text(
            "Balap motor atau mobil di jalan umum, kumpul untuk balapan, trek-trekan",
            "Motorcycles or cars race on a public road",
        ),
        questions=(GOING_ON, PEOPLE),
        public=True,
        public_after_hours=12,
    ),
    Category(
        "kebakaran",
        Text("Kebakaran", "Fire"),
        Text(
            "Rumah, toko, kendaraan, atau lahan terbakar, asap tebal, ledakan",
            "A house, shop, vehicle or field is on fire, thick smoke, an explosion",
        ),
        urgency="immediate",
        severity="extreme",
        questions=(
            Question(
                "what",
                Text("Apa yang terbakar?", "What is on fire?"),
                "choice",
                _choices(
                    bangunan=("Rumah atau bangunan", "House or building"),
                    kendaraan=("Kendaraan", "Vehicle"),
                    lahan=("Lahan atau sampah", "Field or waste"),
                    lain=("Lainnya", "Other"),
                ),
            ),
            _yes_no("trapped", "Apakah ada orang yang terjebak?", "Is anybody trapped?"),
        ),
        emergency=True,
        public=True,
        public_after_hours=6,
    ),
    Category(
        "kebisingan",
        Text("Kebisingan", "Noise"),
        Text(
            "Musik keras larut malam, orgen tunggal lewat jam, keributan tetangga",
            "Loud music late at night, noisy parties or neighbours",
        ),
        urgency="future",
        severity="minor",
        questions=(GOING_ON,),
        public=True,
        public_after_hours=12,
    ),
    Category(
        "perusakan",
        Text("Perusakan", "Vandalism"),
        Text(
            "Kaca dipecahkan, fasilitas umum dirusak, coretan, pagar dirusak, pelemparan batu",
            "Broken windows, damaged public property, graffiti, thrown stones",
        ),
        questions=(_ask("what", "Apa yang dirusak?", "What was damaged?"), STILL_THERE),
        public=True,
        public_after_hours=24,
    ),
    Category(
        "narkoba",
        Text("Narkoba", "Drugs"),
        Text(
            "Jual beli atau pemakaian sabu, ganja, obat terlarang, miras oplosan",
            "Dealing in or use of illegal drugs, bootleg alcohol",
        ),
        questions=(
            _ask("often", "Kapan biasanya terjadi?", "When does it usually happen?"),
            PEOPLE,
        ),
        sensitive=True,
    ),
    Category(
        "penipuan",
        Text("Penipuan dan penipuan online", "Fraud and online fraud"),
        Text(
            "Uang ditransfer lalu penjual menghilang, investasi bodong, pinjol ilegal, akun diretas, undian palsu",
            "Money was sent and the seller is gone, fake investments, illegal lenders, hacked accounts",
        ),
        urgency="future",
        questions=(
            _count("thousands", "Kerugian, dalam ribu rupiah", "Loss, in thousands of rupiah"),
            _ask("account", "Nomor rekening atau dompet digital pelaku", "Bank account or e-wallet of the other side"),
            _ask("contact", "Nomor telepon, akun, atau situs pelaku", "Their telephone number, account or website"),
        ),
    ),
    Category(
        "mencurigakan",
        Text("Orang atau barang mencurigakan", "Suspicious person or thing"),
        Text(
            "Orang tak dikenal mengintai rumah, tas atau paket tanpa pemilik, kendaraan mencurigakan",
            "A stranger watches houses, a bag without an owner, a suspicious vehicle",
        ),
        questions=(STILL_THERE, LOOKS, PLATE),
    ),
    Category(
        "lainnya",
        Text("Lainnya", "Something else"),
        Text(
            "Bila tidak ada yang cocok: ceritakan saja, petugas akan memilahnya",
            "If nothing fits: just tell us, the desk will sort it",
        ),
    ),
)
