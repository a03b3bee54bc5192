// The viewer: images to go through, panes, the view that they share, the tool in hand. Its dialog stands in the page, or lies over it.
import { Acts } from "./acts.js"
import * as address from "./address.js"
import { Chrome } from "./chrome.js"
import { load } from "./film.js"
import { GlPainter, imitated } from "./gl.js"
import { relative, short, shown } from "./grey.js"
import { pressed } from "./keys.js"
import { isDone } from "./measures.js"
import { PlainPainter } from "./paint.js"
import { COMPARED, make, Pane } from "./pane.js"
import { listen } from "./pointer.js"
import { fresh } from "./view.js"

const USUAL = ["self", "b0", "difference", "b1"]
const BLINKS = 700 // milliseconds: slower than three times a second, which nobody has to fear

export class Viewer extends Acts {
  constructor(parent) {
    super()
    this.shell = make("dialog", { class: "shell", "aria-label": "Viewer", tabindex: "-1" })
    this.root = make("div", { class: "viewer" })
    this.shell.append(this.root)
    parent.append(this.shell)
    this.shell.viewer = this
    Object.assign(this, { panes: [], sync: true, tool: "window", gain: 2, opacity: 0.5, overlay: "", index: 0, items: [], cursor: null,
      lensAt: null, blinked: false, painted: 0, modal: false, moving: false, measuredFilms: new WeakMap() })
    this.view = fresh()
    this.painter = this.choosePainter(new URLSearchParams(location.search).get("painter"))
    this.chrome = new Chrome(this)
    this.setPanes(["self"])
    this.onKey = (e) => this.key(e)
    addEventListener("keydown", this.onKey, true)
    this.shell.addEventListener("cancel", (e) => { e.preventDefault(); this.escape() })
    this.resizing = new ResizeObserver(() => this.draw())
    this.resizing.observe(this.root)
    this.blinking = setInterval(() => {
      if (this.panes.some((p) => p.compared === "blink")) { this.blinked = !this.blinked; this.draw() }
    }, BLINKS)
  }
  end() {
    removeEventListener("keydown", this.onKey, true)
    clearInterval(this.blinking)
    this.resizing.disconnect()
    if (this.modal) this.tellAddress(true)
    this.shell.remove()
  }
  choosePainter(asked) {
    try {
      const gl = asked === "2d" ? null : new GlPainter()
      if (gl && (asked === "webgl2" || !imitated(gl.renderer))) return gl
      if (!gl) this.without = "Drawn without WebGL2, as the address asks."
    } catch (error) { this.without = `Drawn without WebGL2, which this browser does not offer (${error.message}); large films may be slower.` }
    return new PlainPainter()
  }
  paintWith(draw) {
    try { draw(this.painter); if (!this.painter.lost) return } catch (error) { if (this.painter.name === "2D") throw error }
    this.without = "The graphics card gave up; drawn without WebGL2 from here on."
    this.painter = new PlainPainter()
    for (const pane of this.panes) { pane.canvas.replaceWith(pane.canvas = pane.canvas.cloneNode()); pane.pen = null; pane.cell = {} }
    this.draw()
  }

