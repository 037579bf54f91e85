"""Made-up content for the style guide, so that its view needs nothing but the template."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template
from django.core.paginator import Paginator

from everfair.web.drawing.icons import DRAWING_NAMES, ICON_NAMES
from everfair.web.drawing.plan import PlanArea, PlanSector

register = template.Library()

SECTORS = (
    ("Business services", "商务服务"),
    ("Tourism and travel", "旅游服务"),
    ("Construction", "建筑服务"),
    ("Insurance", "保险服务"),
    ("Finance", "金融服务"),
    ("Telecoms and cloud", "通信与云服务"),
    ("Education", "教育服务"),
    ("Culture and sport", "文化体育"),
    ("Maintenance and repair", "维护维修"),
    ("Environment", "环境服务"),
    ("Distribution", "分销服务"),
    ("Public services", "公共服务"),
)
FIRMS = (
    (
        6,
        "Qinglan Cloud Services",
        "青岚云服",
        "Managed hosting under two jurisdictions, run by one team.",
        "CN",
        [1, 3],
        2,
    ),
    (5, "Baobab Switch", "面包树交换", "Payment messages between mobile wallets and banks.", "KE", [1], 1),
    (10, "Lattice and Loom", "格织软件", "Moves forty-year-old ledgers to new systems.", "IN", [1, 4], 0),
    (
        7,
        "Casa do Selo",
        "印记之家",
        "Trademark and design filings in all Portuguese-speaking markets.",
        "PT",
        [1],
        0,
    ),
    (
        9,
        "Kestrel Telemetry",
        "红隼遥测",
        "Keeps measuring lorries, lifts and pumps when the line drops.",
        "GB",
        [1, 4],
        1,
    ),
    (1, "Altai Relay", "阿尔泰中继", "Satellite ground stations by the hour.", "KZ", [2], 0),
)
AT = datetime(2026, 9, 5, 11, 20, tzinfo=ZoneInfo("Asia/Shanghai"))


def _cards() -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            url="#",
            name={"en": en, "zh": zh},
            summary={"en": summary},
            motif=motif,
            key=str(index),
            country=country,
            modes=modes,
            here=here,
            answers_in=timedelta(hours=3),
        )
        for index, (motif, en, zh, summary, country, modes, here) in enumerate(FIRMS)
    ]


def _facets() -> list[dict[str, Any]]:
    modes = [
        {"value": n, "label": label, "count": count, "mode": n, "chosen": n == 1}
        for n, label, count in (
            (1, "Cross-border", 147),
            (2, "Abroad", 22),
            (3, "Presence", 58),
            (4, "People", 0),
        )
    ]
    sectors = [
        {"value": index, "label": name, "count": 90 - index * 7, "chosen": index == 10}
        for index, (name, _) in enumerate(SECTORS)
    ]
    return [
        {"key": "mode", "label": "Mode of supply", "options": modes},
        {"key": "sector", "label": "Sector", "options": sectors},
    ]


def plan_areas() -> list[PlanArea]:
    """A fair of one comprehensive area, eight topical ones and six service zones."""
    bands = tuple(
        PlanSector(index + 1, name, 150 - index * 4, 30 - index, 178 - index * 3)
        for index, (name, _) in enumerate(SECTORS)
    )
    main = PlanArea(
        "c",
        "Comprehensive area",
        other_name="综合展区",
        other_lang="zh-Hans",
        url="#",
        kind="comprehensive",
        open=1790,
        here=402,
        total=2140,
        next_text="13:00 Country and region day",
        sectors=bands,
    )
    halls = [
        PlanArea(
            str(index + 1),
            SECTORS[pigment - 1][0],
            number=str(index + 1),
            other_name=SECTORS[pigment - 1][1],
            other_lang="zh-Hans",
            url="#",
            pigment=pigment,
            open=opened,
            here=here,
            total=total,
            next_text=following,
        )
        for index, (pigment, opened, here, total, following) in enumerate(
            (
                (5, 438, 96, 520, "13:30 Trade credit"),
                (6, 592, 168, 660, "14:30 Private 5G, shown"),
                (8, 511, 121, 610, "13:00 Rights for games"),
                (7, 455, 74, 570, "15:00 Teaching on line"),
                (2, 447, 88, 560, "14:00 Museum tours"),
                (10, 371, 52, 440, ""),
                (11, 412, 0, 470, "14:00 Repair by robot"),
                (1, 0, 0, 530, ""),
            )
        )
    ]
    zones = ("Legal and IP", "Policy library", "Meeting tables", "Release hall", "Interpreters", "Press")
    return [
        main,
        *halls,
        *(PlanArea(f"s{index}", name, kind="service", url="#") for index, name in enumerate(zones)),
    ]


class SpecimenForm(forms.Form):
    """Every widget a desk uses, one of them wrong."""

    name_en = forms.CharField(label="Name", initial="Qinglan Cloud Services")
    name_zh = forms.CharField(label="Name", initial="青岚云服")
    sentence = forms.CharField(
        label="One sentence", help_text="Seen on every card. At most 140 letters.", max_length=140
    )
    about = forms.CharField(label="About", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    since = forms.DateField(
        label="Founded on", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    country = forms.ChoiceField(
        label="Country or region", choices=[("cn", "China"), ("ke", "Kenya"), ("pt", "Portugal")]
    )
    picture = forms.FileField(label="Picture", required=False, help_text="PNG or JPEG, up to 15 MB.")
    modes = forms.MultipleChoiceField(
        label="Modes of supply",
        choices=[(1, "Cross-border"), (2, "Abroad"), (3, "Presence"), (4, "People")],
        widget=forms.CheckboxSelectMultiple,
    )
    sectors = forms.MultipleChoiceField(
        label="Sectors",
        choices=[
            ("1", "1 Business services"),
            ("1.A", "\u20031.A Professional services"),
            ("1.A.a", "\u2003\u20031.A.a Legal services"),
            ("2", "2 Communication services"),
            ("2.A", "\u20032.A Postal services"),
            ("12", "12 Other services"),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reach = forms.ChoiceField(
        label="Who sees it",
        choices=[("all", "Everybody"), ("buyers", "Buyers")],
        widget=forms.RadioSelect,
        initial="all",
    )
    consent = forms.BooleanField(
        label="Publish as soon as it is vetted", help_text="You can withdraw it at any time."
    )


def _form() -> SpecimenForm:
    form = SpecimenForm(
        {
            "name_en": "Qinglan",
            "name_zh": "青岚",
            "sentence": "",
            "country": "ke",
            "modes": ["1"],
            "sectors": ["1.A.a"],
            "reach": "all",
        }
    )
    form.full_clean()
    return form


@register.simple_tag
def specimen() -> SimpleNamespace:
    """Everything public/style_guide.html shows."""
    form = _form()
    return SimpleNamespace(
        sectors=[(index + 1, en, zh) for index, (en, zh) in enumerate(SECTORS)],
        edition=SimpleNamespace(starts_on=date(2026, 9, 4), ends_on=date(2026, 9, 9)),
        crumbs=[
            ("Halls", "#"),
            ({"en": "Telecoms and cloud", "zh": "通信与云服务"}, "#"),
            ("Booth 2-0112", ""),
        ],
        cards=_cards(),
        offers=[
            SimpleNamespace(
                url="#",
                name={"en": "Managed hosting", "zh": "托管服务"},
                exhibitor={"en": "Qinglan", "zh": "青岚云服"},
                summary={"en": "One operations team, two data halls, one contract."},
                country="CN",
                modes=[1, 3],
                kind="Service",
                price="from CNY 4,000 a month",
            ),
            SimpleNamespace(
                url="#",
                name={"en": "A month in our control room"},
                exhibitor={"zh": "青岚云服"},
                modes=[2],
                country="CN",
                summary={"zh": "管理员在复制并密封的系统上受训。"},
            ),
        ],
        areas=plan_areas(),
        facets=_facets(),
        chips=[
            {"key": "mode", "value": 1, "label": "Mode 1, cross-border"},
            {"key": "sector", "value": 10, "label": "Distribution"},
        ],
        sorts=[("fit", "Best fit to my needs"), ("name", "Name")],
        page=Paginator(range(12000), 24).page(7),
        tree=form["sectors"],
        problems=[
            SimpleNamespace(row=14, column="sector", message="No sector has this code.", value="1.Z"),
            SimpleNamespace(row=2071, column="", message="The row is empty.", value=""),
        ],
        figures=[
            (18412, "firms and bodies from 117 countries and regions"),
            (104930, "people registered"),
            (2386, "meetings held, of 7,140 agreed"),
            ("1 h 52 min", "typical time to a first answer"),
            (217, "outcomes, in seven classes"),
        ],
        alerts=[
            (
                "stop",
                "Gate East 2",
                "off line for 8 min. It keeps scanning; 214 scans wait on the device.",
                "#",
                "Open gate",
            ),
            ("wait", "Vetting", "3 firms past the one-day promise.", "#", "Open queue"),
        ],
        states=[
            ("here", "here now"),
            ("away", "away"),
            ("wait", "waiting"),
            ("stop", "off line"),
            ("won", "confirmed"),
        ],
        stages=[("Inquiry", "done"), ("Quotation", "done"), ("Confirm", "now"), ("Register", "ahead")],
        events=[
            (AT - timedelta(days=9), "Applied", "by Lin Yao", "done"),
            (AT - timedelta(days=2), "Asked for a licence", "", "done"),
            (AT, "Waiting for the firm", "until 12 September", "now"),
            (None, "Booth given", "", "ahead"),
        ],
        columns=[("Firm", ""), ("Area", ""), ("State", ""), ("Waiting", "end")],
        rows=[
            [
                {"text": "Sette Ponti Tours", "url": "#", "small": "七桥旅行", "small_lang": "zh"},
                "5 Travel",
                {"state": "Licence scan unreadable", "state_kind": "wait", "small": "asked 3 Sep"},
                "2 days",
            ],
            [
                {"text": "Pont Neuf Actuaries", "url": "#", "small": "新桥精算", "small_lang": "zh"},
                "1 Finance",
                {"state": "Complete", "state_kind": "here"},
                "1 h",
            ],
        ],
        progress=SimpleNamespace(
            done=12480,
            total=18412,
            step="Reading rows",
            state="running",
            steps=[
                ("Open the file", "done", ""),
                ("Read rows", "now", 12480),
                ("Write exhibitors", "ahead", ""),
            ],
        ),
        facts=[
            ("Licences", "Data-centre operation, China, to June 2028"),
            ("Languages", "Chinese, English, Swahili"),
            ("Web", "qinglan.example", "#"),
            ("References", ""),
        ],
        files=[
            SimpleNamespace(
                url="#",
                name={"en": "Service description", "zh": "服务说明"},
                kind="PDF",
                size=340000,
                languages=["zh", "en"],
            ),
            SimpleNamespace(url="#", name="Model contract", kind="DOCX", size=88000, languages=[]),
        ],
        people=[
            SimpleNamespace(
                name={"en": "Lin Yao", "zh": "林曜"},
                role="Solutions",
                initial="林",
                initial_lang="zh",
                pigment=6,
                here=True,
            ),
            SimpleNamespace(
                name={"en": "Grace Otieno"}, role="East Africa", initial="G", pigment=5, here=False
            ),
        ],
        items=[
            ("Name in two languages", True, "#"),
            ("One sentence", True, "#"),
            ("A licence that is still valid", False, "#"),
        ],
        entries=[SimpleNamespace(at=AT, by="Lin Yao", what="Booth published", detail="version 3", url="#")],
        tabs=[("Details", "#", True, ""), ("Offers", "#", False, 3), ("Documents", "#", False, 12)],
        exports=[("CSV", "#"), ("JSON", "#")],
        form=form,
        names=[("en", form["name_en"]), ("zh", form["name_zh"])],
        fields=[
            form[name]
            for name in ("sentence", "about", "since", "country", "picture", "modes", "reach", "consent")
        ],
        boxes=[
            SimpleNamespace(
                id=index,
                label=f"2-01{index:02}",
                pigment=6,
                prefix=f"box-{index}",
                x=20 + index * 210,
                y=40,
                width=180,
                height=120,
                errors="",
            )
            for index in range(3)
        ],
        languages=["zh", "en", "ar"],
        modes=[1, 2, 3, 4],
        icons=ICON_NAMES,
        drawings=DRAWING_NAMES,
        tokens=[
            "paper",
            "surface",
            "sunk",
            "line",
            "edge",
            "muted",
            "ink",
            "action",
            "vermilion",
            "jade",
            "gold",
            "gold-ink",
            "amber",
        ],
    )
