// What is shown, to take away: each file carries title, dates, licence, sources and a way back.
"use strict";
window.keiretsu ??= {};
{
  const { draw } = window.keiretsu;
  const GRAPHML = "http://graphml.graphdrawing.org/xmlns";
  const KEI = "https://w3id.org/keiretsu/ontology#";
  // What XML cannot hold is no letter of a name.
  // eslint-disable-next-line no-control-regex
  const xml = (text) => String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");

  // The nodes, lines and claims that are shown, and what every file says of itself.
  function content(data, left, status, address) {
    const { nodes, links, evidence } = data.facts;
    const shownNodes = Object.values(nodes).filter((node) => left.nodes.has(node.id));
    const shownLinks = Object.values(links).filter((line) => left.links.has(line.id));
    const cited = [...new Set([...shownLinks, ...shownNodes, ...shownNodes.flatMap((node) => left.figures(node))]
      .flatMap((one) => one.claims ?? []))].filter((id) => evidence[id]);
    const sources = [...new Set(cited.map((id) => evidence[id].source))].sort();
    return { nodes: shownNodes, links: shownLinks, cited, sources,
      about: [["title", data.title], ["shown", status], ["licence", data.licence ?? ""], ["from", address],
        ["sources", sources.join("; ")]].filter(([name, text]) => text || name === "title") };
  }

  function svg(picture, shown) {
    const { theme, style } = picture;
    const box = picture.bounds(1);
    const [left, top] = [box.left - 30, box.top - 60];
    const [width, height] = [Math.max(box.right - left + 30, 460), box.bottom - top + 30 + 16 * shown.about.length];
    const root = draw("svg", { viewBox: `${left} ${top} ${width} ${height}`, width, height, role: "img", "font-family": style.font.family },
      draw("title", {}, xml(picture.data.title)), draw("desc", {}, xml(shown.about.map(([, text]) => text).join(" · "))),
      draw("rect", { x: left, y: top, width, height, fill: theme.page }));
    const written = (x, y, text, size, ink, more = {}) => draw("text", { x, y, "font-size": size, fill: ink, "text-anchor": "middle", ...more }, xml(text));
    const halo = { stroke: theme.page, "stroke-width": style.font.halo, "paint-order": "stroke", "stroke-linejoin": "round" };
    for (const [id, line] of picture.lines) {
      if (picture.isGone(id)) continue;
      const colour = theme[line.relation] ?? theme.soft;
      const points = [0, 0.25, 0.5, 0.75, 1].map((part) => picture.network.DOMtoCanvas(picture.along(id, line, part)));
      const [end, before] = [points[4], points[3]];
      const angle = Math.atan2(end.y - before.y, end.x - before.x);
      const head = [[0, 0], [-11, 4.5], [-11, -4.5]].map(([x, y]) =>
        `${end.x + x * Math.cos(angle) - y * Math.sin(angle)},${end.y + x * Math.sin(angle) + y * Math.cos(angle)}`).join(" ");
      root.append(draw("g", {}, draw("title", {}, xml(line.title ?? "")),
        draw("polyline", { points: points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" "), fill: "none", stroke: colour,
          "stroke-width": line.width ?? 1.5, "stroke-dasharray": (line.dashes || []).join(" ") }),
        line.arrows?.to?.enabled ? draw("polygon", { points: head, fill: colour }) : "",
        line.label ? written(points[2].x, points[2].y + 4, line.label, style.font.value, colour, { ...halo, "font-weight": 600 }) : ""));
    }
    for (const node of picture.elements.values()) {
      if (picture.isHidden(node)) continue;
      const { x, y } = picture.network.getPosition(node.id);
      const paint = theme[node.look] ?? theme.company;
      const size = node.size ?? 8;
      const drawn = { fill: paint.fill, stroke: paint.border, "stroke-width": 1.5,
        "stroke-dasharray": (node.shapeProperties?.borderDashes || []).join(" ") };
      const rows = node.height ? [...node.lines, ...(node.status ? [node.status] : [])] : [];
      const beside = { above: [0, -size - 7], right: [size + 6, 4.5], left: [-size - 6, 4.5] }[picture.spot(node).side] ?? [0, size + 16];
      const anchor = { right: "start", left: "end" }[picture.spot(node).side] ?? "middle";
      root.append(draw("g", {}, draw("title", {}, xml(node.title ?? node.label ?? node.id)),
        node.height ? draw("rect", { x: x - node.width / 2, y: y - node.height / 2, width: node.width, height: node.height, rx: 9, ...drawn })
          : draw("circle", { cx: x, cy: y, r: size, ...drawn }),
        ...rows.map((text, number) => written(x, y + (number - (rows.length - 1) / 2) * 16 + 4.5, text,
          text === node.status ? 11 : 13, paint.ink ?? theme.ink, { "font-weight": text === node.status ? 400 : 600 })),
        node.height ? "" : written(x + beside[0], y + beside[1], node.label ?? "", 13, theme.ink, { ...halo, "text-anchor": anchor })));
    }
    shown.about.forEach(([name, text], number) => root.append(written(left + 18,
      number ? box.bottom + 30 + 16 * number : top + 28, number ? `${name}: ${text}` : text, number ? 11 : 15,
      number ? theme.soft : theme.ink, { "text-anchor": "start" })));
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}`;
  }

  function graphml(shown, evidence) {
    const document_ = document.implementation.createDocument(GRAPHML, "graphml");
    const add = (parent, tag, attributes, text) => {
      const made = document_.createElementNS(GRAPHML, tag);
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, xml(value));
      if (text !== undefined) made.textContent = xml(text);
      parent.append(made);
      return made;
    };
    const root = document_.documentElement;
    const fields = { graph: shown.about.map(([name]) => name), node: ["label", "kind", "country", "sales", "status"],
      edge: ["kind", "label", "share", "right", "role", "status", "since", "until", "sentence", "sources"] };
    for (const [owner, names] of Object.entries(fields)) {
      for (const name of names) {
        const type = ["sales", "share"].includes(name) ? "double" : "string";
        add(root, "key", { id: `${owner}-${name}`, for: owner, "attr.name": name, "attr.type": type });
      }
    }
    const graph = add(root, "graph", { id: "keiretsu", edgedefault: "directed" });
    const fill = (parent, owner, values) => {
      for (const name of fields[owner]) {
        if (values[name] !== undefined && values[name] !== "") add(parent, "data", { key: `${owner}-${name}` }, values[name]);
      }
    };
    fill(graph, "graph", Object.fromEntries(shown.about));
    for (const node of shown.nodes) fill(add(graph, "node", { id: node.id }), "node", node);
    for (const line of shown.links) {
      const sources = [...new Set((line.claims ?? []).map((id) => evidence[id]?.source).filter(Boolean))].join("; ");
      fill(add(graph, "edge", { id: line.id, source: line.start, target: line.end }), "edge", { ...line, sources });
    }
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(document_)}`;
  }

  // In the terms of the ontology, with what makes each statement true: right, status, days, claims.
  const XSD = "http://www.w3.org/2001/XMLSchema#";
  const CONTEXT = { kei: KEI, label: "http://www.w3.org/2000/01/rdf-schema#label", source: "http://purl.org/dc/terms/source",
    says: "kei:says", modality: "kei:modality", share: { "@id": "kei:share", "@type": `${XSD}decimal` },
    shareText: "kei:printed", right: "kei:right", status: "kei:status", role: "kei:role",
    since: { "@id": "kei:validFrom", "@type": `${XSD}date` }, until: { "@id": "kei:validTo", "@type": `${XSD}date` },
    holder: { "@id": "kei:holder", "@type": "@id" }, company: { "@id": "kei:company", "@type": "@id" },
    member: { "@id": "kei:member", "@type": "@id" }, alliance: { "@id": "kei:alliance", "@type": "@id" },
    claim: { "@id": "http://www.w3.org/ns/prov#wasDerivedFrom", "@type": "@id" },
    figures: "kei:figure", measure: "kei:measure", value: "kei:printed", market: "kei:market", period: "kei:period",
    title: "http://purl.org/dc/terms/title", licence: "http://purl.org/dc/terms/license", shown: "http://purl.org/dc/terms/description",
    from: "http://purl.org/dc/terms/relation", sources: "http://purl.org/dc/terms/references" };
  const KINDS = { company: "kei:Company", alliance: "kei:Alliance", group: "kei:CompanyGroup", person: "kei:Person", body: "kei:PublicBody" };
  const TYPES = { stake: "kei:Stake", membership: "kei:Membership", integrated: "kei:IntegratedStake", control: "kei:ControlFinding" };

  // What is not said is left out.
  const said = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== "" && value?.length !== 0));

  function jsonld(shown, evidence, left) {
    const statement = (line) => said({ "@type": TYPES[line.kind], label: line.sentence,
      ...(line.kind === "membership" ? { member: line.start, alliance: line.end } : { holder: line.start, company: line.end }),
      share: line.share === undefined ? undefined : String(line.share), shareText: line.kind === "membership" ? "" : line.label,
      right: line.right, status: line.status_label || line.status, role: line.role, since: line.since, until: line.until, claim: line.claims });
    const thing = (node) => said({ "@id": node.id, "@type": KINDS[node.kind] ?? "kei:Company", label: node.label, status: node.status_label,
      figures: left.figures(node).map((one) => said({ measure: [one.measure, one.powertrain].filter(Boolean).join(", "), value: one.text,
        market: one.market, period: one.period, status: one.qualifier, claim: one.claims })) });
    const claim = (id) => said({ "@id": id, "@type": "kei:Claim", says: evidence[id].says, modality: evidence[id].modality, source: evidence[id].source });
    const graph = [...shown.nodes.map(thing), ...shown.links.map(statement), ...shown.cited.map(claim)];
    return JSON.stringify({ "@context": CONTEXT, ...Object.fromEntries(shown.about), "@graph": graph }, null, 1);
  }

  Object.assign(window.keiretsu, { exported: { content, svg, graphml, jsonld } });
}
