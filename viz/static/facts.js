// The legend, which is the filter, and the table of facts, which shows what the filter leaves.
"use strict";
window.keiretsu ??= {};
{
  const SVG = "http://www.w3.org/2000/svg";
  const COLUMNS = ["Who", "Relation or figure", "Whom or where", "Value", "Period", "Status", "Source"];
  const { make } = window.keiretsu;

  function draw(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function stroke(relation, name, width = 3) {
    const parts = [draw("line", { x1: 1, y1: 8, x2: relation.arrow ? 32 : 41, y2: 8, class: `stroke ${name}`,
      "stroke-width": width, "stroke-dasharray": (relation.dashes || []).join(" ") })];
    if (relation.arrow) parts.push(draw("path", { d: "M30 2.5 L41 8 L30 13.5 L32.5 8 Z", class: `head ${name}` }));
    return draw("svg", { width: 42, height: 16, "aria-hidden": "true" }, ...parts);
  }

  class Legend {
    constructor(element, data, changed) {
      const present = new Set(data.edges.map((edge) => edge.relation));
      const rows = Object.entries(data.style.relations).filter(([name]) => present.has(name))
        .map(([name, relation]) => this.row(data, name, relation, changed));
      element.replaceChildren(make("h2", {}, "Legend"), make("div", { class: "rows" }, ...rows),
        make("div", { class: "keys" }, ...this.keys(data)));
    }

    row(data, name, relation, changed) {
      const box = make("input", { type: "checkbox", value: name });
      box.checked = true;
      box.addEventListener("change", () => changed(name, box.checked));
      return make("label", { class: "filter" }, box, stroke(relation, name),
        make("span", {}, relation.legend, make("small", {}, this.hint(data, name, relation))));
    }

    hint(data, name, relation) {
      if (name !== "unconfirmed") return relation.hint;
      const labels = Object.values(data.facts.links)
        .filter((line) => line.kind === "membership" && !["", "active", "confirmed", "ended"].includes(line.status ?? ""))
        .map((line) => line.status_label || line.status);
      return [...new Set(labels)].sort().join(", ");
    }

    keys(data) {
      const nodes = Object.values(data.facts.nodes);
      const largest = nodes.filter((node) => node.sales).sort((a, b) => b.sales - a.sales)[0];
      const looks = new Set(data.nodes.map((node) => node.look));
      const circle = (r, look) => draw("svg", { width: 42, height: 24, "aria-hidden": "true" },
        draw("circle", { cx: 21, cy: 12, r, class: `sample ${look}` }));
      const square = (look, dash) => draw("svg", { width: 42, height: 24, "aria-hidden": "true" },
        draw("rect", { x: 3, y: 3, width: 36, height: 18, rx: 6, class: `sample ${look}`, "stroke-dasharray": dash }));
      const solid = (shape) => draw("svg", { width: 42, height: 24, "aria-hidden": "true" }, shape);
      const diamond = solid(draw("path", { d: "M21 3 L30 12 L21 21 L12 12 Z", class: "sample person" }));
      const block = solid(draw("rect", { x: 13, y: 4, width: 16, height: 16, class: "sample body" }));
      return [
        largest ? this.key(circle(10, "company"), "Circle area: vehicles sold", `largest: ${largest.label}, ${largest.sales_text ?? ""}`) : "",
        looks.has("unknown") ? this.key(circle(6, "unknown"), "Ring: total sales not stated", "") : "",
        looks.has("alliance") ? this.key(square("alliance", "6 4"), "Alliance", "") : "",
        looks.has("tentative") ? this.key(square("tentative", "2 4"), "Alliance, not confirmed", "") : "",
        looks.has("group") ? this.key(square("group", ""), "Group of companies", "") : "",
        looks.has("person") ? this.key(diamond, "Person", "") : "",
        looks.has("body") ? this.key(block, "State or public body", "") : "",
        data.edges.some((edge) => edge.label === "lead" && edge.relation !== "stake")
          ? this.key(stroke({ dashes: [8, 5] }, "member", 4.5), "Lead of the alliance", "") : "",
      ].filter(Boolean);
    }

    key(sample, text, hint) {
      return make("p", { class: "key" }, sample, make("span", {}, text, hint ? make("small", {}, hint) : ""));
    }
  }

  class Table {
    constructor(element, count, data, select) {
      Object.assign(this, { element, count, data, select, column: -1, down: true });
      this.rows = [...this.links(), ...this.figures()];
    }

    source(claims = []) {
      const known = claims.map((id) => this.data.facts.evidence[id]?.source).filter(Boolean);
      const all = [...new Set(known)];
      return all.length > 1 ? `${all[0]} and ${all.length - 1} more` : all[0] ?? "";
    }

    links() {
      const { nodes, links } = this.data.facts;
      const relations = new Map(this.data.edges.map((edge) => [edge.id, edge.relation]));
      return Object.values(links).map((line) => ({ id: line.id, relation: relations.get(line.id),
        order: line.share ?? -1,
        cells: [nodes[line.start].label, this.verb(line), nodes[line.end].label,
          line.kind === "stake" ? line.label || "?" : "", "", line.status_label ?? "", this.source(line.claims)] }));
    }

    verb(line) {
      const certain = ["", "active", "confirmed"].includes(line.status ?? "");
      if (line.kind === "stake") return `${certain ? "owns" : "is said to own"}${line.right ? `, of the ${line.right}` : ""}`;
      return line.role === "lead" ? "leads" : "member of";
    }

    figures() {
      return Object.values(this.data.facts.nodes).flatMap((node) => (node.figures ?? []).map((figure) => ({
        id: node.id, order: 0,
        cells: [node.label, [figure.measure, figure.powertrain].filter(Boolean).join(", "), figure.market ?? "",
          figure.text, figure.period ?? "", figure.qualifier ?? "", this.source(figure.claims)] })));
    }

    sort(column) {
      this.down = column === this.column ? !this.down : true;
      this.column = column;
      const way = this.down ? 1 : -1;
      this.rows.sort((a, b) => way * a.cells[column].localeCompare(b.cells[column], "en", { numeric: true }));
      this.show(this.picture);
    }

    // Rows follow the picture: a relation that is filtered out is not in the table.
    show(picture) {
      this.picture = picture;
      const shown = this.rows.filter((row) => !row.relation || !picture.hidden.has(row.relation));
      this.count.textContent = `(${shown.length})`;
      const head = make("tr", {}, ...COLUMNS.map((name, column) => {
        const sorted = column === this.column ? (this.down ? "ascending" : "descending") : "none";
        return make("th", { scope: "col", "aria-sort": sorted },
          make("button", { type: "button", onclick: () => this.sort(column) }, name));
      }));
      this.element.replaceChildren(make("caption", { class: "unseen" }, "Facts of this picture"),
        make("thead", {}, head), make("tbody", {}, ...shown.map((row) => this.row(row, picture))));
    }

    row(row, picture) {
      const [first, ...rest] = row.cells;
      const open = make("button", { type: "button", class: "go", onclick: () => this.select(row.id) }, first || "–");
      return make("tr", { class: row.id === picture.selected ? "on" : "" },
        make("th", { scope: "row" }, open), ...rest.map((cell) => make("td", {}, cell)));
    }
  }

  window.keiretsu.Legend = Legend;
  window.keiretsu.Table = Table;
}
