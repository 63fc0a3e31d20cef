import { fixedNumber, formatNumber, shortPercent } from "../model/format.js";
import type { NewsArmResult, NewsResult } from "../news/experiment/result.js";
import type { CurveConfiguration } from "./curve.js";
import { type CurveDataset, marked } from "./datasets.js";
import { figureSubtitle, figureTitle, pointLegend } from "./headings.js";
import { emptyAxis, referenceAnnotations, referenceAxis } from "./references.js";
import { type AxisRange, type FigureStyle, horizontalAxis, linearTicks, roundRange, verticalAxis } from "./scales.js";
import { background, type FigureTheme, lightTheme } from "./theme.js";

/** What `newsFigure` may be told; everything has a default. */
export interface NewsFigureOptions {
  /** Default `lightTheme`. */
  theme?: FigureTheme;
  /** Size of the axis labels in pixels; the other letters follow. Default 15, for 1200 × 750. */
  fontSize?: number;
}

/**
 * ROUGE-1 of the models over the share of summaries that they learned from, one line a verifier, with error bars of two
 * standard errors; the original model is also a line across. Where verifiers keep one share alone, the models stand side by side
 * under their names.
 *
 * It touches no document and no canvas; call `registerFigures()` once before handing it to chart.js.
 */
export function newsFigure(result: NewsResult, options: NewsFigureOptions = {}): CurveConfiguration {
  const style = { theme: options.theme ?? lightTheme, fontSize: options.fontSize ?? 15 };
  const { theme, fontSize } = style;
  const series = seriesOf(result);
  const points = result.arms.flatMap(({ rouge1: { mean, se } }) =>
    mean === null ? [] : [mean - 2 * (se ?? 0), mean + 2 * (se ?? 0)],
  );
  const [low, high] = points.length > 0 ? [Math.min(...points), Math.max(...points)] : [0, 1];
  const [min, max] = roundRange(low, high > low ? high : low + 0.1, 10);
  const { values, decimals } = linearTicks(min, max, 10);
  const y: AxisRange = {
    min,
    max,
    scale: "linear",
    ticks: values.map((value) => ({ value, label: fixedNumber(value, decimals) })),
  };
  const selected = result.arms.filter(({ kind }) => kind === "selected" || kind === "best");
  const isNamed = new Set(selected.map(({ fraction }) => fraction)).size < 2;
  const x = isNamed ? nameRange(result.arms) : fractionRange(result.arms);
  const placeOf = (arm: NewsArmResult, i: number) =>
    // at the same place, error bars would hide each other
    isNamed ? result.arms.indexOf(arm) : 100 * arm.fraction * (1 + 0.012 * (i - 2.5));
  const references = result.arms.flatMap(({ kind, name, rouge1 }) =>
    kind === "original" && rouge1.mean !== null ? [{ value: rouge1.mean, label: name }] : [],
  );
  const { data, settings } = result;
  return {
    type: "lineWithErrorBars",
    data: { datasets: series.map(({ label, arms }, i) => dataset(label, arms, i, placeOf, !isNamed, style)) },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: fontSize * 1.6 },
      interaction: { mode: "nearest", intersect: false },
      scales: {
        x: horizontalAxis(x, isNamed ? "Learned from" : "Learned from, percent of the training articles", style),
        y: verticalAxis(y, "ROUGE-1 F on held-out articles", style),
        breakdown: emptyAxis(style),
        reference: referenceAxis(references, y, style),
      },
      plugins: {
        title: figureTitle("News: models that learned from selected summaries", style),
        subtitle: figureSubtitle(
          `${formatNumber(data.train)} training articles, ${formatNumber(data.test)} held out  ·  ${settings.model} model  ·  ${settings.seeds.length} seed${settings.seeds.length === 1 ? "" : "s"}  ·  bars: ± 2 standard errors${settings.noise === 0 ? "" : `  ·  ${noiseText(settings.noise)}`}`,
          style,
        ),
        legend: pointLegend(style, !isNamed),
        annotation: { clip: false, annotations: referenceAnnotations(references, style) },
      },
    },
    plugins: [background<"lineWithErrorBars">(theme.background)],
  };
}

/** A line for each verifier, one for human pairs, which the generator has a part of, and one for the best of several. */
function seriesOf({ arms, settings }: NewsResult): { label: string; arms: NewsArmResult[] }[] {
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

function dataset(
  label: string,
  arms: readonly NewsArmResult[],
  i: number,
  placeOf: (arm: NewsArmResult, i: number) => number,
  showLine: boolean,
  style: FigureStyle,
): CurveDataset {
  return {
    label,
    showLine,
    data: arms.map((arm) => {
      const { mean, se } = arm.rouge1;
      const value = mean ?? Number.NaN;
      const half = 2 * (se ?? 0);
      return { x: placeOf(arm, i), y: value, yMin: value - half, yMax: value + half };
    }),
    ...marked(i, style),
  };
}
