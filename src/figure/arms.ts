import type { EigenArmResult, EigenGridResult, EigenResult } from "../eigen/result.js";
import type { MeanWithError } from "../model/document.js";
import { counted, formatNumber, percent, shortPercent, wholeNumber } from "../model/format.js";
import type { NewsArmResult, NewsResult } from "../news/experiment/result.js";
import type { CurveConfiguration } from "./curve.js";
import { type CurveDataset, type LabelledPoints, marked, pinnedDataset, pointDataset } from "./datasets.js";
import { figureSubtitle, figureTitle, pointLegend } from "./headings.js";
import type { AxisMark } from "./marks.js";
import {
  type Annotations,
  breakdownAnnotations,
  breakdownAxis,
  emptyAxis,
  referenceAnnotations,
  referenceAxis,
} from "./references.js";
import type { AxisOptions, AxisRange, FigureStyle } from "./scales.js";
import { horizontalAxis, linearRange, roundRange, verticalAxis } from "./scales.js";
import { background, type FigureTheme, lightTheme } from "./theme.js";

/** What `eigenFigure`, `eigenGridFigure` and `newsFigure` may be told; everything has a default. */
export interface ArmFigureOptions {
  /** Default `lightTheme`. */
  theme?: FigureTheme;
  /** Size of the axis labels in pixels; the other letters follow. Default 15, for 1200 × 750. */
  fontSize?: number;
}

/** What the figure of an experiment's arms shows. */
interface ArmFigure {
  title: string;
  subtitle: string;
  /** What is measured, and what it is drawn over. */
  y: string;
  x: string;
  xRange: AxisRange;
  datasets: CurveDataset[];
  /** Of every arm; the axis holds their error bars. */
  measured: readonly MeanWithError[];
  /** Arms that are lines across. */
  references: readonly { value: number; label: string }[];
  /** Values of x that are lines upwards. */
  marks?: readonly AxisMark[];
  /** The legend shows a line for each series, not its point alone. */
  lines: boolean;
}

/**
 * Accuracy against ψ, the share of wrong answers that a verifier keeps, as the paper's Figure 4: the oracles as a line from
 * ψ = 0 (the oracle) to 1 (no verification), the other verifiers as points at the ψ that they have, error bars of two standard
 * errors, the generator and clean labels as lines across, and the ψ at which p⋆ = 1/(1 + ψ) falls to the generator's error
 * rate.
 *
 * It touches no document and no canvas; call `registerFigures()` once before handing it to chart.js.
 */
export function eigenFigure(result: EigenResult, options: ArmFigureOptions = {}): CurveConfiguration {
  const style = styleOf(options);
  const { config, seeds } = result;
  const series = eigenSeries(result);
  return armFigure(
    {
      title: "Eigenvalues: transformers that learned from verified answers",
      subtitle: `${config.size} × ${config.size}, tolerance ${percent(config.tolerance, 1)}  ·  ${formatNumber(config.steps)} steps for every model  ·  ${seedsText(seeds)}`,
      x: "ψ, share of the wrong answers that is kept",
      y: "Accuracy on new matrices",
      xRange: unitRange(0, 1),
      datasets: series.map((one, i) => ({ ...pointDataset(one, i, 2, style), showLine: i === 0 })),
      measured: series.flatMap(({ points }) => points.map(({ y, se }) => ({ mean: y, se }))),
      references: result.arms.flatMap(({ name, accuracy }) =>
        (name === "generator" || name === "clean") && accuracy.mean !== null
          ? [{ value: accuracy.mean, label: name }]
          : [],
      ),
      marks: marksOf(result),
      lines: true,
    },
    style,
  );
}

/**
 * Where models are as good as their generator: the ψ of each generator's crossing over its error rate p, one series for each
 * number of matrices that generators learned from, and the theory's (1 − p)/p as a grey line. A curve that does not cross is at
 * the end of its side, 0 or 1.
 *
 * It touches no document and no canvas; call `registerFigures()` once before handing it to chart.js.
 */
