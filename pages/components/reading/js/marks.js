// Boxes and points on a film, in shares of it: drawn by mouse or by keys, over whatever the viewer shows.
const NS = "http://www.w3.org/2000/svg"
const SLOP = 5 // CSS pixels that a press may move and still be a point

export class Marks {
  constructor(room) {
    this.room = room
    this.list = []
    this.on = false
    this.svg = document.createElementNS(NS, "svg")
    this.svg.setAttribute("class", "marks")
    this.svg.setAttribute("aria-hidden", "true")
    room.films.addEventListener("pointerdown", (e) => this.down(e), true)
    room.films.addEventListener("pointermove", (e) => this.move(e), true)
    room.films.addEventListener("pointerup", (e) => this.up(e), true)
  }
  get pane() { return this.room.viewer.panes[0] }
  clear() { this.list = []; this.draft = null; this.draw() }
  text() { return JSON.stringify(this.list) }
  add(mark) {
    this.list.push(mark)
    this.room.draw()
    this.draw()
  }
  // A place in the pane as shares of the film, put onto its edge where it lies beside it.
  share(e) {
    const box = this.pane.stage.getBoundingClientRect(), [x, y] = this.pane.point(e.clientX - box.left, e.clientY - box.top)
    return this.inside([x, y])
  }
  inside([x, y]) { const { film } = this.pane; return [x / film.width, y / film.height].map((v) => Math.min(1, Math.max(0, v))) }
  down(e) {
    if (!this.on || e.button !== 0 || e.shiftKey || !this.pane.film || !e.target.closest(".stage")) return
    this.start = { at: this.share(e), x: e.clientX, y: e.clientY }
    this.pane.stage.setPointerCapture(e.pointerId)
    e.stopImmediatePropagation()
    e.preventDefault()
  }
  move(e) {
    if (!this.start) return
    this.draft = Math.hypot(e.clientX - this.start.x, e.clientY - this.start.y) < SLOP ? null : this.box(this.start.at, this.share(e))
    this.draw()
    e.stopImmediatePropagation()
  }
  up(e) {
    if (!this.start) return
    const { at } = this.start, mark = this.draft || { x: at[0], y: at[1] }
    this.start = this.draft = null
    e.stopImmediatePropagation()
    this.add(mark)
  }
  box([ax, ay], [bx, by]) { return { x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(ax - bx), height: Math.abs(ay - by) } }
  pressed(event) {
    const { viewer } = this.room, { film, stage } = this.pane
    if (event.key === "Enter") { this.room.answer(this.text()); return true }
    if ((event.key === "Backspace" || event.key === "Delete") && this.list.length) { this.list.pop(); this.room.draw(); this.draw(); return true }
    if (event.key.startsWith("Arrow") && film) {
      viewer.cursor ||= this.pane.point(stage.clientWidth / 2, stage.clientHeight / 2)
      viewer.moveCursor(event.key, event.shiftKey ? 2 : 16)
      return true
    }
    if (event.key === " " && viewer.cursor && film) { const [x, y] = this.inside(viewer.cursor); this.add({ x, y }); return true }
    return false
  }
  draw() {
    if (!this.room.films || !this.room.viewer) return
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => {
      const { film, stage } = this.pane || {}
      if (!stage) return
      if (this.svg.parentNode !== stage) stage.append(this.svg)
      const place = (x, y) => this.pane.place([x * film.width, y * film.height])
      this.svg.replaceChildren(...(film && this.on ? [...this.list, ...(this.draft ? [this.draft] : [])] : []).map((mark) => {
        const [x, y] = place(mark.x, mark.y), made = document.createElementNS(NS, mark.width === undefined ? "circle" : "path")
        if (mark.width === undefined) for (const [name, value] of [["cx", x], ["cy", y], ["r", 7]]) made.setAttribute(name, value)
        else {
          const corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([i, j]) => place(mark.x + i * mark.width, mark.y + j * mark.height).join(" "))
          made.setAttribute("d", `M${corners.join("L")}Z`)
        }
        return made
      }))
    })
  }
}
