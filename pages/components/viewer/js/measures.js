// Rulers, angles, the cardiothoracic ratio: points are in pixels of the film, so that they stay where they are when the view changes.
const { abs, floor, hypot, max, min } = Math
export const ASKS = { // for one point after the other
  ruler: ["One end", "The other end"],
  region: ["One corner of the region", "The corner across"],
  angle: ["End of one side", "The corner", "End of the other side"],
  ratio: [
    "Edge of the heart at the left of the picture", "Edge of the heart at its right",
    "Inner edge of the ribs, at either side where the chest is widest; the other side is put as far from the middle of the film",
  ],
}

const unit = (film) => (film.spacing ? (film.spacing_at === "patient" ? "mm" : "mm at the detector") : "px")
const steps = (film) => (film.spacing ? [film.spacing[1], film.spacing[0]] : [1, 1])

export const length = (film, a, b) => {
  const [sx, sy] = steps(film)
  return hypot((a[0] - b[0]) * sx, (a[1] - b[1]) * sy)
}
export const angle = (film, a, corner, b) => {
  const [sx, sy] = steps(film), of = (p) => Math.atan2((p[1] - corner[1]) * sy, (p[0] - corner[0]) * sx)
  const turn = abs(of(a) - of(b)) % (2 * Math.PI)
  return ((turn > Math.PI ? 2 * Math.PI - turn : turn) * 180) / Math.PI
}
// Widths along the rows of the film; the fourth point is the mirror of the third until somebody moves it.
export const ratio = (points) => abs(points[0][0] - points[1][0]) / max(1e-9, abs(points[2][0] - points[3][0]))

// Mean and standard deviation in the ellipse between two corners, in what windows speak of, and the number of its pixels.
export const spread = (film, [a, b]) => {
  const [cx, cy] = [0, 1].map((i) => (a[i] + b[i]) / 2), [rx, ry] = [0, 1].map((i) => abs(a[i] - b[i]) / 2)
  let n = 0, sum = 0, squares = 0
  for (let y = max(0, floor(cy - ry)); y < min(film.height, cy + ry); y++) {
    for (let x = max(0, floor(cx - rx)); x < min(film.width, cx + rx); x++) {
      const level = film.values[y * film.width + x]
      if (hypot((x + 0.5 - cx) / rx, (y + 0.5 - cy) / ry) > 1 || film.isPadding(level)) continue
      n++; sum += level; squares += level * level
    }
  }
  return [n, film.value(sum / n), abs(film.slope) * Math.sqrt(max(0, squares / n - (sum / n) ** 2))]
}

// Adds a point to the measure that is being made, or to a new one; an unfinished one of another kind goes.
export const putPoint = (film, measures, kind, point) => {
  if (measures.length && !isDone(measures.at(-1)) && measures.at(-1).kind !== kind) measures.pop()
  if (!measures.length || isDone(measures.at(-1))) measures.push({ kind, points: [] })
  const measure = measures.at(-1)
  measure.points.push(point)
  if (kind === "ratio" && measure.points.length === 3) {
    measure.points.push([film.width - point[0], point[1]])
    measure.mirrored = true
  }
  return measure
}
export const isDone = ({ kind, points }) => points.length >= ASKS[kind].length

export const words = (film, measure) => {
  const { kind, points, mirrored } = measure
  const number = (v) => (v >= 100 ? v.toFixed(0) : v.toFixed(1))
  if (kind === "ruler") return `${number(length(film, ...points))} ${unit(film)}`
  if (kind === "angle") return `${angle(film, ...points).toFixed(1)}°`
  if (kind === "region") {
    const [n, mean, deviation] = (measure.spread ||= spread(film, points)), [sx, sy] = steps(film)
    return n ? `mean ${number(mean)} · SD ${number(deviation)} · ${number(n * sx * sy)} ${unit(film).replace("mm", "mm²")}` : "no pixels"
  }
  const across = (a, b) => length(film, [a[0], 0], [b[0], 0])
  const heart = number(across(points[0], points[1])), chest = number(across(points[2], points[3]))
  return `CTR ${ratio(points).toFixed(2)} · ${heart} / ${chest} ${unit(film)}${mirrored ? " · other side mirrored" : ""}`
}

// Lines to draw, as pairs of points of the film.
export const lines = ({ kind, points }) => {
  if (kind === "ratio") {
    const level = (a, b) => [[a[0], (a[1] + b[1]) / 2], [b[0], (a[1] + b[1]) / 2]]
    return [points.slice(0, 2), points.slice(2, 4)].filter((pair) => pair.length === 2).map(([a, b]) => level(a, b))
  }
  return kind === "region" ? [] : points.slice(1).map((p, i) => [points[i], p])
}

const NS = "http://www.w3.org/2000/svg"
export const element = (name, attributes, text) => {
  const made = document.createElementNS(NS, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (text) made.textContent = text
  return made
}
// Draws measures into an SVG over the pane; `place` turns a point of the film into CSS pixels.
export const draw = (svg, film, measures, place, cursor) => {
  svg.replaceChildren()
  for (const measure of measures) {
    for (const [a, b] of lines(measure)) {
      const [x1, y1] = place(a), [x2, y2] = place(b)
      for (const kind of ["under", "line"]) svg.append(element("line", { x1, y1, x2, y2, class: kind }))
    }
    if (measure.kind === "region" && isDone(measure)) {
      const [[x1, y1], [x2, y2]] = measure.points.map(place), round = { cx: (x1 + x2) / 2, cy: (y1 + y2) / 2 }
      for (const kind of ["under", "line"]) svg.append(element("ellipse", { ...round, rx: abs(x1 - round.cx), ry: abs(y1 - round.cy), class: kind }))
    }
    for (const [i, point] of measure.points.entries()) {
      const [cx, cy] = place(point)
      svg.append(element("circle", { cx, cy, r: 5, class: measure.mirrored && i === 3 ? "end mirrored" : "end" }))
    }
    if (isDone(measure)) {
      const spots = measure.points.map(place), [x, y] = spots.reduce((a, b) => (b[1] > a[1] ? b : a))
      const said = words(film, measure).split(" · "), { clientWidth, clientHeight } = svg.parentNode, right = clientWidth - 7.5 * max(...said.map((s) => s.length))
      const top = min(y + 20, clientHeight - 16 * said.length + 10)
      said.forEach((part, i) => svg.append(element("text", { x: max(4, min(x - 30, right)), y: top + 16 * i }, part)))
    }
  }
  if (cursor) {
    const [x, y] = place(cursor)
    svg.append(element("path", { d: `M${x - 14} ${y}H${x - 3}M${x + 3} ${y}H${x + 14}M${x} ${y - 14}V${y - 3}M${x} ${y + 3}V${y + 14}`, class: "cursor" }))
  }
}
// The point of a measure that lies under a place of the pane, within `reach` CSS pixels.
export const grabbed = (measures, place, [x, y], reach) => {
  for (const measure of measures) for (const [i, point] of measure.points.entries()) {
    const [px, py] = place(point)
    if (hypot(px - x, py - y) <= reach) return { measure, i }
  }
  return null
}