export function eigenGridFigure(result: EigenGridResult, options: ArmFigureOptions = {}): CurveConfiguration {
  const style = styleOf(options);
  const { config, generators, seeds } = result;
  const lowest = Math.min(0.45, ...generators.map(({ p }) => p));
  const x = unitRange(Math.floor(20 * lowest) / 20, 1);
  const falling = Array.from({ length: 101 }, (_, i) => 0.5 + i / 200).map((p) => ({ x: p, y: (1 - p) / p }));
  const theory = [{ x: x.min, y: 1 }, ...falling];
  const series = config.generatorRows.map((rows) => ({
    label: `${wholeNumber(rows)} matrices`,
    points: generators
      .filter(({ generatorRows }) => generatorRows === rows)
      .map(({ p, crossing, side }) => ({ x: p, y: crossing ?? (side === "better" ? 1 : 0), se: null }))
      .sort((a, b) => a.x - b.x),
  }));
  return plainFigure(
    {
      title: "Eigenvalues: where models cross the generator that labelled for them",
      subtitle: `${config.size} × ${config.size}, tolerance ${percent(config.tolerance, 1)}  ·  ${wholeNumber(config.steps)} steps for every model  ·  ${counted(seeds.length, "seed")}  ·  a point is one generator; at 0 or 1, the curve did not cross`,
      lines: true,
    },
    [
      ...series.map((one, i) => ({ ...pointDataset(one, i, 2, style), showLine: false })),
      // the legend draws what the first point is; the others are not seen
      {
        ...pinnedDataset(theory, style),
        label: "theory: ψ = (1 − p)/p, at most 1",
        pointStyle: theory.map((_, i) => (i === 0 ? ("line" as const) : false)),
        pointBorderWidth: (3.2 * style.fontSize) / 15,
        pointBorderColor: style.theme.reference,
      },
    ],
    {
      x: horizontalAxis(x, "p, error rate of the generator", style),
      y: verticalAxis(unitRange(0, 1), "ψ at which models are as good as it", style),
      breakdown: emptyAxis(style),
    },
    style,
  );
}

/**
 * ROUGE-1 of the models over the share of summaries that they learned from, one line a verifier, with error bars of two
 * standard errors; the original model is also a line across. Where verifiers keep one share alone, the models stand side by side
 * under their names.
 *
 * It touches no document and no canvas; call `registerFigures()` once before handing it to chart.js.
 */
export function newsFigure(result: NewsResult, options: ArmFigureOptions = {}): CurveConfiguration {
  const style = styleOf(options);
  const { data, settings, arms } = result;
  const selected = arms.filter(({ kind }) => kind === "selected" || kind === "best");
  const isNamed = new Set(selected.map(({ fraction }) => fraction)).size < 2;
  const placeOf = (arm: NewsArmResult, i: number) =>
    // at the same place, error bars would hide each other
    isNamed ? arms.indexOf(arm) : 100 * arm.fraction * (1 + 0.012 * (i - 2.5));
  const noise = settings.noise === 0 ? "" : `  ·  ${noiseText(settings.noise)}`;
  return armFigure(
    {
      title: "News: models that learned from selected summaries",
      subtitle: `${formatNumber(data.train)} training articles, ${formatNumber(data.test)} held out  ·  ${settings.model} model  ·  ${seedsText(settings.seeds)}${noise}`,
      x: isNamed ? "Learned from" : "Learned from, percent of the training articles",
      y: "ROUGE-1 F on held-out articles",
      xRange: isNamed ? nameRange(arms) : fractionRange(arms),
      datasets: newsSeries(result).map(({ label, arms: of }, i) => ({
        label,
        showLine: !isNamed,
        data: of.map((arm) => {
          const { mean, se } = arm.rouge1;
          const value = mean ?? Number.NaN;
          const half = 2 * (se ?? 0);
          return { x: placeOf(arm, i), y: value, yMin: value - half, yMax: value + half };
        }),
        ...marked(i, style),
      })),
      measured: arms.map(({ rouge1 }) => rouge1),
      references: arms.flatMap(({ kind, name, rouge1 }) =>
        kind === "original" && rouge1.mean !== null ? [{ value: rouge1.mean, label: name }] : [],
      ),
      lines: !isNamed,
    },
    style,
  );
}

function styleOf({ theme = lightTheme, fontSize = 15 }: ArmFigureOptions): FigureStyle {
  return { theme, fontSize };
}

function seedsText(seeds: readonly number[]): string {
  return `${counted(seeds.length, "seed")}  ·  bars: ± 2 standard errors`;
}

