import { CalculatorPool } from "./compute/calculatorPool.js";
import type { Notice } from "./model/repair.js";
import { hasExperiment, type Language, languages, type State, Undo, type View as ViewName } from "./model/state.js";
import { readUrl, writeUrl } from "./model/url.js";
import { markBusy, nextFrame, yieldToBrowser } from "./view/elements.js";
import { faultBox } from "./view/faultBox.js";
import { noticeList, Shell, type Theme, themes } from "./view/shell.js";
import type { Remembered, Site, View } from "./view/site.js";
import { guardSliders } from "./view/touchSliders.js";
import { loadView } from "./view/views.js";
import { en } from "./words/english.js";
import { languageTags, loadMessages, type Messages } from "./words/messages.js";

/** Browsers forbid a page that writes its address without end, as a slider would. */
const ADDRESS_REST = 250;
const THEME_KEY = "pstar theme";

/** The page: its state, its address, and the view that shows it. */
export class App {
  readonly #root: HTMLElement;
  readonly #calculators = new CalculatorPool();
  /** What a view keeps while another is shown, or the language changes. */
  readonly #remembered: Remembered = {};
  readonly #undo = new Undo();
  readonly #own = browserLanguage();
  #state: State;
  #words: Messages = en;
  #shell: Shell | undefined;
  #view: View | undefined;
  #shown: ViewName | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What was written last, to tell the reader's change of the address from the page's own. */
  #address: string;

  private constructor(root: HTMLElement, state: State, address: string) {
    this.#root = root;
    this.#state = state;
    this.#address = address;
    this.#setTheme(storedTheme());
    addEventListener("hashchange", () => this.#readAddress());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#view?.recolour());
    guardSliders(root);
    // A file that is dropped anywhere is meant for the page: the browser would replace the page by it.
    for (const type of ["dragover", "drop"] as const) {
      addEventListener(type, (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        if (type === "drop") this.#receive([...event.dataTransfer.files]);
      });
    }
  }

  /** Opens the page at its address. */
  static async start(root: HTMLElement): Promise<void> {
    const address = location.hash;
    const { state, notices } = readUrl(address, browserLanguage());
    await yieldToBrowser();
    const app = new App(root, state, address);
    app.#readAddress(); // a link that was followed since then
    await yieldToBrowser();
    await app.#build(notices);
  }

  #change(state: State): void {
    const before = this.#state;
    const { view } = state;
    if (view === before.view && hasExperiment(view))
      this.#undo.note(view, before.experiments[view], state.experiments[view]);
    this.#show(state);
  }

