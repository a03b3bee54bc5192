// One pane: a film, or two of them compared; its canvas, measures, labels, and what went wrong.
import { load } from "./film.js"
import { greys, shares, short, shown, windowOf } from "./grey.js"
import { draw as drawMeasures, element } from "./measures.js"
import { mapping, onto, part, scale, side, toFilm, toPane } from "./view.js"

const { floor, round } = Math

export const COMPARED = { difference: "Difference", blend: "Blend", blink: "Blink", swipe: "Swipe" }
const DENSEST = 2 // device pixels of a CSS pixel; beyond, only time is lost
export const make = (name, attributes = {}, ...inside) => {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key in made && typeof value !== "string") made[key] = value
    else made.setAttribute(key, value)
  }
  made.append(...inside)
  return made
}

export class Pane {
  constructor(viewer, number) {
    this.viewer = viewer
    this.number = number
    this.source = "self"
    this.cell = {}
    this.lensCell = {}
    this.measures = []
    this.tables = new Map()
    this.root = make("div", { class: "pane", tabindex: "0", role: "group" })
    this.stage = make("div", { class: "stage" })
    this.canvas = make("canvas", { role: "img", "aria-label": "No image yet" })
    this.svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    this.svg.setAttribute("aria-hidden", "true")
    this.lens = make("canvas", { class: "lens", hidden: true, "aria-hidden": "true" })
    this.word = make("span", { class: "word" })
    this.caption = make("span", { class: "caption" })
    this.probe = make("span", { class: "probe", "aria-hidden": "true" })
    this.grey = make("output", { class: "grey", "aria-label": "Window, level, zoom" })
    this.message = make("p", { class: "message", role: "alert", hidden: true })
    this.choice = make("select", { class: "choice", "aria-label": `What pane ${number + 1} shows` })
    this.amount = make("input", { type: "range", class: "amount", min: "0", max: "100", value: "50", hidden: true })
    this.choice.onchange = () => viewer.show(this, this.choice.value)
    this.amount.oninput = () => this.setShare(this.amount.value / 100)
    this.share = 0.5
    this.stage.append(this.canvas, this.svg, this.lens, this.message)
    this.root.append(make("div", { class: "strip" }, this.word, this.probe, this.grey), this.stage,
      make("div", { class: "strip" }, this.caption, this.amount, this.choice))
  }
  get size() { return { width: this.canvas.width, height: this.canvas.height } }
  get density() { return Math.min(DENSEST, devicePixelRatio || 1) }

