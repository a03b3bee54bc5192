// Checks of the viewer's scripts, for Node and for a browser alike: `load` imports a script by its name.
const equal = (found, wanted, what = "") => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what} ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`)
}
const near = (found, wanted, within, what = "") => {
  if (!(Math.abs(found - wanted) <= within)) throw new Error(`${what} ${found}, not ${wanted}`)
}

export const checks = async (load) => {
  const [{ Film, decode, halved }, grey, view, paint, measures, address, { imitated }] = await Promise.all(
    ["film.js", "grey.js", "view.js", "paint.js", "measures.js", "address.js", "gl.js"].map(load))
  const film = (width, height, values, more = {}) => new Film({ width, height, deep: false, slope: 1, intercept: 0, padding: null, inverted: false,
    windows: [{ function: "LINEAR_EXACT", centre: 127.5, width: 255 }], ...more }, values, null)
  const ramp = (width, height) => film(width, height, Uint8Array.from({ length: width * height }, (_, i) => (7 * i) % 251))

  return {
    "a film is decoded, values and header": () => {
      const header = new TextEncoder().encode(JSON.stringify({ width: 2, height: 1, deep: true, table: false, about: { word: "Real" } }).padEnd(72))
      const buffer = new ArrayBuffer(8 + header.length + 4), bytes = new Uint8Array(buffer)
      bytes.set([84, 67, 88, 70, header.length, 0, 0, 0])
      bytes.set(header, 8)
      bytes.set([1, 0, 0, 255], 8 + header.length)
      const found = decode(buffer)
      equal([...found.values], [1, 65280])
      equal([found.about.word, found.count], ["Real", 65536])
      let said = ""
      try { decode(buffer.slice(0, -1)) } catch (error) { said = error.message }
      equal(said, "The film arrived incomplete.")
    },
    "halving takes means, and an odd row or column stands alone": () => {
      const found = halved({ values: Uint8Array.of(0, 10, 20, 30, 40, 50, 60, 70, 80), width: 3, height: 3 })
      equal([found.width, found.height, ...found.values], [2, 2, 20, 35, 65, 80])
    },
    "windows are DICOM's": () => {
      const at = (kind, value) => grey.share({ function: kind, centre: 2048, width: 4096 }, value)
      near(at("LINEAR", 0), 0, 1e-9)
      near(at("LINEAR", 4095), 1, 1e-9)
      near(at("LINEAR_EXACT", 2048), 0.5, 1e-9)
      near(at("SIGMOID", 2048 + 1024), 1 / (1 + Math.exp(-1)), 1e-9)
    },
    "white may be lowest, padding is black either way": () => {
      const negative = film(2, 1, Uint8Array.of(3, 255), { inverted: true, padding: [255, 255] })
      for (const inverted of [false, true]) {
        const table = grey.greys(negative, null, inverted)
        equal([table[0], table[254], table[255]], inverted ? [0, 254, 0] : [255, 1, 0])
      }
    },
    "a file's table is used until somebody moves the window": () => {
      const tabled = new Film({ ...film(1, 1, Uint8Array.of(9)), table: true }, Uint8Array.of(9), Uint8Array.from({ length: 256 }, (_, i) => 255 - i))
      const seen = view.fresh()
      equal(grey.windowOf(tabled, seen), null)
      equal(grey.greys(tabled, null, false)[9], 246)
      equal(grey.windowOf(tabled, { ...seen, shift: 0.1 }).centre, 127.5 + 25.5)
    },
    "presets go by the film's own pixels, from dark to bright as it is shown": () => {
      const values = Uint8Array.from({ length: 100 }, (_, i) => i)
      const lung = grey.preset(film(10, 10, values), "lung"), negative = grey.preset(film(10, 10, values, { inverted: true }), "lung")
      near(lung.centre + lung.width / 2, 59, 1)
      near(negative.centre - negative.width / 2, 39, 2)
      const part = grey.preset(film(10, 10, values), "region", 0, [0, 0, 10, 2])
      near(part.centre + part.width / 2, 19, 1)
    },
    "another film follows in widths of its own window": () => {
      const deep = film(1, 1, Uint16Array.of(9), { deep: true, windows: [{ function: "LINEAR", centre: 2000, width: 3000 }] })
      const seen = { ...view.fresh(), shift: 0.5, stretch: 2 }
      equal(grey.windowOf(deep, seen), { function: "LINEAR", centre: 3500, width: 6000 })
      equal(grey.windowOf(film(1, 1, Uint8Array.of(9)), seen), { function: "LINEAR_EXACT", centre: 255, width: 510 })
    },
    "a place of the pane and of the film are each other's, turned and flipped": () => {
      const one = ramp(30, 20), pane = { width: 400, height: 300 }
      for (const turn of [0, 1, 2, 3]) for (const flip of [false, true]) {
        const seen = { ...view.fresh(), turn, flip, zoom: 1.7, x: 0.4, y: 0.6 }
        const [x, y] = view.toPane(one, pane, seen, ...view.toFilm(one, pane, seen, 123, 45))
        near(x, 123, 1e-9)
        near(y, 45, 1e-9)
      }
    },
    "a quarter turn brings the left edge to the top": () => {
      const one = ramp(20, 20), pane = { width: 100, height: 100 }
      const [x, y] = view.toPane(one, pane, { ...view.fresh(), turn: 1 }, 0, 10)
      equal([x, y], [50, 0])
    },
    "zooming keeps what is under the pointer": () => {
      const one = ramp(30, 20), pane = { width: 400, height: 300 }, seen = view.fresh()
      const before = view.toFilm(one, pane, seen, 150, 120)
      view.zoomAt(one, pane, seen, 3, 150, 120)
      const after = view.toFilm(one, pane, seen, 150, 120)
      near(after[0], before[0], 1e-9)
      near(after[1], before[1], 1e-9)
    },
    "what is shrunk is the mean of what it covers": () => {
      const one = ramp(97, 61), pane = { width: 23, height: 29 }
      for (const turn of [0, 1]) {
        const found = paint.resample(one, view.mapping(one, pane, { ...view.fresh(), turn }), pane)
        const mean = found.values.reduce((a, b) => a + b, 0) / found.values.length, whole = one.values.reduce((a, b) => a + b, 0) / one.values.length
        near(mean, whole, 1.5)
      }
    },
    "what is enlarged stays squares": () => {
      const one = film(2, 1, Uint8Array.of(10, 200)), pane = { width: 8, height: 4 }
      const found = paint.resample(one, view.mapping(one, pane, view.fresh()), pane)
      equal([...found.values.slice(0, 8)], [10, 10, 10, 10, 200, 200, 200, 200])
    },
    "millimetres where they are known, across and down": () => {
      const spaced = film(10, 10, new Uint8Array(100), { spacing: [0.5, 0.2], spacing_at: "patient" })
      near(measures.length(spaced, [0, 0], [10, 0]), 2, 1e-9)
      equal(measures.words(spaced, { kind: "ruler", points: [[0, 0], [0, 10]] }), "5.0 mm")
      equal(measures.words(film(10, 10, new Uint8Array(100)), { kind: "ruler", points: [[0, 0], [3, 4]] }), "5.0 px")
      near(measures.angle(film(9, 9, new Uint8Array(81)), [1, 0], [0, 0], [0, 1]), 90, 1e-9)
    },
    "the cardiothoracic ratio takes three clicks, and the fourth point can be moved": () => {
      const one = film(100, 100, new Uint8Array(10000))
      const all = []
      for (const point of [[40, 60], [70, 62], [10, 50]]) measures.putPoint(one, all, "ratio", point)
      const [measure] = all
      equal(measure.points[3], [90, 50])
      near(measures.ratio(measure.points), 30 / 80, 1e-9)
      equal(measures.words(one, measure), "CTR 0.38 · 30.0 / 80.0 px · other side mirrored")
    },
    "a region says mean and spread of the ellipse, in what windows speak of, and its area": () => {
      const values = Uint8Array.from({ length: 400 }, (_, i) => (i % 20 < 10 ? 10 : 30))
      const one = film(20, 20, values, { slope: 2, intercept: -5, spacing: [0.5, 0.5], spacing_at: "patient", padding: [255, 255] })
      values[10 * 20 + 10] = 255
      const [n, mean, deviation] = measures.spread(one, [[4, 4], [16, 16]])
      near(n, Math.PI * 36, 6)
      near(mean, 35, 0.5)
      near(deviation, 20, 0.1)
      equal(measures.words(one, { kind: "region", points: [[8, 2], [2, 8]] }).split(" · "), ["mean 15.0", "SD 0.0", "8.0 mm²"])
      equal(measures.words(one, { kind: "region", points: [[30, 30], [40, 40]] }), "no pixels")
    },
    "letters of the patient's sides go with the film": () => {
      const one = film(9, 9, new Uint8Array(81), { orientation: ["L", "FR"] }), seen = view.fresh()
      const sides = (more) => [[-1, 0], [0, -1]].map(([dx, dy]) => view.side(one, { ...seen, ...more }, dx, dy))
      equal(sides({}), ["R", "HL"])
      equal(sides({ flip: true }), ["L", "HL"])
      equal(sides({ turn: 1 }), ["FR", "R"])
      equal(sides({ turn: 2 }), ["L", "FR"])
      equal(view.side(film(9, 9, new Uint8Array(81)), seen, -1, 0), "")
    },
    "an address says panes and a window, or what is wrong with it": () => {
      equal(address.read("?panes=self,b0,difference&window=40,400").panes, ["self", "b0", "difference"])
      equal(address.read("?window=40,400").window, { centre: 40, width: 400 })
      if (!address.read("?window=40,0").wrong.includes("width 0")) throw new Error("a window of width 0 is not told of")
      if (!address.read("?panes=x").wrong || !address.read("?window=a").wrong) throw new Error("nonsense is not told of")
      equal(address.written("?set=a&open=b.c", { open: "", window: "1,2" }), "?set=a&window=1,2")
    },
    "a graphics card that is imitated is known": () => {
      equal([imitated("ANGLE (Google, SwiftShader driver)"), imitated("ANGLE (NVIDIA H200)")], [true, false])
    },
  }
}
