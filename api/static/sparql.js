// The SPARQL page: Yasgui's editor and result views, the examples, links and downloads.
// What comes from data is shown as text only, and every request goes to this very address.

const known = JSON.parse(document.getElementById("known").textContent);
const { Yasqe, Yasr } = window.Yasgui;
const element = (id) => document.getElementById(id);
const made = (name, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
};
const linkTo = (query) => `#query=${encodeURIComponent(query)}`;
const MORE = 200; // rows drawn at once

/** A result as a table, built from text nodes. */
class Table {
  label = "Table";
  priority = 10;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return (this.yasr.results?.getVariables() ?? []).length > 0;
  }

  draw() {
    const columns = this.yasr.results.getVariables();
    const rows = this.rows();
    const body = made("tbody");
    const head = columns.map((name) => made("th", { scope: "col", textContent: name }));
    const table = made("table", {}, made("thead", {}, made("tr", {}, ...head)), body);
    const frame = made("div", { className: "frame", tabIndex: 0 }, table);
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", "Rows");
    const more = made("button", { type: "button", className: "more" });
    const draw = () => {
      const from = body.rows.length;
      body.append(...rows.slice(from, from + MORE).map((row) => this.row(columns, row)));
      more.textContent = `Show more: ${rows.length - body.rows.length} rows are left`;
      more.hidden = body.rows.length === rows.length;
    };
    more.addEventListener("click", draw);
    draw();
    this.yasr.resultsEl.append(frame, more);
    if (rows.length === 0) this.yasr.resultsEl.append(made("p", { textContent: "No rows." }));
  }

  /** The rows as they were sent: Yasr's own reading would fill in {{...}} within literals. */
  rows() {
    const { results } = this.yasr;
    if (!/json/.test(results.getContentType() ?? "")) return results.getBindings() ?? [];
    return JSON.parse(results.getOriginalResponseAsString()).results?.bindings ?? [];
  }

  row(columns, row) {
    return made("tr", {}, ...columns.map((name) => cell(row[name])));
  }
}

const NUMBERS = /#(integer|decimal|double|float)$/;
const PLAIN = /#(string|boolean|date|dateTime|integer|decimal|double|float)$/;

function cell(term) {
  if (term === undefined) return made("td");
  if (term.type === "uri") return made("td", {}, name(term.value));
  if (term.type === "bnode") return made("td", { textContent: `_:${term.value}` });
  const cell = made("td", { textContent: term.value });
  if (NUMBERS.test(term.datatype)) cell.className = "number";
  const note = term["xml:lang"] ? `@${term["xml:lang"]}` : shortType(term.datatype);
  if (note) cell.append(made("small", { textContent: note }));
  return cell;
}

