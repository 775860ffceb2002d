// The docked column: the legend, which is the filter, both clocks, and what else narrows a picture.
"use strict";
window.keiretsu ??= {};
{
  const { make, draw, counted } = window.keiretsu;
  const LAYERS = [["", "as stated"], ["capital", "capital"], ["votes", "votes"], ["integrated", "integrated"], ["control", "control"]];
  const CLOCKS = [["as_of", "As of", "how things were on this day"], ["known_by", "Known by", "from what could be known by this day"]];

  function stroke(relation, name, width = 3) {
    const parts = [draw("line", { x1: 1, y1: 8, x2: relation.arrow ? 32 : 41, y2: 8, class: `stroke ${name}`,
      "stroke-width": width, "stroke-dasharray": (relation.dashes || []).join(" ") })];
    if (relation.arrow) parts.push(draw("path", { d: "M30 2.5 L41 8 L30 13.5 L32.5 8 Z", class: `head ${name}` }));
    return draw("svg", { width: 42, height: 16, "aria-hidden": "true" }, ...parts);
  }

  function sample(...shapes) { return draw("svg", { width: 42, height: 24, "aria-hidden": "true" }, ...shapes); }

  const circle = (r, look) => sample(draw("circle", { cx: 21, cy: 12, r, class: `sample ${look}` }));
  const square = (look, dash) => sample(draw("rect", { x: 3, y: 3, width: 36, height: 18, rx: 6, class: `sample ${look}`, "stroke-dasharray": dash }));

  class Legend {
    constructor(element, change) {
      this.element = element;
      this.change = change;
      this.open = { clocks: !matchMedia("(max-width: 759px)").matches };
    }

    show(data, state) {
      const focused = document.activeElement?.dataset?.key;
      this.data = data;
      this.state = state;
      this.element.replaceChildren(make("h2", {}, "Legend"),
        make("div", { class: "rows" }, ...this.relations(), ...this.kinds()),
        make("div", { class: "keys" }, ...this.keys()),
        this.section("clocks", "Dates", this.clocks()),
        this.section("stakes", "Stakes", [this.layers(), this.least()]),
        this.section("modality", "How firmly said", this.choices("modality", (one) => one.modality)),
        this.section("source", "Sources", this.choices("source", (one) => one.source)));
      if (focused) this.element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    }

    section(name, title, children) {
      if (!children.length) return "";
      const set = { clocks: ["as_of", "known_by"], stakes: ["layer", "least"] }[name] ?? [name];
      const used = set.some((one) => this.state[one].length > 0);
      const box = make("details", { class: "narrow" }, make("summary", {}, title, used ? make("span", { class: "dot", title: "in use" }, " •") : ""), ...children);
      box.open = this.open[name] ?? used;
      box.addEventListener("toggle", () => { this.open[name] = box.open; });
      return box;
    }

    check(name, value, checked, ...content) {
      const box = make("input", { type: "checkbox", value, "data-key": `${name}-${value}` });
      box.checked = checked;
      box.addEventListener("change", () => {
        const others = this.state[name].filter((one) => one !== value);
        this.change({ [name]: box.checked ? others : [...others, value] });
      });
      return make("label", { class: "filter" }, box, ...content);
    }

    relations() {
      const worked = ["integrated", "control"].filter((name) => name !== this.state.layer); // not in this layer
      const present = new Set(this.data.edges.map((edge) => edge.relation).filter((name) => !worked.includes(name)));
      return Object.entries(this.data.style.relations).filter(([name]) => present.has(name)).map(([name, relation]) =>
        this.check("off", name, !this.state.off.includes(name), stroke(relation, name),
          make("span", {}, relation.legend, make("small", {}, this.hint(name, relation)))));
    }

    hint(name, relation) {
      if (name !== "unconfirmed") return relation.hint;
      const labels = Object.values(this.data.facts.links)
        .filter((line) => line.kind === "membership" && !["", "active", "confirmed", "ended"].includes(line.status ?? ""))
        .map((line) => line.status_label || line.status);
      return [...new Set(labels)].sort().join(", ");
    }

    kinds() {
      const looks = new Set(this.data.nodes.map((node) => node.look));
      const present = new Set(this.data.nodes.map((node) => node.kind));
      const shapes = {
        alliance: square(looks.has("alliance") ? "alliance" : "tentative", looks.has("alliance") ? "6 4" : "2 4"),
        group: square("group", ""),
        person: sample(draw("path", { d: "M21 3 L30 12 L21 21 L12 12 Z", class: "sample person" })),
        body: sample(draw("rect", { x: 13, y: 4, width: 16, height: 16, class: "sample body" })),
      };
      return Object.entries(shapes).filter(([kind]) => present.has(kind)).map(([kind, shape]) =>
        this.check("off", `kind-${kind}`, !this.state.off.includes(`kind-${kind}`), shape,
          make("span", {}, this.data.style.kinds[kind].legend,
            kind === "alliance" && looks.has("tentative") && looks.has("alliance") ? make("small", {}, "dotted: not confirmed") : "")));
    }

    keys() {
      const nodes = Object.values(this.data.facts.nodes);
      const largest = nodes.filter((node) => node.sales).sort((a, b) => b.sales - a.sales)[0];
      const looks = new Set(this.data.nodes.map((node) => node.look));
      return [
        largest ? this.key(circle(10, "company"), "Circle area: vehicles sold", `largest: ${largest.label}, ${largest.sales_text ?? ""}`) : "",
        looks.has("unknown") ? this.key(circle(6, "unknown"), "Ring: total sales not stated", "") : "",
        this.data.edges.some((edge) => edge.label === "lead" && edge.relation !== "stake")
          ? this.key(stroke({ dashes: [8, 5] }, "member", 4.5), "Lead of the alliance", "") : "",
      ].filter(Boolean);
    }

    key(shape, text, hint) {
      return make("p", { class: "key" }, shape, make("span", {}, text, hint ? make("small", {}, hint) : ""));
    }

    clocks() {
      const served = Boolean(this.data.server.scene);
      const told = CLOCKS.map(([name, title, hint]) => this.clock(name, title, hint, served));
      const note = served ? "" : make("p", { class: "quiet" }, "The dates of this file are fixed; the page of a server moves them.");
      return [...told, note];
    }

    // A slider over the days on which something changes, and a field for any other day.
    clock(name, title, hint, served) {
      const days = this.data.days?.[name] ?? [];
      const now = this.state[name] || (served ? "" : this.data[name === "as_of" ? "asOf" : "knownBy"]);
      const place = now ? days.filter((day) => day <= now).length - 1 : days.length;
      const slider = make("input", { type: "range", min: "0", max: String(days.length), step: "1", disabled: !served || !days.length,
        "aria-label": `${title}: ${hint}`, "aria-valuetext": now || "any date", "data-key": `slider-${name}` });
      slider.value = String(Math.max(place, 0));
      const field = make("input", { type: "date", disabled: !served, "aria-label": `${title}, a day`, "data-key": `day-${name}` });
      field.value = now;
      const shown = make("output", {}, now || "any date");
      slider.addEventListener("input", () => { shown.textContent = days[Number(slider.value)] ?? "any date"; });
      slider.addEventListener("change", () => this.change({ [name]: days[Number(slider.value)] ?? "" }));
      field.addEventListener("change", () => this.change({ [name]: field.value }));
      return make("div", { class: "clock" }, make("p", {}, `${title} `, shown), slider, field);
    }

    layers() {
      const pick = make("select", { "data-key": "layer", "aria-label": "Which stakes" },
        ...LAYERS.filter(([name]) => this.offered(name)).map(([name, title]) => make("option", { value: name }, title)));
      pick.value = this.state.layer;
      pick.addEventListener("change", () => this.change({ layer: pick.value }));
      return make("label", { class: "pick" }, "Show ", pick);
    }

    // What Python works out is there when it was asked for, or when a server can be asked.
    offered(name) {
      return !["integrated", "control"].includes(name) || this.data.server.scene || this.data.layers.includes(name);
    }

    least() {
      const field = make("input", { type: "number", min: "0", max: "100", step: "any", "data-key": "least", "aria-label": "Least stake, per cent" });
      field.value = this.state.least;
      field.addEventListener("change", () => this.change({ least: field.value === "0" ? "" : field.value }));
      return make("label", { class: "pick" }, "At least ", field, " %", make("small", {}, "a stake not stated stays"));
    }

    choices(name, of) {
      const all = new Map();
      for (const one of Object.values(this.data.facts.evidence)) all.set(of(one), (all.get(of(one)) ?? 0) + 1);
      return [...all].sort(([a], [b]) => a.localeCompare(b)).map(([value, count]) =>
        this.check(name, value, !this.state[name].includes(value), make("span", {}, value, make("small", {}, counted(count, "claim")))));
    }
  }

  Object.assign(window.keiretsu, { Legend });
}