  // What the page says: images, which one, which panes. Called at every run of the page in which something changed.
  update(data, tell) {
    const first = !this.data, known = this.current
    this.data = data
    this.tell = tell
    this.items = data.items
    const ahead = known && this.following ? data.items.findIndex((item) => this.same(item, known)) : -1 // the page has yet to hear of it
    this.index = ahead < 0 ? data.at : ahead
    const said = first && address.read(), asked = said && (data.mode !== "inline" || said.big) ? said : null // the other viewer's, if not big
    if (first || data.panes.join() !== this.dataPanes) this.setPanes(asked?.panes || data.panes)
    this.dataPanes = data.panes.join()
    if (asked?.window) this.wanted = asked.window
    if (asked?.wrong) this.wrong = asked.wrong
    this.root.style.setProperty("--height", `${data.height}px`)
    this.shell.classList.toggle("inline", data.mode === "inline")
    if (first) this.stand()
    if (data.mode === "inline" ? asked : data.ask !== this.answered) this.enlarge()
    this.answered = data.ask
    if (!this.modal && address.read().big) this.tellAddress(true) // a run that began before it was closed brought it back
    this.refresh()
  }
  same(a, b) { return a.set === b.set && a.image === b.image }
  get current() { return this.items[this.index] }
  address(ref) {
    const site = window.__streamlit?.BACKEND_BASE_URL || location.origin
    const query = new URLSearchParams({ set: ref.set, image: ref.image, ...(ref.layer ? { layer: ref.layer } : {}),
      ...(ref.with ? { with_set: ref.with.set, with_image: ref.with.image } : {}) })
    return `${site.replace(/\/+$/, "")}/film?${query}`
  }
  ref(source, index = this.index) {
    const item = this.items[index]
    if (source === "self") return item || null
    if (source[0] === "b") return item?.beside?.[Number(source[1])] || null
    return this.items[index + Number(source[1])] || null
  }
  // The image that the first is compared with: that of the first pane with another film, else the first beside it, else the next one.
  get partner() {
    const shown = this.panes.map((p) => p.source).filter((s) => s !== "self" && !(s in COMPARED))
    return [...shown, "b0", "n1"].map((s) => this.ref(s)).find(Boolean) || null
  }
  sources() {
    const item = this.current, found = [["self", "This image"]]
    for (const [i, ref] of (item?.beside || []).entries()) found.push([`b${i}`, ref.label])
    for (const i of [1, 2, 3]) if (this.items[this.index + i]) found.push([`n${i}`, i === 1 ? "Next image" : `${i} images on`])
    if (this.partner) for (const [id, name] of Object.entries(COMPARED)) found.push([id, name])
    return found
  }
  setPanes(sources) {
    while (this.panes.length > sources.length) this.panes.pop().root.remove()
    while (this.panes.length < sources.length) {
      const pane = new Pane(this, this.panes.length)
      pane.view = this.sync ? this.view : { ...this.view }
      this.panes.push(pane)
      this.chrome.panes.append(pane.root)
      listen(pane)
    }
    sources.forEach((source, i) => { this.panes[i].source = source })
    this.chrome.panes.dataset.count = sources.length
    if (!this.panes.includes(this.active)) this.activate(this.panes[0])
  }
  layout(count) {
    const now = this.panes.map((p) => p.source), offered = this.sources().map(([id]) => id), item = this.current
    const usual = item?.beside?.length ? USUAL : ["self", "n1", "n2", "n3"]
    const rest = [...usual, ...offered].filter((s) => offered.includes(s) && !now.includes(s))
    while (now.length < count) now.push(rest.shift() || "self")
    this.setPanes(now.slice(0, count))
    this.refresh()
    this.say(`${count} ${count === 1 ? "pane" : "panes"}`)
  }
  show(pane, source) { pane.source = source; this.refresh() }
  refresh() {
    for (const pane of this.panes) {
      const compared = pane.source in COMPARED ? pane.source : ""
      const partner = this.partner
      if (compared) pane.take(partner && this.current, partner, compared)
      else pane.take(this.ref(pane.source), this.overlay === "difference" && pane.source === "self" ? partner : null, "")
    }
    this.chrome.refresh()
    this.tellAddress()
  }
  // A film is there: the window of the address, words on it, and the films that may be wanted next.
  arrived(pane) {
    const { film } = pane
    if (film && this.wanted && pane === this.panes[0]) {
      Object.assign(this.view, { preset: "own", which: 0, ...relative(film, this.wanted) })
      this.wanted = null
    }
    if (film && this.wrong && pane === this.panes[0]) { pane.say(this.wrong, "note"); this.wrong = "" }
    if (pane === this.panes[0]) {
      this.chrome.tellOf(film)
      for (const step of [1, -1]) {
        for (const source of ["self", "b0"]) { const ref = this.ref(source, this.index + step); if (ref) load(this.address(ref)).catch(() => {}) }
      }
    }
    this.draw()
  }
  measuresOf(film) {
    if (!this.measuredFilms.has(film)) this.measuredFilms.set(film, [])
    return this.measuredFilms.get(film)
  }
  async layerOver(pane, ref) {
    pane.mask = null
    const name = this.overlay, pair = name === "alike" && pane.source === "self" ? this.partner : null
    if (!name || name === "difference" || !(pair || pane.film?.about.layers?.includes(name))) return
    const film = pane.film
    try {
      const mask = await load(this.address({ ...ref, layer: name, with: pair }))
      if (pane.film === film && this.overlay === name && (!pair || this.partner === pair)) { pane.mask = mask; this.draw() }
    } catch (error) { pane.say([error.message, error.hint].filter(Boolean).join(" "), "note") }
  }