const shortType = (iri) => (!iri || PLAIN.test(iri) || /#langString$/.test(iri) ? "" : `^^${short(iri)}`);

/** An IRI by its prefix, leading to what is known of it. */
function name(iri) {
  const link = made("a", { textContent: short(iri), title: iri });
  if (iri.startsWith(known.terms)) link.href = `/ontology#${iri.slice(known.terms.length)}`;
  else if (iri.startsWith(known.codes))
    link.href = `/ontology#vocab-${iri.slice(known.codes.length).replace("/", "-")}`;
  else if (iri.startsWith(known.base)) link.href = linkTo(`DESCRIBE <${iri}>`);
  else if (/^https?:\/\//.test(iri)) Object.assign(link, { href: iri, rel: "noopener noreferrer", target: "_blank" });
  else return document.createTextNode(iri);
  return link;
}

function short(iri) {
  const fits = Object.entries(known.prefixes).filter(([, start]) => iri.startsWith(start));
  const [prefix, start] = fits.sort((a, b) => b[1].length - a[1].length)[0] ?? [];
  const rest = iri.slice(start?.length);
  return prefix && /^[\w-]+$/.test(rest) ? `${prefix}:${rest}` : iri;
}

/** A problem of the server (RFC 9457) as words. */
async function problem({ text }) {
  let found = { title: "No answer", detail: text || "The server cannot be reached." };
  try {
    found = JSON.parse(text);
  } catch {
    // not a problem body: what the browser says is shown as it is
  }
  return made("div", { className: "problem" }, made("h2", { textContent: found.title }), made("p", { textContent: found.detail }));
}

// The completers that come with the editor ask other servers; these know this ontology only.
const completer = (from, name, get) =>
  Yasqe.forkAutocompleter(from, { name, get: () => get, bulk: true, autoShow: true, persistenceId: null });
Yasqe.defaults.autocompleters.length = 0;
completer("prefixes", "known-prefixes", Object.entries(known.prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`));
completer("class", "known-classes", known.classes);
completer("property", "known-properties", known.properties);
Yasqe.defaults.autocompleters.push("variables");
Yasr.registerPlugin("table", Table);

const queryOf = ({ hash }) => new URLSearchParams(hash.slice(1)).get("query"); // of a link or the address
const asked = () => queryOf(location);
const editor = new Yasqe(element("editor"), {
  value: asked() ?? queryOf(document.querySelector("#examples a")),
  persistenceId: null,
  consumeShareLink: null,
  createShareableLink: null,
  showQueryButton: false,
  resizeable: false,
  editorHeight: null,
  highlightSelectionMatches: false,
  viewportMargin: Infinity,
  extraKeys: { Tab: false, "Shift-Tab": false }, // Tab leaves the editor, as it leaves any field
  requestConfig: { endpoint: location.origin + location.pathname, acceptHeaderGraph: "text/turtle" },
});
editor.getInputField().setAttribute("aria-label", "SPARQL query");
const results = new Yasr(element("results"), {
  persistenceId: null,
  prefixes: known.prefixes,
  errorRenderers: [problem],
});
// Downloads have their own button, in every format; the help is on somebody else's site.
for (const button of results.headerEl.querySelectorAll(".yasr_downloadIcon, .yasr_external_ref_btn")) button.remove();
results.headerEl.querySelector(".yasr_response_chip").setAttribute("role", "status");

let running = false;
let stopped = false;
const busy = (now) => {
  running = now;
  element("run").textContent = now ? "Stop" : "Run";
  element("results").setAttribute("aria-busy", now);
};
editor.on("query", () => {
  stopped = false;
  busy(true);
  say("");
  history.replaceState(null, "", linkTo(editor.getValue()));
});
editor.on("queryResponse", (_editor, response, duration) => {
  busy(false);
  element("hint")?.remove();
  if (!stopped) results.setResponse(response, duration);
});

const say = (text) => {
  element("said").textContent = text;
};
const run = () => editor.query().catch(() => {}); // failures are shown by the results
const isGraph = () => ["CONSTRUCT", "DESCRIBE"].includes(editor.getQueryType());

function offer() {
  const of = isGraph() ? "triples" : "rows";
  const options = [...element("format").options];
  for (const option of options) option.hidden = option.disabled = option.dataset.of !== of;
  if (element("format").selectedOptions[0]?.dataset.of !== of)
    element("format").value = options.find((option) => option.dataset.of === of).value;
}

async function download() {
  const { value, selectedOptions } = element("format");
  say("Asking…");
  const response = await fetch(location.pathname, {
    method: "POST",
    headers: { Accept: value },
    body: new URLSearchParams({ query: editor.getValue() }),
  });
  say("");
  if (!response.ok) return results.setResponse(new Error(await response.text()));
  const href = URL.createObjectURL(await response.blob());
  made("a", { href, download: `keiretsu.${selectedOptions[0].dataset.suffix}` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

element("run").addEventListener("click", () => {
  if (!running) return run();
  stopped = true;
  editor.abortQuery();
  busy(false);
  say("Stopped.");
});
element("copy").addEventListener("click", () => {
  history.replaceState(null, "", linkTo(editor.getValue()));
  const copied = navigator.clipboard?.writeText(location.href) ?? Promise.reject();
  copied.then(() => say("Copied."), () => say("The link stands in the address bar."));
});
element("download").addEventListener("click", () =>
  download().catch(() => results.setResponse(new Error(""))),
);
const mark = () => {
  for (const link of document.querySelectorAll("#examples a")) {
    if (queryOf(link) === editor.getValue()) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
};
const changed = () => {
  offer();
  mark();
};
editor.on("change", changed);
changed();

// A link with a query, an example or a name in a row: each is a `#query=...`.
const narrow = matchMedia("(max-width: 60rem)");
const fold = () => {
  element("examples").open = !narrow.matches;
};
narrow.addEventListener("change", fold);
fold();
const follow = () => {
  const query = asked();
  if (query === null) return;
  if (query !== editor.getValue()) editor.setValue(query);
  if (narrow.matches) element("examples").open = false;
  run();
};
addEventListener("hashchange", follow);
follow();
