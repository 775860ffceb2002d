// The panel: one company, alliance or line, and under each statement the claims it rests on.
"use strict";
window.keiretsu ??= {};
{
  const { make, link, button, counted, shortId, longId, periodOf, ways, between } = window.keiretsu;
  const MANY = 25; // neighbours that come at once; more are asked for by relation
  const FEW = 5; // contradictions told at once
  const HERE = {}; // a link that stays in this window
  const NAMES = { owners: "owner", holdings: "holding", alliances: "alliance", members: "member" };
  const CLOCKS = { as_of: "asOf", known_by: "knownBy" };

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
    constructor(element, actions) {
      this.element = element;
      this.actions = actions; // select, close, expand, collapse, hide, way, group
    }

    claims(ids = []) {
      const known = ids.map((id) => this.facts.evidence[id]).filter(Boolean);
      return known.length ? make("ul", { class: "claims" }, ...known.map(claim)) : "";
    }

    folded(ids = []) {
      if (!ids.length) return "";
      const label = ids.length === 1 ? "Source" : `${ids.length} sources`;
      return make("details", {}, make("summary", {}, label), this.claims(ids));
    }

    show(data, state, left, id) {
      Object.assign(this, { data, facts: data.facts, state, left });
      const node = this.facts.nodes[id];
      const line = this.facts.links[id];
      const other = data.nodes.find((each) => each.id === id);
      if (node) this.fill(...this.node(node));
      else if (line) this.fill(...this.single(line));
      else if (other) this.fill(this.heading(other.label ?? String(id)), make("p", {}, other.title ?? ""));
      else this.clear();
    }

    clear() {
      const { data } = this;
      const focused = this.element.contains(document.activeElement);
      this.element.classList.remove("open");
      this.element.replaceChildren(
        make("h2", {}, "Facts and sources"),
        this.ways(),
        make("p", { class: "quiet" }, "Select a company, an alliance or a line to see what is known of it and which source says so."),
        Object.keys(this.facts.links).length || data.hubs.length ? "" : make("p", { class: "quiet" }, "No relations in this picture."),
        ...this.facts.notices.length && !data.focus ? [make("h3", { class: "group" }, "Sources contradict each other"), ...this.notices(this.facts.notices)] : [],
        data.licence ? make("p", { class: "quiet" }, `Licence of the data: ${data.licence}`) : "",
        this.behind("everything", () => []));
      if (focused) this.element.focus();
    }

    // The ways between two companies, step by step, each with the claims it rests on.
    ways() {
      const [start, end] = this.state.path.map(longId);
      if (!end || !this.facts.nodes[start] || !this.facts.nodes[end]) return "";
      const found = ways(this.data, this.left, start, end);
      const title = `From ${this.facts.nodes[start].label} to ${this.facts.nodes[end].label}`;
      const told = found.map((way, number) => make("details", { open: number === 0 },
        make("summary", {}, counted(way.length - 1, "step")), ...way.slice(1).map((node, place) => this.step(way[place], node))));
      return make("section", { class: "ways" }, make("h3", { class: "group" }, title),
        found.length ? "" : make("p", { class: "quiet" }, "No way between them is shown."), ...told);
    }

    step(one, other) {
      return make("div", {}, ...between(this.data, this.left, one, other).map((line) => make("section", { class: "fact" },
        make("h4", {}, this.sentence(line)), make("p", { class: "value" }, ...this.values(line)), this.folded(line.claims))));
    }

    fill(...children) {
      const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
      this.element.classList.add("open");
      this.element.replaceChildren(
        make("button", { class: "close", type: "button", "aria-label": "Close", onclick: () => this.actions.close() }, "×"),
        ...children.filter(Boolean));
      this.element.scrollTop = 0;
      if (focused) this.refocus(focused);
    }

    // The panel is made anew: the keyboard stays on the same button, or goes to the heading.
    refocus(focused) {
      const same = [...this.element.querySelectorAll("button, summary, a")].find((one) => one.textContent === focused.textContent);
      (same ?? this.element.querySelector("h2")).focus();
    }

    heading(text) { return make("h2", { tabindex: "-1" }, text); }

    node(node) {
      const kind = this.data.style.kinds[node.kind]?.legend ?? node.kind;
      const under = [kind, node.country].filter(Boolean).join(" · ");
      const cited = this.cited(node);
      return [
        this.heading(node.label),
        make("p", { class: "under" }, under, node.status_label ? make("span", { class: "status-pill" }, node.status_label) : ""),
        node.aliases?.length ? make("p", { class: "quiet" }, `also: ${list(node.aliases)}`) : "",
        this.identifiers(node),
        this.tools(node),
        ...this.notices(this.facts.notices.filter((one) => one.claims.some((id) => cited.has(id)))),
        this.claims(node.claims),
        this.figures(node),
        this.relations(node),
        ...(node.notes ?? []).filter(([, claims]) => this.left.backed(claims)).map(([text, claims]) =>
          make("section", { class: "fact" }, make("h3", {}, text), this.claims(claims))),
        node.page && this.data.server.scene ? make("p", { class: "query" }, link(`The whole page on ${node.label}`, this.dated(node.page), HERE)) : "",
        this.behind(node.kind, () => [node.id]),
      ];
    }

    cited(node) {
      const own = Object.values(this.facts.links).filter((line) => line.start === node.id || line.end === node.id);
      return new Set([...own, ...(node.figures ?? []), node].flatMap((one) => one.claims ?? []));
    }

    identifiers(node) {
      if (!node.identifiers?.length) return "";
      return make("ul", { class: "identifiers" }, ...node.identifiers.map((one) =>
        make("li", {}, /^https?:/.test(one) ? link(one, one) : `LEI ${one}`)));
    }

    // What can be done with a node: its neighbours that are not shown, and its place in the picture.
    tools(node) {
      const more = Object.entries(node.more ?? {});
      const served = Boolean(this.data.server.scene);
      const grown = this.state.expanded.some((step) => step.split("~")[0] === shortId(node.id));
      const all = more.reduce((sum, [, count]) => sum + count, 0);
      const asked = more.map(([relation, count]) => {
        const text = `+ ${counted(count, NAMES[relation])}`;
        return served ? button(text, () => this.actions.expand(node.id, relation), { class: "more",
          title: count > MANY ? `the ${MANY} largest first` : "" }) : make("span", { class: "more" }, `${text} not in this file`);
      });
      return make("div", { class: "actions", role: "group", "aria-label": `What to do with ${node.label}` },
        served && more.length > 1 && all <= MANY ? button(`+ all ${all}`, () => this.actions.expand(node.id, ""), { class: "more" }) : "",
        ...asked,
        served && grown ? button("Collapse", () => this.actions.collapse(node.id)) : "",
        button("Hide", () => this.actions.hide(node.id)),
        button("Way to…", () => this.actions.way(node.id)),
        node.kind === "company" && (served || this.data.layers.includes("control"))
          ? button("Control group", () => this.actions.group(node.id), { "aria-pressed": String(this.state.group === shortId(node.id)) }) : "",
        served && node.id !== this.data.focus ? button("Begin here", () => this.actions.begin(node.id)) : "");
    }

    notices(found) {
      const [first, rest] = [found.slice(0, FEW), found.slice(FEW)];
      const more = rest.length ? [make("details", {}, make("summary", {}, `${rest.length} more contradictions`), ...this.noticed(rest))] : [];
      return [...this.noticed(first), ...more];
    }

    noticed(found) {
      return found.map((one) => make("section", { class: "notice" }, make("p", {}, make("strong", {}, `${one.verdict}: `), one.text), this.folded(one.claims)));
    }

    figures(node) {
      const shown = this.left.figures(node);
      if (!shown.length) return "";
      return make("dl", { class: "figures" }, ...shown.map((figure) => {
        const where = [figure.powertrain, figure.market, figure.period, figure.qualifier].filter(Boolean).join(" · ");
        return make("div", {}, make("dt", {}, figure.measure, where ? make("span", {}, where) : ""),
          make("dd", { class: "amount" }, figure.text), make("dd", {}, this.folded(figure.claims)));
      }));
    }

    relations(node) {
      const own = Object.values(this.facts.links).filter((line) => this.left.links.has(line.id) && (line.start === node.id || line.end === node.id));
      if (!own.length) return make("p", { class: "quiet" }, "No relation is shown at these dates and filters. That does not mean there is none.");
      const same = JSON.stringify(node.claims ?? []);
      return make("div", {}, make("h3", { class: "group" }, node.kind === "alliance" ? "Members" : "Relations"),
        ...own.map((line) => this.relation(line, node, JSON.stringify(line.claims ?? []) === same)));
    }

    // One relation as a sentence; claims that the heading already shows are not repeated.
    relation(line, node, known) {
      const other = this.facts.nodes[line.start === node.id ? line.end : line.start];
      const go = button(other.label, () => this.actions.select(other.id), { class: "go" });
      return make("section", { class: "fact" },
        make("h4", {}, this.sentence(line)),
        make("p", { class: "value" }, ...this.values(line), go),
        this.why(line), known && node.kind === "alliance" ? "" : this.claims(line.claims));
    }

    sentence(line) {
      const [start, end] = [this.facts.nodes[line.start]?.label, this.facts.nodes[line.end]?.label];
      return line.sentence || `${start} – ${end}`;
    }

    values(line) {
      const share = line.kind === "stake" ? line.label || (line.share === undefined ? "?" : "") : "";
      const value = share === "?" ? "share not stated" : share;
      const words = [value, line.right ? `of the ${line.right}` : "", line.role === "lead" ? "lead" : "", periodOf(line)];
      const said = words.filter(Boolean).join(" ");
      return [said ? make("span", {}, said) : "",
        line.status_label ? make("span", { class: "status-pill" }, line.status_label) : ""];
    }

    // How a number that no source states was found.
    why(line) {
      if (!line.why?.length) return "";
      return make("details", { class: "why", open: true }, make("summary", {}, "Worked out; why?"),
        make("ol", {}, ...line.why.map((step) => make("li", {}, step))));
    }

    single(line) {
      const ends = [line.start, line.end].map((id) => this.facts.nodes[id]).filter(Boolean);
      const go = ends.map((end) => button(end.label, () => this.actions.select(end.id), { class: "go" }));
      const cited = new Set(line.claims ?? []);
      return [this.heading(this.sentence(line)), make("p", { class: "value" }, ...this.values(line)),
        make("p", { class: "value" }, ...go),
        ...this.notices(this.facts.notices.filter((one) => one.claims.some((id) => cited.has(id)))),
        this.why(line), this.claims(line.claims), this.worked(line),
        this.behind(line.kind, () => [line.start, line.end])];
    }

    // The address of the analysis behind a computed line.
    worked(line) {
      const { analytics } = this.data.server;
      if (!analytics || !["integrated", "control"].includes(line.kind)) return "";
      const [name, start, end] = line.kind === "control" ? ["control", "controller", "controlled"] : ["ownership", "owner", "owned"];
      const asked = new URLSearchParams({ [start]: line.start, [end]: line.end, why: "true" });
      for (const [clock, held] of Object.entries(CLOCKS)) if (this.data[held]) asked.set(clock, this.data[held]);
      return make("p", { class: "query" }, link("The analysis behind this line", `${analytics}/${name}?${asked}`));
    }

    dated(address) {
      const asked = new URLSearchParams();
      for (const [clock, held] of Object.entries(CLOCKS)) if (this.data[held]) asked.set(clock, this.data[held]);
      return asked.size ? `${address}?${asked}` : address;
    }

    // The queries that this panel rests on, with the thing itself put in as a term.
    behind(about, things) {
      const found = this.facts.questions.filter((one) => one.about === about);
      if (!found.length) return "";
      const terms = things().map((id) => `<${id}>`).join(" ");
      const told = found.map((one) => {
        const names = one.parameters.map((name) => `?${name}`).join(" ");
        const query = names ? one.sparql.replaceAll("WHERE {", `WHERE { VALUES (${names}) { (${terms}) }`) : one.sparql;
        const { sparql } = this.data.server;
        return make("details", {}, make("summary", {}, one.title),
          sparql ? make("p", {}, link("Open in the editor", `${sparql}#query=${encodeURIComponent(query)}`)) : "",
          make("pre", { tabindex: "0", role: "region", "aria-label": `SPARQL: ${one.title}` }, query));
      });
      return make("details", { class: "sparql" }, make("summary", {}, "The SPARQL behind this"), ...told);
    }
  }

  Object.assign(window.keiretsu, { Panel });
}
