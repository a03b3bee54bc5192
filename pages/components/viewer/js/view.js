// Where a film stands in its pane. A view is in shares of the film and of "fit", so that films of other sizes can follow it.
const { ceil, floor, max, min } = Math
export const fresh = () => ({ zoom: 1, x: 0.5, y: 0.5, turn: 0, flip: false, invert: false, preset: "own", which: 0, shift: 0, stretch: 1, region: null })
const LARGEST = 64 // device pixels of one pixel of the film

// Displayed = flipped(turned(film)); both undone here, in this order.
const back = ({ turn, flip }, dx, dy) => {
  if (flip) dx = -dx
  for (let i = 0; i < turn; i++) [dx, dy] = [dy, -dx]
  return [dx, dy]
}
const forth = ({ turn, flip }, dx, dy) => {
  for (let i = 0; i < turn; i++) [dx, dy] = [-dy, dx]
  return [flip ? -dx : dx, dy]
}

// Device pixels of the pane that one pixel of the film takes, where all of it fits.
export const fit = (film, pane, turn) => {
  const [w, h] = turn % 2 ? [film.height, film.width] : [film.width, film.height]
  return min(pane.width / w, pane.height / h)
}
export const scale = (film, pane, view) => fit(film, pane, view.turn) * view.zoom

export const toFilm = (film, pane, view, px, py) => {
  const k = scale(film, pane, view), [dx, dy] = back(view, (px - pane.width / 2) / k, (py - pane.height / 2) / k)
  return [view.x * film.width + dx, view.y * film.height + dy]
}
export const toPane = (film, pane, view, fx, fy) => {
  const k = scale(film, pane, view), [dx, dy] = forth(view, fx - view.x * film.width, fy - view.y * film.height)
  return [pane.width / 2 + dx * k, pane.height / 2 + dy * k]
}
// The same as numbers: film = c + a * px + b * py, for each of x and y. Painters take this.
export const mapping = (film, pane, view) => {
  const c = toFilm(film, pane, view, 0, 0), x = toFilm(film, pane, view, 1, 0), y = toFilm(film, pane, view, 0, 1)
  return { cx: c[0], ax: x[0] - c[0], bx: y[0] - c[0], cy: c[1], ay: x[1] - c[1], by: y[1] - c[1] }
}
// For another film that is brought to the size of the first.
export const onto = (map, film, other) => {
  const sx = other.width / film.width, sy = other.height / film.height
  return { cx: map.cx * sx, ax: map.ax * sx, bx: map.bx * sx, cy: map.cy * sy, ay: map.ay * sy, by: map.by * sy }
}
// What of the film is seen: x0, y0, x1, y1 in whole pixels.
export const part = (film, pane, view) => {
  const a = toFilm(film, pane, view, 0, 0), b = toFilm(film, pane, view, pane.width, pane.height)
  const clip = (v, most) => min(most, max(0, v))
  const [x0, x1] = [clip(floor(min(a[0], b[0])), film.width - 1), clip(ceil(max(a[0], b[0])), film.width)]
  const [y0, y1] = [clip(floor(min(a[1], b[1])), film.height - 1), clip(ceil(max(a[1], b[1])), film.height)]
  return [x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)]
}

// What of the patient lies where the screen's (dx, dy) points: letters of the file's orientation, turned and flipped as the film is.
const OPPOSITE = { L: "R", R: "L", A: "P", P: "A", H: "F", F: "H" }
export const side = (film, view, dx, dy) => {
  const [x, y] = back(view, dx, dy), found = film.orientation?.[Math.abs(x) > 0.5 ? 0 : 1] || ""
  return x + y > 0 ? found : found.replace(/./g, (c) => OPPOSITE[c])
}

// Changes of a view. Points are device pixels of the pane.
export const zoomAt = (film, pane, view, factor, px, py) => {
  const before = toFilm(film, pane, view, px, py), most = max(1, LARGEST / fit(film, pane, view.turn))
  view.zoom = min(most, max(0.2, view.zoom * factor))
  const after = toFilm(film, pane, view, px, py)
  view.x += (before[0] - after[0]) / film.width
  view.y += (before[1] - after[1]) / film.height
  kept(view)
}
export const move = (film, pane, view, dx, dy) => {
  const k = scale(film, pane, view), [fx, fy] = back(view, dx / k, dy / k)
  view.x -= fx / film.width
  view.y -= fy / film.height
  kept(view)
}
// The middle of the pane never leaves the film.
const kept = (view) => {
  view.x = min(1, max(0, view.x))
  view.y = min(1, max(0, view.y))
}
export const actual = (film, pane, view) => { view.zoom = 1 / fit(film, pane, view.turn); kept(view) }
export const fitted = (view) => Object.assign(view, { zoom: 1, x: 0.5, y: 0.5 })
// Turned as it is seen, flipped or not.
export const turned = (view, quarters) => { view.turn = (view.turn + (view.flip ? 4 - quarters : quarters)) % 4 }
export const flipped = (view, upright) => {
  view.flip = !view.flip
  if (upright) view.turn = (view.turn + 2) % 4
}
