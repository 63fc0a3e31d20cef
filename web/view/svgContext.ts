import { escapeHtml } from "../../src/model/format.js";

// A canvas context that writes what is drawn as SVG: what chart.js and the page's own pictures use of it, and no more.

type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

interface Pen {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  lineDash: readonly number[];
  lineDashOffset: number;
  lineCap: string;
  lineJoin: string;
  globalAlpha: number;
  font: string;
  textAlign: string;
  textBaseline: string;
  matrix: Matrix;
  clip: string | null;
}

const short = (value: number) => String(Number(value.toFixed(3)));

function times([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** What stands for the context of a canvas of this size, and the text of all that was drawn on it. */
export function svgContext(canvas: HTMLCanvasElement, width: number, height: number) {
  const real = canvas.getContext("2d") as CanvasRenderingContext2D;
  const parts: string[] = [];
  const clips: string[] = [];
  let path = "";
  let pen: Pen = {
    fillStyle: "#000000",
    strokeStyle: "#000000",
    lineWidth: 1,
    lineDash: [],
    lineDashOffset: 0,
    lineCap: "butt",
    lineJoin: "miter",
    globalAlpha: 1,
    font: "10px sans-serif",
    textAlign: "start",
    textBaseline: "alphabetic",
    matrix: [1, 0, 0, 1, 0, 0],
    clip: null,
  };
  const stack: Pen[] = [];
  const at = (x: number, y: number) => {
    const [a, b, c, d, e, f] = pen.matrix;
    return `${short(a * x + c * y + e)} ${short(b * x + d * y + f)}`;
  };
  const scale = () => Math.hypot(pen.matrix[0], pen.matrix[1]);
  const alpha = () => (pen.globalAlpha < 1 ? ` opacity="${short(pen.globalAlpha)}"` : "");
  const clipped = () => (pen.clip === null ? "" : ` clip-path="url(#${pen.clip})"`);
  const put = (d: string, paint: string) => {
    // As a canvas does, what is nowhere is not drawn.
    if (d !== "" && !d.includes("NaN")) parts.push(`<path d="${d}" ${paint}${alpha()}${clipped()}/>`);
  };
  const stroked = () => {
    const dash =
      pen.lineDash.length > 0 ? ` stroke-dasharray="${pen.lineDash.map((one) => short(one * scale())).join(" ")}"` : "";
    const ends = `${pen.lineCap === "butt" ? "" : ` stroke-linecap="${pen.lineCap}"`}${pen.lineJoin === "miter" ? "" : ` stroke-linejoin="${pen.lineJoin}"`}`;
    return `fill="none" stroke="${escapeHtml(pen.strokeStyle)}" stroke-width="${short(pen.lineWidth * scale())}"${dash}${ends}`;
  };
  const box = (x: number, y: number, w: number, h: number) =>
    `M${at(x, y)}L${at(x + w, y)}L${at(x + w, y + h)}L${at(x, y + h)}Z`;
  const context = {
    canvas,
    save: () => void stack.push({ ...pen }),
    restore: () => {
      pen = stack.pop() ?? pen;
    },
    translate: (x: number, y: number) => {
      pen.matrix = times(pen.matrix, [1, 0, 0, 1, x, y]);
    },
    rotate: (angle: number) => {
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      pen.matrix = times(pen.matrix, [cos, sin, -sin, cos, 0, 0]);
    },
    scale: (x: number, y: number) => {
      pen.matrix = times(pen.matrix, [x, 0, 0, y, 0, 0]);
    },
    setTransform: (...matrix: number[]) => {
      pen.matrix = matrix as unknown as Matrix;
    },
    resetTransform: () => {
      pen.matrix = [1, 0, 0, 1, 0, 0];
    },
    beginPath: () => {
      path = "";
    },
    closePath: () => {
      if (path !== "") path += "Z";
    },
    moveTo: (x: number, y: number) => {
      path += `M${at(x, y)}`;
    },
    lineTo: (x: number, y: number) => {
      path += `${path === "" ? "M" : "L"}${at(x, y)}`;
    },
    bezierCurveTo: (x1: number, y1: number, x2: number, y2: number, x: number, y: number) => {
      path += `C${at(x1, y1)} ${at(x2, y2)} ${at(x, y)}`;
    },
    quadraticCurveTo: (x1: number, y1: number, x: number, y: number) => {
      path += `Q${at(x1, y1)} ${at(x, y)}`;
    },
    rect: (x: number, y: number, w: number, h: number) => {
      path += box(x, y, w, h);
    },
    arc: (x: number, y: number, r: number, from: number, to: number, backwards = false) => {
      const round = 2 * Math.PI;
      const whole = Math.abs(to - from) >= round - 1e-9;
      const turn = whole ? round : (((backwards ? from - to : to - from) % round) + round) % round;
      const steps = Math.max(1, Math.ceil(turn / (Math.PI / 2)));
      const point = (angle: number) => at(x + r * Math.cos(angle), y + r * Math.sin(angle));
      const size = short(r * scale());
      path += `${path === "" || whole ? "M" : "L"}${point(from)}`;
      for (let step = 1; step <= steps; step++) {
        const angle = from + ((backwards ? -1 : 1) * turn * step) / steps;
        path += `A${size} ${size} 0 0 ${backwards ? 0 : 1} ${point(angle)}`;
      }
    },
    clip: () => {
      const id = `clip${clips.length}`;
      const outer = pen.clip === null ? "" : ` clip-path="url(#${pen.clip})"`;
      clips.push(`<clipPath id="${id}"><path d="${path}"${outer}/></clipPath>`);
      pen.clip = id;
    },
    fill: () => put(path, `fill="${escapeHtml(pen.fillStyle)}"`),
    stroke: () => {
      if (pen.lineWidth > 0) put(path, stroked());
    },
    fillRect: (x: number, y: number, w: number, h: number) =>
      put(box(x, y, w, h), `fill="${escapeHtml(pen.fillStyle)}"`),
    strokeRect: (x: number, y: number, w: number, h: number) => put(box(x, y, w, h), stroked()),
    clearRect: () => {},
    setLineDash: (dash: number[]) => {
      pen.lineDash = [...dash];
    },
    getLineDash: () => [...pen.lineDash],
    measureText: (text: string) => {
      real.font = pen.font;
      return real.measureText(text);
    },
    fillText: (text: string, x: number, y: number) => {
      if (text === "") return;
      const anchor = { center: "middle", right: "end", end: "end" }[pen.textAlign] ?? "start";
      real.font = pen.font;
      // The canvas has the font as it was understood; its size is that of the letters before the matrix.
      const [, size = "10"] = /(?<![\d.])([\d.]+)px/.exec(real.font) ?? [];
      const [style = ""] = real.font.split(`${size}px`, 1);
      const family = real.font.replace(/^.*?px(\/\S+)?\s*/, "");
      const drop = { middle: 0.35, top: 0.8, hanging: 0.8, bottom: -0.2 }[pen.textBaseline] ?? 0;
      const weight = /\b(\d{3}|bold)\b/.exec(style)?.[1];
      const matrix = pen.matrix.map(short).join(" ");
      parts.push(
        `<text transform="matrix(${matrix})" x="${short(x)}" y="${short(y + drop * Number(size))}" fill="${escapeHtml(pen.fillStyle)}" ` +
          `font-family="${escapeHtml(family)}" font-size="${size}"${weight ? ` font-weight="${weight}"` : ""}` +
          `${/italic/.test(style) ? ' font-style="italic"' : ""}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}${alpha()}>${escapeHtml(text)}</text>`,
      );
    },
  };
  // Colours, widths and the like are set as properties.
  for (const name of Object.keys(pen) as (keyof Pen)[]) {
    if (name === "matrix" || name === "clip" || name === "lineDash") continue;
    Object.defineProperty(context, name, {
      get: () => pen[name],
      set: (value: never) => {
        pen[name] = value;
      },
    });
  }
  const text = () =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<defs>${clips.join("")}</defs>${parts.join("")}</svg>\n`;
  return { context: context as unknown as CanvasRenderingContext2D, text };
}
