// The painter with WebGL2: one context for all panes; films lie in it as whole numbers, with their halved planes. It draws what paint.js draws.
import { FULL, MASK, TAPS, TONES } from "./paint.js"

const MOST = 8 // films on the graphics card
const VERTEX = `#version 300 es
void main() { vec2 p = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2); gl_Position = vec4(p * 2.0 - 1.0, 0, 1); }`
const vector = (rgb) => `vec3(${rgb.map((v) => (v / 255).toFixed(6)).join(", ")})`
const FRAGMENT = `#version 300 es
precision highp float; precision highp int; precision highp usampler2D; precision highp sampler2D;
uniform usampler2D a, b, m;
// Four rows of 256 x 256: greys of a and b as they are windowed, and in their own windows.
uniform sampler2D tables;
uniform vec2 pane, sizeA, sizeB, sizeM;
uniform vec3 aX, aY, bX, bY, mX, mY;
// Bits of mode: 1 second, 2 mix, 4 swipe, 8 difference, 16 alone, 32 mask.
uniform int planesA, planesB, planesM, mode;
uniform float mixed, swipe, gain, opacity;
out vec4 colour;
// Mean of the film under a pixel of the pane; below 0 outside of it. Enlarged pixels stay squares.
float area(usampler2D film, vec3 rx, vec3 ry, vec2 size, int planes, vec2 p) {
  vec2 at = vec2(dot(rx, vec3(p, 1)), dot(ry, vec3(p, 1)));
  if (at.x < 0.0 || at.y < 0.0 || at.x >= size.x || at.y >= size.y) return -1.0;
  float stepX = max(abs(rx.x), abs(rx.y)), stepY = max(abs(ry.x), abs(ry.y));
  if (stepX <= 1.0) return float(texelFetch(film, ivec2(at), 0).r);
  int level = clamp(int(floor(log2(stepX) + 1e-6)) - 1, 0, planes - 1);
  float k = float(1 << level);
  vec2 halfStep = vec2(stepX, stepY) / 2.0;
  vec2 low = max(at - halfStep, 0.0) / k, high = min(at + halfStep, size) / k;
  ivec2 begin = ivec2(floor(low)), last = ivec2(ceil(size / k)) - 1;
  float sum = 0.0, whole = 0.0;
  for (int j = 0; j < ${TAPS}; j++) for (int i = 0; i < ${TAPS}; i++) {
    vec2 c = vec2(begin + ivec2(i, j)), w = max(min(high, c + 1.0) - max(low, c), 0.0);
    sum += w.x * w.y * float(texelFetch(film, min(begin + ivec2(i, j), last), level).r);
    whole += w.x * w.y;
  }
  return floor(sum / whole + 0.5);
}
float grey(int row, float value) { int v = int(value); return texelFetch(tables, ivec2(v & 255, (v >> 8) + 256 * row), 0).r; }
void main() {
  vec2 p = vec2(gl_FragCoord.x, pane.y - gl_FragCoord.y);
  float va = area(a, aX, aY, sizeA, planesA, p);
  if (va < 0.0) { colour = vec4(0, 0, 0, 1); return; }
  float g = grey(0, va), vb = (mode & 1) != 0 ? area(b, bX, bY, sizeB, planesB, p) : -1.0;
  if (vb >= 0.0 && (mode & 4) != 0) g = floor(p.x) < swipe * pane.x ? g : grey(1, vb);
  else if (vb >= 0.0 && (mode & 2) != 0) g = mix(grey(1, vb), g, mixed);
  vec3 c = vec3(g);
  if ((mode & 8) != 0 && vb >= 0.0) {
    float delta = clamp(gain * (grey(2, va) - grey(3, vb)) / ${FULL.toFixed(8)}, -1.0, 1.0), size = abs(delta);
    vec3 tone = delta > 0.0 ? ${vector(TONES[0])} : ${vector(TONES[1])};
    c = (mode & 16) != 0 ? size * tone : mix(c, tone, opacity * size);
  }
  float vm = (mode & 32) != 0 ? area(m, mX, mY, sizeM, planesM, p) : -1.0;
  if (vm > 0.0) c = mix(c, ${vector(MASK)}, opacity * vm / 255.0);
  colour = vec4(c, 1);
}`

