// Joins the parts of the page: one state, what is shown of it, and everything a reader can do.
"use strict";
{
  const { Picture, Tree, Panel, Legend, Table, Search, History, make, button, counted, shown, controlGroup, ways, along,
    shortId, longId, parseState, formatState, askedOf, listen, offerFiles } = window.keiretsu;
  const SOFT_CAP = 300;
  const PHONE = "(max-width: 759px)";
  const at = (id) => document.getElementById(id);
  const source = document.documentElement.cloneNode(true); // the page as it came
  let data = whole(JSON.parse(at("data").textContent));
  const served = Boolean(data.server.scene);
  const stage = at("stage");
  const given = served ? location.search : location.hash.slice(1) || data.state || "";
  const history_ = new History(parseState(given));
  const kept = new Map([[served ? askedOf(history_.state) : "", data]]); // pictures by what was asked
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const picture = new Picture(stage, data, theme());
  let left = null;
  let finding = null; // the start of a way whose end is still to be named

  const actions = {
    select: (id, more) => select(id, more),
    close: () => select(null),
    begin: (id) => change({ company: shortId(id), hops: "", expanded: [], path: [], hide: [], group: "", focus: shortId(id) }),
    expand: (id, relation) => expand(id, relation),
    collapse: (id) => collapse(id),
    hide: (id) => change({ hide: [...history_.state.hide, shortId(id)], focus: "" }),
    way: (id) => findWay(id),
    group: (id) => change({ group: history_.state.group === shortId(id) ? "" : shortId(id) }),
  };
  const panel = new Panel(at("panel"), actions);
  const tree = new Tree(at("tree"), (id) => select(id));
  const table = new Table(at("table"), at("count"), (id) => select(id));
  const legend = new Legend(at("legend"), (more) => change(more));
  const search = new Search(at("search"), at("found"), { take: (one) => taken(one), leave: () => leaveSearch() });

  // Claims of one document share what is said of it; each gets it back here.
  function whole(told) {
    for (const claim of Object.values(told.facts.evidence)) Object.assign(claim, told.facts.documents[claim.document]);
    return told;
  }

  function say(text) { at("live").textContent = text; }

  function name(id) {
    const { nodes, links } = data.facts;
    return nodes[id]?.label ?? links[id]?.sentence ?? picture.elements.get(id)?.label ?? "";
  }

  // --- what is shown

  function status() {
    const extra = [...picture.elements.keys()].filter((id) => !data.facts.nodes[id]).length;
    const lines = [...picture.lines.keys()].filter((id) => !data.facts.links[id] && !picture.isGone(id)).length;
    const nodes = left.nodes.size + extra;
    const text = [counted(nodes, "node"), counted(left.links.size + lines, "relation")].join(", ");
    const hidden = history_.state.hide.length;
    return [text, `as of ${data.asOf || "any date"}`, `known by ${data.knownBy || "any date"}`,
      hidden ? `${hidden} hidden` : "",
      data.nodes.length > SOFT_CAP ? "a large picture: the table reads better, or ask a narrower question" : ""]
      .filter(Boolean).join(" · ");
  }

  function lit() {
    const { state } = history_;
    if (state.group) {
      const group = controlGroup(data, longId(state.group));
      if (picture.selected === null || group.has(picture.selected)) return withLines(group);
    }
    if (picture.selected !== null) return picture.neighbourhood(picture.selected);
    return state.path.length === 2 ? along(data, left, ways(data, left, ...state.path.map(longId))) : null;
  }

  function withLines(nodes) {
    const lines = [...left.links].filter((id) => nodes.has(data.facts.links[id].start) && nodes.has(data.facts.links[id].end));
    return new Set([...nodes, ...lines]);
  }

  function viewOf() {
    const wanted = history_.state.view;
    if (["network", "tree", "table"].includes(wanted)) return wanted;
    return matchMedia(PHONE).matches || !data.nodes.length ? "table" : "network";
  }

  function render(step) {
    const { state } = history_;
    left = shown(data, state);
    const view = viewOf();
    document.body.dataset.view = view;
    for (const one of ["network", "tree", "table"]) at(`view-${one}`).setAttribute("aria-pressed", String(one === view));
    if (view === "table") at("facts").open = true;
    stage.hidden = view !== "network";
    at("tree").hidden = view !== "tree";
    picture.selected = known(longId(state.focus)) ? longId(state.focus) : null;
    picture.left = left;
    picture.show(left, lit());
    legend.show(data, state);
    search.show(data, picture.order);
    if (view === "tree") tree.show(data, left, picture.selected ?? (data.focus || null));
    panel.show(data, state, left, picture.selected);
    table.show(data, left, picture.selected, at("facts").open);
    at("title").textContent = data.title;
    at("remark").textContent = [data.remark, groupNote()].filter(Boolean).join(" ");
    at("remark").hidden = !at("remark").textContent;
    hubs();
    at("status").textContent = status();
    at("undo").disabled = !history_.past.length;
    at("redo").disabled = !history_.future.length;
    at("unhide").hidden = !state.hide.length;
    document.title = `${data.title} – Keiretsu`;
    remember(step);
  }

  // Where to begin in a graph that is too large to draw.
  function hubs() {
    const told = data.hubs.map((hub) => make("li", {}, button(hub.label, () => actions.begin(hub.id), { class: "go" }),
      ` ${counted(hub.count, "relation")}`));
    at("hubs").replaceChildren(...(told.length ? [make("h2", {}, "Where to begin"), make("ol", {}, ...told)] : []));
    at("hubs").hidden = !told.length;
  }

  function groupNote() {
    const { group } = history_.state;
    if (!group) return "";
    const found = controlGroup(data, longId(group)).size;
    return found > 1 ? `Control group of ${name(longId(group))}: ${counted(found, "company", "companies")} shown.`
      : `No source says that ${name(longId(group))} controls or is controlled by another company shown. That does not mean it is so.`;
  }

  function known(id) { return picture.elements.has(id) || picture.lines.has(id) || Boolean(data.facts.nodes[id]); }

  // The address holds the state; each change that can be undone is a page to go back to.
  function remember(step) {
    const told = formatState(history_.state);
    const address = served ? `${location.pathname}${told ? `?${told}` : ""}` : `${told ? `#${told}` : location.pathname}`;
    try {
      history[step === "begin" ? "pushState" : "replaceState"](null, "", address);
    } catch { /* a frame without an address of its own */ }
  }

  // --- changing it

  async function change(more) {
    const before = history_.kept();
    if (!history_.take(more)) return;
    await follow(before, "begin");
  }

  // Shows the state; when that cannot be, everything is as it was.
  async function follow(before, step) {
    try {
      if (!await fetched()) return; // a later change has overtaken this one
    } catch (problem) {
      history_.restore(before);
      render();
      at("remark").textContent = problem.message;
      at("remark").hidden = false;
      say(problem.message);
      return;
    }
    render(step);
    say(status());
  }

  // Asks the server for another picture, when the state needs one; false when it came too late.
  async function fetched() {
    if (!served) return true;
    const key = askedOf(history_.state);
    if (!kept.has(key)) {
      stage.setAttribute("aria-busy", "true");
      try {
        kept.set(key, await scene(key));
      } catch (problem) {
        if (askedOf(history_.state) !== key) return false;
        throw problem;
      } finally {
        stage.removeAttribute("aria-busy");
      }
    }
    if (askedOf(history_.state) !== key) return false;
    const found = kept.get(key);
    if (found === data) return true;
    const grown = data.nodes.length < found.nodes.length;
    data = found;
    left = shown(data, history_.state);
    picture.left = left;
    picture.change(data);
    if (grown) picture.include();
    return true;
  }

  async function scene(key) {
    let response = null;
    try {
      response = await fetch(`${data.server.scene}?${key}`, { headers: { Accept: "application/json" } });
    } catch {
      throw new Error("The server does not answer; try again.");
    }
    if (!response.ok) {
      const told = await response.json().catch(() => ({}));
      throw new Error(told.detail ?? told.title ?? `The server answered ${response.status}.`);
    }
    return whole(await response.json());
  }

  async function travel(step) {
    const before = history_.kept();
    if (!step()) return;
    await follow(before);
  }

  function select(id, { focus = false } = {}) {
    if (finding !== null && id !== null && data.facts.nodes[id]) {
      finishWay(id);
      return;
    }
    history_.take({ focus: id === null || !known(id) ? "" : shortId(id) });
    render();
    say(picture.selected === null ? "Nothing selected" : `Selected: ${name(id)}`);
    if (matchMedia(PHONE).matches && viewOf() === "network") uncover();
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

  function expand(id, relation) {
    const more = data.facts.nodes[id]?.more ?? {};
    const count = Object.values(more).reduce((sum, one) => sum + one, 0);
    if (!count) say(`Nothing more is known around ${name(id)}`);
    else if (!served) say("This file holds no more; the page of a server does");
    else change({ expanded: [...history_.state.expanded, shortId(id) + (relation ? `~${relation}` : "")] });
  }

  // A hub is expanded by relation: the panel offers them with their counts.
  function expandByKey(id) {
    const counts = Object.values(data.facts.nodes[id]?.more ?? {});
    if (counts.reduce((sum, one) => sum + one, 0) <= 25) expand(id, "");
    else {
      select(id);
      at("panel").querySelector(".more")?.focus();
      say(`${name(id)} has many neighbours; choose which`);
    }
  }

  function collapse(id) {
    change({ expanded: history_.state.expanded.filter((step) => step.split("~")[0] !== shortId(id)) });
  }

  function findWay(id) {
    finding = id;
    at("search").placeholder = `From ${name(id)} to…`;
    at("search").focus();
    say(`Way from ${name(id)}: name or select the other end`);
  }

  function finishWay(id) {
    const start = finding;
    leaveWay();
    if (start !== id) change({ path: [shortId(start), shortId(id)], focus: "" });
  }

  function leaveWay() {
    finding = null;
    at("search").placeholder = "Find a company…  /";
  }

  function taken(one) {
    if (finding !== null) finishWay(one.id);
    else if (one.here) {
      const hidden = history_.state.hide.includes(shortId(one.id));
      if (hidden) change({ hide: history_.state.hide.filter((id) => id !== shortId(one.id)), focus: shortId(one.id) });
      else select(one.id);
      if (picture.elements.has(one.id)) picture.moveCursor(one.id);
    } else actions.begin(one.id);
    stage.focus({ preventScroll: true });
  }

  function leaveSearch() {
    leaveWay();
    stage.focus();
  }

  listen({ stage, picture, data: () => data, name, say, select, change, expand: expandByKey, collapse, hide: actions.hide,
    travel, history: history_, leave: leaveWay });

  // --- theme, exports, address

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

  function theme() {
    const { theme: asked } = history_.state;
    return ["light", "dark"].includes(asked) ? asked : stored() ?? (dark.matches ? "dark" : "light");
  }

  offerFiles({ data: () => data, left: () => left, state: () => history_.state, status, picture, table, say, source, served });
  at("theme").addEventListener("click", () => {
    const next = picture.themeName === "dark" ? "light" : "dark";
    stored(next);
    history_.take({ theme: history_.state.theme ? next : "" });
    paint(next);
    remember();
  });
  dark.addEventListener("change", () => paint(theme()));
  at("fit").addEventListener("click", () => picture.fit());
  at("undo").addEventListener("click", () => travel(() => history_.undo()));
  at("redo").addEventListener("click", () => travel(() => history_.redo()));
  at("unhide").addEventListener("click", () => change({ hide: [] }));
  at("help").addEventListener("click", () => at("keys").showModal());
  at("keys-close").addEventListener("click", () => at("keys").close());
  for (const view of ["network", "tree", "table"]) {
    at(`view-${view}`).addEventListener("click", () => {
      history_.take({ view });
      render();
      if (view === "network") picture.fit();
    });
  }
  picture.network.on("click", (event) => {
    stage.focus({ preventScroll: true });
    select(picture.hit(event));
  });
  picture.network.on("doubleClick", (event) => {
    const id = picture.hit(event);
    if (data.facts.nodes[id]) expandByKey(id);
  });
  window.addEventListener("popstate", () => {
    const before = history_.kept();
    history_.state = parseState(served ? location.search : location.hash.slice(1));
    follow(before);
  });
  document.querySelector(".skip").addEventListener("click", () => { at("facts").open = true; });
  document.addEventListener("click", (event) => { if (!at("take").contains(event.target)) at("take").open = false; });
  matchMedia(PHONE).addEventListener("change", () => render());

  paint(theme());
  if (!history_.state.focus && data.focus && !matchMedia(PHONE).matches) history_.state.focus = shortId(data.focus);
  at("facts").open = matchMedia(PHONE).matches;
  at("facts").addEventListener("toggle", () => { if (at("facts").open) table.show(data, left, picture.selected); });
  render();
  picture.resize(); // what is written round the stage has changed its size
  window.keiretsu.picture = picture;
}
