import { type CurveOptions, curveFigure } from "../../src/figure/curve.js";
import {
  type CurveData,
  curveData,
  type FigureAxes,
  figureAxes,
  hasTrajectory,
  unfoldedCells,
  unfoldedScenario,
} from "../../src/figure/series.js";
import { type CellResult, parseScenario, type Scenario } from "../../src/index.js";
import { formatNumber } from "../../src/model/format.js";
import { curveQuestion, type Knowledge, Session } from "../compute/session.js";
import { command, namedInput } from "../model/command.js";
import { type Experiment, withSetting } from "../model/experiment.js";
import type { Measure } from "../model/state.js";
import { engineNames, summarySentences } from "../model/summary.js";
import { curveNumbers } from "./curveNumbers.js";
import { element, markBusy, uniqueId, yieldToBrowser } from "./elements.js";
import { ExportBar } from "./exportBar.js";
import { Plot, pngOf, svgOf } from "./plot.js";
import { Legend, Readout, readingAt } from "./readout.js";
import { DataTable } from "./rowsTable.js";
import { figureTheme, letterSize, type Site } from "./site.js";
import { StatusLine } from "./statusLine.js";

/** What a panel shows beside its figure. */
export interface PanelOptions {
  /** Points beside the theory's lines. Default true. */
  simulate?: boolean;
  /** A button for the direct engine. Default false. */
  onDirect?: () => void;
}

/** Milliseconds between two drawings while points stream in; the theory's lines never wait. */
const PACE = 90;
/** At least so many times as long as a drawing took lie between two of them. */
const SHARE = 6;

/** A figure of one experiment: canvas, sentence, table, progress and exports. */
export class CurvePanel {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #options: PanelOptions;
  readonly #session: Session;
  readonly #canvas: HTMLCanvasElement;
  readonly #plot: Plot;
  readonly #summary: HTMLElement;
  readonly #status: StatusLine;
  readonly #plotBox: HTMLElement;
  readonly #legend: Legend;
  readonly #readout: Readout;
  readonly #crosshair: HTMLElement;
  /** Labels of the curves that the reader has hidden. */
  readonly #hidden = new Set<string>();
  #pinned: { key: string; lines: (readonly { x: number; y: number | null }[])[] } | undefined;
  /** Where the curves are read, in the unit of the axis. */
  #reading: number | undefined;
  readonly #table: DataTable;
  readonly #exports: ExportBar;
  #experiment: Experiment | undefined;
  #measure: Measure = "accuracy";
  /** Where the reader is on the horizontal axis, and whether what lies beyond is hidden. */
  #place: { at?: number; until?: number } = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawn: Knowledge | undefined;
  #drawnAt = 0;
  #took = 0;
  #describing = false;
  #asked: number | undefined;
  readonly #beadMark = element("div", { class: "bead", "aria-hidden": "true", hidden: true });
  #bead: { at: number; curve: number } | undefined;

