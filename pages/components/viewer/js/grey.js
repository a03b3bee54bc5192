// From values to greys: windows, presets, the table of greys that is applied to every pixel. Formulas: DICOM PS3.3 C.11.2.1.
const { abs, max, min } = Math
const NARROWEST = 1e-6

export const share = ({ function: kind, centre, width }, value) => {
  const w = max(width, NARROWEST)
  if (kind === "SIGMOID") return 1 / (1 + Math.exp(min(500, max(-500, (-4 * (value - centre)) / w))))
  if (kind === "LINEAR") return (value - (centre - 0.5)) / max(w - 1, NARROWEST) + 0.5
  return (value - centre) / w + 0.5
}

// 0 (black) to 1 (white) of every level, in that window; `null`: the file's own table. Padding is black.
export const shares = (film, window) => {
  const out = new Float32Array(film.count)
  for (let level = 0; level < film.count; level++) {
    if (film.isPadding(level)) continue
    const s = window || !film.greys ? share(window || own(film), film.value(level)) : film.greys[level] / 255
    const clipped = min(1, max(0, s))
    out[level] = film.inverted ? 1 - clipped : clipped
  }
  return out
}
// The same as greys 0..255, the way that the engine rounds them.
export const greys = (film, window, inverted) => {
  const part = shares(film, window), out = new Uint8Array(film.count)
  for (let level = 0; level < film.count; level++) {
    if (!film.isPadding(level)) out[level] = Math.floor((inverted ? 1 - part[level] : part[level]) * 255 + 0.5)
  }
  return out
}

export const own = (film, which = 0) => film.windows[which % max(1, film.windows.length)] || between(film, 0.005, 0.995)

const between = (film, low, high, part) => {
  const ends = [film.percentile(low, part), film.percentile(high, part)].sort((a, b) => a - b)
  const step = abs(film.slope) || 1
  return { function: "LINEAR_EXACT", centre: (ends[0] + ends[1]) / 2, width: max(ends[1] - ends[0], step) }
}

// A projection has no Hounsfield units: presets are shares of the film's own pixels, from dark to bright as it is shown.
export const PRESETS = [
  { key: "1", id: "own", name: "File's own", says: "As the file says; pressed again, its next window" },
  { key: "2", id: "lung", name: "Lung", says: "Darkest 0.5 to 60 % of the pixels", ends: [0.005, 0.6] },
  { key: "3", id: "bone", name: "Bone", says: "Brightest 50 to 99.8 % of the pixels", ends: [0.5, 0.998] },
  { key: "4", id: "soft", name: "Soft tissue", says: "25 to 97 % of the pixels", ends: [0.25, 0.97] },
  { key: "5", id: "full", name: "Full range", says: "From the lowest value to the highest", ends: [0, 1] },
  { key: "6", id: "region", name: "This region", says: "1 to 99 % of the pixels that are seen now", ends: [0.01, 0.99] },
]

// The window of a preset; `part` is what is seen, for "This region".
export const preset = (film, id, which = 0, part = null) => {
  const found = PRESETS.find((p) => p.id === id)
  return !found?.ends ? own(film, which) : between(film, ...found.ends, id === "region" ? part : null)
}

// The window of a film in a view: its preset, moved and stretched. Both are in widths of the preset, so that films of other scales follow.
export const windowOf = (film, view) => {
  const base = view.preset === "region" && view.region ? scaled(film, view.region) : preset(film, view.preset, view.which)
  if (view.shift === 0 && view.stretch === 1) return view.preset === "own" && film.greys ? null : base
  return { function: base.function, centre: base.centre + view.shift * base.width,
    width: max(base.width * view.stretch, abs(film.slope) * 0.5 || NARROWEST) }
}
// A region's window is kept in widths of the file's own.
export const relative = (film, window) => {
  const base = own(film)
  return { shift: (window.centre - base.centre) / base.width, stretch: window.width / base.width }
}
const scaled = (film, { shift, stretch }) => {
  const base = own(film)
  return { function: "LINEAR_EXACT", centre: base.centre + shift * base.width, width: max(base.width * stretch, NARROWEST) }
}

export const shown = (film, view) => windowOf(film, view) || own(film)

// A number as short as its step allows.
export const short = (value, width) => {
  const digits = width >= 100 ? 0 : width >= 10 ? 1 : width >= 1 ? 2 : 3
  return value.toFixed(digits)
}
