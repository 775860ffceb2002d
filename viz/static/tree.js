// The ownership tree: who owns whom from the top down, in layers, with shares on the lines.
"use strict";
window.keiretsu ??= {};
{
  const { draw, make } = window.keiretsu;
  const HIGH = 40;
  const PAD = 14;
  const ink = document.createElement("canvas").getContext("2d");

  // Loops are cut at their smallest stake, which is told beside the tree.
  function withoutLoops(lines) {
    const kept = [];
    const cut = [];
    const below = new Map();
    const reaches = (from, to) => {
      const seen = new Set([from]);
      for (const one of seen) for (const next of below.get(one) ?? []) seen.add(next);
      return seen.has(to);
    };
    for (const line of [...lines].sort((a, b) => (b.share ?? 0) - (a.share ?? 0) || (a.id < b.id ? -1 : 1))) {
      if (line.start === line.end || reaches(line.end, line.start)) cut.push(line);
      else {
        kept.push(line);
        below.set(line.start, [...(below.get(line.start) ?? []), line.end]);
      }
    }
    return { kept, cut };
  }

  const graphBox = (graph, id) => (graph.hasNode(id) ? graph.node(id) : null);

  class Tree {
    constructor(element, select) {
      this.element = element;
      this.select = select;
    }

    show(data, left, selected) {
      const { nodes, links } = data.facts;
      this.style = data.style;
      const lines = Object.values(links).filter((line) => left.links.has(line.id) && line.kind !== "membership");
      if (!lines.length) {
        this.element.replaceChildren(make("p", { class: "quiet" }, "No stake is shown, so there is no tree of owners."));
        return;
      }
      const { kept, cut } = withoutLoops(lines);
      const placed = this.placed(nodes, kept);
      this.element.replaceChildren(this.notes(nodes, cut), this.drawing(nodes, placed, kept, selected));
      const box = selected && graphBox(placed, selected);
      if (box) this.element.scrollTo(box.x - this.element.clientWidth / 2, box.y - this.element.clientHeight / 2);
    }

    notes(nodes, cut) {
      if (!cut.length) return "";
      const told = cut.map((line) => make("li", {}, `${line.sentence || `${nodes[line.start].label} – ${nodes[line.end].label}`} (a loop: not drawn as a line)`));
      return make("ul", { class: "cut" }, ...told);
    }

    placed(nodes, lines) {
      const graph = new dagre.graphlib.Graph({ multigraph: true });
      graph.setGraph({ rankdir: "TB", nodesep: 26, ranksep: 64, marginx: 20, marginy: 20 });
      ink.font = `600 ${this.style.font.name}px ${this.style.font.family}`;
      for (const id of new Set(lines.flatMap((line) => [line.start, line.end]))) {
        graph.setNode(id, { width: Math.max(ink.measureText(this.name(nodes[id])).width + 2 * PAD, 80), height: HIGH });
      }
      for (const line of lines) graph.setEdge(line.start, line.end, { width: 46, height: 16, labelpos: "c" }, line.id);
      dagre.layout(graph);
      return graph;
    }

    name(node) {
      const { letters } = this.style.font;
      return node.label.length > letters ? `${node.label.slice(0, letters - 1).trimEnd()}…` : node.label;
    }

    drawing(nodes, graph, lines, selected) {
      const { width, height } = graph.graph();
      const high = Math.ceil(height);
      const picture = draw("svg", { viewBox: `0 0 ${Math.ceil(width)} ${high}`, width: Math.ceil(width), height: high,
        role: "group", "aria-label": "Tree of owners, from the top down" });
      for (const line of lines) picture.append(this.line(line, graph.edge(line.start, line.end, line.id), selected));
      for (const id of graph.nodes()) picture.append(this.box(nodes[id], graph.node(id), id === selected));
      return picture;
    }

    line(line, at, selected) {
      const relation = { stake: "stake", integrated: "integrated", control: "control" }[line.kind];
      const points = at.points.map(({ x, y }) => [x, y]);
      const [first, last] = [points[0], points.at(-1)];
      const middle = (first[1] + last[1]) / 2;
      const path = points.length > 3 ? `M${points.map((each) => each.join(" ")).join(" L")}`
        : `M${first.join(" ")} C${first[0]} ${middle} ${last[0]} ${middle} ${last.join(" ")}`;
      const share = line.share === undefined ? 1.5 : 1 + 5 * Math.sqrt(Math.min(line.share, 1));
      const name = line.status === "ended" ? "ended" : ["", "active", "confirmed"].includes(line.status ?? "") ? relation : "claimed";
      const dashes = this.style.relations[name]?.dashes || [];
      return draw("g", { class: "owns", tabindex: "-1" }, draw("title", {}, line.sentence || line.label),
        draw("path", { d: path, class: `stroke ${name}${line.id === selected ? " on" : ""}`, fill: "none", "stroke-width": share.toFixed(2),
          "stroke-dasharray": dashes.join(" ") }),
        draw("path", { d: `M${last[0] - 5} ${last[1] - 9} L${last[0]} ${last[1]} L${last[0] + 5} ${last[1] - 9} Z`, class: `head ${name}` }),
        this.pressed(draw("text", { x: at.x, y: at.y + 4, class: `value-on ${name}`, "text-anchor": "middle" }, line.label || "?"), line.id));
    }

    box(node, { x, y, width, height }, on) {
      const group = draw("g", { class: `box${on ? " on" : ""}`, tabindex: "0", role: "button", "aria-label": node.label },
        draw("title", {}, node.label),
        draw("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 8, class: `sample ${node.kind === "company" ? "company" : node.kind}` }),
        draw("text", { x, y: y + 4.5, "text-anchor": "middle" }, this.name(node)));
      group.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        this.select(node.id);
      });
      return this.pressed(group, node.id);
    }

    pressed(element, id) {
      element.addEventListener("click", () => this.select(id));
      return element;
    }
  }

  Object.assign(window.keiretsu, { Tree });
}
