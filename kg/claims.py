"""Claims: what one source says, and where it says it.

A claim is never edited; a newer source adds a newer claim, and each question picks between
them by date. What is claimed is a proposition: content without commitment, so that two sources
that say the same share one. Field names are the ontology's property names in snake case;
`kg.quads` turns one into the other.

    sentence -> claim -> states -> proposition
                      -> responds to -> another claim ("no comment")
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kg.errors import ClaimError
from kg.names import Iri, local_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposition:
    """Something that may be so, whoever says it. Dates say when it is so (valid time)."""

    valid_from: date | None = None  # first day it holds
    valid_to: date | None = None  # first day it no longer holds
    valid_at: date | None = None  # a day it was seen to hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake(Proposition):
    """One holder's share of one company; no share and no bounds means: unknown how much."""

    holder: Iri
    company: Iri
    right: Iri  # code list `right`: capital and votes are different facts
    share: Decimal | None = None  # fraction 0-1, never per cent
    share_min: Decimal | None = None  # at least, 0-1
    share_max: Decimal | None = None  # at most, 0-1
    directness: Iri | None = None  # code list `directness`

    def __post_init__(self) -> None:
        for share in (self.share, self.share_min, self.share_max):
            if share is not None and not 0 <= share <= 1:
                raise ClaimError(f"share {share} is outside 0-1; is it a per cent figure?")
        if self.holder == self.company and self.directness is None:
            raise ClaimError(f"{self.holder} cannot hold itself without saying how")
        if self.share is not None and (self.share_min, self.share_max) != (None, None):
            raise ClaimError("a share is exact or a range, not both")
        if (
            self.share_min is not None
            and self.share_max is not None
            and self.share_min > self.share_max
        ):
            raise ClaimError(f"share from {self.share_min} to {self.share_max} runs backwards")


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Proposition):
    """One company's place in one alliance."""

    alliance: Iri
    member: Iri
    role: Iri  # code list `role`: leads, takes part
    stage: Iri  # code list `stage`: prospective, current, former


@dataclass(frozen=True, slots=True, kw_only=True)
class AllianceState(Proposition):
    """Where an alliance stands in its life."""

    alliance: Iri
    state: Iri  # code list `alliance-state`
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllianceScope(Proposition):
    """What an alliance works on."""

    alliance: Iri
    scope: tuple[Iri, ...]  # code list `scope`


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCount(Proposition):
    """How many members an alliance is said to have."""

    alliance: Iri
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinction(Proposition):
    """Two alliances are not the same one."""

    alliance: Iri
    different_from: Iri
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Proposition):
    """Two or more parties agree, or consider agreeing, to do something together."""

    party: tuple[Iri, ...]
    agreement_kind: Iri  # code list `agreement-kind`
    scope: tuple[Iri, ...] = ()  # code list `scope`
    beneficiary: Iri | None = None  # who else is to use the result
    at: str = ""  # EDTF: "2024-03", "XXXX-08-01" where the year is not stated

    def __post_init__(self) -> None:
        if len(set(self.party)) < 2:
            raise ClaimError("an agreement needs at least two parties")


def period_days(period: Iri) -> tuple[date, date]:
    """Return the first and last day that a period's IRI names.

    >>> period_days(Iri("https://w3id.org/keiretsu/id/period/2023-04-01--2024-03-31"))[1]
    datetime.date(2024, 3, 31)
    """
    first, _, last = local_name(period).partition("--")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise ClaimError(f"period {period} is not named <first day>--<last day>") from None
    if days[0] > days[1]:
        raise ClaimError(f"period {local_name(period)} runs backwards")
    return days


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(Proposition):
    """A figure about a subject: exact (`value`), bounded (`low`, `high`) or in words (`trend`)."""

    subject: Iri
    powertrain: Iri  # code list `powertrain`
    market: Iri | None = None  # none: the source names no market
    period: Iri | None = None  # none: the source states no period
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    low_open: bool | None = None  # true: more than `low`, not `low` itself
    trend: Iri | None = None  # code list `trend`: falling, almost none

    def __post_init__(self) -> None:
        if all(part is None for part in (self.value, self.low, self.high, self.trend)):
            raise ClaimError("an observation needs a value, a bound or a trend")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ClaimError(f"figure from {self.low} to {self.high} runs backwards")
        if self.period is not None:
            period_days(self.period)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales(Observation):
    """How many units a subject sold. Unit: vehicles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesGrowth(Observation):
    """How far unit sales changed against the period before. Unit: fraction, -0.017 is -1.7%."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketShare(Observation):
    """What part of a market a subject has. Unit: fraction 0-1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesMix(Observation):
    """What part of a subject's own sales in `market` comes from other markets. Fraction 0-1."""

    part: tuple[Iri, ...]  # the markets the part comes from


