// The menu of exports: what is shown, as a file or a link.
"use strict";
window.keiretsu ??= {};
{
  const { make, download, exported, formatState } = window.keiretsu;
  const byId = (id) => document.getElementById(id);

  function offerFiles({ data, left, state, status, picture, table, say, source, served }) {
    // What is shown and nothing else: the data of a file that somebody else will open.
    function pruned() {
      const { facts, nodes, edges, ...more } = data();
      const here = left();
      const { cited } = exported.content(data(), here, status(), "");
      const notes = (node) => (node.notes ?? []).filter(([, claims]) => here.backed(claims));
      const own = Object.values(facts.nodes).filter((node) => here.nodes.has(node.id))
        .map((node) => ({ ...node, figures: here.figures(node), notes: notes(node) }));
      const known = new Set([...cited, ...own.flatMap((node) => node.notes.flatMap(([, claims]) => claims))]);
      const of = (things, ids) => Object.fromEntries(Object.entries(things).filter(([id]) => ids.has(id)));
      return { ...more, server: {}, hubs: [],
        nodes: nodes.filter((node) => !facts.nodes[node.id] || here.nodes.has(node.id)),
        edges: edges.filter((edge) => !facts.links[edge.id] || here.links.has(edge.id)),
        facts: { ...facts, nodes: Object.fromEntries(own.map((node) => [node.id, node])), links: of(facts.links, here.links),
          evidence: of(facts.evidence, known),
          notices: facts.notices.filter((one) => one.claims.every((id) => known.has(id))) },
        state: formatState({ ...state(), hide: [], off: [], modality: [], source: [], least: "", expanded: [], company: "", hops: "" }) };
    }

    // The page of a file, this one's or the server's, with that data in it.
    async function copy() {
      const page = served ? new DOMParser().parseFromString(await (await fetch(`${data().server.file}?${formatState(state())}`)).text(), "text/html")
        .documentElement : source.cloneNode(true);
      page.querySelector("#data").textContent = JSON.stringify(pruned()).replace(/[<>&\u2028\u2029]/g, (letter) =>
        `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
      return `<!doctype html>\n${page.outerHTML}`;
    }

    // A picture is taken of the network; where another view hides it, it is shown for that moment.
    function drawn(take) {
      const stage = byId("stage");
      const { hidden } = stage;
      if (!picture.elements.size) {
        say("Nothing is drawn here; the table and the other files have the facts.");
        return;
      }
      stage.hidden = false;
      if (hidden) picture.resize();
      picture.network.redraw();
      take();
      stage.hidden = hidden;
    }

    const content = () => exported.content(data(), left(), status(), location.href);
    const FILES = {
      png: () => drawn(() => {
        const [[, title], ...about] = content().about;
        const told = about.map(([name, text]) => `${name}: ${text}`);
        picture.image([title || "Companies", ...told]).toBlob((blob) => download("keiretsu.png", blob));
      }),
      svg: () => drawn(() => download("keiretsu.svg", exported.svg(picture, content()), "image/svg+xml")),
      csv: () => download("keiretsu.csv", `\ufeff${table.csv(content().about)}`, "text/csv"),
      graphml: () => download("keiretsu.graphml", exported.graphml(content(), data().facts.evidence), "application/xml"),
      jsonld: () => download("keiretsu.jsonld", exported.jsonld(content(), data().facts.evidence, left()), "application/ld+json"),
      html: () => copy().then((page) => download("keiretsu.html", page, "text/html"), () => say("The server does not answer; try again.")),
      link: () => (navigator.clipboard?.writeText(location.href) ?? Promise.reject(new Error()))
        .then(() => say("Link copied"), () => say(`The link is the address of this page: ${location.href}`)),
    };
    for (const [kind, take] of Object.entries(FILES)) {
      byId(`take-${kind}`).addEventListener("click", () => {
        take();
        byId("take").open = false;
      });
    }
  }

  Object.assign(window.keiretsu, { offerFiles });
}
