import { fixedNumber, formatNumber, percent } from "../../src/model/format.js";
import { wordsIn, wordTexts } from "../../src/news/vocabulary.js";
import { type NewsVerifier, newsVerifiers } from "../../src/news.js";
import type { Judged, NewsAnswer, NewsProgress, NewsQuestion, ReadSummary, Written } from "../compute/news.js";
import type { State } from "../model/state.js";
import type { Messages } from "../words/messages.js";
import { button, element, markBusy, say, select, uniqueId } from "./elements.js";
import { ExportBar } from "./exportBar.js";
import { showFault } from "./faultBox.js";
import { RowsTable } from "./rowsTable.js";
import { figureTheme, type Site, type View } from "./site.js";
import { TrainingCurves } from "./trainingCurves.js";

const ARTICLES = [400, 1_000, 2_000];
const FRACTIONS = [0.125, 0.25, 0.5];
const SEED = 1;

/** The paper's news summaries: a generator writes, verifiers keep, students learn, all of it here and to be read. */
export class NewsView implements View {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #articles: HTMLSelectElement;
  readonly #fraction: HTMLSelectElement;
  readonly #boxes: readonly HTMLInputElement[];
  readonly #start: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #status: HTMLElement;
  readonly #fault: HTMLElement;
  readonly #trainings: HTMLElement;
  readonly #judged: HTMLElement;
  readonly #written: HTMLElement;
  readonly #outcome: HTMLElement;
  readonly #exports: ExportBar;
  #loss: TrainingCurves;
  #rouge: TrainingCurves;
  #students: Written[] = [];
  #answer: NewsAnswer | undefined;
  /** What the answer, or the run that is under way, was asked. */
  #asked: NewsQuestion;
  #running: { stop(): void } | undefined;