function armFigure(
  { title, subtitle, x, y, xRange, datasets, measured, references, marks = [], lines }: ArmFigure,
  style: FigureStyle,
): CurveConfiguration {
  const ends = measured.flatMap(({ mean, se }) => (mean === null ? [] : [mean - 2 * (se ?? 0), mean + 2 * (se ?? 0)]));
  const all = [...ends, ...references.map(({ value }) => value)];
  const [low, high] = all.length > 0 ? [Math.min(...all), Math.max(...all)] : [0, 1];
  const yRange = linearRange(...roundRange(low, high > low ? high : low + 0.1, 10));
  const scales = {
    x: horizontalAxis(xRange, x, style),
    y: verticalAxis(yRange, y, style),
    breakdown: marks.length > 0 ? breakdownAxis(marks, xRange, style) : emptyAxis(style),
    reference: referenceAxis(references, yRange, style),
  };
  const annotations = { ...referenceAnnotations(references, style), ...breakdownAnnotations(marks, style) };
  return plainFigure({ title, subtitle, lines, annotations }, datasets, scales, style);
}

/** A figure of points: its words, its series, its axes. */
function plainFigure(
  {
    title,
    subtitle,
    lines,
    annotations = {},
  }: Pick<ArmFigure, "title" | "subtitle" | "lines"> & { annotations?: Annotations },
  datasets: CurveDataset[],
  scales: Record<string, AxisOptions>,
  style: FigureStyle,
): CurveConfiguration {
  const { theme, fontSize } = style;
  return {
    type: "lineWithErrorBars",
    data: { datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: fontSize * 1.6 },
      interaction: { mode: "nearest", intersect: false },
      scales,
      plugins: {
        title: figureTitle(title, style),
        subtitle: figureSubtitle(subtitle, style),
        legend: pointLegend(style, lines),
        annotation: { clip: false, annotations },
      },
    },
    plugins: [background<"lineWithErrorBars">(theme.background)],
  };
}

function unitRange(min: number, max: number): AxisRange {
  return { ...linearRange(min, max), min: min - 0.02, max: max + 0.02 };
}

function eigenSeries({ arms }: EigenResult): LabelledPoints[] {
  const isOracle = ({ name, verifier }: EigenArmResult) =>
    name === "oracle" || name === "unverified" || verifier?.startsWith("noisy:") === true;
  const point = (arm: EigenArmResult) =>
    arm.psi === null ? [] : [{ x: arm.psi, y: arm.accuracy.mean, se: arm.accuracy.se }];
  const line = arms.filter(isOracle).flatMap(point);
  const others = arms.filter((arm) => !isOracle(arm) && arm.psi !== null);
  return [
    { label: "oracle with noise ψ", points: line.sort((a, b) => a.x - b.x) },
    ...others.map((arm) => ({ label: arm.name, points: point(arm) })),
  ].filter(({ points }) => points.length > 0);
}

/** ψ at which p⋆ = 1/(1 + ψ) is the generator's error rate p: (1 − p)/p. */
function marksOf({ arms }: EigenResult): AxisMark[] {
  const p = arms.find(({ verifier }) => verifier === "oracle" || verifier === "none")?.p;
  if (p == null || p < 0.5) return [];
  return [{ symbol: "p⋆ = p at ψ", value: (1 - p) / p, series: [] }];
}

/** A line for each verifier, one for human pairs, which the generator has a part of, and one for the best of several. */
function newsSeries({ arms, settings }: NewsResult): { label: string; arms: NewsArmResult[] }[] {
  const of = (...kinds: NewsArmResult["kind"][]) => arms.filter(({ kind }) => kinds.includes(kind));
  const verifiers = settings.verifiers.map((verifier) => ({
    label: verifier as string,
    arms: of("selected").filter((arm) => arm.verifier === verifier),
  }));
  const others = [
    { label: "unselected", arms: of("unselected") },
    { label: "human pairs", arms: of("generator", "original") },
    { label: `best of ${settings.bestOf}`, arms: of("best") },
  ];
  return [...verifiers, ...others].filter((series) => series.arms.length > 0);
}

/** @param noise The share, in [0, 1]. */
export function noiseText(noise: number): string {
  return `${shortPercent(noise)} of the human summaries learned from belong to other articles`;
}

function nameRange(arms: readonly NewsArmResult[]): AxisRange {
  const ticks = arms.map(({ name }, value) => ({ value, label: name }));
  return { min: -0.6, max: arms.length - 0.4, scale: "linear", ticks };
}

function fractionRange(arms: readonly NewsArmResult[]): AxisRange {
  const shares = [...new Set(arms.map(({ fraction }) => 100 * fraction))].sort((a, b) => a - b);
  const ticks = shares.map((value) => ({ value, label: formatNumber(value) }));
  const [least, most] = [shares[0] ?? 1, shares.at(-1) ?? 100];
  return { min: least / 1.12, max: most * 1.12, scale: "log", ticks };
}
