// Joins the parts of the page: search, keys, theme, deep links, and what is said aloud.
"use strict";
{
  const { Picture, Panel, Legend, Table, make } = window.keiretsu;
  const SOFT_CAP = 300;
  const PHONE = "(max-width: 759px)";
  const at = (id) => document.getElementById(id);
  const data = JSON.parse(at("data").textContent);
  const stage = at("stage");
  const picture = new Picture(stage, data);
  const panel = new Panel(at("panel"), data, { select: (id) => select(id), close: () => select(null) });
  const table = new Table(at("table"), at("count"), data, (id) => select(id));

  function name(id) {
    const { nodes, links } = data.facts;
    return nodes[id]?.label ?? links[id]?.sentence ?? picture.elements.get(id)?.label ?? "";
  }

  function counted(number, word) { return `${number} ${word}${number === 1 ? "" : "s"}`; }

  function status() {
    const nodes = [...picture.elements.values()].filter((node) => !picture.isHidden(node)).length;
    const lines = [...picture.lines.values()].filter((line) => !picture.hidden.has(line.relation)).length;
    const text = [`${counted(nodes, "node")}, ${counted(lines, "relation")}`,
      `as of ${data.asOf || "any date"}`, `known by ${data.knownBy || "any date"}`];
    if (data.leftOut) text.push(`${data.leftOut} less connected nodes are left out; ask a narrower question`);
    else if (nodes > SOFT_CAP) text.push("a large picture: the table reads better, or ask a narrower question");
    return text.join(" · ");
  }

  function select(id, { focus = false } = {}) {
    picture.select(id);
    if (picture.selected === null) panel.clear();
    else panel.show(id);
    table.show(picture);
    remember(picture.selected);
    at("live").textContent = picture.selected === null ? "Nothing selected" : `Selected: ${name(id)}`;
    if (matchMedia(PHONE).matches) uncover();
    if (focus) at("panel").querySelector("h2")?.focus();
  }

  // On a phone the panel covers the lower half: what it is about moves above it.
  function uncover() {
    if (picture.selected === null) {
      picture.fit();
      return;
    }
    const top = at("panel").getBoundingClientRect().top;
    picture.reveal(picture.selected, Math.max(top - stage.getBoundingClientRect().top, 90));
  }

  function remember(id) {
    const hash = id === null ? "" : `#focus=${encodeURIComponent(id)}`;
    try {
      history.replaceState(null, "", hash || location.pathname + location.search);
    } catch { /* a frame without an address of its own */ }
  }

  function fromAddress() {
    const found = /^#focus=(.+)$/.exec(location.hash);
    try {
      return found ? decodeURIComponent(found[1]) : data.focus;
    } catch {
      return data.focus;
    }
  }

  function filter(relation, shown) {
    picture.filter(relation, shown);
    table.show(picture);
    at("status").textContent = status();
    at("live").textContent = status();
  }

  // --- search

  const search = at("search");
  const found = at("found");
  let active = -1;
  // Marks, case, dashes and other punctuation do not matter when a name is typed.
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const names = (node) => [name(node.id), ...(data.facts.nodes[node.id]?.aliases ?? [])].map(plain);

  function matches() {
    const wanted = plain(search.value.trim());
    if (!wanted) return [];
    const starts = (node) => Number(!names(node).some((own) => own.startsWith(wanted)));
    return picture.order.filter((node) => names(node).some((own) => own.includes(wanted)))
      .sort((a, b) => starts(a) - starts(b)).slice(0, 8);
  }

  function offer() {
    const nodes = matches();
    active = nodes.length ? 0 : -1;
    const none = make("li", { class: "quiet" }, "Not in this picture");
    found.replaceChildren(...nodes.map((node, number) => {
      const option = make("li", { role: "option", id: `found-${number}` }, name(node.id),
        make("small", {}, data.style.kinds[node.kind]?.legend ?? ""));
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(node.id);
      });
      return option;
    }), ...(search.value.trim() && !nodes.length ? [none] : []));
    found.hidden = !search.value.trim();
    search.setAttribute("aria-expanded", String(!found.hidden));
    point();
  }

  function point() {
    [...found.querySelectorAll("[role=option]")].forEach((option, number) =>
      option.setAttribute("aria-selected", String(number === active)));
    if (active >= 0) search.setAttribute("aria-activedescendant", `found-${active}`);
    else search.removeAttribute("aria-activedescendant");
  }

  function take(id) {
    search.value = "";
    offer();
    select(id);
    picture.moveCursor(id);
    stage.focus({ preventScroll: true });
  }

  search.addEventListener("input", offer);
  search.addEventListener("blur", () => { found.hidden = true; });
  search.addEventListener("keydown", (event) => {
    const nodes = matches();
    if (event.key === "Escape") {
      search.value = "";
      offer();
      stage.focus();
    } else if (event.key === "Enter" && nodes[active]) {
      take(nodes[active].id);
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && nodes.length) {
      active = (active + (event.key === "ArrowDown" ? 1 : nodes.length - 1)) % nodes.length;
      point();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  // --- keys

  const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  stage.addEventListener("keydown", (event) => {
    if (event.key in ARROWS) {
      picture.moveCursor(picture.towards(picture.cursor ?? picture.selected, ...ARROWS[event.key]));
      at("live").textContent = name(picture.cursor);
    } else if (event.key === "Enter" && picture.cursor !== null) {
      select(picture.cursor, { focus: true });
    } else return;
    event.preventDefault();
  });
  stage.addEventListener("blur", () => picture.moveCursor(null));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && !typing) {
      const inside = at("panel").contains(document.activeElement);
      select(null);
      if (inside) stage.focus();
    }
  });

  // --- theme, picture, address

  const dark = matchMedia("(prefers-color-scheme: dark)");

  function stored(value) {
    try {
      if (value) localStorage.setItem("keiretsu-theme", value);
      return localStorage.getItem("keiretsu-theme");
    } catch {
      return null;
    }
  }

  function paint(theme) {
    document.documentElement.dataset.theme = theme;
    at("theme").setAttribute("aria-pressed", String(theme === "dark"));
    picture.setTheme(theme);
  }

  at("theme").addEventListener("click", () => {
    const theme = picture.themeName === "dark" ? "light" : "dark";
    stored(theme);
    paint(theme);
  });
  dark.addEventListener("change", () => paint(stored() ?? (dark.matches ? "dark" : "light")));
  at("fit").addEventListener("click", () => picture.fit());
  at("png").addEventListener("click", () => {
    const caption = [data.title, `${status()}${data.licence ? ` · ${data.licence}` : ""}`];
    picture.image(caption).toBlob((blob) => {
      const address = URL.createObjectURL(blob);
      make("a", { href: address, download: "keiretsu.png" }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    });
  });
  picture.network.on("click", (event) => {
    stage.focus({ preventScroll: true });
    select(picture.hit(event));
  });
  window.addEventListener("hashchange", () => select(fromAddress() || null));
  document.querySelector(".skip").addEventListener("click", () => { at("facts").open = true; });

  new Legend(at("legend"), data, filter);
  // The table opens below the window's edge: bring it in when a reader, not the page, opened it.
  at("facts").querySelector("summary").addEventListener("click", () => requestAnimationFrame(() => {
    if (at("facts").open) at("facts").scrollIntoView({ block: "start" });
  }));
  at("facts").open = matchMedia(PHONE).matches || data.nodes.length > SOFT_CAP;
  paint(stored() ?? (dark.matches ? "dark" : "light"));
  at("status").textContent = status();
  const first = fromAddress();
  if (first) select(first);
  else {
    panel.clear();
    table.show(picture);
  }
  window.keiretsu.picture = picture;
}
