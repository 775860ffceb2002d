// The menu of exports: what is shown, as a file or a link.
"use strict";
window.keiretsu ??= {};
{
  const { make, download, exported, formatState } = window.keiretsu;
  const byId = (id) => document.getElementById(id);

  function offerFiles({ data, left, state, status, picture, table, say, source, served }) {
    // This file again, opening as it is now.
    function copy() {
      const told = JSON.stringify({ ...data(), focus: "", state: formatState(state()) });
      const page = source.cloneNode(true);
      page.querySelector("#data").textContent = told.replace(/[<>&\u2028\u2029]/g, (letter) =>
        `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
      return `<!doctype html>\n${page.outerHTML}`;
    }

    const content = () => exported.content(data(), left(), status(), location.href);
    const FILES = {
      png: () => {
        const [[, title], ...about] = content().about;
        const told = about.map(([name, text]) => `${name}: ${text}`);
        picture.image([title || "Companies", ...told]).toBlob((blob) => download("keiretsu.png", blob));
      },
      svg: () => download("keiretsu.svg", exported.svg(picture, content()), "image/svg+xml"),
      csv: () => download("keiretsu.csv", `\ufeff${table.csv(content().about)}`, "text/csv"),
      graphml: () => download("keiretsu.graphml", exported.graphml(content(), data().facts.evidence), "application/xml"),
      jsonld: () => download("keiretsu.jsonld", exported.jsonld(content(), data().facts.evidence), "application/ld+json"),
      html: () => {
        if (served) make("a", { href: `${data().server.file}?${formatState(state())}`, download: "keiretsu.html" }).click();
        else download("keiretsu.html", copy(), "text/html");
      },
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
