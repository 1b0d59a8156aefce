"""The short forms that crews and registers use, and the words that name no particular building."""

# "street" and "saint" are both written "st": one token for both, so neither reading can be wrong.
_SHORT_FORMS = """
academy: acad
apartment: appt apt apts
association: assn assoc
avenue: av ave avn
baptist: bapt
basement: bsmt
block: blk
boulevard: blvd bvd
bridge: brdg bri
brother: bros
building: bldg bldgs
business: bus
cafe: caf caff
care home: rch
catholic: cath rc
ce: cofe
ce primary: cep
centre: cen cent center cntr cntre ctr
chemist: chem
church: ch chrch
close: cl clo
college: col coll
community: cmty comm
coop: cooperative
cottage: cott cotts
court: crt ct
crescent: cr cres crescnt
cricket club: cc
department: dept
drive: dr drv
east: e
esplanade: esp
estate: est ests
farm: fm frm
flat: fl flt
floor: flr
football club: fc
garage: gar gge
garden: gdn gdns grdns
golf club: gc
grammar: gram
great: grt gt
green: gn grn
ground: gnd grd
grove: gr grv
hill: hl
holiday: hol
hospital: hosp
hotel: htl
house: ho hs hse
industrial: ind indl inds
infant: inf infs
institute: inst
international: intl
junction: jct jn jnc
junior: jnr jun
kindergarten: kindergarden
lane: ln
leisure: lei
little: lt ltl
lower: lwr
management: mgmt
market: mkt
medical: med
methodist: meth
mount: mnt mt
national: nat natl
north: n nth
nursery: nsy nur nurs
nursing home: nh
parade: pd pde
park: pk prk
pavilion: pav
pharmacy: pharm
place: pl
post office: po
preparatory: prep
primary: cp pri prim prm
promenade: prom
pub: ph pubs
recreation: rec
residential: res resi
restaurant: rest restaraunt resturant
retail: ret
road: rd
room: rm
roundabout: rbt rdbt
rugby football club: rfc
school: sc sch schl scl skool
secondary: sec
service: serv srv svc svcs
shop: shopping
society: soc
south: s sth
sport: spts
square: sq
st: saint ste str street strt
station: sta stn
supermarket: smkt supermkt
surgery: surg
terrace: tce ter terr
trading: trdg
university: uni univ
upper: upp upr
village hall: vh
walk: wlk
warehouse: whse
way: wy
west: w
working mens club: wmc
works: wks
"""

CANONICAL: dict[str, str] = {
    short: said.strip()
    for said, _, shorts in (line.partition(":") for line in _SHORT_FORMS.strip().splitlines())
    for short in shorts.split()
}

PHRASES: tuple[tuple[str, str], ...] = (
    (r"\bc(?:h)?(?:urch)? ?(?:of|o) ?e(?:ng(?:land)?)?\b", "ce"),
    (r"\bchurch of england\b", "ce"),
    (r"\bc/e\b", "ce"),
    (
        r"\bc\.? ?e\.?(?= (?:aided|controlled|va|vc|p|pr|pri|prim|primary|inf|infant|jun|junior|sch|school|academy)\b)",
        "ce",
    ),
    (r"\bvoluntary (?:aided|controlled)\b", " "),
    (r"\bv\.?[ac]\.?(?= (?:prim|sch|inf|jun))", " "),
    (r"\broman catholic\b", "catholic"),
    (r"\br\.? ?c\.?\b(?= (?:pri|prim|primary|sch|school|church))", "catholic"),
    (r"\bpublic (?:house|hse|ho)\b", "pub"),
    (r"\bp/h\b", "pub"),
    (r"\bcounty primary\b", "primary"),
    (r"\bc ?p (?=(?:sch|school|infant|junior))", "primary "),
    (r"\bpre[ -]sch(?:ool)?\b", "preschool"),
    (r"\bco[ -]op(?:erative)?\b", "coop"),
    (r"\bt/a\b", " "),
    (r"\btrading as\b", " "),
    (r"\bc/o\b", " "),
    (r"\bn ?(?:&|and) ?i\b", "nursery infant"),
    (r"\bw ?h ?smiths?\b", "whsmith"),
    (r"\bm ?& ?s\b", "marks spencer"),
    (r"\b([a-z]) ?& ?([a-z])\b", r"\1\2"),
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STREET_TYPES = _words(
    """
    alley approach avenue boulevard bridge broadway bypass circus close common court crescent dene drive end
    esplanade garden gate green grove hill lane leas mews mount parade passage path pier place promenade quay rise
    road roundabout row square st street terrace undercliff vale view walk way wharf yard
    """
)

# Words that end the name of a street or of a house: the latter where a street follows.
HOUSE_TYPES = _words("court gate mews mount place view wharf yard")

LOOSE_TYPES = _words("business centre estate industrial market park retail trading")

STOP_WORDS = _words(
    "and at britain by england for gb great in inc limited llc llp ltd no number of on plc ta the to uk"
)

GENERIC_WORDS = _words(
    """
    academy after arms bakery bank baptist bar before bistro block bowls breakfast business butcher cafe canteen
    care caterer catering catholic ce centre chemist chinese chip church cinema clinic club coffee college
    community convenience court cricket day deli dental diner express factory farm filling fire fish flat food
    football garage general golf grill grocer ground group gym hair hall home hospital hotel house indian infant
    inn junior kebab kindergarten kiosk kitchen leisure library licence local lodge lounge market meat medical
    methodist mobile museum new news newsagent nursery nursing off office old park pavilion pharmacy pizza police
    pool post preschool primary pub residential restaurant room rugby salon sandwich school secondary service shop
    social sport staff stall station store supermarket surgery swimming takeaway tandoori tavern tea tennis
    theatre unit university van village warehouse wine works
    """
)

# Words that name a kind of premises, one line a kind: a school is no hospital, however alike their names.
_KINDS = """
school primary infant junior secondary academy college grammar university preparatory
nursery preschool kindergarten playgroup childcare creche montessori
hospital hospice clinic surgery medical
pharmacy chemist dispensary
church chapel cathedral mosque temple synagogue
hotel inn pub tavern arms hostel
garage motor tyre mot car
library museum gallery theatre cinema
"""

KINDS: dict[str, int] = {word: at for at, line in enumerate(_KINDS.strip().splitlines()) for word in line.split()}

UNIT_WORDS = _words("apartment bay block flat kiosk office pitch plot room stall studio suite terminal unit")

# A flat named by where it is in the house has no number of its own.
PARTS_OF_HOUSE = _words("attic basement floor front garden lower maisonette rear top upper")
