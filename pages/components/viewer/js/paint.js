// The painter without WebGL: a film is brought to the size of its pane by area, then every value becomes a grey through a table.
// A drag of the window repeats the second step only. Both painters draw a "scene": see `scene` in pane.js.
const { abs, ceil, floor, max, min, round } = Math
export const FULL = 96 / 255 // of the whole grey scale: the difference that is full colour at gain 1
export const TONES = [[255, 140, 40], [70, 150, 255]] // first brighter, second brighter: told apart by colour-blind readers
export const MASK = [86, 180, 233]

export const TAPS = 5 // pixels of a plane under one of the pane, along an axis; four and their ends

// For `count` steps along an axis of the pane: the first and the last pixel of the plane that each covers, their weights, those between being
// whole, and what makes the sum a mean.
const taps = (start, step, count, length, plane) => {
  const size = 2 ** plane, most = ceil(length / size) - 1, half = abs(step) / 2, ints = () => new Int32Array(count)
  const first = ints(), last = ints(), head = new Float32Array(count), tail = new Float32Array(count), part = new Float32Array(count)
  let from = count, to = 0
  for (let i = 0; i < count; i++) {
    const middle = start + (i + 0.5) * step
    if (middle < 0 || middle >= length) continue
    from = min(from, i); to = i + 1
    if (half <= 0.5) { first[i] = last[i] = floor(middle); continue }
    const low = max(0, middle - half) / size, high = min(length, middle + half) / size
    first[i] = min(most, floor(low))
    last[i] = max(first[i], min(most, ceil(high) - 1))
    head[i] = min(high, first[i] + 1) - low
    tail[i] = last[i] > first[i] ? high - last[i] : 0
    part[i] = 1 / (high - low)
  }
  return { first, last, head, tail, part, from: min(from, to), to }
}
// The coarsest plane of which a pixel of the pane still covers two: what is shrunk to a quarter or less far is exact.
const planeFor = (step, planes) => max(0, min(planes - 1, floor(Math.log2(max(abs(step), 1))) - 1))

// Values of the film in the pane, row by row, and the rectangle that it covers there. A draft takes a coarser plane: a quarter of the work.
export const resample = (film, map, pane, draft = false) => {
  const turned = abs(map.ax) < abs(map.bx)
  const [stepX, startX, lengthX] = turned ? [map.ay, map.cy, film.height] : [map.ax, map.cx, film.width]
  const [stepY, startY, lengthY] = turned ? [map.bx, map.cx, film.width] : [map.by, map.cy, film.height]
  const level = planeFor(draft ? 3 * stepX : stepX, film.planes.length), plane = film.planes[level], { values } = plane
  const across = taps(startX, stepX, pane.width, lengthX, level), down = taps(startY, stepY, pane.height, lengthY, level)
  const x0 = across.from, x1 = across.to, y0 = down.from, y1 = down.to, w = x1 - x0, h = y1 - y0, out = new Uint16Array(max(0, w * h))
  const alongX = turned ? plane.width : 1, alongY = turned ? 1 : plane.width, { first, last, head, tail, part } = across
  if (abs(stepX) <= 1) {
    for (let y = y0, o = 0; y < y1; y++) for (let x = x0, base = down.first[y] * alongY; x < x1; x++) out[o++] = values[base + first[x] * alongX]
    return { values: out, x0, y0, x1, y1 }
  }
  // Eight lines of the plane at a time, brought to the width of the pane: a row of the pane covers five at most.
  const lines = Array.from({ length: 8 }, () => new Float32Array(w)), held = new Int32Array(8).fill(-1)
  const line = (j) => {
    const into = lines[j & 7], base = j * alongY
    if (held[j & 7] === j) return into
    held[j & 7] = j
    for (let x = x0; x < x1; x++) {
      let at = base + first[x] * alongX, sum = head[x] * values[at]
      const end = base + last[x] * alongX
      for (at += alongX; at < end; at += alongX) sum += values[at]
      into[x - x0] = (sum + tail[x] * values[end]) * part[x]
    }
    return into
  }
  const sums = new Float32Array(w)
  for (let y = y0, o = 0; y < y1; y++) {
    const begin = down.first[y], end = down.last[y]
    sums.fill(0.5)
    for (let j = begin; j <= end; j++) {
      const row = line(j), share = (j === begin ? down.head[y] : j === end ? down.tail[y] : 1) * down.part[y]
      for (let x = 0; x < w; x++) sums[x] += share * row[x]
    }
    for (let x = 0; x < w; x++) out[o++] = sums[x]
  }
  return { values: out, x0, y0, x1, y1 }
}

