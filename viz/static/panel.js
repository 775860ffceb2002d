// The panel: what the graph knows of one thing, and which claims say so. Text only, never markup.
"use strict";
window.keiretsu ??= {};
{
  // Makes an element; children are text unless they are elements already.
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") element.addEventListener("click", value);
      else if (name === "class") element.className = value;
      else element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== "" && child !== null && child !== undefined));
    return element;
  }

  // A link only where the address is of the web; anything else stays text.
  function link(text, address) {
    let target = null;
    try {
      target = new URL(address, document.baseURI);
    } catch { /* no address at all */ }
    if (!address || !["http:", "https:"].includes(target?.protocol)) return make("span", {}, text);
    return make("a", { href: target.href, target: "_blank", rel: "noopener noreferrer" }, text);
  }

  function list(words) { return words.join(", "); }

  function claim(evidence) {
    const { says, quotation, modality, relays = [], speaker = [], printed, note } = evidence;
    const how = [modality, relays.length ? `relayed from ${list(relays)}` : "",
      speaker.length ? `said by ${list(speaker)}` : ""].filter(Boolean).join(" · ");
    const where = [evidence.publisher, evidence.published, evidence.locator].filter(Boolean).join(" · ");
    return make("li", { class: "claim" },
      make("p", { class: "says" }, says),
      quotation ? make("blockquote", {}, `“${quotation}”`) : "",
      make("p", { class: "how" }, how),
      make("p", { class: "source" }, link(evidence.source, evidence.url), where ? ` · ${where}` : ""),
      printed ? make("p", { class: "source" }, `printed: ${printed}`) : "",
      note ? make("p", { class: "note" }, note) : "");
  }

  class Panel {
    constructor(element, data, actions) {
      this.element = element;
      this.data = data;
      this.facts = data.facts;
      this.actions = actions; // select, close
    }

    claims(ids = []) {
      const known = ids.map((id) => this.facts.evidence[id]).filter(Boolean);
      if (!known.length) return "";
      return make("ul", { class: "claims" }, ...known.map(claim));
    }

    folded(ids = []) {
      if (!ids.length) return "";
      const label = ids.length === 1 ? "Source" : `${ids.length} sources`;
      return make("details", {}, make("summary", {}, label), this.claims(ids));
    }

    show(id) {
      const node = this.facts.nodes[id];
      const line = this.facts.links[id];
      const other = this.data.nodes.find((each) => each.id === id);
      if (node) this.fill(...this.node(node));
      else if (line) this.fill(...this.single(line));
      else if (other) this.fill(this.heading(other.label ?? String(id)), make("p", {}, other.title ?? ""));
      else this.clear();
    }

    clear() {
      const degrees = Object.keys(this.facts.links).length;
      this.element.classList.remove("open");
      this.element.replaceChildren(
        make("h2", {}, "Facts and sources"),
        make("p", { class: "quiet" }, "Select a company, an alliance or a line to see what is known of it and which source says so."),
        degrees ? "" : make("p", { class: "quiet" }, "No relations in this picture."),
        this.data.licence ? make("p", { class: "quiet" }, `Licence of the data: ${this.data.licence}`) : "");
    }

    fill(...children) {
      this.element.classList.add("open");
      this.element.replaceChildren(
        make("button", { class: "close", type: "button", "aria-label": "Close", onclick: () => this.actions.close() }, "×"),
        ...children.filter(Boolean));
      this.element.scrollTop = 0;
    }

    heading(text) { return make("h2", { tabindex: "-1" }, text); }

    node(node) {
      const kind = this.data.style.kinds[node.kind]?.legend ?? node.kind;
      const under = [kind, node.country].filter(Boolean).join(" · ");
      return [
        this.heading(node.label),
        make("p", { class: "under" }, under, node.status_label ? make("span", { class: "status-pill" }, node.status_label) : ""),
        this.claims(node.claims),
        this.figures(node),
        this.relations(node),
        ...(node.notes ?? []).map(([text, claims]) =>
          make("section", { class: "fact" }, make("h3", {}, text), this.claims(claims))),
        node.query ? make("p", { class: "query" }, link("The question behind this panel", node.query)) : "",
      ];
    }

    figures(node) {
      if (!node.figures?.length) return "";
      return make("dl", { class: "figures" }, ...node.figures.map((figure) => {
        const where = [figure.powertrain, figure.market, figure.period, figure.qualifier].filter(Boolean).join(" · ");
        return make("div", {}, make("dt", {}, figure.measure, where ? make("span", {}, where) : ""),
          make("dd", { class: "amount" }, figure.text), make("dd", {}, this.folded(figure.claims)));
      }));
    }

    relations(node) {
      const own = Object.values(this.facts.links).filter((line) => line.start === node.id || line.end === node.id);
      if (!own.length) return make("p", { class: "quiet" }, "No relation is known at these dates. That does not mean there is none.");
      const same = JSON.stringify(node.claims ?? []);
      return make("div", {}, make("h3", { class: "group" }, node.kind === "alliance" ? "Members" : "Relations"),
        ...own.map((line) => this.relation(line, node, JSON.stringify(line.claims ?? []) === same)));
    }

    // One relation as a sentence; claims that the heading already shows are not repeated.
    relation(line, node, known) {
      const other = this.facts.nodes[line.start === node.id ? line.end : line.start];
      const go = make("button", { class: "go", type: "button", onclick: () => this.actions.select(other.id) }, other.label);
      return make("section", { class: "fact" },
        make("h4", {}, this.sentence(line)),
        make("p", { class: "value" }, ...this.values(line), go),
        known && node.kind === "alliance" ? "" : this.claims(line.claims));
    }

    sentence(line) {
      const [start, end] = [this.facts.nodes[line.start]?.label, this.facts.nodes[line.end]?.label];
      return line.sentence || `${start} – ${end}`;
    }

    values(line) {
      const share = line.kind === "stake" ? line.label || (line.share === undefined ? "?" : "") : "";
      const value = share === "?" ? "share not stated" : share;
      const words = [value, line.right ? `of the ${line.right}` : "", line.role === "lead" ? "lead" : ""];
      const said = words.filter(Boolean).join(" ");
      return [said ? make("span", {}, said) : "",
        line.status_label ? make("span", { class: "status-pill" }, line.status_label) : ""];
    }

    single(line) {
      const ends = [line.start, line.end].map((id) => this.facts.nodes[id]).filter(Boolean);
      const go = ends.map((end) => make("button", { class: "go", type: "button",
        onclick: () => this.actions.select(end.id) }, end.label));
      return [this.heading(this.sentence(line)), make("p", { class: "value" }, ...this.values(line)),
        make("p", { class: "value" }, ...go), this.claims(line.claims)];
    }
  }

  window.keiretsu.make = make;
  window.keiretsu.link = link;
  window.keiretsu.Panel = Panel;
}
