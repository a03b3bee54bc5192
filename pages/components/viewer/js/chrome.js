// What stands around the panes: the bar, the panel with what is known of the image, the card of keys, the line that says what happened.
import { PRESETS } from "./grey.js"
import { KEYS, MOUSE } from "./keys.js"
import { GAINS } from "./acts.js"
import { make } from "./pane.js"

const TOOLS = { window: ["contrast", "Window and level"], move: ["pan_tool", "Move"], zoom: ["zoom_in", "Zoom"], lens: ["search", "Magnifier"],
  ruler: ["straighten", "Ruler"], angle: ["square_foot", "Angle"], ratio: ["cardiology", "Cardiothoracic ratio"] }
const ARROWS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", "Shift+": "⇧ " }
const keyName = (key) => key.replaceAll(/Arrow\w+|Shift\+/g, (k) => ARROWS[k])
const pairs = (rows) => make("dl", {}, ...rows.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]))
const titled = (made, title) => { made.title = title; made.setAttribute("aria-label", title); return made }
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
    this.tools = Object.entries(TOOLS).map(([id, [sign, title]]) => [id, button(sign, title, () => v.chooseTool(v.tool === id ? "window" : id))])
    this.before = button("chevron_left", "Image before (←)", () => v.turn(-1))
    this.after = button("chevron_right", "Next image (→)", () => v.turn(1))
    this.count = make("span", { class: "count" })
    this.preset = select("Window", (id) => v.choosePreset(id), PRESETS.map((p) => [p.id, `${p.key} ${p.name}`, p.says]))
    this.invert = button("invert_colors", "Invert (i)", () => v.invert())
    this.layouts = [1, 2, 3, 4].map((n) => button(String(n), n === 1 ? "1 pane" : `${n} panes`, () => v.layout(n)))
    this.sync = button("link", "Panes move together (s)", () => v.setSync(!v.sync))
    this.large = button("open_in_full", "Enlarge (e)", () => v.enlarge(!v.modal))
    this.facts = button("info", "What is known of the image (g)", () => v.togglePanel())
    this.full = button("fullscreen", "Full screen (f)", () => v.fullScreen())
    const bar = make("div", { class: "bar", role: "toolbar", "aria-label": "Viewer" },
      group("Images", this.before, this.count, this.after), group("Tool of a drag", ...this.tools.map(([, made]) => made)),
      group("Grey levels", this.preset, this.invert),
      group("Place", button("fit_screen", "Fit (0)", () => v.fit()), button("1:1", "Pixel for pixel (z)", () => v.actual()),
        button("rotate_90_degrees_cw", "Turn (t)", () => v.rotate(1)), button("flip", "Flip left and right (h)", () => v.mirror(false)),
        button("undo", "All as at first (u)", () => v.reset())),
      group("Panes", ...this.layouts, this.sync), group("Screen", this.facts, this.full, button("keyboard", "Keys (?)", () => v.help()), this.large))
    this.overlay = select("Overlay", (name) => v.setOverlay(name))
    this.opacity = titled(make("input", { type: "range" }), "Opacity of the overlay")
    this.opacity.oninput = () => { v.opacity = Number(this.opacity.value) / 100; v.draw() }
    this.gain = select("Gain of the difference", (gain) => { v.gain = Number(gain); this.refresh(); v.draw() }, GAINS.map((g) => [String(g), `× ${g}`]))
    this.legend = make("p", { class: "legend" })
    this.knobs = make("div", { class: "knobs" }, make("label", {}, "Overlay", this.overlay), make("label", {}, "Opacity", this.opacity),
      make("label", {}, "Gain", this.gain), this.legend)
    v.root.append(bar, make("div", { class: "body" }, this.panes, this.panel), this.knobs, this.status, this.card)
  }
  refresh() {
    const v = this.viewer, press = (made, on) => made.setAttribute("aria-pressed", String(!!on))
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
    this.legend.textContent = differs ? `Orange: first brighter, blue: second. Full colour: ${full} of 255 greys of each film's own window.`
      : v.overlay === "alike" ? "Blue: the same as in the second film, at the same place once that is registered." : ""
    if (v.modal) this.panel.append(this.knobs)
    else v.root.insertBefore(this.knobs, this.status)
  }
  tellOf(film) {
    const v = this.viewer, about = film?.about || {}, facts = [...(about.facts || [])]
    if (film) {
      facts.push(["Pixels", `${film.width} × ${film.height}, ${film.bits} bits`], ["Spacing", film.spacing
        ? `${film.spacing[1]} mm${film.spacing_at === "patient" ? "" : " at the detector"}` : "unknown: measures are in pixels"])
    }
    const ways = v.data.ways.filter((way) => film && (!way.kind || way.kind === about.kind)).map((way) =>
      Object.assign(make("button", { type: "button", class: "way" }, way.label), { onclick: () => v.close(["went", { way: way.id, ...v.current }]) }))
    if (film) ways.unshift(make("a", { class: "way", href: v.address(v.current).replace("/film?", "/film.png?"), download: about.png }, "Download PNG"))
    this.panel.replaceChildren(make("h2", {}, film ? about.word + (about.simulated ? " · simulated" : "") : "No image"), pairs(facts),
      make("div", { class: "ways" }, ...ways), make("p", { class: "legend" }, v.without || ""))
    this.refresh()
  }
  say(text) { this.status.textContent = text }
  help() {
    this.card.hidden = !this.card.hidden
    if (this.card.hidden) return this.viewer.active.root.focus({ preventScroll: true })
    const part = (title, rows) => make("div", {}, make("h3", {}, title), pairs(rows))
    const keys = KEYS.map(([title, rows]) => part(title, rows.map(([all, what]) => [[all].flat().map(keyName).join("  "), what])))
    this.card.replaceChildren(button("close", "Close (?)", () => this.help()), make("h2", {}, "Keys"), ...keys, part("Mouse and fingers", MOUSE))
    this.card.focus()
  }
}