// Greys of what is resampled: blend and swipe mix two films, a difference and a mask lie over it.
const composed = (scene, parts, pixels, pane) => {
  const { first, second, mask } = parts, w = pane.width
  const { low, high, lowB, highB, ownA, ownB, mix, swipe, gain, difference, opacity } = scene
  const at = (part, x, y) => (part && x >= part.x0 && x < part.x1 && y >= part.y0 && y < part.y1
    ? part.values[(y - part.y0) * (part.x1 - part.x0) + x - part.x0] : -1)
  const { x0, x1, y0, y1 } = first
  if (!second && !mask) {
    for (let y = y0, i = 0; y < y1; y++) for (let o = y * w + x0, end = y * w + x1; o < end; o++) pixels[o] = high[low[first.values[i++]]]
    return
  }
  for (let y = y0; y < y1; y++) for (let x = x0, i = (y - y0) * (x1 - x0), o = y * w + x0; x < x1; x++, i++, o++) {
    const a = first.values[i]
    let grey = low[a]
    const b = at(second, x, y)
    if (b >= 0 && swipe !== null) grey = x < swipe * w ? grey : lowB[b]
    else if (b >= 0 && mix !== null) grey = round(mix * grey + (1 - mix) * lowB[b])
    let r = grey, g = grey, c = grey
    if (difference && b >= 0) {
      const delta = max(-1, min(1, (gain * (ownA[a] - ownB[b])) / FULL)), size = abs(delta), tone = TONES[delta > 0 ? 0 : 1]
      const over = scene.alone ? 1 : opacity * size, base = scene.alone ? 0 : 1 - over
      const lit = scene.alone ? size : over
      r = base * r + lit * tone[0]; g = base * g + lit * tone[1]; c = base * c + lit * tone[2]
    }
    const m = at(mask, x, y)
    if (m > 0) {
      const over = (opacity * m) / 255
      r = (1 - over) * r + over * MASK[0]; g = (1 - over) * g + over * MASK[1]; c = (1 - over) * c + over * MASK[2]
    }
    pixels[o] = 0xff000000 | (round(c) << 16) | (round(g) << 8) | round(r)
  }
}
const OPAQUE = Uint32Array.from({ length: 256 }, (_, g) => (0xff000000 | (g << 16) | (g << 8) | g) >>> 0)

export class PlainPainter {
  constructor() { this.name = "2D" }
  // Draws a scene into a 2D context of the pane's size in device pixels. `cell` keeps what was resampled for that pane.
  draw(pen, pane, scene, cell) {
    const where = JSON.stringify([pane.width, pane.height, scene.mapA, scene.mapB, scene.mapM])
    const moved = cell.where !== where || cell.a !== scene.a || cell.b !== scene.b || cell.m !== scene.mask
    if (moved || (cell.draft && !scene.draft)) {
      const of = (film, map) => (film ? resample(film, map, pane, scene.draft) : null)
      cell.parts = { first: of(scene.a, scene.mapA), second: of(scene.b, scene.mapB), mask: of(scene.mask, scene.mapM) }
      Object.assign(cell, { where, a: scene.a, b: scene.b, m: scene.mask, draft: scene.draft })
      const { x0, y0, x1, y1 } = cell.parts.first, place = [pane.width, pane.height, x0, y0, x1, y1].join()
      if (cell.beside !== place) { // what is beside the film is black, and stays so
        cell.sheet = pen.createImageData(pane.width, pane.height)
        cell.pixels = new Uint32Array(cell.sheet.data.buffer).fill(0xff000000)
        cell.beside = place
      }
    }
    composed({ ...scene, high: OPAQUE }, cell.parts, cell.pixels, pane)
    pen.putImageData(cell.sheet, 0, 0)
  }
}