  constructor(site: Site) {
    this.#site = site;
    const { news: words, figure } = site.words;
    const changed = () => {
      const [only] = this.#boxes.filter(({ checked }) => checked);
      for (const box of this.#boxes) box.disabled = box === only && this.#chosen().verifiers.length === 1;
      if (!this.#running) this.#forget();
    };
    this.#articles = select(
      ARTICLES.map((count) => [String(count), formatNumber(count)] as const),
      changed,
      { id: uniqueId("articles") },
    );
    this.#articles.value = "1000";
    this.#fraction = select(
      FRACTIONS.map((share) => [String(share), percent(share)] as const),
      changed,
      { id: uniqueId("fraction") },
    );
    this.#boxes = newsVerifiers.map((name) => {
      const box = element("input", { type: "checkbox", value: name, id: uniqueId("verifier") });
      box.checked = name === "oracle" || name === "random";
      box.addEventListener("change", changed);
      return box;
    });
    this.#start = button(words.start, () => void this.#run(), { class: "main" });
    this.#stop = button(figure.stop, () => this.#running?.stop(), { hidden: true });
    this.#status = element("p", { class: "status", role: "status" }, words.idle);
    this.#fault = element("div", { class: "fault", role: "alert", hidden: true });
    this.#trainings = element("div", { class: "trainings" });
    this.#judged = element("div", { class: "judged" });
    this.#written = element("div", { class: "written" });
    this.#outcome = element("div", { class: "outcome" });
    [this.#loss, this.#rouge] = this.#curves();
    this.#asked = this.#chosen();
    const picture = async (draw: "pngOf" | "svgOf") => {
      const [plot, { newsFigure }] = await Promise.all([import("./plot.js"), import("../../src/figure/arms.js")]);
      return plot[draw](newsFigure(this.#known().result, { theme: figureTheme() }));
    };
    this.#exports = new ExportBar(
      site.words,
      {
        png: () => picture("pngOf"),
        svg: () => picture("svgOf"),
        text: async (format) => this.#known()[format],
        command: () => commandOf(this.#asked),
        name: () => "news",
      },
      { says: words.command, open: true },
    );
    const chip = (text: string, control: HTMLElement) =>
      element("span", { class: "chip" }, element("label", { for: control.id }, text), control);
    this.element = element(
      "section",
      { class: "transformer news", "aria-labelledby": "view-title" },
      element("h2", { id: "view-title", tabindex: -1 }, words.heading),
      element("p", { class: "lead" }, words.lead),
      element(
        "div",
        { class: "bar" },
        chip(words.articles, this.#articles),
        chip(words.fraction, this.#fraction),
        element(
          "fieldset",
          { class: "boxes" },
          element("legend", {}, words.arms),
          ...this.#boxes.map((box) =>
            element("label", { for: box.id, title: words.verifiers[box.value as NewsVerifier] }, box, ` ${box.value}`),
          ),
        ),
        this.#start,
        this.#stop,
      ),
      this.#status,
      this.#fault,
      this.#trainings,
      this.#outcome,
      this.#judged,
      this.#written,
      this.#exports.element,
    );
  }

  update(_: State): void {
    // What is shown depends on the experiment alone.
  }

  recolour(): void {
    this.#loss.recolour();
    this.#rouge.recolour();
  }

  close(): void {
    this.#running?.stop();
  }

  #chosen(): NewsQuestion {
    return {
      articles: Number(this.#articles.value),
      seed: SEED,
      verifiers: this.#boxes.filter(({ checked }) => checked).map(({ value }) => value as NewsVerifier),
      fraction: Number(this.#fraction.value),
    };
  }

  #known(): NewsAnswer {
    if (!this.#answer) throw new Error(this.#site.words.figure.nothingYet);
    return this.#answer;
  }

  #curves(): [TrainingCurves, TrainingCurves] {
    const { news: words, figure } = this.#site.words;
    const made: [TrainingCurves, TrainingCurves] = [
      new TrainingCurves(words.loss, figure.notYet, [], null),
      new TrainingCurves(words.rouge, figure.notYet, [], [0, 0.6]),
    ];
    this.#trainings.replaceChildren(...made.map((one) => one.element));
    return made;
  }

  /** What was shown is of other settings. */
  #forget(): void {
    this.#answer = undefined;
    this.#students = [];
    this.#asked = this.#chosen();
    [this.#loss, this.#rouge] = this.#curves();
    for (const part of [this.#judged, this.#written, this.#outcome]) part.replaceChildren();
    say(this.#status, this.#site.words.news.idle);
    this.#exports.refresh();
  }

  async #run(): Promise<void> {
    const { news: words } = this.#site.words;
    showFault(this.#fault, this.#site.words, null);
    this.#forget();
    const controls = [this.#articles, this.#fraction, ...this.#boxes];
    const before = controls.map((one) => one.disabled);
    for (const one of controls) one.disabled = true;
    this.#start.hidden = true;
    this.#stop.hidden = false;
    this.#stop.focus();
    markBusy(this.element, true);
    say(this.#status, words.starting);
    const running = this.#site.calculators.news(this.#asked, (progress) => {
      // What the worker said before it was stopped may come after.
      if (this.#running === running) this.#show(progress);
    });
    this.#running = running;
    try {
      this.#answer = await running.outcome;
      say(this.#status, words.done);
      this.#showOutcome(this.#answer);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") say(this.#status, words.stopped);
      else {
        say(this.#status, "");
        showFault(this.#fault, this.#site.words, error, () => void this.#run());
      }
    } finally {
      this.#running = undefined;
      const focused = document.activeElement === this.#stop;
      for (const [i, one] of controls.entries()) one.disabled = before[i] as boolean;
      this.#start.hidden = false;
      this.#stop.hidden = true;
      if (focused) this.#start.focus();
      markBusy(this.element, false);
    }
  }

  #show(progress: NewsProgress): void {
    const { news: words } = this.#site.words;
    switch (progress.kind) {
      case "start":
        for (const curves of [this.#loss, this.#rouge]) curves.begin(this.#named(progress.model));
        this.#status.setAttribute("aria-live", "off");
        say(this.#status, words.training(this.#named(progress.model), formatNumber(progress.pairs)));
        return;
      case "loss":
        this.#loss.add(this.#named(progress.model), progress.share, progress.loss);
        return;
      case "rouge":
        this.#rouge.add(this.#named(progress.model), progress.share, progress.rouge1);
        return;
      case "judged":
        this.#judged.replaceChildren(...this.#judgements(progress.judged));
        return;
      case "written":
        this.#students.push(progress.written);
        this.#written.replaceChildren(...this.#writings());
        return;
      case "step":
        say(this.#status, words.step(String(progress.done), String(progress.total)));
        return;
      default:
        progress satisfies never;
    }
  }

  /** A model by its name in the result. */
  #named(model: string): string {
    const { names } = this.#site.words.news;
    return (names as Readonly<Record<string, string>>)[model] ?? `${model.replace(/-(?=[\d.]+$)/, " ")} %`;
  }

  /** Kept beside rejected, one verifier after the other. */
  #judgements(all: readonly Judged[]): HTMLElement[] {
    const { news: words } = this.#site.words;
    return [
      element("h3", {}, words.judged),
      element("p", { class: "hint" }, words.marks),
      ...all.map(({ verifier, kept, rejected, counts, means }, i) =>
        element(
          "details",
          { open: i === 0 },
          element("summary", {}, `${verifier}: ${words.verifiers[verifier]}`),
          this.#sides(
            this.#side(words.kept(formatNumber(counts.kept), fixedNumber(means.kept, 3)), kept),
            this.#side(words.rejected(formatNumber(counts.rejected), fixedNumber(means.rejected, 3)), rejected),
          ),
        ),
      ),
    ];
  }

  /** Both sides, of which a button shows more. */
  #sides(...sides: readonly { element: HTMLElement; more: (() => void) | null }[]): HTMLElement {
    const { news: words } = this.#site.words;
    const shown = element("div", { class: "sides" }, ...sides.map((side) => side.element));
    if (sides.every(({ more }) => more === null)) return shown;
    const more = button(words.more, () => {
      for (const side of sides) side.more?.();
      more.remove();
    });
    return element("div", {}, shown, element("p", { class: "buttons" }, more));
  }

  #side(title: string, summaries: readonly ReadSummary[]) {
    const show = (some: readonly ReadSummary[]) =>
      side.replaceChildren(element("h4", {}, title), ...some.map((one) => this.#card(one)));
    const side = element("div");
    // from the top, the middle and the bottom
    const places = [1, 3, 5].map((sixth) => Math.floor((sixth * summaries.length) / 6));
    show(summaries.filter((_, i) => places.includes(i)));
    return { element: side, more: summaries.length > places.length ? () => show(summaries) : null };
  }

  #card({ lead, reference, summary, rouge1 }: ReadSummary): HTMLElement {
    const { news: words } = this.#site.words;
    return element(
      "article",
      { class: "summary-card" },
      element("p", { class: "hint" }, lead),
      element("p", {}, element("strong", {}, `${words.human} `), reference),
      element("p", {}, element("strong", {}, `${words.machine} `), ...marked(summary, reference)),
      element("p", { class: "hint" }, words.score(fixedNumber(rouge1, 3))),
    );
  }

  /** What each student writes of the same articles. */
  #writings(): HTMLElement[] {
    const { news: words } = this.#site.words;
    const [first] = this.#students;
    return [
      element("h3", {}, words.written),
      ...(first?.summaries ?? []).map(({ lead, reference }, i) =>
        element(
          "details",
          { open: i === 0 },
          element("summary", {}, reference),
          element("p", { class: "hint" }, lead),
          element(
            "dl",
            {},
            ...this.#students.flatMap(({ arm, summaries }) => {
              const one = summaries[i];
              if (!one) return [];
              const text = [...marked(one.summary, reference), ` (${words.score(fixedNumber(one.rouge1, 3))})`];
              return [element("dt", {}, this.#named(arm)), element("dd", {}, ...text)];
            }),
          ),
        ),
      ),
    ];
  }

  #showOutcome({ result }: NewsAnswer): void {
    const { news: words } = this.#site.words;
    const table = new RowsTable(this.#site.words, words.outcome.table);
    const value = (mean: { mean: number | null } | null | undefined) =>
      mean?.mean == null ? "—" : fixedNumber(mean.mean, 3);
    table.show({
      heads: words.outcome.heads,
      named: true,
      rows: result.arms.map(({ name, rows, rouge1, rouge2, rougeL, selected, rates }) => [
        this.#named(name),
        formatNumber(rows),
        value(rouge1),
        value(rouge2),
        value(rougeL),
        value(selected?.rouge1),
        value(rates?.errorRate),
        value(rates?.breakdown),
      ]),
    });
    this.#outcome.replaceChildren(
      element("h3", {}, words.outcome.table),
      table.element,
      ...sentencesOf(result, (name) => this.#named(name), words).map((text) => element("p", {}, text)),
    );
  }
}

/** Each sentence compares two of the numbers of the table, as they stand there. */
export function sentencesOf(
  { arms }: Pick<NewsAnswer["result"], "arms">,
  named: (arm: string) => string,
  { outcome }: Messages["news"],
): string[] {
  const all = arms.find(({ kind }) => kind === "unselected")?.rouge1.mean;
  const sentences = arms.flatMap(({ kind, name, rouge1: { mean } }) => {
    if (kind !== "selected" || mean === null || all == null) return [];
    const [own, whole] = [fixedNumber(mean, 3), fixedNumber(all, 3)];
    const side = own === whole ? "equal" : mean > all ? "better" : "worse";
    return [outcome.student(named(name), own, outcome.sides[side], whole)];
  });
  return [...sentences, outcome.one];
}

/** A summary, in which the words that the other one has too are marked, each as often as it has them. */
export function overlapOf(summary: string, reference: string): { text: string; shared: boolean }[] {
  const left = new Map<string, number>();
  for (const word of wordTexts(reference, Number.POSITIVE_INFINITY)) left.set(word, (left.get(word) ?? 0) + 1);
  const parts: { text: string; shared: boolean }[] = [];
  const text = summary.normalize("NFC");
  let end = 0;
  for (const word of wordsIn(text)) {
    const count = left.get(word.text) ?? 0;
    if (count === 0) continue;
    left.set(word.text, count - 1);
    if (word.begin > end) parts.push({ text: text.slice(end, word.begin), shared: false });
    parts.push({ text: text.slice(word.begin, word.end), shared: true });
    end = word.end;
  }
  if (end < text.length) parts.push({ text: text.slice(end), shared: false });
  return parts;
}

function marked(summary: string, reference: string): (string | HTMLElement)[] {
  return overlapOf(summary, reference).map(({ text, shared }) => (shared ? element("mark", {}, text) : text));
}

function commandOf({ articles, seed, verifiers, fraction }: NewsQuestion): string {
  return `pstar news --articles ${articles} --seeds ${seed} --verifiers ${verifiers.join(",")} --fractions ${100 * fraction},100`;
}
