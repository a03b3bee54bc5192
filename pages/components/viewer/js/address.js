// Image, panes and window in the address, so that a view can be sent to a colleague. Streamlit reads the address anew at every run.
const KEYS = ["open", "big", "panes", "window"]

export const read = (search = location.search) => {
  const said = new URLSearchParams(search), found = { open: said.get("open"), big: said.get("big") === "1", panes: null, window: null, wrong: "" }
  const panes = said.get("panes")?.split(",").slice(0, 4)
  if (panes?.length && panes.every((p) => /^(self|[bn]\d|difference|blend|blink|swipe)$/.test(p))) found.panes = panes
  else if (panes) found.wrong = "The address asks for panes that do not exist; the usual ones are shown."
  const window = said.get("window")
  if (window !== null) {
    const [centre, width] = window.split(",").map(Number)
    if (Number.isFinite(centre) && width > 0) found.window = { centre, width }
    else if (width === 0) found.wrong = "The address asks for a window of width 0, in which nothing can be seen; the file's own is used."
    else found.wrong = `The address asks for the window “${window.slice(0, 40)}”, which is none; the file's own is used.`
  }
  return found
}
export const written = (search, values) => {
  const said = new URLSearchParams(search)
  for (const key of KEYS) if (key in values) { if (values[key]) said.set(key, values[key]); else said.delete(key) }
  const text = said.toString().replaceAll("%2C", ",")
  return text ? `?${text}` : ""
}
export const write = (values) => {
  const to = written(location.search, values)
  if (to !== location.search) history.replaceState(history.state, "", location.pathname + to + location.hash)
}
