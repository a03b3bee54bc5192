// What stands around the panes: the bar, the panel with what is known of the image, the card of keys, the line that says what happened.
import { PRESETS } from "./grey.js"
import { KEYS, MOUSE, ROWS, TOOLS } from "./keys.js"
import { GAINS } from "./acts.js"
import { make } from "./pane.js"

const ARROWS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", "Shift+": "⇧ " }
const keyName = (key) => key.replaceAll(/Arrow\w+|Shift\+/g, (k) => ARROWS[k])
const pairs = (rows) => make("dl", {}, ...rows.flatMap(([name, text]) => [make("dt", {}, ...[name].flat()), make("dd", {}, text)]))
const titled = (made, title) => { made.title = made.ariaLabel = title; return made }
const button = (sign, title, act) => {
  const icon = /^[a-z]/.test(sign) ? make("span", { class: "icon", "aria-hidden": "true" }, sign) : sign
  return Object.assign(titled(make("button", { type: "button" }, icon), title), { onclick: act })
}
const options = (list, all) => list.replaceChildren(...all.map(([value, text, title = ""]) => make("option", { value, title }, text)))
const select = (title, act, all = []) => {
  const made = titled(make("select"), title)
  made.onchange = () => act(made.value)
  options(made, all)
  return made
}
const group = (name, ...inside) => make("div", { class: "group", role: "group", "aria-label": name }, ...inside)

