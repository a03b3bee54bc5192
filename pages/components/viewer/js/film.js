// A film as the server sends it: values of 8 or 16 bits, what windows speak of, spacing, and what is known of it.
// The format is that of bench_core/pixels/films.py.
const KEPT = 10 // films in memory; 3,000 x 3,000 of 16 bits take 24 MB each with what is made of them

export class Film {
  constructor(header, values, table) {
    Object.assign(this, header)
    this.values = values
    this.greys = table // 0..255 of every value, where the file has a table in place of a window
    this.count = header.deep ? 65536 : 256
    this.about = header.about || {}
  }
  // What a window speaks of: the value of a level.
  value(level) { return level * this.slope + this.intercept }
  isPadding(level) { return !!this.padding && level >= this.padding[0] && level <= this.padding[1] }

  // Halved again and again, each value the mean of those that it covers: what is shrunk drops no pixel.
  get planes() {
    if (this._planes) return this._planes
    const planes = [{ values: this.values, width: this.width, height: this.height }]
    while (planes.length < 6 && Math.max(planes.at(-1).width, planes.at(-1).height) > 64) planes.push(halved(planes.at(-1)))
    return (this._planes = planes)
  }
  // How many pixels have each level; padding is no film. Of a part: x0, y0, x1, y1 in pixels.
  histogram(part) {
    if (!part && this._histogram) return this._histogram
    const [x0, y0, x1, y1] = part || [0, 0, this.width, this.height], counts = new Uint32Array(this.count)
    for (let y = y0; y < y1; y++) for (let i = y * this.width + x0, end = y * this.width + x1; i < end; i++) counts[this.values[i]]++
    if (this.padding) counts.fill(0, this.padding[0], this.padding[1] + 1)
    return part ? counts : (this._histogram = counts)
  }
  // The value below which that share of the pixels lies, counted from the dark end of the film as it is shown.
  percentile(share, part) {
    const counts = this.histogram(part), total = counts.reduce((a, b) => a + b, 0)
    const descending = this.inverted !== this.slope < 0
    let left = Math.max(1, Math.round(total * (descending ? 1 - share : share)))
    for (let level = 0; level < this.count; level++) if ((left -= counts[level]) <= 0) return this.value(level)
    return this.value(this.count - 1)
  }
}

export const halved = ({ values, width, height }) => {
  const w = Math.ceil(width / 2), h = Math.ceil(height / 2), out = new values.constructor(w * h)
  for (let y = 0; y < h; y++) {
    const a = 2 * y * width, b = 2 * y + 1 < height ? a + width : a // the last row or column of an odd number stands alone
    for (let x = 0, i = y * w; x < w; x++, i++) {
      const l = 2 * x, r = l + 1 < width ? l + 1 : l
      out[i] = (values[a + l] + values[a + r] + values[b + l] + values[b + r] + 2) >> 2
    }
  }
  return { values: out, width: w, height: h }
}

export const decode = (buffer) => {
  const bytes = new Uint8Array(buffer)
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== "TCXF") throw new Error("The server sent no film.")
  const length = new DataView(buffer).getUint32(4, true)
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
  const entries = header.table ? (header.deep ? 65536 : 256) : 0, at = 8 + length + entries
  const table = entries ? bytes.slice(8 + length, at) : null
  const pixels = header.width * header.height
  if (bytes.length - at !== pixels * (header.deep ? 2 : 1)) throw new Error("The film arrived incomplete.")
  return new Film(header, header.deep ? new Uint16Array(buffer, at, pixels) : bytes.subarray(at), table)
}

// Films by address; the oldest leave. What failed is asked for again.
const kept = new Map()
export const load = (address) => {
  const found = kept.get(address)
  kept.delete(address)
  const film = found || fetchFilm(address)
  kept.set(address, film)
  film.catch(() => kept.delete(address))
  while (kept.size > KEPT) kept.delete(kept.keys().next().value)
  return film
}
const fetchFilm = async (address) => {
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => { throw new Error("The server does not answer.") })
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}))
    throw Object.assign(new Error(said.message || `The server says ${answer.status}.`), { hint: said.hint || "" })
  }
  return decode(await answer.arrayBuffer())
}
