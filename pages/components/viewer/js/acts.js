// What keys and buttons do to views, panes and measures; the viewer has the rest.
import { preset, relative } from "./grey.js"
import { TOOLS } from "./keys.js"
import { ASKS, isDone, putPoint, words } from "./measures.js"
import { COMPARED, make } from "./pane.js"
import { actual, fitted, flipped, fresh, move, turned, zoomAt } from "./view.js"

export const GAINS = [1, 2, 4, 8, 16, 32]
const RESTS = 150 // milliseconds
const STEP = 40 // pixels of the screen that an arrow moves the film
const toward = (key, by) => ({ ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] })[key]

export class Acts {
  change(act, pane = this.active) {
    if (!pane?.film) return
    act(pane.view, pane.film, pane.size)
    if (pane.message.dataset.tone === "note") pane.say("") // it was read, and may lie over the film
    this.moving = true // drafts are drawn until nothing has moved for a moment
    this.draw()
    clearTimeout(this.telling)
    this.telling = setTimeout(() => { this.moving = false; this.draw(); this.tellAddress(); this.chrome.refresh() }, RESTS)
  }
  choosePreset(id) {
    this.change((view, film) => {
      view.which = id === "own" && view.preset === "own" && view.shift === 0 && view.stretch === 1 ? view.which + 1 : 0
      if (id === "region") view.region = relative(film, preset(film, "region", 0, this.active.seen))
      Object.assign(view, { preset: id, shift: 0, stretch: 1 })
    })
    this.chrome.refresh()
  }
  invert() { this.change((view) => { view.invert = !view.invert }); this.chrome.refresh() }
  zoom(factor) { this.change((view, film, size) => zoomAt(film, size, view, factor, size.width / 2, size.height / 2)) }
  fit() { this.change(fitted) }
  actual() { this.change((view, film, size) => actual(film, size, view)) }
  reset() { this.change((view) => Object.assign(view, fresh())); this.say("As at first") }
  rotate(quarters) { this.change((view) => turned(view, quarters)) }
  mirror(upright) { this.change((view) => flipped(view, upright)) }
  nudge(key) { this.change((view, film, size) => move(film, size, view, ...toward(key, -STEP))) }
  setSync(on) {
    this.sync = on
    for (const pane of this.panes) pane.view = on ? this.active.view : { ...pane.view }
    this.view = this.panes[0].view
    this.chrome.refresh()
    this.draw()
    this.say(on ? "Panes move together" : "Each pane moves by itself")
  }
  activate(pane, focus = false) {
    this.active = pane
    for (const p of this.panes) p.root.classList.toggle("active", p === pane && this.panes.length > 1)
    if (focus) pane.root.focus({ preventScroll: true })
  }
  more(direction) {
    const pane = this.panes.find((p) => p.compared === "blend" || p.compared === "swipe")
    if (pane && this.active.compared !== "difference") pane.setShare(pane.share + direction * 0.05)
    else this.gain = GAINS[Math.min(GAINS.length - 1, Math.max(0, GAINS.indexOf(this.gain) + direction))]
    this.chrome.refresh()
    this.draw()
  }
  nextComparison() {
    const pane = this.panes.find((p) => p.compared) || this.active, all = Object.keys(COMPARED)
    if (this.partner) this.show(pane, all[(all.indexOf(pane.source) + 1) % all.length])
  }
  overlays() { return ["", ...(this.panes[0].film?.about.layers || []), ...(this.partner ? ["difference", "alike"] : [])] }
  setOverlay(name) { this.overlay = name; this.refresh(); this.say(name ? `Overlay: ${name}` : "No overlay") }
  nextOverlay() { const all = this.overlays(); this.setOverlay(all[(all.indexOf(this.overlay) + 1) % all.length]) }

  // Measures; by keys a cross is moved over the film, by pixels of the screen as the pointer is.
  chooseTool(asked) {
    const tool = this.tool === asked ? "window" : asked
    const { film, size, stage } = this.active
    this.tool = tool
    this.cursor = tool in ASKS && film ? this.active.point(stage.clientWidth / 2, stage.clientHeight / 2) : null
    this.lensAt = tool === "lens" ? [size.width / 2, size.height / 2] : null
    this.chrome.refresh()
    this.say(tool in ASKS ? `${ASKS[tool][0]}. Click, or arrows and Enter.` : TOOLS[tool][1])
    this.draw()
  }
  moveCursor(key, by) {
    if (!this.active.film || !this.cursor) return
    const [x, y] = this.active.place(this.cursor), [dx, dy] = toward(key, by)
    this.cursor = this.active.point(x + dx, y + dy)
    this.draw()
  }
  putPoint() { if (this.cursor && this.active.film) this.addPoint(this.active, [...this.cursor]) }
  addPoint(pane, point) {
    const last = putPoint(pane.film, pane.measures, this.tool, point)
    this.cursor = [...point]
    this.say(isDone(last) ? words(pane.film, last) : ASKS[this.tool][last.points.length])
    this.draw()
  }
  // What is seen now, as a picture: window, measures and overlays are in it, and under each film what it is.
  async save() {
    const box = this.chrome.panes.getBoundingClientRect(), k = this.active.density
    const sheet = make("canvas", { width: Math.round(box.width * k), height: Math.round(box.height * k) }), pen = sheet.getContext("2d")
    pen.scale(k, k)
    pen.translate(-box.x, -box.y)
    pen.fillRect(box.x, box.y, box.width, box.height)
    pen.fillStyle = "#e6e9ec"
    pen.font = getComputedStyle(this.active.grey).font
    pen.imageSmoothingEnabled = this.moving = false // pixels as they are, and no draft
    for (const pane of this.panes) { pane.paint(); await pane.copyTo(pen) }
    make("a", { href: sheet.toDataURL(), download: `view-${this.panes[0].film?.about.png}` }).click()
    this.say("Saved as a PNG")
  }
  removeMeasure() { this.active.measures.pop(); this.say("Measure removed"); this.draw() }
}
