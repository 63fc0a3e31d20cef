import type { Language } from "../model/state.js";
import { en, type Messages } from "./english.js";

export type { Messages } from "./english.js";

/** The words of a language; whoever reads English need not wait for a file. */
export async function loadMessages(language: Language): Promise<Messages> {
  switch (language) {
    case "en":
      return en;
    case "zh":
      return (await import("./chinese.js")).zh;
    default:
      throw new Error(`unknown language ${language satisfies never}`);
  }
}

/** For the `lang` of the page, and for the formatting of numbers. */
export const languageTags: Readonly<Record<Language, string>> = { en: "en", zh: "zh-Hans" };

/** As each language calls itself. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", zh: "简体中文" };
