// Which nodes, lines and figures are left when every filter has done its work.
"use strict";
window.keiretsu ??= {};
{
  const { shortId } = window.keiretsu;
  const CERTAIN = ["", "active", "confirmed"];

  function shown(data, state) {
    const { nodes, links, evidence } = data.facts;
    const off = new Set(state.off);
    const hide = new Set(state.hide);
    const modality = new Set(state.modality);
    const source = new Set(state.source);
    const relations = new Map(data.edges.map((edge) => [edge.id, edge.relation]));
    const least = Number(state.least) / 100 || 0;

    // One source that is not filtered out is enough; what cites none stays.
    function backed(claims = []) {
      const known = claims.map((id) => evidence[id]).filter(Boolean);
      return !known.length || known.some((one) => !modality.has(one.modality) && !source.has(one.source));
    }

    function ofLayer(line) {
      const worked = line.kind === "integrated" || line.kind === "control";
      if (worked) return line.kind === state.layer;
      if (line.kind !== "stake") return true;
      if (state.layer === "votes") return line.right === "votes";
      if (state.layer === "capital") return line.right !== "votes";
      return !["integrated", "control"].includes(state.layer);
    }

    // A share that no source states is not a small one.
    const large = (line) => line.kind === "membership" || (line.share ?? line.most ?? 1) >= least;
    const here = (id) => Boolean(nodes[id]) && !hide.has(shortId(id)) && !off.has(`kind-${nodes[id].kind}`);
    const lines = Object.values(links).filter((line) => here(line.start) && here(line.end)
      && !off.has(relations.get(line.id)) && ofLayer(line) && large(line) && backed(line.claims));
    const joined = new Set(lines.flatMap((line) => [line.start, line.end]));
    const had = new Set(Object.values(links).flatMap((line) => [line.start, line.end]));
    // An alliance whose members are all filtered out says nothing any more.
    const left = Object.values(nodes).filter((node) => here(node.id)
      && !(node.kind === "alliance" && had.has(node.id) && !joined.has(node.id)));
    return {
      nodes: new Set(left.map((node) => node.id)),
      links: new Set(lines.map((line) => line.id)),
      backed,
      figures: (node) => (node.figures ?? []).filter((figure) => backed(figure.claims)),
    };
  }

  // Whom a company controls, who controls it, and whom they control: by lines of control alone.
  function controlGroup(data, id) {
    const lines = Object.values(data.facts.links).filter((line) => line.kind === "control");
    const above = lines.filter((line) => line.end === id).map((line) => line.start);
    const top = new Set([id, ...above]);
    return new Set([...top, ...lines.filter((line) => top.has(line.start)).map((line) => line.end)]);
  }

  // The ways between two nodes as lists of nodes: those Python found, or the shortest along what is shown.
  function ways(data, left, start, end) {
    const found = data.paths.filter((way) => way[0] === start && way.at(-1) === end && way.every((id) => left.nodes.has(id)));
    if (found.length) return found;
    const near = new Map();
    for (const id of left.links) {
      const line = data.facts.links[id];
      for (const [one, other] of [[line.start, line.end], [line.end, line.start]]) near.set(one, [...(near.get(one) ?? []), other]);
    }
    const came = new Map([[start, null]]);
    for (const node of came.keys()) { // grows while it is walked
      for (const other of near.get(node) ?? []) if (!came.has(other)) came.set(other, node);
    }
    if (!came.has(end)) return [];
    const way = [];
    for (let at = end; at !== null; at = came.get(at)) way.unshift(at);
    return [way];
  }

  // The lines shown between two neighbours on a way.
  function between(data, left, one, other) {
    return Object.values(data.facts.links).filter((line) => left.links.has(line.id)
      && ((line.start === one && line.end === other) || (line.start === other && line.end === one)));
  }

  // Everything on some ways, nodes and lines; null when there is none, so that nothing is made dim.
  function along(data, left, found) {
    if (!found.length) return null;
    const steps = found.flatMap((way) => way.slice(1).flatMap((node, number) => between(data, left, way[number], node)));
    return new Set([...found.flat(), ...steps.map((line) => line.id)]);
  }

  Object.assign(window.keiretsu, { shown, controlGroup, ways, between, along, CERTAIN });
}