export class Chrome {
  constructor(viewer) {
    const v = (this.viewer = viewer)
    this.panes = make("div", { class: "panes" })
    this.panel = make("aside", { class: "panel", tabindex: "0", "aria-label": "What is known of the image" })
    this.status = make("p", { class: "status", role: "status" })
    this.card = make("section", { class: "card", tabindex: "0", hidden: true, "aria-label": "Keys" })
    const by = (sign, key) => { // a button that does what a key does, and says so
      const [, what, act] = ROWS.get(key)
      return button(sign, `${what} (${keyName(key)})`, () => act(v, { key, code: key }))
    }
    this.tools = Object.entries(TOOLS).map(([id, [sign, , key]]) => [id, by(sign, key)])
    this.before = by("chevron_left", "ArrowLeft")
    this.after = by("chevron_right", "ArrowRight")
    this.count = make("span", { class: "count" })
    this.preset = select("Window", (id) => v.choosePreset(id), PRESETS.map((p) => [p.id, `${p.key} ${p.name}`, p.says]))
    this.invert = by("invert_colors", "i")
    this.layouts = [1, 2, 3, 4].map((n) => by(String(n), `Shift+${n}`))
    this.sync = by("link", "s")
    this.large = by("open_in_full", "e")
    this.facts = by("info", "g")
    this.full = by("fullscreen", "f")
    const bar = make("div", { class: "bar", role: "toolbar", "aria-label": "Viewer" },
      group("Images", this.before, this.count, this.after), group("Tools", ...this.tools.map(([, made]) => made)),
      group("Grey levels", this.preset, this.invert),
      group("Place", by("fit_screen", "0"), by("1:1", "z"), by("rotate_90_degrees_cw", "t"), by("flip", "h"), by("undo", "u")),
      group("Panes", ...this.layouts, this.sync), group("Screen", by("download", "y"), this.facts, this.full, by("keyboard", "?"), this.large))
    this.overlay = select("Overlay", (name) => v.setOverlay(name))
    this.opacity = titled(make("input", { type: "range" }), "Opacity of the overlay")
    this.opacity.oninput = () => { v.opacity = this.opacity.value / 100; v.draw() }
    this.gain = select("Gain of the difference", (gain) => { v.gain = Number(gain); this.refresh(); v.draw() }, GAINS.map((g) => [String(g), `× ${g}`]))
    this.legend = make("p", { class: "legend" })
    this.knobs = make("div", { class: "knobs" }, make("label", {}, "Overlay", this.overlay), make("label", {}, "Opacity", this.opacity),
      make("label", {}, "Gain", this.gain), this.legend)
    v.root.append(bar, make("div", { class: "body" }, this.panes, this.panel), this.knobs, this.status, this.card)
  }
  refresh() {
    const v = this.viewer, press = (made, on) => { made.ariaPressed = !!on }
    if (!v.data) return
    for (const [id, made] of this.tools) press(made, v.tool === id)
    press(this.invert, v.active.view.invert)
    press(this.sync, v.sync)
    press(this.facts, !v.root.classList.contains("bare"))
    this.layouts.forEach((made, i) => press(made, v.panes.length === i + 1))
    this.preset.value = v.active.view.preset
    this.before.disabled = v.index === 0
    this.after.disabled = v.index === v.items.length - 1
    this.count.textContent = `${v.data.first + v.index + 1} / ${v.data.total}`
    this.sync.hidden = v.panes.length < 2
    this.full.hidden = this.facts.hidden = !v.modal
    this.large.firstChild.textContent = v.modal ? "close" : "open_in_full"
    titled(this.large, v.modal ? "Close (Escape)" : "Enlarge (e)")
    const sources = v.sources(), overlays = v.overlays()
    for (const pane of v.panes) {
      options(pane.choice, sources)
      pane.choice.value = pane.source
      pane.choice.hidden = sources.length < 2
    }
    options(this.overlay, overlays.map((name) => [name, name.replaceAll("_", " ") || "none"]))
    this.overlay.value = v.overlay
    this.opacity.value = String(v.opacity * 100)
    this.gain.value = String(v.gain)
    const differs = v.overlay === "difference" || v.panes.some((p) => p.compared === "difference")
    this.overlay.parentNode.hidden = overlays.length < 2
    this.opacity.parentNode.hidden = !v.overlay
    this.gain.parentNode.hidden = !differs
    const full = Math.max(1, Math.round(96 / v.gain))
    this.legend.textContent = [differs && `Orange: first brighter, blue: second. Full colour: ${full} of 255 greys of each film's own window.`,
      v.overlay === "alike" && "Blue over the film: the same as in the second one, once that is registered."].filter(Boolean).join(" ")
    const home = v.modal ? this.panel : v.root // moved only where it must be: what is moved loses the focus
    if (this.knobs.parentNode !== home) home.insertBefore(this.knobs, v.modal ? home.children[1] : this.status)
  }
  tellOf(film) {
    const v = this.viewer, about = film?.about || {}, facts = [...(about.facts || [])]
    if (film) { // behind what names the image, before how it was made
      facts.splice(facts.findIndex(([name]) => name === "Image") + 1, 0, ["Pixels", `${film.width} × ${film.height}, ${film.bits} bits`], ["Spacing", film.spacing
        ? `${film.spacing[1]} mm${film.spacing_at === "patient" ? "" : " at the detector"}` : "unknown: measures are in pixels"])
    }
    const ways = v.data.ways.filter((way) => film && (!way.kind || way.kind === about.kind)).map((way) =>
      Object.assign(make("button", { type: "button", class: "way" }, way.label), { onclick: () => v.close(["went", { way: way.id, ...v.current }]) }))
    if (film) ways.unshift(make("a", { class: "way", href: v.address(v.current).replace("/film?", "/film.png?"), download: about.png }, "Download the image"))
    this.panel.replaceChildren(make("h2", {}, film ? about.word + (about.simulated ? " · simulated" : "") : "No image"), pairs(facts),
      make("div", { class: "ways" }, ...ways), make("p", { class: "legend" }, v.without || ""))
    this.refresh()
  }
  say(text) { this.status.textContent = text }
  help() {
    this.card.hidden = !this.card.hidden
    if (this.card.hidden) return this.viewer.active.root.focus({ preventScroll: true })
    const part = (title, rows) => make("div", {}, make("h3", {}, title), pairs(rows))
    const keys = KEYS.map(([title, rows]) => part(title, rows.map(([all, what]) => [[all].flat().map((key) => make("kbd", {}, keyName(key))), what])))
    this.card.replaceChildren(button("close", "Close (?)", () => this.help()), make("h2", {}, "Keys"), ...keys, part("Mouse and fingers", MOUSE))
    this.card.focus()
  }
}