  constructor(site: Site, options: PanelOptions = {}) {
    this.#site = site;
    this.#options = options;
    const { words } = site;
    const summaryId = uniqueId("summary");
    this.#canvas = element("canvas", { role: "img", "aria-describedby": summaryId });
    this.#plot = new Plot(this.#canvas);
    this.#summary = element("ul", { class: "summary", id: summaryId }, element("li", {}, words.summary.waiting));
    this.#status = new StatusLine(words, {
      onRun: options.onDirect,
      onStop: () => this.#session.stop(),
      onRetry: () => this.#session.retry(),
    });
    this.#table = new DataTable(words);
    this.#exports = new ExportBar(words, {
      png: () => this.#picture(pngOf),
      svg: () => this.#picture(svgOf),
      text: (format) => this.#text(format),
      address: () => site.address(),
      command: () => (this.#experiment ? command(this.#experiment) : ""),
      name: () => this.#experiment?.preset ?? "pstar",
    });
    this.#legend = new Legend(words.figure.curves, (i) => this.#toggle(i));
    this.#readout = new Readout(words, (place) => this.#read(place));
    this.#crosshair = element("div", { class: "crosshair", "aria-hidden": "true", hidden: true });
    this.#plotBox = element(
      "div",
      { class: "plot" },
      this.#canvas,
      this.#crosshair,
      this.#beadMark,
      this.#status.fault,
    );
    this.#canvas.addEventListener("pointermove", (event) => this.#point(event));
    this.#canvas.addEventListener("pointerdown", (event) => this.#point(event));
    this.element = element(
      "figure",
      { class: "panel" },
      this.#legend.element,
      this.#plotBox,
      this.#readout.element,
      element("figcaption", {}, this.#summary),
      this.#status.element,
      this.#table.element,
      this.#exports.element,
    );
    this.#session = new Session(site.calculators, (knowledge, what) => this.#onChange(knowledge, what));
  }

  /** Shows an experiment; what is known of it already stays. */
  show(experiment: Experiment, measure: Measure): void {
    if (this.#experiment === experiment && this.#measure === measure) return;
    markBusy(this.element, true);
    this.#experiment = experiment;
    this.#measure = measure;
    this.#asked = performance.now();
    this.#canvas.setAttribute("aria-label", this.#site.words.figure.canvas(this.#title()));
    this.#exports.refresh();
    const before = this.#session.knowledge;
    this.#session.ask(curveQuestion(experiment, measure, this.#options.simulate !== false));
    const { knowledge } = this.#session;
    // Room for the sentences that come: what stands below them need not move.
    const curves = experiment.series?.values.length ?? 1;
    this.#legend.element.hidden = experiment.series === null;
    this.#summary.style.minHeight = `${1.5 * curves}em`;
    if (knowledge && before !== knowledge) this.#status.show(knowledge, this.#statusText(knowledge));
    if (this.#options.onDirect) void this.#expect(experiment);
  }

  /** What the direct engine would take, on the button that starts it. */
  async #expect(experiment: Experiment): Promise<void> {
    const { expectedSeconds } = await import("../../src/engine/cost.js");
    if (experiment !== this.#experiment) return;
    let seconds = 0;
    try {
      seconds = expectedSeconds(parseScenario(namedInput(withSetting(experiment, "engine", "direct"))));
    } catch {
      // Settings that the direct engine refuses: the figure says why, and how long they would take is not known.
    }
    this.#status.expect(seconds / this.#site.calculators.size);
  }

  /** Draws every row of the experiment that is shown. */
  run(): void {
    this.#session.run();
  }

  /** Keeps the curves that are shown, in grey, behind those that come; once more lets them go. */
  pin(): boolean {
    if (this.#pinned) this.#pinned = undefined;
    else {
      const lines = (this.#data()?.series ?? [])
        .filter(({ label }) => !this.#hidden.has(label))
        .map(({ theory, points }) => (theory?.some(({ y }) => y !== null) ? theory : points));
      this.#pinned = { key: this.#axisKey(), lines };
    }
    void this.#draw();
    return this.#pinned !== undefined;
  }

  /** Shows what can be taken along: pictures, numbers, link and command. */
  share(): void {
    this.#exports.open();
  }

  /** A bead on one of the curves, where the reader's own setting is. */
  bead(bead: { at: number; curve: number }): void {
    this.#bead = bead;
    this.#placeBead();
    this.#showReadout(this.#data());
  }

  #placeBead(): void {
    const scales = this.#plot.chart?.scales;
    const one = this.#bead && this.#data()?.series[this.#bead.curve];
    const value = one && this.#bead ? readingAt(one, this.#bead.at).theory : null;
    this.#beadMark.hidden = value === null;
    if (!scales?.x || !scales.y || value === null || !this.#bead) return;
    const [x, y] = [scales.x.getPixelForValue(this.#bead.at), scales.y.getPixelForValue(value)];
    this.#beadMark.style.transform = `translate(${x}px, ${y}px)`;
  }

  /** Points at a place on the horizontal axis, in the unit that it shows. */
  pointAt(place: { at?: number; until?: number }): void {
    this.#place = place;
    void this.#draw();
  }

  /** The value of each curve at a place: simulated, or else the theory's. */
  valuesAt(place: number): { label: string; y: number }[] {
    const data = this.#data();
    return (data?.series ?? []).flatMap(({ label, points, theory = [] }) => {
      const found = points.find(({ x, y }) => x === place && y !== null) ?? theory.find(({ x }) => x === place);
      return typeof found?.y === "number" ? [{ label, y: found.y }] : [];
    });
  }

  get knowledge(): Knowledge | undefined {
    return this.#session.knowledge;
  }

  recolour(): void {
    void this.#draw();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#session.close();
    this.#plot.destroy();
  }

  #onChange(knowledge: Knowledge, what: "lines" | "cells" | "phase"): void {
    const nothing = knowledge.lines.length === 0 && knowledge.cells.length === 0;
    // An old figure under an error would look like the answer.
    const failed = knowledge.phase === "failed" && nothing;
    this.#plotBox.classList.toggle("failed", failed);
    if (failed) this.#summary.replaceChildren();
    this.#status.show(knowledge, this.#statusText(knowledge));
    if (what === "lines") void this.#drawLines();
    else if (what === "cells" || knowledge.phase === "done" || knowledge.phase === "stopped") this.#drawSoon();
    if (knowledge.phase === "failed") markBusy(this.element, false);
    else if (knowledge.phase === "computing") markBusy(this.element, true);
  }

  async #drawLines(): Promise<void> {
    const asked = this.#asked;
    this.#asked = undefined;
    await this.#draw();
    if (asked !== undefined) performance.measure("pstar theory", { start: asked, end: performance.now() });
  }

  /** Points stream in faster than they are worth drawing: the page keeps most of its time for its reader. */
  #drawSoon(): void {
    if (this.#timer !== undefined) return;
    const rest = Math.max(PACE, SHARE * this.#took);
    const wait = Math.max(0, this.#drawnAt + rest - performance.now());
    this.#timer = setTimeout(() => this.#draw(), wait);
  }

  async #draw(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const start = performance.now();
    const { knowledge } = this;
    this.#drawn = knowledge;
    if (!knowledge || (knowledge.lines.length === 0 && knowledge.cells.length === 0)) return this.#rest();
    const width = this.#canvas.parentElement?.clientWidth ?? 0;
    const data = this.#data();
    const labels = data?.series.map(({ label }) => label) ?? [];
    this.#legend.show(labels, this.#hiddenOf(labels));
    const pinned = this.#pinned?.key === this.#axisKey() ? this.#pinned.lines : [];
    const figure = this.#figure(knowledge, {
      bare: true,
      fontSize: letterSize(width),
      width,
      hidden: this.#hiddenOf(labels),
      pinned,
      ...this.#place,
    });
    if (!figure) return this.#rest();
    await this.#plot.draw(figure);
    this.#showReadout(data);
    this.#placeBead();
    this.#drawnAt = performance.now();
    this.#took = this.#drawnAt - start;
    void this.#describeSoon();
  }

  #hiddenOf(labels: readonly string[]): Set<number> {
    return new Set(labels.flatMap((label, i) => (this.#hidden.has(label) ? [i] : [])));
  }

  /** Hides a curve, or shows it again; the last one that is left stays. */
  #toggle(i: number): void {
    const labels = this.#data()?.series.map(({ label }) => label) ?? [];
    const label = labels[i];
    if (label === undefined) return;
    if (this.#hidden.has(label)) this.#hidden.delete(label);
    else if (labels.filter((other) => !this.#hidden.has(other)).length > 1) this.#hidden.add(label);
    void this.#draw();
  }

  #axisKey(): string {
    return `${this.#experiment?.x?.path ?? "generation"} ${this.#measure}`;
  }

  #showReadout(data: CurveData | null): void {
    const scale = this.#plot.chart?.scales.x;
    if (!scale || !data || data.categories !== null) return;
    const { min, max } = scale;
    this.#readout.set({ min, max, logarithmic: scale.type === "logarithmic" }, (place) => this.#read(place));
    // until the reader points, what is read is where their own setting is, or the middle
    const start = this.#bead?.at ?? this.#place.at ?? (min + max) / 2;
    if (this.#reading === undefined || this.#reading < min || this.#reading > max) this.#read(start, false);
    else this.#read(this.#reading, !this.#crosshair.hidden);
  }

  #point(event: PointerEvent): void {
    const place = this.#plot.chart?.scales.x?.getValueForPixel(event.offsetX);
    if (place !== undefined) this.#read(place);
  }

  /** Says what every curve has at a place, and marks it. */
  #read(place: number, marked = true): void {
    const chart = this.#plot.chart;
    const scale = chart?.scales.x;
    const data = this.#data();
    const axes = this.#axes();
    if (!chart || !scale || !data || !axes) return;
    const at = snapped(Math.min(scale.max, Math.max(scale.min, place)), data, scale, axes.x === "generation");
    if (marked) this.#reading = at;
    this.#readout.read(at, data, axes, this.#hiddenOf(data.series.map(({ label }) => label)));
    const { top, height } = chart.chartArea;
    this.#crosshair.hidden = !marked;
    Object.assign(this.#crosshair.style, {
      transform: `translate(${scale.getPixelForValue(at)}px, ${top}px)`,
      height: `${height}px`,
    });
  }

  #axes(): FigureAxes | null {
    const { knowledge } = this;
    return knowledge ? figureAxes(this.#scenario(knowledge.scenario)) : null;
  }

  #figure({ cells, scenario, lines, measure, bayes }: Knowledge, options: CurveOptions) {
    return curveFigure(this.#cells(cells), this.#scenario(scenario), {
      y: measure,
      bayesAccuracy: bayes,
      theory: lines,
      theme: figureTheme(),
      words: this.#site.words.figureWords,
      ...options,
    });
  }

  /** In a task of its own, and once for many drawings. */
  async #describeSoon(): Promise<void> {
    if (this.#describing) return;
    this.#describing = true;
    await yieldToBrowser();
    this.#describing = false;
    this.#describe();
    this.#rest();
  }

  /** The panel is at rest once all that it will learn is drawn and told. */
  #rest(): void {
    const { knowledge } = this;
    if (knowledge?.answered && knowledge.phase !== "computing" && knowledge === this.#drawn)
      markBusy(this.element, false);
  }

  #describe(): void {
    const { knowledge } = this;
    const data = this.#data();
    const scenario = knowledge && this.#scenario(knowledge.scenario);
    const axes = scenario && figureAxes(scenario);
    if (!knowledge || !data || !axes) return;
    const { words } = this.#site;
    const seen = { ...data, series: data.series.filter(({ label }) => !this.#hidden.has(label)) };
    const sentences = summarySentences(seen, scenario, axes, words, knowledge.measure);
    if (this.#isOfLastRound(scenario)) sentences.unshift(words.summary.rounds(formatNumber(scenario.generations)));
    this.#summary.replaceChildren(...sentences.map((sentence) => element("li", {}, sentence)));
    this.#table.show(() => curveNumbers(data, axes, knowledge.measure, this.#site.words));
  }

  /** The curves as the figure has them. */
  #data(): CurveData | null {
    const { knowledge } = this;
    if (!knowledge) return null;
    const scenario = this.#scenario(knowledge.scenario);
    const axes = figureAxes(scenario);
    const { figureWords } = this.#site.words;
    return (
      axes && curveData(this.#cells(knowledge.cells), scenario, axes, knowledge.measure, figureWords, knowledge.lines)
    );
  }

  /** Rounds run along the horizontal axis only if nothing else does: otherwise a point is what the last of them gave. */
  #scenario(scenario: Scenario): Scenario {
    return this.#experiment?.x === null ? unfoldedScenario(scenario) : scenario;
  }

  #cells(cells: Knowledge["cells"]): readonly CellResult[] {
    return this.#experiment?.x === null ? unfoldedCells(cells) : cells;
  }

  #isOfLastRound(scenario: Scenario): boolean {
    return this.#experiment?.x !== null && hasTrajectory(scenario);
  }

  #statusText({ phase, cells, planned, scenario, progress }: Knowledge): string {
    const { figure } = this.#site.words;
    if (phase === "waiting") return figure.idle;
    if (phase === "computing") return figure.computing(`${Math.floor(100 * progress)} %`);
    if (phase === "stopped") return figure.stopped(formatNumber(cells.length), formatNumber(planned));
    if (phase === "failed" || cells.length === 0) return "";
    return figure.finished(formatNumber(cells.length), engineNames(cells, this.#site.words), String(scenario.seed));
  }

  #title(): string {
    const titles: Readonly<Record<string, string>> = this.#site.words.presets;
    return titles[this.#experiment?.preset ?? ""] ?? "";
  }

  #picture(draw: (figure: object) => Promise<Blob>): Promise<Blob> {
    const { knowledge } = this;
    const labels = this.#data()?.series.map(({ label }) => label) ?? [];
    const options = { title: this.#title(), hidden: this.#hiddenOf(labels) };
    const figure = knowledge && this.#figure({ ...knowledge, scenario: this.#captioned(knowledge) }, options);
    return figure ? draw(figure) : Promise.reject(new Error(this.#site.words.figure.nothingYet));
  }

  /** Without the preset's description: the page's own settings may tell another story. */
  #captioned({ scenario }: Knowledge): Scenario {
    const { description, ...rest } = scenario;
    return rest as Scenario;
  }

  #text(format: "json" | "csv"): Promise<string> {
    const { knowledge } = this;
    if (!knowledge || !this.#experiment) return Promise.reject(new Error(this.#site.words.figure.nothingYet));
    const { input } = curveQuestion(this.#experiment, this.#measure, true);
    if (this.#options.simulate === false) return this.#site.calculators.result(format, input);
    return this.#site.calculators.text(format, input, [...knowledge.cells]);
  }
}

/** A place, or a simulated point that is as good as there. */
function snapped(
  place: number,
  { series }: CurveData,
  { min, max }: { min: number; max: number },
  isRounds: boolean,
): number {
  // Between two rounds there is nothing.
  if (isRounds) return Math.round(place);
  const near = series.flatMap(({ points }) => points).find(({ x }) => Math.abs(x - place) < 0.008 * (max - min));
  return near?.x ?? place;
}