  // Drawing, once a frame at most.
  draw() {
    if (this.frame) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      const begun = performance.now()
      for (const pane of this.panes) pane.paint()
      this.painted++
      this.took = performance.now() - begun
    })
  }

  // Going through the images; the page is told, so that it can follow, or send more of them.
  turn(by) {
    const to = Math.min(this.items.length - 1, Math.max(0, this.index + by))
    if (to === this.index) return this.say(by > 0 ? "This is the last image" : "This is the first image")
    this.index = to
    this.refresh()
    this.say(`Image ${this.data.first + to + 1} of ${this.data.total}`)
    const near = Math.min(to, this.items.length - 1 - to) < 3 && this.items.length < this.data.total
    if (this.data.follows || near) { clearTimeout(this.following); this.following = setTimeout(() => { this.following = 0; this.tell("turned", this.current) }, 250) }
  }

  // The dialog
  stand() {
    if (this.data.mode !== "inline") return
    this.shell.setAttribute("open", "")
    this.shell.setAttribute("role", "region")
  }
  enlarge(on = true) {
    if (!on || this.modal) return on || this.close()
    this.shell.removeAttribute("open")
    this.shell.removeAttribute("role")
    this.shell.showModal()
    this.modal = true
    this.shell.classList.add("large")
    this.panes[0].root.focus({ preventScroll: true })
    this.refresh()
  }
  escape() {
    if (!this.chrome.card.hidden) return this.help()
    const last = this.active?.measures.at(-1)
    if (last && !isDone(last)) return this.removeMeasure()
    if (this.tool !== "window") return this.chooseTool("window")
    this.close()
  }
  close(told = ["closed", Date.now()]) {
    if (!this.modal) return
    if (document.fullscreenElement) document.exitFullscreen()
    this.shell.close()
    this.modal = false
    this.shell.classList.remove("large")
    this.tellAddress(true)
    this.stand()
    if (this.data.mode !== "inline" || told[0] === "went") this.tell(...told)
    else this.refresh()
  }
  fullScreen() {
    const there = this.shell.getRootNode().fullscreenElement || document.fullscreenElement
    if (there) document.exitFullscreen()
    else this.root.requestFullscreen?.().catch((error) => this.say(`No full screen: ${error.message}`))
  }
  togglePanel() { this.root.classList.toggle("bare"); this.chrome.refresh(); this.draw() }
  help() { this.chrome.help() }
  say(text) { this.chrome.say(text || "") }
  key(event) {
    const inside = event.composedPath().includes(this.shell)
    if (!this.modal && !inside) return
    const ours = event.key !== "Escape" && pressed(this, event)
    if (event.key === "Escape" && !this.modal && this.tool !== "window") this.escape()
    if (ours || !(event.ctrlKey || event.metaKey || event.altKey)) event.stopImmediatePropagation() // r and c would reach Streamlit
  }
  tellAddress(closed = false) {
    const inline = this.data.mode === "inline", { film, view } = this.panes[0]
    if (closed) return address.write({ [inline ? "big" : "open"]: "", panes: "", window: "" })
    if (!this.modal || !this.current) return
    const w = film && shown(film, view), usual = view.preset === "own" && view.which === 0 && view.shift === 0 && view.stretch === 1
    const panes = this.panes.map((p) => p.source).join()
    address.write({
      ...(inline ? { big: "1" } : { open: `${this.current.set}.${this.current.image}` }), panes: panes === this.data.panes.join() ? "" : panes,
      ...(film && !this.wanted && !this.wrong ? { window: usual ? "" : `${short(w.centre, w.width)},${short(w.width, w.width)}` } : {}),
    })
  }
}