@dataclass(frozen=True, slots=True, kw_only=True)
class Earnings(Observation):
    """What a subject earned, or how its earnings moved."""

    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank(Proposition):
    """A subject's place in an order by some measure."""

    subject: Iri
    rank: int  # 1 is the largest
    measure: Iri  # code list `measure`
    among: Iri  # group or market within which it is counted
    period: Iri | None = None

    def __post_init__(self) -> None:
        if self.period is not None:
            period_days(self.period)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Proposition):
    """Where a company is at home."""

    subject: Iri
    country: Iri
    place: str = ""  # town of the head office, where stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Proposition):
    """What someone means to do."""

    actor: tuple[Iri, ...]
    text: str
    scope: tuple[Iri, ...] = ()
    low: Decimal | None = None
    low_open: bool | None = None
    unit: Iri | None = None  # code list `unit`
    due: str = ""  # EDTF
    at: str = ""  # EDTF: when it was made public


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Proposition):
    """A measure of a state that touches a market."""

    issuer: Iri
    text: str
    market: Iri
    target: Iri | None = None  # whose goods it is aimed at
    scope: tuple[Iri, ...] = ()
    effective: str = ""  # EDTF


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Proposition):
    """Something that happened to or was done by companies."""

    actor: tuple[Iri, ...]
    event_kind: Iri  # code list `event-kind`
    text: str
    cause: str = ""
    at: str = ""  # EDTF


@dataclass(frozen=True, slots=True, kw_only=True)
class Competition(Proposition):
    """Parties that compete with others, as a source says."""

    party: tuple[Iri, ...]
    against: tuple[Iri, ...]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Proposition):
    """A motive, cause, benefit or opinion, in our words."""

    about: tuple[Iri, ...]
    assessment_kind: Iri  # code list `assessment-kind`
    text: str


PROPOSITIONS: tuple[type[Proposition], ...] = (
    Stake,
    Membership,
    AllianceState,
    AllianceScope,
    MemberCount,
    Distinction,
    Agreement,
    Sales,
    SalesGrowth,
    MarketShare,
    SalesMix,
    Earnings,
    Rank,
    Location,
    Plan,
    Policy,
    Event,
    Competition,
    Assessment,
)

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One source, one sentence, one proposition (or one response), one commitment."""

    id: Iri
    source: Iri  # the document; it also names the claim's graph
    says: str  # in our own words
    modality: Iri  # code list `modality`: stated, reported, planned ...
    states: Proposition | None = None
    responds_to: Iri | None = None  # the claim that is answered
    sentence: int | None = None  # its number in the document, from 1
    sentence_sha256: str = ""
    segment: Iri | None = None  # code list `segment`; none means body
    relays: tuple[Iri, ...] = ()  # publishers whose report is passed on
    speaker: tuple[Iri, ...] = ()  # whose words they are, where not the source's own
    printed: str = ""  # the figure as the source prints it
    quotation: str = ""  # the source's own words; only from texts that may be copied
    period_basis: Iri | None = None  # code list `basis`: stated, inferred, unstated
    confidence: Decimal | None = None  # 0-1, only where the source gives one
    supersedes: Iri | None = None
    at_odds_with: tuple[Iri, ...] = ()  # claims whose description does not fit this one
    recorded: date | None = None  # when this graph took it up, if not with its document
    note: str = ""  # what is odd about it, and how it was read

    def __post_init__(self) -> None:
        if (self.states is None) == (self.responds_to is None):
            raise ClaimError("a claim states one proposition or answers one claim")
        if self.sentence_sha256 and not _SHA256.fullmatch(self.sentence_sha256):
            raise ClaimError("sentenceSha256 is not 64 lower-case hex digits")
        if self.sentence is not None and self.sentence < 1:
            raise ClaimError(f"sentence {self.sentence}: sentences are counted from 1")
