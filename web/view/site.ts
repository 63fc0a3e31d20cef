import { darkTheme, type FigureTheme, lightTheme } from "../../src/figure/theme.js";
import type { FileLook, PageAudit } from "../compute/auditFile.js";
import type { CalculatorPool } from "../compute/calculatorPool.js";
import type { Answers } from "../model/auditForm.js";
import type { Labels } from "../model/labelSheet.js";
import type { State } from "../model/state.js";
import type { StoryNumbers } from "../model/story.js";
import type { Messages } from "../words/messages.js";

/** What outlives a view: it is built anew when its tab is opened, and in another language. */
export interface Remembered {
  /** Files that were dropped on the page, until a view takes them. */
  dropped?: readonly File[];
  /** Where the numbers of the story stand, and in which of its steps. */
  story?: { step: number; numbers: StoryNumbers };
  /** The reader's own file, and what is known of it. */
  data?: RememberedData;
}

export interface RememberedData {
  file: File;
  look: FileLook;
  answers: Answers;
  audit: PageAudit | null;
  /** Those by which it is judged, if not by its own. */
  labels: Labels | null;
}

/** What every view is given. */
export interface Site {
  calculators: CalculatorPool;
  words: Messages;
  remembered: Remembered;
  /** The state now. */
  state(): State;
  /** Changes the state, and with it the page and its URL. */
  change(state: State): void;
  /** Takes back the last change of the view's experiment. */
  undo(): void;
  canUndo(): boolean;
  /** The address of the state, for sharing. */
  address(): string;
}

/** A view of the page. */
export interface View {
  readonly element: HTMLElement;
  /** Shows a new state. */
  update(state: State): void;
  /** Draws again in the colours of now. */
  recolour(): void;
  close(): void;
}

/** The fonts of the page, for the letters on a canvas; the first is that of the star, in web/style/tokens.css. */
const FONT =
  'Star, "Inter Variable", Inter, system-ui, "Segoe UI", "PingFang SC", "Noto Sans SC", "Microsoft YaHei", "DejaVu Sans", sans-serif';

/** The figure's theme that goes with the page's colours. */
export function figureTheme(): FigureTheme {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  return { ...(dark ? darkTheme : lightTheme), font: FONT };
}

/** Narrower than this, a figure has smaller letters. */
const NARROW = 560;

/** The size of a figure's letters: on large screens they grow with the page's own. */
export function letterSize(width: number): number {
  const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return ((width < NARROW ? 11 : 13) * root) / 16;
}
