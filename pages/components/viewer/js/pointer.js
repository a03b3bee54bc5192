// Mouse, pen and fingers in a pane. Left button or one finger: the tool in hand; middle: move; right: zoom; two fingers: both.
import { grabbed, ASKS } from "./measures.js"
import { move, zoomAt } from "./view.js"

const SLOP = 4 // CSS pixels that a press may move and still be a click
const REACH = { mouse: 9, touch: 22, pen: 12 }

export const listen = (pane) => {
  const { root, stage, viewer } = pane, fingers = new Map()
  let drag = null, tapped = 0
  const on = (...what) => stage.addEventListener(...what)
  const at = (e) => { const box = stage.getBoundingClientRect(); return [e.clientX - box.left, e.clientY - box.top] }
  const device = (p) => p.map((v) => v * pane.density)
  const toolFor = (e) => {
    if (e.pointerType === "touch") return viewer.tool
    if (e.button === 1) return "move"
    if (e.button === 2) return "zoom"
    return e.shiftKey ? (viewer.tool === "window" ? "move" : "window") : viewer.tool
  }
  on("pointerdown", (e) => {
    viewer.activate(pane)
    root.focus({ preventScroll: true })
    if (!pane.film) return
    stage.setPointerCapture(e.pointerId)
    fingers.set(e.pointerId, at(e))
    if (fingers.size === 2) { drag = { tool: "pinch" }; return }
    const start = at(e), point = grabbed(pane.measures, (p) => pane.place(p), start, REACH[e.pointerType] || 9)
    const swiped = pane.compared === "swipe" && Math.abs(start[0] - pane.share * stage.clientWidth) < 12
    drag = { tool: point ? "point" : swiped ? "swipe" : toolFor(e), point, start, last: start, moved: 0, view: { ...pane.view } }
    if (drag.tool === "lens") { viewer.lensAt = device(start); viewer.draw() }
  })
  on("pointermove", (e) => {
    const now = at(e)
    pane.under = now
    pane.tellUnder()
    if (!drag) { if (viewer.tool === "lens" && viewer.active === pane) { viewer.lensAt = device(now); viewer.draw() } return }
    const before = fingers.get(e.pointerId)
    if (!before) return
    fingers.set(e.pointerId, now)
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]], d = pane.density
    if (drag.tool === "pinch") return pinch(e.pointerId, before, now)
    drag.moved = Math.max(drag.moved, Math.hypot(now[0] - drag.start[0], now[1] - drag.start[1]))
    const [allX, allY] = [now[0] - drag.start[0], now[1] - drag.start[1]]
    if (drag.tool === "window") {
      viewer.change((view) => {
        view.stretch = Math.min(64, Math.max(1 / 4096, drag.view.stretch * 2 ** (allX / 160)))
        view.shift = drag.view.shift + (allY / 400) * drag.view.stretch
      }, pane)
    } else if (drag.tool === "move") viewer.change((view) => move(pane.film, pane.size, view, dx * d, dy * d), pane)
    else if (drag.tool === "zoom") {
      viewer.change((view) => zoomAt(pane.film, pane.size, view, 2 ** (-dy / 120), ...device(drag.start)), pane)
    } else if (drag.tool === "point") {
      const { measure, i } = drag.point
      measure.points[i] = pane.point(...now)
      measure.spread = null
      if (i === 3) measure.mirrored = false
      viewer.draw()
    } else if (drag.tool === "swipe") pane.setShare(now[0] / stage.clientWidth)
    else if (drag.tool === "lens") { viewer.lensAt = device(now); viewer.draw() }
  })
  const pinch = (id, before, now) => {
    const other = [...fingers].find(([i]) => i !== id)?.[1]
    if (!other) return
    const gap = (p) => Math.max(1, Math.hypot(p[0] - other[0], p[1] - other[1])), d = pane.density
    viewer.change((view) => {
      move(pane.film, pane.size, view, ((now[0] - before[0]) / 2) * d, ((now[1] - before[1]) / 2) * d)
      zoomAt(pane.film, pane.size, view, gap(now) / gap(before), ...device([(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]))
    }, pane)
  }
  const ended = (e) => {
    const was = drag, clicked = was && was.tool !== "pinch" && was.moved < SLOP && e.type === "pointerup"
    fingers.delete(e.pointerId)
    if (!fingers.size) drag = null
    if (e.pointerType === "touch" && was?.tool === "lens") { viewer.lensAt = null; viewer.draw() }
    if (!clicked || !pane.film) return
    if (was.tool in ASKS) viewer.addPoint(pane, pane.point(...at(e)))
    else if (e.pointerType === "touch") { // browsers send no double click where they do not zoom
      if (e.timeStamp - tapped < 350) viewer.reset()
      tapped = e.timeStamp
    }
  }
  on("pointerup", ended)
  on("pointercancel", ended)
  on("pointerleave", () => { pane.under = null; pane.tellUnder(); if (!drag && viewer.lensAt) { viewer.lensAt = null; viewer.draw() } })
  on("dblclick", (e) => {
    if (!(viewer.tool in ASKS)) viewer.reset()
  })
  on("contextmenu", (e) => e.preventDefault())
  root.addEventListener("focusin", () => viewer.activate(pane))
  on("wheel", (e) => { // in a page the wheel scrolls it, until somebody works in the pane
    if (!pane.film || (!viewer.modal && !root.matches(":focus-within"))) return
    e.preventDefault()
    viewer.change((view) => zoomAt(pane.film, pane.size, view, 2 ** (-Math.sign(e.deltaY) * 0.25), ...device(at(e))), pane)
  }, { passive: false })
}
