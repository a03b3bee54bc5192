// Every key, what it does and what the help card says of it. `r` and `c` are Streamlit's and stay free.
import { PRESETS } from "./grey.js"
import { ASKS } from "./measures.js"

export const TOOLS = { window: ["contrast", "Window and level", "d"], move: ["pan_tool", "Move", "b"], zoom: ["zoom_in", "Zoom", "j"],
  lens: ["search", "Magnifier", "m"], ruler: ["straighten", "Ruler", "l"], angle: ["square_foot", "Angle", "a"],
  ratio: ["cardiology", "Cardiothoracic ratio", "k"], region: ["circle", "Region: mean, spread and area", "q"] }
const view = (act) => (v, e) => v.change((seen) => act(seen, e.key))
export const KEYS = [
  ["Images", [
    [["ArrowRight", "n", "PageDown"], "Next image", (v) => v.turn(1)], [["ArrowLeft", "p", "PageUp"], "Image before", (v) => v.turn(-1)],
    ["Home", "First image", (v) => v.turn(-1e9)], ["End", "Last image", (v) => v.turn(1e9)],
    [["Shift+1", "Shift+2", "Shift+3", "Shift+4"], "1 to 4 panes", (v, e) => v.layout(Number(e.code.at(-1)))],
    ["w", "Next pane", (v) => v.activate(v.panes[(v.active.number + 1) % v.panes.length], true)],
    ["s", "Panes together, or each by itself", (v) => v.setSync(!v.sync)],
    ["x", "Compare: difference, blend, blink, swipe", (v) => v.nextComparison()],
    [["<", ">"], "Less, more: gain, blend, swipe", (v, e) => v.more(e.key === ">" ? 1 : -1)], ["o", "Next overlay", (v) => v.nextOverlay()],
  ]],
  ["Grey levels", [
    ...PRESETS.map((p) => [p.key, `${p.name}: ${p.says}`, (v) => v.choosePreset(p.id)]), ["i", "Invert", (v) => v.invert()],
    [["[", "]"], "Narrower, wider window", view((seen, key) => { seen.stretch *= key === "]" ? 1.1 : 1 / 1.1 })],
    [[",", "."], "Lower, higher level", view((seen, key) => { seen.shift += (key === "." ? 0.04 : -0.04) * seen.stretch })],
  ]],
  ["Place", [
    [["+", "="], "Larger", (v) => v.zoom(1.25)], ["-", "Smaller", (v) => v.zoom(0.8)], ["0", "Fit", (v) => v.fit()],
    ["z", "1:1, a film's pixel on one of the screen", (v) => v.actual()], ["u", "All as at first", (v) => v.reset()],
    [["Left", "Right", "Up", "Down"].map((way) => `Shift+Arrow${way}`), "Move", (v, e) => v.nudge(e.key)],
    [["t", "T"], "Turn by 90°, back", (v, e) => v.rotate(e.key === "t" ? 1 : 3)], ["h", "Flip left and right", (v) => v.mirror(false)],
    ["v", "Flip top and bottom", (v) => v.mirror(true)],
  ]],
  ["Tools", [
    ...Object.entries(TOOLS).map(([id, [, title, key]]) => [key, title, (v) => v.chooseTool(id)]), ["Enter", "Put a point at the cross (arrows move it)", (v) => v.putPoint()],
    [["Delete", "Backspace"], "Remove the last measure", (v) => v.removeMeasure()],
  ]],
  ["Screen", [
    ["f", "Full screen", (v) => v.fullScreen()], ["g", "What is known of the image", (v) => v.togglePanel()],
    ["e", "Enlarge, or back into the page", (v) => v.enlarge(!v.modal)], ["y", "Save this view (PNG)", (v) => v.save()], ["?", "This card", (v) => v.help()], ["Escape", "Close", null],
  ]],
]
export const MOUSE = [["Drag", "the tool in hand"], ["⇧ drag, middle drag", "move"], ["Right drag, wheel", "zoom"], ["Double click", "all as at first"],
  ["One finger", "the tool in hand"], ["Two fingers", "zoom and move"]]
export const ROWS = new Map(KEYS.flatMap(([, rows]) => rows).flatMap((row) => [row[0]].flat().map((key) => [key, row])))

// Whether the key was for the viewer. A slider, a list and a button keep theirs.
export const pressed = (viewer, event) => {
  if ((event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph")) return false
  const target = event.composedPath()[0], arrow = event.key.startsWith("Arrow"), moves = arrow || /^(Page|Home|End)/.test(event.key)
  const digit = /^Digit[1-4]$/.test(event.code) && event.code.at(-1), key = event.shiftKey && (arrow || digit) ? `Shift+${digit || event.key}` : event.key
  if (target.closest?.("select") || (moves && target.closest?.("input, .panel, .card"))) return false
  if (target.closest?.("button, a") && (event.key === "Enter" || event.key === " ")) return false
  const act = arrow && viewer.tool in ASKS ? () => viewer.moveCursor(event.key, event.shiftKey ? 10 : 1) : ROWS.get(key)?.[2]
  if (!act) return false
  act(viewer, event)
  event.preventDefault()
  return true
}
