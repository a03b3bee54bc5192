"""A film that is larger than its pane is shrunk by area: browsers take single pixels or mix two, and thin lines come and go.

For components: `SHRINKING` stands before their script and gives it `fitting(image, across)`. What that returns is called whenever the size
on the screen may have changed; its `show(src)` shows another film. Enlarged pixels stay squares.
"""

SHRINKING = """
// Which pixels of `from` make each of `to`, and with which weight.
const shares = (from, to) => Array.from({ length: to }, (_, i) => {
  const low = i * from / to, high = (i + 1) * from / to, first = Math.floor(low), parts = []
  for (let j = first; j < high; j++) parts.push((Math.min(high, j + 1) - Math.max(low, j)) * to / from)
  return [first, parts]
})
// The grey film as the address of a smaller one, `side` pixels at its longer side: first across, then down.
const shrunk = (film, side) => {
  const w = film.naturalWidth, h = film.naturalHeight, k = side / Math.max(w, h)
  const W = Math.max(1, Math.round(w * k)), H = Math.max(1, Math.round(h * k))
  const canvas = Object.assign(document.createElement("canvas"), { width: w, height: h }), pen = canvas.getContext("2d")
  pen.drawImage(film, 0, 0)
  const pixels = pen.getImageData(0, 0, w, h).data, across = shares(w, W), down = shares(h, H), rows = new Float32Array(W * h)
  for (let y = 0; y < h; y++) for (let X = 0; X < W; X++) {
    const [first, parts] = across[X]
    let sum = 0
    for (let j = 0; j < parts.length; j++) sum += parts[j] * pixels[4 * (y * w + Math.min(first + j, w - 1))]
    rows[y * W + X] = sum
  }
  canvas.width = W; canvas.height = H
  const out = pen.createImageData(W, H)
  for (let Y = 0; Y < H; Y++) for (let X = 0; X < W; X++) {
    const [first, parts] = down[Y], at = 4 * (Y * W + X)
    let sum = 0
    for (let j = 0; j < parts.length; j++) sum += parts[j] * rows[Math.min(first + j, h - 1) * W + X]
    out.data[at] = out.data[at + 1] = out.data[at + 2] = Math.round(sum); out.data[at + 3] = 255
  }
  pen.putImageData(out, 0, 0)
  return canvas.toDataURL()
}
// `across()`: CSS pixels that the longer side of the film takes on the screen.
const fitting = (image, across) => {
  let film = null, waiting = 0
  const fit = () => {
    const side = Math.round(across() * devicePixelRatio), whole = film ? Math.max(film.naturalWidth, film.naturalHeight) : 0
    const smaller = whole && side > 0 && side < whole
    const wanted = smaller ? String(side) : ""
    if (film && image.dataset.side !== wanted) { image.src = smaller ? shrunk(film, side) : film.src; image.dataset.side = wanted }
    image.style.imageRendering = smaller ? "auto" : "pixelated"
  }
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(fit, 80) }
  soon.show = (src) => {
    if (film?.src === src) return soon()
    film = Object.assign(new Image(), { src })
    image.src = src; delete image.dataset.side
    film.decode().then(fit, () => {})
  }
  new ResizeObserver(soon).observe(image)
  return soon
}
"""
