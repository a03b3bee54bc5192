"use strict";
// Zooms the plots: areas are stretched, marks are moved, ticks are made anew. What is drawn stays as it is without this.
const forward = { linear: (v) => v, log: (v) => Math.log10(Math.max(v, 1e-12)), asinh: Math.asinh };
const back = { linear: (v) => v, log: (v) => 10 ** v, asinh: Math.sinh };
const clamp = (v, low, high) => Math.min(Math.max(v, low), high);
const make = (name, given) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(given)) element.setAttribute(key, value);
  return element;
};
const said = (v) => String(Number(v.toPrecision(6))).replace("-", "−");

function ticks(scale, low, high, pixels) {
  const even = (from, to) => {
    const rough = ((to - from) * 64) / pixels, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough), found = [];
    for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) found.push(Number((i * step).toPrecision(12)));
    return found;
  };
  if (scale === "linear") return even(low, high);
  const sizes = [];
  for (let e = -6; e < 7; e++) for (const m of [1, 5, 2]) sizes.push(m * 10 ** e);
  const all = scale === "log" ? sizes : [0, ...sizes.filter((s) => s >= 1).flatMap((s) => [s, -s])];
  const rank = (v) => (v === 0 ? 0 : { 1: 1, 5: 2, 2: 3 }[Math.abs(v).toExponential()[0]]);
  const chosen = [];
  for (const v of all.sort((a, b) => rank(a) - rank(b) || Math.abs(a) - Math.abs(b))) {
    const at = forward[scale](v);
    const free = chosen.every((c) => (Math.abs(at - forward[scale](c)) / (high - low)) * pixels >= 46);
    if (at >= low && at <= high && free) chosen.push(v);
  }
  return chosen.length > 2 ? chosen : even(back[scale](low), back[scale](high)).filter((v) => forward[scale](v) >= low);
}

