import { figureAxes } from "../../src/figure/axes.js";
import { type CurveOptions, curveFigure } from "../../src/figure/curve.js";
import { type CurveData, curveData, hasTrajectory, unfoldedCells, unfoldedScenario } from "../../src/figure/series.js";
import type { CellResult, Scenario } from "../../src/index.js";
import { formatNumber } from "../../src/model/format.js";
import { curveQuestion, type Knowledge, Session } from "../compute/session.js";
import { turn } from "../compute/turn.js";
import { command } from "../model/command.js";
import type { Experiment } from "../model/experiment.js";
import type { Measure } from "../model/state.js";
import { engineNames, summarySentences } from "../model/summary.js";
import type { Messages } from "../words/messages.js";
import { curveNumbers } from "./curveNumbers.js";
import { button, element, say, uniqueId } from "./elements.js";
import { ExportBar } from "./exportBar.js";
import { Plot, pngOf } from "./plot.js";
import { DataTable } from "./rowsTable.js";
import { figureTheme, letterSize, type Site } from "./site.js";

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
  readonly #table: DataTable;
  readonly #exports: ExportBar;
  #experiment: Experiment | undefined;
  #measure: Measure = "accuracy";
  /** Where the reader is on the horizontal axis, and whether what lies beyond is hidden. */
  #place: { at?: number; until?: number } = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawnAt = 0;
  #took = 0;
  #describing = false;
  #asked: number | undefined;

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
      png: () => this.#png(),
      text: (format) => this.#text(format),
      address: () => site.address(),
      command: () => (this.#experiment ? command(this.#experiment) : ""),
      name: () => this.#experiment?.preset ?? "pstar",
    });
    this.element = element(
      "figure",
      { class: "panel" },
      element("div", { class: "plot" }, this.#canvas),
      element("figcaption", {}, this.#summary),
      this.#status.element,
      this.#table.element,
      this.#exports.element,
    );
    this.#session = new Session(site.crew, (knowledge, what) => this.#onChange(knowledge, what));
  }

  /** Shows an experiment; what is known of it already stays. */
  show(experiment: Experiment, measure: Measure): void {
    if (this.#experiment === experiment && this.#measure === measure) return;
    this.#experiment = experiment;
    this.#measure = measure;
    this.#asked = performance.now();
    this.#canvas.setAttribute("aria-label", this.#site.words.figure.canvas(this.#title()));
    this.#exports.refresh();
    const before = this.#session.knowledge;
    this.#session.ask(curveQuestion(experiment, measure, this.#options.simulate !== false));
    const { knowledge } = this.#session;
    if (knowledge && before !== knowledge) this.#status.show(knowledge, this.#statusText(knowledge));
  }

  /** Draws every row of the experiment that is shown. */
  run(): void {
    this.#session.run();
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
    this.#status.show(knowledge, this.#statusText(knowledge));
    if (what === "lines") void this.#drawLines();
    else if (what === "cells" || knowledge.phase === "done") this.#drawSoon();
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
    if (!knowledge || (knowledge.lines.length === 0 && knowledge.cells.length === 0)) return;
    const width = this.#canvas.parentElement?.clientWidth ?? 0;
    const figure = this.#figure(knowledge, { bare: true, fontSize: letterSize(width), width, ...this.#place });
    if (!figure) return;
    await this.#plot.draw(figure);
    this.#drawnAt = performance.now();
    this.#took = this.#drawnAt - start;
    void this.#describeSoon();
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
    await turn();
    this.#describing = false;
    this.#describe();
  }

  #describe(): void {
    const { knowledge } = this;
    const data = this.#data();
    const scenario = knowledge && this.#scenario(knowledge.scenario);
    const axes = scenario && figureAxes(scenario);
    if (!knowledge || !data || !axes) return;
    const { words } = this.#site;
    const sentences = summarySentences(data, scenario, axes, words, knowledge.measure);
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

  #png(): Promise<Blob> {
    const { knowledge } = this;
    const figure =
      knowledge && this.#figure({ ...knowledge, scenario: this.#captioned(knowledge) }, { title: this.#title() });
    return figure ? pngOf(figure) : Promise.reject(new Error(this.#site.words.figure.nothingYet));
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
    if (this.#options.simulate === false) return this.#site.crew.result(format, input);
    return this.#site.crew.text(format, input, [...knowledge.cells]);
  }
}

/** How far a figure is, what stands in its way, and the buttons that start and stop it. */
class StatusLine {
  readonly element: HTMLElement;
  readonly #words: Messages;
  readonly #bar: HTMLProgressElement;
  readonly #text: HTMLElement;
  readonly #run: HTMLButtonElement | null;
  readonly #stop: HTMLButtonElement;
  readonly #fault: HTMLElement;
  readonly #faultText: HTMLElement;
  readonly #missing: HTMLElement;

  constructor(words: Messages, act: { onRun?: (() => void) | undefined; onStop: () => void; onRetry: () => void }) {
    this.#words = words;
    this.#bar = element("progress", { max: 1, value: 0, hidden: true, "aria-label": words.summary.waiting });
    this.#text = element("span", { class: "status", role: "status" });
    this.#run = act.onRun
      ? button(words.figure.drawAll, act.onRun, { title: words.figure.drawAllHint, class: "run" })
      : null;
    this.#stop = button(words.figure.stop, act.onStop, { class: "stop", hidden: true });
    this.#faultText = element("p", { class: "reason" });
    this.#fault = element(
      "div",
      { class: "fault", role: "alert", hidden: true },
      element("p", {}, element("strong", {}, words.figure.fault)),
      this.#faultText,
      element("p", {}, words.figure.faultHint),
      button(words.figure.retry, act.onRetry, { class: "retry" }),
    );
    this.#missing = element("p", { class: "remark", hidden: true });
    this.element = element(
      "div",
      { class: "state" },
      element("div", { class: "progress-line" }, this.#run, this.#stop, this.#bar, this.#text),
      this.#missing,
      this.#fault,
    );
  }

  show({ phase, progress, error, missing }: Knowledge, text: string): void {
    const computing = phase === "computing";
    const focused = document.activeElement;
    this.#bar.hidden = !computing;
    this.#bar.value = progress;
    // The percentage is shown, not spoken: a live region that counts would not let anybody hear anything else.
    this.#text.setAttribute("aria-live", computing ? "off" : "polite");
    say(this.#text, text);
    this.#stop.hidden = !computing;
    if (this.#run) {
      this.#run.hidden = computing;
      // The keyboard's place stays where it was, as one button takes the other's.
      if (computing && focused === this.#run) this.#stop.focus();
      if (!computing && focused === this.#stop) this.#run.focus();
    }
    this.#fault.hidden = phase !== "failed";
    say(this.#faultText, error ? this.#words.problem(error) : "");
    this.#missing.hidden = missing.length === 0;
    say(
      this.#missing,
      missing.length === 0
        ? ""
        : `${this.#words.figure.noTheory} ${[...new Set(missing.map(this.#words.reason))].join(this.#words.figure.between)}${this.#words.figure.fullStop}`,
    );
  }
}
