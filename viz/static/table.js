// The table of facts: what the picture shows, as rows that can be sorted, heard and kept.
"use strict";
window.keiretsu ??= {};
{
  const { make, button, counted, CERTAIN } = window.keiretsu;
  const COLUMNS = ["Who", "Relation or figure", "Whom or where", "Value", "Period", "Status", "Source"];
  const AT_ONCE = 1000; // rows; more are told, and kept in the CSV

  const VALUE = 3; // the column of amounts

  // An amount as a number: shares before counts, and what is not known before both.
  function amount(text) {
    const found = /(-?[\d,]*\.?\d+)(?:\s*(thousand|million|billion))?/.exec(text.replace(/^[^\d-]+(?=\d)/, ""));
    if (!found) return -Infinity;
    const number = Number(found[1].replaceAll(",", "")) * ({ thousand: 1e3, million: 1e6, billion: 1e9 }[found[2]] ?? 1);
    return text.includes("%") ? number / 1e6 : number;
  }

  function period(line) {
    if (line.until) return `${line.since ? `${line.since} ` : ""}until ${line.until}`;
    return line.since ? `since ${line.since}` : "";
  }

  function verb(line) {
    if (line.kind === "control") return line.status === "active" ? "controls" : "possibly controls";
    if (line.kind === "integrated") return "has, directly and through others";
    const certain = CERTAIN.includes(line.status ?? "");
    if (line.kind === "stake") {
      const owns = line.status === "ended" ? "owned" : certain ? "owns" : "is said to own";
      return `${owns}${line.right ? `, of the ${line.right}` : ""}`;
    }
    if (line.role === "lead") return certain ? "leads" : "is said to lead";
    return line.status === "ended" ? "was a member of" : certain ? "member of" : "is said to be a member of";
  }

  function source(evidence, claims = []) {
    const known = claims.map((id) => evidence[id]?.source).filter(Boolean);
    const all = [...new Set(known)];
    return all.length > 1 ? `${all[0]} and ${all.length - 1} more` : all[0] ?? "";
  }

  function linkRow({ nodes, evidence }, line) {
    const share = line.kind === "membership" ? "" : line.label || "?";
    return { id: line.id, link: true, line, claims: line.claims ?? [], cells: [nodes[line.start].label, verb(line),
      nodes[line.end].label, line.kind === "control" ? "" : share, period(line), line.status_label ?? "",
      source(evidence, line.claims)] };
  }

  function figureRow({ evidence }, node, figure) {
    return { id: node.id, link: false, claims: figure.claims ?? [], cells: [node.label,
      [figure.measure, figure.powertrain].filter(Boolean).join(", "), figure.market ?? "", figure.text,
      figure.period ?? "", figure.qualifier ?? "", source(evidence, figure.claims)] };
  }

  class Table {
    constructor(element, count, select) {
      Object.assign(this, { element, count, select, column: -1, down: true, rows: [] });
    }

    // Rows follow the filters: what is not shown is not in the table.
    show(data, left, selected, open = true) {
      const { nodes, links } = data.facts;
      const lines = Object.values(links).filter((line) => left.links.has(line.id)).map((line) => linkRow(data.facts, line));
      const figures = Object.values(nodes).filter((node) => left.nodes.has(node.id))
        .flatMap((node) => left.figures(node).map((figure) => figureRow(data.facts, node, figure)));
      this.rows = [...lines, ...figures];
      this.selected = selected;
      this.facts = data.facts;
      this.count.textContent = `(${counted(lines.length, "relation")}, ${counted(figures.length, "figure")})`;
      if (open) this.fill(); // a closed table is filled when somebody opens it
    }

    sorted() {
      if (this.column < 0) return this.rows;
      const way = this.down ? 1 : -1;
      const words = new Intl.Collator("en", { numeric: true });
      const compare = this.column === VALUE
        ? (a, b) => amount(a.cells[VALUE]) - amount(b.cells[VALUE]) || words.compare(a.cells[VALUE], b.cells[VALUE])
        : (a, b) => words.compare(a.cells[this.column], b.cells[this.column]);
      return [...this.rows].sort((a, b) => way * compare(a, b));
    }

    sort(column) {
      this.down = column === this.column ? !this.down : true;
      this.column = column;
      this.fill();
    }

    fill() {
      const rows = this.sorted();
      const focused = this.element.contains(document.activeElement)
        && this.element.querySelector("thead") && [...this.element.querySelectorAll("thead button")].indexOf(document.activeElement);
      this.element.replaceChildren(make("caption", { class: "unseen" }, "Facts shown, with their sources"), this.head(),
        make("tbody", {}, ...rows.slice(0, AT_ONCE).map((row) => this.row(row)), rows.length > AT_ONCE ? make("tr", {},
          make("td", { colspan: String(COLUMNS.length) }, `${rows.length - AT_ONCE} more rows are in the CSV.`)) : ""));
      if (focused >= 0 && focused !== false) this.element.querySelectorAll("thead button")[focused]?.focus();
    }

    head() {
      return make("thead", {}, make("tr", {}, ...COLUMNS.map((title, number) => {
        const order = number === this.column ? (this.down ? "ascending" : "descending") : "none";
        return make("th", { scope: "col", "aria-sort": order }, button(title, () => this.sort(number)));
      })));
    }

    row(row) {
      const [first, ...rest] = row.cells;
      return make("tr", { class: row.id === this.selected ? "on" : "" },
        make("th", { scope: "row" }, button(first, () => this.select(row.id), { class: "go" })),
        ...rest.map((cell) => make("td", {}, cell)));
    }

    // What is shown, one row a fact, with every source named and every claim by its id.
    csv(about) {
      // A cell that a spreadsheet would take for a formula begins with an apostrophe.
      const safe = (text) => (/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text.replace("%", ""))) ? `'${text}` : text);
      const cell = (text) => `"${safe(String(text)).replaceAll('"', '""')}"`;
      const sources = (row) => [...new Set(row.claims.map((id) => this.facts.evidence[id]?.source).filter(Boolean))].join("; ");
      const same = about.filter(([name]) => ["title", "shown", "licence", "from"].includes(name));
      const told = this.sorted().map((row) =>
        [...row.cells.slice(0, 6), sources(row), row.claims.join(" "), ...same.map(([, text]) => text)]);
      const head = [...COLUMNS.slice(0, 6), "Sources", "Claims", ...same.map(([name]) => name[0].toUpperCase() + name.slice(1))];
      return [head, ...told].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
    }
  }

  Object.assign(window.keiretsu, { Table, periodOf: period });
}
