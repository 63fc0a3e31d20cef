import { Crew } from "./compute/crew.js";
import { turn } from "./compute/turn.js";
import type { Notice } from "./model/notices.js";
import type { State, View as ViewName } from "./model/state.js";
import { readUrl, writeUrl } from "./model/url.js";
import { noticeList, Shell, type Theme, themes } from "./view/shell.js";
import type { Site, View } from "./view/site.js";
import { makeView } from "./view/views.js";
import { languageTags, messages } from "./words/messages.js";

/** Browsers forbid a page that writes its address without end, as a slider would. */
const ADDRESS_REST = 250;
const THEME_KEY = "pstar theme";

/** The page: its state, its address, and the view that shows it. */
export class App {
  readonly #root: HTMLElement;
  readonly #crew = new Crew();
  #state: State;
  #shell: Shell | undefined;
  #view: View | undefined;
  #shown: ViewName | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What was written last, to tell the reader's change of the address from the page's own. */
  #address: string;

  private constructor(root: HTMLElement, state: State) {
    this.#root = root;
    this.#state = state;
    this.#address = location.hash;
    this.#setTheme(storedTheme());
    addEventListener("hashchange", () => this.#readAddress());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#view?.recolour());
  }

  /** Opens the page at its address. */
  static async start(root: HTMLElement): Promise<void> {
    const { state, notices } = readUrl(location.hash);
    await turn();
    const app = new App(root, state);
    await turn();
    await app.#build(notices);
  }

  #change(state: State): void {
    const before = this.#state;
    this.#state = state;
    if (state.language !== before.language) void this.#build([]);
    else if (state.view !== this.#shown) this.#open();
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
    history[how](null, "", writeUrl(this.#state));
    this.#address = location.hash;
  }

  #readAddress(): void {
    if (location.hash === this.#address) return;
    clearTimeout(this.#timer);
    this.#address = location.hash;
    const { state, notices } = readUrl(location.hash);
    this.#state = state;
    void this.#build(notices);
  }

  /** Everything in the language of the state: the shell, then the view, each in a task of its own. */
  async #build(notices: readonly Notice[]): Promise<void> {
    const { language } = this.#state;
    const words = messages[language];
    document.documentElement.lang = languageTags[language];
    document.title = words.title;
    const chosen = document.activeElement?.matches('[data-preference="language"]');
    this.#view?.close();
    this.#view = undefined;
    const shell = new Shell(this.#root, words, this.#state, {
      theme: storedTheme(),
      onView: (view) => {
        this.#change({ ...this.#state, view });
        document.getElementById("view-title")?.focus({ preventScroll: true });
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
    shell.show(this.#state);
    const list = noticeList(notices, words);
    if (list) shell.notices.append(list);
    await turn();
    if (shell === this.#shell && !this.#view) this.#open();
  }

  #open(): void {
    this.#view?.close();
    this.#view = makeView(this.#state.view, this.#site());
    this.#shown = this.#state.view;
    this.#shell?.main.replaceChildren(this.#view.element);
    this.#shell?.show(this.#state);
    void this.#settle(this.#view);
  }

  /** What a view shows follows what it is made of, in a task of its own. */
  async #settle(view: View): Promise<void> {
    await turn();
    if (view === this.#view) view.update(this.#state);
  }

  #site(): Site {
    return {
      crew: this.#crew,
      words: messages[this.#state.language],
      state: () => this.#state,
      change: (state) => this.#change(state),
      address: () => new URL(writeUrl(this.#state), location.href).href,
    };
  }

  #setTheme(theme: Theme): void {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }
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
