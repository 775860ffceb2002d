// Search as you type: what is in the picture first, then what a server knows besides.
"use strict";
window.keiretsu ??= {};
{
  const { make, shortId } = window.keiretsu;
  const MOST = 8;
  const PAUSE = 120; // ms after a key before a server is asked
  // Marks, case, dashes and other punctuation do not matter when a name is typed.
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ").trim();

  class Search {
    constructor(input, list, actions) {
      Object.assign(this, { input, list, actions, active: -1, found: [], asking: 0 }); // take, leave
      input.addEventListener("input", () => this.typed());
      input.addEventListener("blur", () => { list.hidden = true; });
      input.addEventListener("keydown", (event) => this.key(event));
    }

    show(data, order) {
      this.data = data;
      this.order = order;
    }

    names(node) { return [node.label, ...(node.aliases ?? [])].map(plain); }

    local(wanted) {
      const nodes = this.order.map(({ id }) => this.data.facts.nodes[id]).filter(Boolean);
      // A name that is just this comes first, then names that begin so.
      const place = (node) => Math.min(...this.names(node).map((own) =>
        (own === wanted ? 0 : own.startsWith(wanted) ? 1 : own.includes(wanted) ? 2 : 3)));
      return nodes.map((node) => [place(node), node]).filter(([rank]) => rank < 3)
        .sort(([a], [b]) => a - b).slice(0, MOST).map(([, node]) => node)
        .map((node) => ({ id: node.id, label: node.label, hint: this.data.style.kinds[node.kind]?.legend ?? "", here: true }));
    }

    typed() {
      const wanted = plain(this.input.value);
      this.offer(wanted ? this.local(wanted) : []);
      clearTimeout(this.waiting);
      if (wanted && this.data.server.search) this.waiting = setTimeout(() => this.ask(this.input.value.trim()), PAUSE);
    }

    async ask(text) {
      const number = ++this.asking;
      const asked = new URLSearchParams({ q: text, kind: "any", limit: String(MOST) });
      try {
        const response = await fetch(`${this.data.server.search}?${asked}`, { headers: { Accept: "application/json" } });
        if (!response.ok || number !== this.asking || text !== this.input.value.trim()) return;
        const known = new Set(this.found.map((one) => one.id));
        const more = (await response.json()).filter((one) => !known.has(one.id)).map((one) =>
          ({ id: one.id, label: one.label, hint: this.data.facts.nodes[one.id] ? "" : "not in this picture", here: Boolean(this.data.facts.nodes[one.id]) }));
        if (text === this.input.value.trim()) this.offer([...this.found, ...more].slice(0, MOST));
      } catch { /* without a server the picture is all there is */ }
    }

    // Several of one name are told apart by the end of their address.
    told(found) {
      const alike = (one) => found.filter((other) => other.label === one.label).length > 1;
      return found.map((one) => (alike(one) ? { ...one, hint: [one.hint, shortId(one.id)].filter(Boolean).join(" · ") } : one));
    }

    offer(names) {
      const found = this.told(names);
      const typed = Boolean(this.input.value.trim());
      this.found = found;
      this.active = found.length ? Math.max(0, Math.min(this.active, found.length - 1)) : -1;
      const none = make("li", { class: "quiet" }, "Not in this picture");
      this.list.replaceChildren(...found.map((one, number) => {
        const option = make("li", { role: "option", id: `found-${number}` }, one.label, make("small", {}, one.hint));
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          this.take(one);
        });
        return option;
      }), ...(typed && !found.length ? [none] : []));
      this.list.hidden = !typed;
      this.input.setAttribute("aria-expanded", String(typed));
      this.point();
    }

    point() {
      [...this.list.querySelectorAll("[role=option]")].forEach((option, number) =>
        option.setAttribute("aria-selected", String(number === this.active)));
      if (this.active >= 0) this.input.setAttribute("aria-activedescendant", `found-${this.active}`);
      else this.input.removeAttribute("aria-activedescendant");
    }

    take(one) {
      this.clear();
      this.actions.take(one);
    }

    clear() {
      clearTimeout(this.waiting);
      this.asking += 1;
      this.input.value = "";
      this.active = -1;
      this.offer([]);
    }

    key(event) {
      if (event.key === "Escape") {
        this.clear();
        this.actions.leave();
      } else if (event.key === "Enter" && this.found[this.active]) {
        this.take(this.found[this.active]);
      } else if (["ArrowDown", "ArrowUp"].includes(event.key) && this.found.length) {
        const step = event.key === "ArrowDown" ? 1 : this.found.length - 1;
        this.active = (this.active + step) % this.found.length;
        this.point();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    }
  }

  Object.assign(window.keiretsu, { Search });
}
