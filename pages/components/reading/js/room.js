// The reading room: one case a screen, an answer a key. An answer is kept in the browser until the server has said that it stands.
const { site, viewer: scripts, token } = document.body.dataset
const there = `${location.origin}${site}/read/${token}`
const parts = await Promise.all([...["viewer", "film", "keys", "view", "pane", "grey"].map((name) => import(`${location.origin}${site}${scripts}/${name}.js`)),
  import("./marks.js")]).catch(() => setTimeout(() => location.reload(), 1000)) // the server went away between the document and its scripts
if (!Array.isArray(parts)) await new Promise(() => {})
const [{ Viewer }, { load }, { pressed, ROWS }, { fresh }, { make }, { PRESETS }, { Marks }] = parts

// Keys of the viewer that a reader has; digits are answers, with ⇧ they are windows.
const HELPS = [["i", "Invert"], ["[ ]", "Narrower, wider window"], [", .", "Lower, higher level"], ["⇧ 1 to 6", "Window: own, lung, bone, soft tissue, full, seen"],
  ["+ −", "Larger, smaller"], ["z", "1:1"], ["u", "All as at first"], ["⇧ arrows", "Move"], ["t h v", "Turn, flip"], ["m", "Magnifier"],
  ["l a k q", "Ruler, angle, heart ratio, region"], ["Drag, wheel", "Window and level, zoom"]]
const KEYS = new Set("i[],.+=-zutTThvdbjmlakq".split(""))
const OUTBOX = `triadcxr reading ${token}`
const RETRY = 1000

class FilmViewer extends Viewer {
  constructor(place, room) {
    super(place)
    this.room = room
    for (const option of this.chrome.preset.options) option.textContent = `⇧${option.textContent}`
  }
  address({ slot, film }) { return `${there}/film?${new URLSearchParams({ slot, film })}` }
  same(a, b) { return a.slot === b.slot && a.film === b.film }
  sources() { return [["self", "This film"]] }
  overlays() { return [""] }
  tellAddress() {}
  enlarge() {}
  help() { this.room?.help() }
  say(text) { super.say(text) }
  key(event) { this.room?.key(event) }
  arrived(pane) { super.arrived(pane); this.room?.shown(pane) }
  draw() { super.draw(); this.room?.marks?.draw() }
}