  #show(state: State): void {
    const before = this.#state;
    this.#state = state;
    if (state.language !== before.language) void this.#build([]);
    else if (state.view !== this.#shown) void this.#open();
    else this.#view?.update(state);
    const moved = state.view !== before.view || state.step !== before.step;
    clearTimeout(this.#timer);
    // Going to another view is a step that the back button takes back; moving a slider is not.
    if (moved) this.#writeAddress("pushState");
    else this.#timer = setTimeout(() => this.#writeAddress("replaceState"), ADDRESS_REST);
  }

  #writeAddress(how: "pushState" | "replaceState"): void {
    // A link was followed a moment ago, and is about to be read: it must not be written over.
    if (location.hash !== this.#address) return;
    history[how](null, "", writeUrl(this.#state, this.#own));
    this.#address = location.hash;
  }

  #readAddress(): void {
    if (location.hash === this.#address) return;
    clearTimeout(this.#timer);
    this.#address = location.hash;
    const { state, notices } = readUrl(location.hash, this.#own, this.#state);
    this.#state = state;
    void this.#build(notices);
  }

  /** Everything in the language of the state: the shell, then the view, each in a task of its own. */
  async #build(notices: readonly Notice[]): Promise<void> {
    const { language } = this.#state;
    // what was chosen is seen before all is built anew
    if (this.#shell) {
      markBusy(this.#shell.main, true);
      await nextFrame();
    }
    let [words, fault]: [Messages, unknown] = [en, undefined];
    try {
      words = await loadMessages(language);
    } catch (error) {
      fault = error;
    }
    if (language !== this.#state.language) return;
    this.#words = words;
    document.documentElement.lang = languageTags[language];
    const chosen = document.activeElement?.matches('[data-preference="language"]');
    this.#view?.close();
    this.#view = undefined;
    const shell = new Shell(this.#root, words, this.#state, {
      theme: storedTheme(),
      onView: (view) => {
        this.#change({ ...this.#state, view });
        scrollTo({ top: 0 });
      },
      onLanguage: (chosen) => this.#change({ ...this.#state, language: chosen }),
      onTheme: (theme) => {
        storeTheme(theme);
        this.#setTheme(theme);
        this.#view?.recolour();
      },
    });
    // Who chose the language by keyboard is where they were.
    if (chosen) this.#root.querySelector<HTMLElement>('[data-preference="language"]')?.focus();
    this.#shell = shell;
    this.#shown = undefined;
    shell.show(this.#state);
    const list = noticeList(notices, words);
    if (list) shell.notices.append(list);
    if (fault !== undefined) {
      shell.main.replaceChildren(faultBox(words, fault, () => this.#build(notices)));
      markBusy(shell.main, false);
      return;
    }
    await yieldToBrowser();
    if (shell === this.#shell && !this.#view) await this.#open();
  }

  async #open(): Promise<void> {
    const { view: name } = this.#state;
    const shell = this.#shell;
    const words = this.#words;
    document.title = words.titleOf(words.tabs[name]);
    // Who opened the view by its tab goes on reading at its heading.
    const byTab = document.activeElement?.matches("nav a") ?? false;
    this.#shown = name;
    shell?.show(this.#state);
    if (shell) markBusy(shell.main, true);
    let make: (site: Site) => View;
    try {
      if (this.#view) await nextFrame();
      make = await loadView(name);
    } catch (error) {
      if (name !== this.#shown || shell !== this.#shell) return;
      this.#view?.close();
      this.#view = undefined;
      this.#shown = undefined;
      shell?.main.replaceChildren(faultBox(words, error, () => this.#open()));
      if (shell) markBusy(shell.main, false);
      return;
    }
    if (name !== this.#shown || shell !== this.#shell) return;
    this.#view?.close();
    this.#view = make(this.#site());
    shell?.main.replaceChildren(this.#view.element);
    if (byTab) document.getElementById("view-title")?.focus({ preventScroll: true });
    await this.#settle(this.#view);
  }

  /** What a view shows follows what it is made of, in a task of its own. */
  async #settle(view: View): Promise<void> {
    await yieldToBrowser();
    if (view !== this.#view) return;
    view.update(this.#state);
    if (this.#shell) markBusy(this.#shell.main, false);
  }

  #receive(files: readonly File[]): void {
    if (files.length === 0) return;
    this.#remembered.dropped = files;
    if (this.#state.view === "data") this.#view?.update(this.#state);
    else this.#change({ ...this.#state, view: "data" });
  }

  #site(): Site {
    return {
      calculators: this.#calculators,
      words: this.#words,
      remembered: this.#remembered,
      state: () => this.#state,
      change: (state) => this.#change(state),
      undo: () => {
        const { view } = this.#state;
        const experiment = hasExperiment(view) ? this.#undo.take(view) : undefined;
        if (!experiment) return;
        this.#show({ ...this.#state, experiments: { ...this.#state.experiments, [view]: experiment } });
      },
      canUndo: () => hasExperiment(this.#state.view) && this.#undo.has(this.#state.view),
      address: () => new URL(writeUrl(this.#state, this.#own), location.href).href,
    };
  }

  #setTheme(theme: Theme): void {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }
}

/** The first language of the browser that the page speaks. */
function browserLanguage(): Language {
  for (const tag of navigator.languages ?? []) {
    const found = languages.find((language) => tag.toLowerCase().split("-")[0] === language);
    if (found) return found;
  }
  return "en";
}

/** A browser that keeps nothing for the page has it as the system does. */
function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(THEME_KEY);
    return themes.find((theme) => theme === stored) ?? "auto";
  } catch {
    return "auto";
  }
}

function storeTheme(theme: Theme): void {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // it holds until the page is left
  }
}