function zoom(plot) {
  const [left, top, width, height] = plot.dataset.area.split(",").map(Number);
  const sides = ["x", "y"].map((side) => {
    const [scale, low, high] = plot.dataset[side].split(",");
    return { scale, low: Number(low), high: Number(high) };
  });
  const both = plot.dataset.zooms === "xy", drawn = plot.querySelector(".drawn"), grid = plot.querySelector(".grid");
  let now = [0, 0, 1, 1]; // what is seen, in shares of the area: x0, y0, x1, y1 from its upper left
  const draw = () => {
    const sx = 1 / (now[2] - now[0]), sy = 1 / (now[3] - now[1]);
    const dx = left - (left + now[0] * width) * sx, dy = top - (top + now[1] * height) * sy;
    for (const area of drawn.querySelectorAll(".area")) area.setAttribute("transform", `matrix(${sx} 0 0 ${sy} ${dx} ${dy})`);
    for (const one of drawn.querySelectorAll("[data-at]")) {
      const [x, y] = one.dataset.at.split(",").map(Number), at = [x * sx + dx, y * sy + dy];
      if (one.tagName === "circle") { one.setAttribute("cx", at[0]); one.setAttribute("cy", at[1]); }
      else one.setAttribute("transform", `translate(${at[0]} ${at[1]})`);
    }
    for (const old of grid.querySelectorAll(".tick")) old.remove();
    sides.forEach((side, i) => {
      if (i && !both) return;
      const span = side.high - side.low, pixels = i ? height : width;
      const from = i ? side.high - now[3] * span : side.low + now[0] * span, to = i ? side.high - now[1] * span : side.low + now[2] * span;
      for (const value of ticks(side.scale, from, to, pixels)) {
        const share = (forward[side.scale](value) - from) / (to - from);
        const tick = make("g", { class: "tick", transform: i ? `translate(0 ${top + (1 - share) * height})` : `translate(${left + share * width} 0)` });
        tick.append(make("line", i ? { x1: left, x2: left + width } : { y1: top, y2: top + height }));
        const text = make("text", i ? { x: left - 7, y: 4, "text-anchor": "end" } : { y: top + height + 17, "text-anchor": "middle" });
        text.textContent = said(value);
        tick.append(text);
        grid.append(tick);
      }
    });
  };
  const see = (x0, y0, x1, y1) => {
    const w = clamp(x1 - x0, 1e-4, 1), h = both ? clamp(y1 - y0, 1e-4, 1) : 1;
    x0 = clamp(x0, 0, 1 - w);
    y0 = both ? clamp(y0, 0, 1 - h) : 0;
    now = [x0, y0, x0 + w, y0 + h];
    draw();
  };
  const around = (factor, x = (now[0] + now[2]) / 2, y = (now[1] + now[3]) / 2) =>
    see(x + (now[0] - x) * factor, y + (now[1] - y) * factor, x + (now[2] - x) * factor, y + (now[3] - y) * factor);
  const buttons = plot.parentElement.querySelector(".buttons");
  buttons.hidden = false;
  buttons.onclick = (event) => {
    const act = event.target.dataset.zoom;
    if (act) act === "all" ? see(0, 0, 1, 1) : around(act === "in" ? 0.6 : 1 / 0.6);
  };
  const place = (event) => {
    const box = plot.getBoundingClientRect(), scale = plot.viewBox.baseVal.width / box.width;
    return [clamp(((event.clientX - box.left) * scale - left) / width, 0, 1), clamp(((event.clientY - box.top) * scale - top) / height, 0, 1)];
  };
  const seen = ([x, y]) => [now[0] + x * (now[2] - now[0]), now[1] + y * (now[3] - now[1])];
  let from = null, pulled = null;
  plot.onpointerdown = (event) => {
    if (event.pointerType === "touch" || event.button) return;
    from = place(event);
    plot.setPointerCapture(event.pointerId);
  };
  plot.onpointermove = (event) => {
    if (!from) return;
    const to = place(event);
    pulled ??= plot.appendChild(make("rect", { class: "pulled" }));
    const [y, h] = both ? [Math.min(from[1], to[1]), Math.abs(from[1] - to[1])] : [0, 1];
    const box = { x: left + Math.min(from[0], to[0]) * width, y: top + y * height, width: Math.abs(from[0] - to[0]) * width, height: h * height };
    for (const [key, value] of Object.entries(box)) pulled.setAttribute(key, value);
  };
  plot.onpointerup = (event) => {
    const to = place(event), [a, b] = from ? [seen(from), seen(to)] : [];
    const wide = from && Math.abs(from[0] - to[0]) * width > 6 && (!both || Math.abs(from[1] - to[1]) * height > 6);
    if (wide) see(Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1]));
    pulled?.remove();
    from = pulled = null;
  };
  plot.onpointercancel = () => { pulled?.remove(); from = pulled = null; };
  plot.ondblclick = () => see(0, 0, 1, 1);
  plot.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    around(event.deltaY > 0 ? 1.25 : 0.8, ...seen(place(event)));
  }, { passive: false });
}
for (const plot of document.querySelectorAll("svg.plot")) zoom(plot);

const large = document.getElementById("large"), shown = document.getElementById("shown"), words = document.getElementById("said");
for (const button of document.querySelectorAll(".open")) {
  button.onclick = () => {
    const pair = button.closest(".pair"), films = [...(pair ?? button.closest(".film")).querySelectorAll("img")];
    shown.replaceChildren(...films.map((film) => film.cloneNode()));
    words.textContent = films.map((film) => film.closest(".film").querySelector("figcaption").textContent.trim()).join("  |  ");
    large.showModal();
  };
}
document.getElementById("close").onclick = () => large.close();
large.onclick = (event) => { if (event.target === large) large.close(); };

const save = document.getElementById("save"), data = document.getElementById("report");
if (save && data) {
  save.hidden = false;
  save.onclick = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([data.textContent], { type: "application/json" }));
    link.download = "report.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
}