class Room {
  constructor() {
    this.state = null
    this.busy = false // an answer is on its way
    this.ready = false // the films of this case are on the screen
    this.feedback = this.correcting = null
    this.pausing = false
    this.typed = ""
    this.build()
    addEventListener("pageshow", (e) => { if (e.persisted) this.refresh() })
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.left = performance.now()
      else { this.since += performance.now() - (this.left ?? performance.now()); this.left = null; if (!this.busy) this.refresh(true) }
    })
  }
  build() {
    this.title = make("h1", {}, "Reading room")
    this.count = make("p", { class: "count" })
    this.bar = make("progress", { max: "1", value: 0, "aria-label": "Cases read" })
    this.films = make("main", { "aria-label": "Film" })
    this.side = make("aside", { "aria-label": "Answer" })
    this.trouble = make("p", { class: "trouble", role: "alert", hidden: true })
    this.card = make("section", { class: "keys", hidden: true, tabindex: "-1", "aria-label": "Keys" })
    this.cover = make("section", { class: "cover", hidden: true, tabindex: "-1", "aria-label": "Pause" })
    const tone = make("button", { type: "button", class: "plain" }, "Light or dark")
    tone.onclick = () => { const root = document.documentElement; root.dataset.theme = this.dark() ? "light" : "dark"; localStorage.setItem("triadcxr tone", root.dataset.theme) }
    document.documentElement.dataset.theme = localStorage.getItem("triadcxr tone") || (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark")
    const keys = make("button", { type: "button", class: "plain" }, "Keys ", make("kbd", {}, "?"))
    keys.onclick = () => this.help()
    document.body.append(make("header", {}, this.title, this.count, this.bar, keys, tone),
      make("div", { class: "desk" }, this.films, this.side, this.cover, this.card), this.trouble)
    this.viewer = new FilmViewer(this.films, this)
    this.marks = new Marks(this)
  }
  dark() { return document.documentElement.dataset.theme !== "light" }

  // What the server says
  async ask(path, sent) {
    const how = sent ? { method: "POST", body: JSON.stringify(sent), headers: { "content-type": "application/json" } } : {}
    for (;;) {
      let answer = null
      try { answer = await fetch(`${there}/${path}`, { credentials: "same-origin", cache: "no-store", ...how }) } catch { /* no server */ }
      const said = await answer?.json().catch(() => null)
      if (answer?.ok && said) { this.tell(""); return said }
      if (answer && answer.status < 500 && said) throw Object.assign(new Error([said.message, said.hint].filter(Boolean).join(" ")), { status: answer.status })
      this.tell(`${sent ? "Your answer is kept here; it is sent as soon as the server answers again." : "The server does not answer; it is tried again."}`)
      await new Promise((done) => setTimeout(done, RETRY))
    }
  }
  tell(text) { this.trouble.hidden = !text; this.trouble.textContent = text }
  async begin() {
    try {
      const kept = JSON.parse(localStorage.getItem(OUTBOX) || "null")
      if (kept) await this.send(kept).catch(() => {}) // the browser was closed before the server had said that it stands
      this.take(await this.ask("state"))
    } catch (error) { this.end("This link does not open a study", error.message) }
  }
  async refresh(quiet = false) {
    try {
      const state = await this.ask("state"), mine = this.state?.now?.slot
      if (!quiet || state.now?.slot !== mine || state.now?.left.length !== this.state?.now?.left.length) this.take(state)
    } catch (error) { this.end("This link does not open a study", error.message) }
  }
  async send(sent) {
    localStorage.setItem(OUTBOX, JSON.stringify(sent))
    try { return await this.ask("answer", sent) } finally { localStorage.removeItem(OUTBOX) } // refused for good, or kept
  }
  async answer(value) {
    const asked = this.asked
    if (this.busy || !this.ready || !asked || this.feedback || this.pausing) return
    this.busy = true
    this.side.classList.add("busy")
    const seconds = Math.max(0, ((this.left ?? performance.now()) - this.since) / 1000), slot = this.case.slot
    const sent = { slot, question: asked.question, part: asked.part, seconds, revision: this.correcting ? this.given(asked).revision + 1 : 0,
      ...(typeof value === "string" ? { choice: value } : { rating: value }) }
    try {
      const said = await this.send(sent)
      this.since = performance.now()
      if (!said.kept) this.viewer.say("This was answered already; that answer stands.")
      if (this.correcting && said.kept) this.correcting.shift()
      if (this.correcting && (!said.kept || !this.correcting.length)) this.correcting = null
      this.feedback = said.feedback
      this.take(said.state)
    } catch (error) {
      this.tell(error.message)
      if (error.status === 403) this.refresh()
    } finally { this.busy = false; this.side.classList.remove("busy") }
  }
  given(asked) { return this.state.before.given.find((one) => one.question === asked.question && one.part === asked.part) }

  // What is on the screen
  get case() { return this.correcting ? this.state.before : this.feedback ? this.shownCase : this.state?.now }
  get asked() {
    if (this.correcting) return this.correcting[0]
    const left = this.state?.now?.left || []
    return this.state?.asked.find((one) => `${one.question}.${one.part}` === left[0])
  }
  take(state) {
    const before = this.state
    this.state = state
    this.title.textContent = state.study
    this.bar.value = state.total ? state.done / state.total : 0
    if (!this.feedback) {
      if (state.closed) return this.end("This study is closed", "Thank you. No more answers are taken.", state.outcome)
      if (state.finished && !this.correcting) return this.end("All cases are read", "Thank you. Your answers are kept; you can close this page.", state.outcome, state.before)
      if (state.break && before && before.done !== state.done) this.pausing = true
    }
    this.show()
  }
  show() {
    const { state } = this, now = this.case, training = now.block === "training"
    this.count.textContent = `${state.reader} · case ${now.position} of ${state.total}${training ? " · training" : ""}${this.correcting ? " · correcting" : ""}`
    this.cover.hidden = !this.pausing
    document.body.classList.toggle("paused", this.pausing)
    if (this.pausing) return this.offerBreak()
    if (this.shownCase?.slot !== now.slot) {
      this.shownCase = now
      this.ready = false
      this.marks.clear()
      Object.assign(this.viewer.view, fresh())
      const items = Array.from({ length: now.films }, (_, film) => ({ slot: now.slot, film }))
      this.films.classList.add("waits")
      this.viewer.update({ mode: "inline", items, at: 0, first: 0, total: now.films, panes: items.map((_, i) => (i ? `n${i}` : "self")), height: 0,
        ways: [], follows: false, ask: 0 }, () => {})
      this.viewer.panes.forEach((pane, i) => { if (now.films > 1) pane.root.dataset.number = i + 1; else delete pane.root.dataset.number })
    }
    this.draw()
  }
  // What a pane asked for last has come, or failed: a case can be answered when each pane has a film of it, and no older one.
  shown(pane) {
    const slot = this.shownCase?.slot
    pane.slot = pane.film && slot ? slot : ""
    if (!slot || this.ready) return
    if (!pane.film) return this.askAgain()
    if (this.viewer.panes.some((p) => p.slot !== slot)) return
    this.ready = true
    this.films.classList.remove("waits")
    this.since = performance.now()
    const ahead = this.shownCase.films > 1 ? this.state.next.slice(0, 1) : this.state.next
    for (const one of ahead) for (let film = 0; film < one.films; film++) load(this.viewer.address({ slot: one.slot, film })).catch(() => {})
    this.draw()
  }
  askAgain() {
    clearTimeout(this.again)
    this.again = setTimeout(async () => {
      await this.refresh(true) // waits for the server; a study that was closed meanwhile ends here
      if (this.shownCase && !this.ready) this.viewer.refresh()
    }, RETRY)
  }
  draw() {
    const { asked } = this, parts = []
    this.marks.on = asked?.question === "marks" && !this.feedback && !this.pausing
    if (this.case?.prompt) parts.push(make("h2", {}, "Asked for"), make("blockquote", {}, this.case.prompt))
    if (this.feedback) parts.push(...this.feedbackParts())
    else if (asked) {
      parts.push(make("h2", {}, asked.words))
      if (asked.keys.length) parts.push(this.choices(asked))
      else if (asked.scale) parts.push(...this.slider(asked))
      else if (asked.question === "marks") parts.push(this.markList(), this.act("Enter", "Done", () => this.answer(this.marks.text())))
      else parts.push(...this.writing())
    }
    if (this.correcting) parts.push(this.act("Esc", "Leave it as it was", () => this.leaveCorrection()))
    else if (this.state?.before && !this.feedback) parts.push(this.act("Backspace", "Correct the case before", () => this.correct()))
    const focused = this.side.querySelector("textarea") === document.activeElement && asked?.question === "text"
    if (!focused) this.side.replaceChildren(...parts)
    if (asked?.question === "text" && this.ready && !this.pausing) this.side.querySelector("textarea")?.focus()
    else if (document.activeElement === document.body || !document.activeElement) this.viewer.panes[0]?.root.focus({ preventScroll: true })
  }
  act(key, words, act) {
    const made = make("button", { type: "button", class: "act" }, make("kbd", {}, key), words)
    made.onclick = () => { made.blur(); act() }
    return made
  }
  choices(asked) {
    const before = this.correcting && this.given(asked)
    return make("div", { class: "choices", role: "group", "aria-label": asked.words }, ...asked.keys.map(({ key, value, words }) => {
      const made = this.act(key, words, () => this.answer(value))
      if (before && (before.rating ?? before.choice) === value) made.setAttribute("aria-pressed", "true")
      return made
    }))
  }
  slider(asked) {
    const input = make("input", { type: "range", min: String(asked.lowest), max: String(asked.scale), value: String(this.typed || 50), "aria-label": asked.words })
    const said = make("output", {}, input.value)
    input.oninput = () => { this.typed = input.value; said.textContent = input.value }
    this.scale = { input, said }
    return [make("div", { class: "scale" }, make("span", {}, "real"), input, make("span", {}, "synthetic")), said,
      this.act("Enter", "Answer (digits, or ← and →)", () => this.answerScale())]
  }
  answerScale() { const value = Number(this.scale.input.value); this.typed = ""; this.answer(value) }
  markList() {
    const count = this.marks.list.length
    return make("p", { class: "hint" }, count ? `${count} ${count === 1 ? "mark" : "marks"}. Delete takes the last away.` : "No mark yet. By keys: arrows move the cross, space puts a point.")
  }
  writing() {
    const area = make("textarea", { rows: "5", maxlength: "4000", "aria-label": this.asked.words })
    if (this.correcting) area.value = this.given(this.asked).choice
    return [area, this.act("Enter", "Done (⇧ Enter: new line)", () => this.answer(area.value))]
  }
  feedbackParts() {
    const lines = this.feedback.map(({ part, truth, answer }) => {
      const right = truth === answer, film = /^\d$/.test(truth) ? "film " : ""
      return make("p", { class: right ? "right" : "wrong" }, make("b", {}, right ? "Right" : answer === "unsure" ? "Not decided" : "Wrong"),
        ` ${part ? part + ": " : ""}${film ? "Real is " : "This film is "}${film}${truth === "yes" ? "that of the text" : truth === "no" ? "not that of the text" : truth}.`)
    })
    if (!lines.length) lines.push(make("p", {}, "Kept."))
    return [make("h2", {}, "Training"), ...lines, this.act("Enter", "Next case", () => this.goOn())]
  }
  goOn() { this.feedback = null; this.take(this.state) }
  offerBreak() {
    const { state } = this
    this.cover.replaceChildren(make("h2", {}, "Time for a break?"), make("p", {}, `${state.done} of ${state.total} cases are read. You can close this page and come back by the same link; you go on where you are.`),
      this.act("Enter", "Go on", () => this.endBreak()))
    this.cover.focus()
  }
  endBreak() { this.pausing = false; this.show() }
  correct() {
    if (this.busy || !this.state?.before || this.feedback || this.pausing) return
    this.correcting = [...this.state.asked]
    this.cover.hidden = true
    document.body.classList.remove("paused")
    this.show()
  }
  leaveCorrection() { this.correcting = null; this.take(this.state) }
  end(title, text, outcome = null, before = null) {
    this.ready = false
    this.shownCase = null
    this.count.textContent = this.state ? `${this.state.reader} · ${this.state.done} of ${this.state.total} cases` : ""
    const said = outcome?.cases ? [make("p", {}, `You were right in ${outcome.right} of ${outcome.cases} answers that have a truth.`)] : []
    const again = before ? [this.act("Backspace", "Correct the last case", () => this.correct())] : []
    this.cover.replaceChildren(make("h2", {}, title), make("p", {}, text), ...said, ...again)
    this.cover.hidden = false
    document.body.classList.add("paused")
    this.side.replaceChildren()
    this.cover.focus()
  }
  help() {
    this.card.hidden = !this.card.hidden
    if (this.card.hidden) return
    const row = (key, words) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, words)]
    const answers = (this.asked?.keys || []).flatMap(({ key, words }) => row(key, words))
    this.card.replaceChildren(make("h2", {}, "Answers"), make("dl", {}, ...answers, ...row("Enter", "Done, go on"), ...row("Backspace", "Correct the case before")),
      make("h2", {}, "Film"), make("dl", {}, ...HELPS.flatMap(([key, words]) => row(key, words))), this.act("?", "Close", () => this.help()))
    this.card.focus()
  }

  // Keys
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && /^(\d|Enter|Backspace)$/.test(event.key)) return
    const writing = event.composedPath()[0].tagName === "TEXTAREA"
    if (this.pressed(event, writing)) { event.preventDefault(); event.stopImmediatePropagation() }
  }
  pressed(event, writing) {
    const { key } = event, onButton = event.composedPath()[0].closest?.("button") && (key === "Enter" || key === " ")
    if (writing) { if (key === "Enter" && !event.shiftKey) { this.answer(event.composedPath()[0].value); return true } return key === "Escape" && this.escaped() }
    if (key === "?") { this.help(); return true }
    if (key === "Escape") return this.escaped()
    if (!this.card.hidden || onButton) return false
    if (this.pausing) { if (key === "Enter" || key === " ") { this.endBreak(); return true } return false }
    if (this.feedback) { if (key === "Enter" || key === " ") { this.goOn(); return true } return this.viewed(event) }
    if (key === "Backspace" && !(this.marks.on && this.marks.list.length) && !this.typed) { if (!this.correcting) this.correct(); return true }
    const { asked } = this
    if (!asked || !this.ready) return false
    const chosen = !event.shiftKey && asked.keys.find((one) => one.key === key)
    if (chosen) { this.answer(chosen.value); return true }
    if (asked.scale && !asked.keys.length && this.scaled(key)) return true
    if (this.marks.on && this.marks.pressed(event)) return true
    return this.viewed(event)
  }
  viewed(event) {
    const digit = event.shiftKey && /^Digit([1-6])$/.exec(event.code)?.[1]
    if (digit) { this.viewer.choosePreset(PRESETS.find((one) => one.key === digit).id); return true }
    const arrow = event.key.startsWith("Arrow")
    return (KEYS.has(event.key) || event.key === "0" || (arrow && (event.shiftKey || this.viewer.cursor)) || (this.viewer.cursor && event.key === "Enter") || event.key === "Delete")
      && !!(ROWS && pressed(this.viewer, event))
  }
  escaped() {
    if (!this.card.hidden) this.help()
    else if (this.correcting) this.leaveCorrection()
    else this.viewer.chooseTool("window")
    return true
  }
  scaled(key) {
    const { input, said } = this.scale, set = (value) => { input.value = value; said.textContent = input.value }
    if (/^\d$/.test(key)) { this.typed = Number(this.typed + key) > 100 ? key : this.typed + key; set(this.typed); return true }
    if (key === "Backspace") { this.typed = this.typed.slice(0, -1); set(this.typed || "50"); return true }
    if (key === "ArrowLeft" || key === "ArrowRight") { set(Number(input.value) + (key === "ArrowLeft" ? -5 : 5)); this.typed = input.value; return true }
    if (key === "Enter") { this.answerScale(); return true }
    return false
  }
}

const room = new Room()
document.body.room = room // for tests in a browser
await room.begin()
