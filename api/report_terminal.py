"""What the command line prints of a report: reading, rows, findings, and each claim."""

from rich.text import Text

from api.report_tables import headings, lines, shown, sources
from api.terminal import as_text, new_table, open_console
from kg import names
from kg.analytics.inquiries.asking import Report
from kg.evidence import Evidence


def print_report(report: Report) -> None:
    """Print the reading, the rows, what is to be known beside them, and the claims."""
    out = open_console()
    out.print(as_text(report.reading, "italic"))
    out.print(as_text(f"{report.method} ({report.inquiry.source})", "dim"))
    if not report.rows:
        return
    numbers = {claim: str(place) for place, claim in enumerate(report.claims, start=1)}
    columns = [one for one in headings(report) if one != "why"]
    found = new_table([*(name.replace("_", " ") for name in columns), "source of facts", "claims"])
    for row in report.rows:
        cited = ", ".join(numbers[one] for one in row["claims"] if one in numbers)
        cells = [as_text(shown(row.get(name))) for name in columns]
        found.add_row(*cells, as_text("; ".join(sources(report, row))), as_text(cited))
    out.print(found)
    for row in report.rows:
        for step in (row.get("why") or {}).get("steps", []):
            out.print(as_text(f"  {step}"))
    out.print()
    for line in lines(report):
        out.print(as_text(line, "bold"))
    for claim in report.claims.values():
        for one in _claim(claim, numbers[claim.id]):
            out.print(one)


def _claim(claim: Evidence, number: str) -> list[Text]:
    place = f"sentence {claim.sentence}" if claim.sentence else ""
    relayed = f"relaying {', '.join(one.label for one in claim.relays)}" if claim.relays else ""
    where = [claim.modality.label, relayed, claim.source.label, place, names.short(claim.id)]
    told = [as_text(f"[{number}] {claim.says}")]
    told.append(as_text("    " + "; ".join(part for part in where if part), "dim"))
    if claim.note:
        told.append(as_text(f"    note: {claim.note}", "dim"))
    return told
