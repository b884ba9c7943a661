"""The places that ship, and what is to be said of each."""

from dataclasses import dataclass

NINE_TO_FIVE = "09:00-17:00"


@dataclass
class Place:
    code: str
    en: str
    zh: str
    zone: str
    hours: str = NINE_TO_FIVE
    categories: tuple[str, ...] = ("public",)
    also: str = ""  # days off for some: written as comments
    drop: tuple[str, ...] = ()  # days that the package has and nobody announced
    language: str | None = None  # unless the package's own for the country
    notes: tuple[str, ...] = ()

    @property
    def country(self) -> str:
        return self.code[:2].upper()

    @property
    def part(self) -> str | None:
        return self.code[3:].upper() or None


BERLIN = "Europe/Berlin"


def land(part: str, en: str, zh: str, **more) -> Place:
    return Place(f"de-{part}", f"Germany, {en}", f"德国{zh}", BERLIN, **more)


def britain(part: str, en: str, zh: str, **more) -> Place:
    return Place(f"gb-{part}", f"United Kingdom, {en}", f"英国{zh}", "Europe/London", **more)


CATHOLIC = "Lines that are commented out are days off only in communities that are mostly Catholic{}."
BANK_HOLIDAYS = "The bank holidays, with the days that stand for those on a weekend."
ANNOUNCED = "Announced until {}; later years are computed{}."

