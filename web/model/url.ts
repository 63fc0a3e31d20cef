import { readAxes, writeRange, writeSeries } from "./axes.js";
import { defaultSettings, type Experiment, manyRounds } from "./experiment.js";
import { properties, readNumber, readText, settle, writeText } from "./properties.js";
import { type Notice, type Report, repaired } from "./repair.js";
import {
  type ExperimentView,
  hasExperiment,
  initialExperiment,
  initialState,
  type Language,
  languages,
  type Measure,
  measures,
  type Plane,
  planes,
  presetExperiment,
  presetsOf,
  STEPS,
  type State,
  type View,
  views,
  withExperiment,
} from "./state.js";

/** Of the link; a change of any default or meaning asks for the next. */
const VERSION = "1";
/** No link that the page writes comes near it. */
const LONGEST = 20_000;

/**
 * The state of a page as the fragment of its URL: the view, and the whole of its experiment. A setting at the default of
 * version 1 is left out, the seed never.
 *
 * @param own The language of the browser, which a link need not say.
 */
export function writeUrl(state: State, own: Language = "en"): string {
  const { view, language } = state;
  const parts: [string, string][] = [
    ["v", VERSION],
    ["view", view],
  ];
  if (language !== own) parts.push(["lang", language]);
  if (view === "story") parts.push(["step", String(state.step)]);
  if (hasExperiment(view)) {
    const experiment = state.experiments[view];
    parts.push(["preset", experiment.preset]);
    if (view === "diagram") parts.push(["plane", state.plane]);
    if (view === "diagram" && state.cell) parts.push(["cell", `${state.cell.x}:${state.cell.y}`]);
    if (state.measure !== "accuracy") parts.push(["measure", state.measure]);
    if (experiment.x) parts.push(["x", writeRange(experiment.x)]);
    parts.push(...(experiment.series ? [["series", writeSeries(experiment.series)] as [string, string]] : []));
    for (const property of properties) {
      const value = experiment.settings[property.path] ?? property.fallback;
      if (value !== property.fallback || property.path === "seed")
        parts.push([property.path, writeText(property, value)]);
    }
  }
  return `#${parts.map(([key, value]) => `${key}=${escaped(value)}`).join("&")}`;
}

/**
 * Reads a fragment, whatever it holds: what is not valid is left at its default or clamped, and a notice says so.
 *
 * @param before The settings of the views that the fragment does not speak of.
 */
export function readUrl(
  fragment: string,
  own: Language = "en",
  before: State = initialState(),
): { state: State; notices: Notice[] } {
  const notices: Notice[] = [];
  const report: Report = (notice) => notices.push(notice);
  const initial = { ...initialState(), language: own, experiments: before.experiments };
  const text = fragment.replace(/^#/, "");
  if (text === "") return { state: initial, notices };
  if (text.length > LONGEST) {
    report({ kind: "long", given: String(text.length) });
    return { state: initial, notices };
  }
  const given = readPairs(text, report);
  const language = oneOf(languages, given, "lang", initial.language, report) as Language;
  const view = oneOf(views, given, "view", initial.view, report) as View;
  const base = { ...initial, language, view };
  const version = given.get("v") ?? "";
  given.delete("v");
  if (version !== VERSION && given.size > 0) {
    report({ kind: "version", given: version });
    return { state: base, notices };
  }
  const state: State = {
    ...base,
    step: wholeIn(given, "step", 1, STEPS, initial.step, report),
    measure: oneOf(measures, given, "measure", initial.measure, report) as Measure,
    plane: oneOf(planes, given, "plane", initial.plane, report) as Plane,
    cell: readCell(given, report),
  };
  const done = !hasExperiment(view) ? state : withExperiment(state, view, readExperiment(view, given, report));
  for (const key of given.keys()) report({ kind: "unknown", key });
  return { state: done, notices };
}

function readExperiment(view: ExperimentView, given: Map<string, string>, report: Report): Experiment {
  const initial = initialExperiment(view);
  const hasSettings = properties.some(({ path }) => given.has(path)) || given.has("x") || given.has("series");
  const preset = oneOf(presetsOf[view], given, "preset", initial.preset, report);
  if (!hasSettings) return preset === initial.preset ? initial : presetExperiment(preset);
  const settings = defaultSettings();
  for (const property of properties) {
    const text = take(given, property.path);
    if (text === undefined) continue;
    const read = readText(property, text);
    const { value, repaired: changed } = settle(property, read);
    if (changed) report({ kind: "repaired", key: property.path, given: text, used: writeText(property, value) });
    settings[property.path] = value;
  }
  const { x, series } = readAxes({ x: take(given, "x"), series: take(given, "series") }, initial, report);
  const read = repaired({ preset, settings, x, series }, initial, report);
  if (view !== "generations" || read.settings.generations !== 1) return read;
  report({ kind: "repaired", key: "generations", given: "1", used: "2" });
  return manyRounds(read);
}

/** At most one value a key; the first stands. */
function readPairs(text: string, report: Report): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(text)) {
    if (pairs.has(key)) report({ kind: "repeated", key });
    else pairs.set(key, value);
  }
  return pairs;
}

function take(given: Map<string, string>, key: string): string | undefined {
  const text = given.get(key);
  given.delete(key);
  return text;
}

function oneOf(
  choices: readonly string[],
  given: Map<string, string>,
  key: string,
  fallback: string,
  report: Report,
): string {
  const text = take(given, key);
  if (text === undefined || choices.includes(text)) return text ?? fallback;
  report({ kind: "repaired", key, given: text, used: fallback });
  return fallback;
}

function wholeIn(
  given: Map<string, string>,
  key: string,
  min: number,
  max: number,
  fallback: number,
  report: Report,
): number {
  const text = take(given, key);
  if (text === undefined) return fallback;
  const value = readNumber(text);
  const used = Number.isNaN(value) ? fallback : Math.min(max, Math.max(min, Math.round(value)));
  if (used !== value) report({ kind: "repaired", key, given: text, used: String(used) });
  return used;
}

function readCell(given: Map<string, string>, report: Report): State["cell"] {
  const text = take(given, "cell");
  if (text === undefined) return null;
  const [x = Number.NaN, y = Number.NaN, ...rest] = text.split(":").map(readNumber);
  if (rest.length === 0 && x >= 0 && x <= 1 && y >= 0 && y <= 1) return { x, y };
  report({ kind: "repaired", key: "cell", given: text, used: "" });
  return null;
}

/** Readable: what a fragment may hold stands as it is. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%3B", ";");
}
