// Films with what readers marked on them: the viewer with shapes and names over a film, which begins with the mask that is known of it.
export const marked = (Viewer, element) => class extends Viewer {
  setPanes(sources) {
    super.setPanes(sources)
    for (const pane of this.panes.filter((one) => !one.drawsMarks)) {
      const paint = pane.paint.bind(pane)
      pane.paint = () => { paint(); this.drawMarks(pane) }
      pane.drawsMarks = true
    }
  }
  refresh() {
    const item = this.current, id = item && `${item.set}.${item.image}`
    if (id !== this.begun) { this.begun = id; this.overlay = item?.mask || "" }
    super.refresh()
  }
  drawMarks(pane) {
    const { film } = pane, ref = this.ref(pane.source)
    if (!film || film.about.image !== ref?.image) return // a film that is on its way
    const place = (x, y) => pane.place([x * film.width, y * film.height])
    for (const { reader, tone, x, y, width, height } of ref.marks || []) {
      const corners = width === undefined ? [place(x, y)] : [[0, 0], [1, 0], [1, 1], [0, 1]].map(([i, j]) => place(x + i * width, y + j * height))
      const shape = width === undefined ? ["circle", { cx: corners[0][0], cy: corners[0][1], r: 7 }] : ["path", { d: `M${corners.map((c) => c.join(" ")).join("L")}Z` }]
      for (const kind of ["under", "line"]) pane.svg.append(element(shape[0], { ...shape[1], class: kind, ...(kind === "line" ? { style: `stroke: ${tone}` } : {}) }))
      const [left, top] = corners.reduce((a, b) => (b[1] < a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a)), room = pane.stage.clientWidth - 7.5 * reader.length
      pane.svg.append(element("text", { x: Math.max(4, Math.min(left, room)), y: Math.max(14, top - (width === undefined ? 11 : 5)), style: `fill: ${tone}` }, reader))
    }
  }
}