PLACES = [
    Place("at", "Austria", "奥地利", "Europe/Vienna", also="bank", notes=(
        "Lines that are commented out are days on which banks are closed.",)),
    Place("au-nsw", "Australia, New South Wales", "澳大利亚新南威尔士", "Australia/Sydney"),
    Place("be", "Belgium", "比利时", "Europe/Brussels", notes=(
        "For a holiday on a weekend each employer names another day: add it.",)),
    Place("br", "Brazil", "巴西", "America/Sao_Paulo", also="optional", notes=(
        "The national holidays; states and cities have more. Lines that are commented out are optional days, Carnival among them.",)),
    Place("ca-on", "Canada, Ontario", "加拿大安大略", "America/Toronto", notes=(
        "Ontario's public holidays. For one on a weekend employer and employee agree on another day: here it is the usual one for",
        "Christmas, Boxing Day and New Year; add the one for Canada Day.")),
    Place("ch-zh", "Switzerland, Zürich", "瑞士苏黎世", "Europe/Zurich"),
    Place("cn", "China", "中国", "Asia/Shanghai", hours="09:00-12:00, 13:00-18:00", notes=(
        ANNOUNCED.format(2026, ": the statutory days alone, without bridges and make-up days"),
        "The State Council announces a year in the autumn before it: take its days over then. `working_days` are the make-up days.")),
    Place("cz", "Czechia", "捷克", "Europe/Prague"),
    Place("de", "Germany", "德国", BERLIN, notes=("The nine days that all Länder share: take the calendar of yours, as de-by.",)),
    land("bb", "Brandenburg", "勃兰登堡"),
    land("be", "Berlin", "柏林"),
    land("bw", "Baden-Württemberg", "巴登-符腾堡"),
    land("by", "Bavaria", "巴伐利亚", also="catholic", notes=(CATHOLIC.format(", as Munich is"),)),
    land("hb", "Bremen", "不来梅"),
    land("he", "Hesse", "黑森"),
    land("hh", "Hamburg", "汉堡"),
    land("mv", "Mecklenburg-Vorpommern", "梅克伦堡-前波美拉尼亚"),
    land("ni", "Lower Saxony", "下萨克森"),
    land("nw", "North Rhine-Westphalia", "北莱茵-威斯特法伦"),
    land("rp", "Rhineland-Palatinate", "莱茵兰-普法尔茨"),
    land("sh", "Schleswig-Holstein", "石勒苏益格-荷尔斯泰因"),
    land("sl", "Saarland", "萨尔"),
    land("sn", "Saxony", "萨克森", also="catholic", notes=(CATHOLIC.format(""),)),
    land("st", "Saxony-Anhalt", "萨克森-安哈尔特"),
    land("th", "Thuringia", "图林根", also="catholic", notes=(CATHOLIC.format(""),)),
    Place("dk", "Denmark", "丹麦", "Europe/Copenhagen", also="optional", notes=(
        "Lines that are commented out are days off by many agreements.",)),
    Place("es-md", "Spain, Madrid", "西班牙马德里", "Europe/Madrid", notes=(
        "The region's days; each town has two more.",
        ANNOUNCED.format(2026, ": whether San José or Santiago stands for another day is decided yearly"))),
    Place("fi", "Finland", "芬兰", "Europe/Helsinki", notes=(
        "With the eves of Midsummer and Christmas, which the Annual Holidays Act counts as holidays.",)),
    Place("fr", "France", "法国", "Europe/Paris", notes=("Without the two further days of Alsace and Moselle.",)),
    britain("eng", "England", "英格兰", notes=(BANK_HOLIDAYS,)),
    britain("nir", "Northern Ireland", "北爱尔兰", notes=(BANK_HOLIDAYS,)),
    britain("sct", "Scotland", "苏格兰", notes=(BANK_HOLIDAYS,)),
    britain("wls", "Wales", "威尔士", notes=(BANK_HOLIDAYS,)),
    Place("hk", "Hong Kong", "香港", "Asia/Hong_Kong", categories=("public", "optional"), drop=("2023-10-03", "2028-10-03"), notes=(
        "The general holidays, which are more than the statutory ones of the Employment Ordinance; Saturdays are among them.",
        ANNOUNCED.format(2027, " by the General Holidays Ordinance"))),
    Place("ie", "Ireland", "爱尔兰", "Europe/Dublin", also="optional", notes=(
        "For a holiday on a weekend employees have another day: add it where yours is fixed.",
        "Lines that are commented out are Good Fridays, a day off by custom.")),
    Place("in", "India", "印度", "Asia/Kolkata", notes=(
        "The days of the central government's offices; each state has its own list, and companies choose from it.",
        ANNOUNCED.format(2026, " from the moon, and may be wrong by a day"))),
    Place("it", "Italy", "意大利", "Europe/Rome", notes=("Each town has the day of its patron saint besides.",)),
    Place("jp", "Japan", "日本", "Asia/Tokyo", notes=(ANNOUNCED.format(2027, " by the law, the equinoxes from astronomy"),)),
    Place("kr", "South Korea", "韩国", "Asia/Seoul", also="bank", notes=(
        ANNOUNCED.format(2027, ", with the elections that are due"),
        "Lines that are commented out are Workers' Days before they became public holidays: employees had them off.")),
    Place("lu", "Luxembourg", "卢森堡", "Europe/Luxembourg", language="fr"),
    Place("mx", "Mexico", "墨西哥", "America/Mexico_City", notes=("The obligatory days off of the Federal Labour Law.",)),
    Place("nl", "Netherlands", "荷兰", "Europe/Amsterdam", also="optional", notes=(
        "Good Friday is equated to a holiday by the Algemene termijnenwet and worked in many companies: take its lines away there.",
        "Liberation Day is off every fifth year; its other years are commented out.")),
    Place("no", "Norway", "挪威", "Europe/Oslo"),
    Place("nz", "New Zealand", "新西兰", "Pacific/Auckland", notes=("Without the anniversary days of the regions.",)),
    Place("pl", "Poland", "波兰", "Europe/Warsaw"),
    Place("pt", "Portugal", "葡萄牙", "Europe/Lisbon", also="optional", notes=(
        "Each town has a day of its own besides. Lines that are commented out are days off by custom, and Lisbon's.",)),
    Place("se", "Sweden", "瑞典", "Europe/Stockholm", also="de_facto", notes=(
        "Lines that are commented out are the eves, which are off in most companies.",)),
    Place("sg", "Singapore", "新加坡", "Asia/Singapore", notes=(
        ANNOUNCED.format(2027, ", those that follow the moon as estimates"),)),
    Place("tw", "Taiwan", "台湾", "Asia/Taipei", notes=(
        "The working calendar of the administration; `working_days` are its make-up days. " + ANNOUNCED.format(2027, ""),
        "Until 2025 Labour Day was a day off by labour law and no holiday of that calendar: it is not in here.")),
    Place("us", "United States", "美国", "America/New_York", notes=(
        "The federal holidays, with the days on which they are observed. Set the zone to yours; many companies have fewer.",)),
    Place("za", "South Africa", "南非", "Africa/Johannesburg"),
]