  setShare(share) {
    this.share = Math.min(1, Math.max(0, share))
    this.amount.value = String(round(this.share * 100))
    this.viewer.draw()
  }
  say(text, tone = "bad") {
    this.message.hidden = !text
    this.message.textContent = text || ""
    this.message.dataset.tone = tone
  }
  // Loads what the source names; another image may be asked for meanwhile.
  async take(first, second, compared) {
    const asked = (this.asked = {}), { viewer } = this
    this.compared = compared
    const waits = setTimeout(() => { if (this.asked === asked) this.root.classList.add("waits") }, 200)
    try {
      if (!first) throw new Error(compared ? "There is no second image to compare with." : "The list has no such image.")
      const [a, b] = await Promise.all([load(viewer.address(first)), second ? load(viewer.address(second)) : null])
      if (this.asked !== asked) return
      if (this.film !== a) this.measures = viewer.measuresOf(a)
      this.film = a
      this.other = b
      this.say(a.note, "note")
      viewer.layerOver(this, first)
    } catch (error) {
      if (this.asked !== asked) return
      this.film = this.other = this.mask = null
      this.say([error.message, error.hint].filter(Boolean).join(" "))
    } finally {
      clearTimeout(waits)
      if (this.asked === asked) { this.root.classList.remove("waits"); this.label(); viewer.arrived(this) }
    }
  }
  label() {
    const { film, other, compared } = this, about = film?.about || {}
    const second = other?.about || {}
    this.root.style.setProperty("--edge", compared ? "#8a949e" : about.edge || "#555")
    this.word.textContent = compared ? COMPARED[compared] : about.word || ""
    this.caption.textContent = compared && film ? `${about.word} ${about.image} and ${second.word} ${second.image}` : about.caption || ""
    this.caption.title = this.caption.textContent
    const text = compared && film ? `${COMPARED[compared]} of: ${about.alt}; and: ${second.alt}` : about.alt || "No image"
    this.canvas.ariaLabel = text
    this.root.ariaLabel = `Pane ${this.number + 1}: ${text}`
    this.amount.hidden = !(compared === "blend" || compared === "swipe")
    this.amount.ariaLabel = compared === "swipe" ? "Place of the swipe" : "Share of the first image in the blend"
  }
  greysOf(film, window, inverted) {
    const key = JSON.stringify([window, inverted])
    const found = this.tables.get(film)
    if (found?.key === key) return found.table
    const table = greys(film, window, inverted)
    this.tables.set(film, { key, table })
    if (this.tables.size > 4) this.tables.delete(this.tables.keys().next().value)
    return table
  }
  // What painters draw: two films with where they lie and their tables of greys, and how they are mixed.
  scene(map) {
    const { film: a, other, mask, viewer, compared, view } = this, b = compared || viewer.overlay === "difference" ? other : null
    const onlyB = compared === "blink" && viewer.blinked
    const first = onlyB && b ? b : a, plainMap = first === a ? map : onto(map, a, first)
    const pair = b && compared !== "blink" ? b : null, difference = !!pair && (compared === "difference" || viewer.overlay === "difference")
    a.own ||= shares(a, null)
    if (pair) pair.own ||= shares(pair, null)
    return {
      draft: viewer.moving, a: first, mapA: plainMap, low: this.greysOf(first, windowOf(first, view), view.invert), ownA: a.own,
      b: pair, mapB: pair && onto(map, a, pair), lowB: pair && this.greysOf(pair, windowOf(pair, view), view.invert), ownB: pair?.own,
      mix: compared === "blend" ? this.share : null, swipe: compared === "swipe" ? this.share : null,
      difference, alone: compared === "difference", gain: viewer.gain, opacity: viewer.opacity,
      mask: mask && !onlyB ? mask : null, mapM: mask && onto(map, a, mask),
    }
  }
  paint() {
    const { film, canvas, viewer, view } = this, box = this.stage.getBoundingClientRect()
    const width = Math.max(1, round(box.width * this.density)), height = Math.max(1, round(box.height * this.density))
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height }
    this.pen ||= canvas.getContext("2d", { alpha: false, willReadFrequently: viewer.painter.name === "2D" })
    if (!film) { this.pen.fillRect(0, 0, width, height); this.svg.replaceChildren(); this.grey.textContent = this.probe.textContent = ""; return }
    const map = mapping(film, this.size, view), scene = this.scene(map)
    viewer.paintWith((painter) => painter.draw(this.pen, this.size, scene, this.cell))
    const w = shown(scene.a, view), zoom = scale(film, this.size, view)
    const more = `${round(zoom * 100)} %${view.invert ? " inverted" : ""}${this.compared === "difference" ? " gain × " + viewer.gain : ""}`
    const moved = (view.turn ? `turned ${view.turn * 90}° ` : "") + (view.flip ? "flipped " : "")
    this.grey.replaceChildren(make("b", {}, moved), `W ${short(w.width, w.width)} L ${short(w.centre, w.width)} `, make("span", { class: "more" }, more))
    if (this.compared === "blink") this.word.textContent = `Blink ${scene.a === film ? 1 : 2}: ${scene.a.about.word}`
    drawMeasures(this.svg, film, this.measures, (p) => this.place(p), viewer.active === this ? viewer.cursor : null)
    if (this.compared === "swipe") this.svg.append(element("path", { d: `M${this.share * box.width} 0V${box.height}`, class: "cursor" }))
    for (const [dx, dy, x, y] of [[-1, 0, "2%", "50%"], [0, -1, "50%", 18]]) {
      const letters = side(scene.a, view, dx, dy)
      if (letters) this.svg.append(element("text", { x, y, class: "side" }, letters))
    }
    this.tellUnder()
    this.paintLens()
  }
  paintLens() {
    const { lens, film, viewer } = this, at = viewer.lensAt
    const on = !!at && viewer.active === this && !!film
    lens.hidden = !on
    if (!on) return
    const side = round(200 * this.density), pane = { width: side, height: side }, k = scale(film, this.size, this.view)
    if (lens.width !== side) { lens.width = side; lens.height = side }
    const [fx, fy] = toFilm(film, this.size, this.view, ...at), near = { ...this.view, x: fx / film.width, y: fy / film.height, zoom: 1 }
    near.zoom = Math.max(2.5 * k, 1) / scale(film, pane, near)
    this.lensPen ||= lens.getContext("2d", { alpha: false })
    viewer.paintWith((painter) => painter.draw(this.lensPen, pane, this.scene(mapping(film, pane, near)), this.lensCell))
    lens.style.left = `${at[0] / this.density - 100}px`
    lens.style.top = `${at[1] / this.density - 100}px`
  }
  // The values under the pointer, or under the cross of the keys.
  tellUnder() {
    const { film, other, viewer } = this, under = viewer.active === this && viewer.cursor || (this.under && film && this.point(...this.under))
    const [x, y] = under || [-1, -1], inside = film && x >= 0 && y >= 0 && x < film.width && y < film.height
    const value = (f) => +f.value(f.values[floor(y / film.height * f.height) * f.width + floor(x / film.width * f.width)]).toFixed(2)
    this.probe.textContent = inside ? `(${floor(x)}, ${floor(y)}) ${value(film)}${other ? " | " + value(other) : ""}` : ""
  }
  // Puts the pane into a picture of the panes, with its measures and with what it says of itself.
  async copyTo(pen) {
    const { x, y, width, height } = this.stage.getBoundingClientRect(), drawn = this.svg.cloneNode(true)
    pen.drawImage(this.canvas, x, y, width, height)
    const picture = new Image(width, height)
    drawn.style.cssText = `width: ${width}px; height: ${height}px; font: ${getComputedStyle(this.svg).font}`
    drawn.append(this.root.getRootNode().querySelector("style").cloneNode(true)) // shapes have their colours from classes
    picture.src = "data:image/svg+xml," + encodeURIComponent(new XMLSerializer().serializeToString(drawn))
    await picture.decode()
    pen.drawImage(picture, x, y)
    pen.fillText(`${this.word.textContent}   ${this.grey.textContent}`, x + 6, y - 7, width)
    pen.fillText(this.caption.textContent, x + 6, y + height + 16, width)
  }
  // A point of the film in CSS pixels of the pane, and back.
  place(point) { return toPane(this.film, this.size, this.view, ...point).map((v) => v / this.density) }
  point(x, y) { return toFilm(this.film, this.size, this.view, x * this.density, y * this.density) }
  get seen() { return part(this.film, this.size, this.view) }
}