export class GlPainter {
  constructor() {
    this.name = "WebGL2"
    this.canvas = document.createElement("canvas")
    const gl = (this.gl = this.canvas.getContext("webgl2", { antialias: false, alpha: false, preserveDrawingBuffer: true }))
    if (!gl) throw new Error("no WebGL2")
    const told = gl.getExtension("WEBGL_debug_renderer_info")
    this.renderer = String(gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
    this.films = new Map()
    this.lost = false
    this.canvas.addEventListener("webglcontextlost", () => { this.lost = true })
    const program = gl.createProgram()
    for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind)
      gl.shaderSource(shader, text)
      gl.compileShader(shader)
      gl.attachShader(program, shader)
    }
    gl.linkProgram(program)
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) || "no program")
    gl.useProgram(program)
    this.at = (name) => gl.getUniformLocation(program, name)
    for (const [i, name] of ["a", "b", "m", "tables"].entries()) gl.uniform1i(this.at(name), i)
    this.tables = gl.createTexture()
    gl.activeTexture(gl.TEXTURE3)
    gl.bindTexture(gl.TEXTURE_2D, this.tables)
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R32F, 256, 1024)
    this.plain()
  }
  plain() {
    const gl = this.gl
    for (const way of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, way, gl.NEAREST)
  }
  // WebGL halves sizes downwards; a film is laid into a larger one whose sides halve without rest.
  texture(film) {
    const gl = this.gl, found = this.films.get(film)
    if (found) { this.films.delete(film); this.films.set(film, found); return found }
    const texture = gl.createTexture(), planes = film.planes, unit = 2 ** (planes.length - 1), up = (n) => Math.ceil(n / unit) * unit
    gl.bindTexture(gl.TEXTURE_2D, texture)
    const deep = film.values instanceof Uint16Array
    gl.texStorage2D(gl.TEXTURE_2D, planes.length, deep ? gl.R16UI : gl.R8UI, up(film.width), up(film.height))
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
    for (const [level, plane] of planes.entries()) {
      const kind = deep ? gl.UNSIGNED_SHORT : gl.UNSIGNED_BYTE
      gl.texSubImage2D(gl.TEXTURE_2D, level, 0, 0, plane.width, plane.height, gl.RED_INTEGER, kind, plane.values)
    }
    this.plain()
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST_MIPMAP_NEAREST)
    this.films.set(film, texture)
    if (this.films.size > MOST) {
      const [oldest, old] = this.films.entries().next().value
      gl.deleteTexture(old)
      this.films.delete(oldest)
    }
    return texture
  }
  put(unit, letter, film, map) {
    const gl = this.gl, upper = letter.toUpperCase()
    gl.activeTexture(gl.TEXTURE0 + unit)
    gl.bindTexture(gl.TEXTURE_2D, this.texture(film))
    gl.uniform2f(this.at(`size${upper}`), film.width, film.height)
    gl.uniform1i(this.at(`planes${upper}`), film.planes.length)
    gl.uniform3f(this.at(`${letter}X`), map.ax, map.bx, map.cx)
    gl.uniform3f(this.at(`${letter}Y`), map.ay, map.by, map.cy)
  }
  table(row, table) {
    const gl = this.gl, sheet = new Float32Array(65536)
    if (table instanceof Uint8Array) for (let i = 0; i < table.length; i++) sheet[i] = table[i] / 255
    else sheet.set(table)
    gl.activeTexture(gl.TEXTURE3)
    gl.bindTexture(gl.TEXTURE_2D, this.tables)
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 256 * row, 256, 256, gl.RED, gl.FLOAT, sheet)
  }
  draw(pen, pane, scene) {
    const gl = this.gl
    if (this.canvas.width < pane.width || this.canvas.height < pane.height) {
      this.canvas.width = Math.max(this.canvas.width, pane.width)
      this.canvas.height = Math.max(this.canvas.height, pane.height)
    }
    gl.viewport(0, 0, pane.width, pane.height)
    this.put(0, "a", scene.a, scene.mapA)
    this.put(1, "b", scene.b || scene.a, scene.mapB || scene.mapA)
    this.put(2, "m", scene.mask || scene.a, scene.mapM || scene.mapA)
    this.table(0, scene.low)
    if (scene.b) this.table(1, scene.lowB)
    if (scene.difference && scene.b) { this.table(2, scene.ownA); this.table(3, scene.ownB) }
    const on = [scene.b, scene.mix !== null, scene.swipe !== null, scene.difference, scene.alone, scene.mask]
    gl.uniform1i(this.at("mode"), on.reduce((sum, bit, i) => sum + (bit ? 1 << i : 0), 0))
    gl.uniform2f(this.at("pane"), pane.width, pane.height)
    for (const [name, value] of [["mixed", scene.mix ?? 1], ["swipe", scene.swipe ?? 1], ["gain", scene.gain], ["opacity", scene.opacity]]) {
      gl.uniform1f(this.at(name), value)
    }
    gl.drawArrays(gl.TRIANGLES, 0, 3)
    const below = this.canvas.height - pane.height // WebGL counts from the bottom
    pen.drawImage(this.canvas, 0, below, pane.width, pane.height, 0, 0, pane.width, pane.height)
  }
}

// A program that imitates a graphics card draws slower than the painter without one.
export const imitated = (renderer) => /swiftshader|llvmpipe|software|basic render/i.test(renderer)
