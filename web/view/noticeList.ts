import { type Notice, quoted } from "../model/notices.js";
import type { Messages } from "../words/messages.js";
import { button, element } from "./elements.js";

/** More than these are no slip of the pen, and nobody reads on. */
const MOST = 6;

/** What was mended in the link, with a button that puts it away; null where nothing was. */
export function noticeList(notices: readonly Notice[], words: Messages): HTMLElement | null {
  if (notices.length === 0) return null;
  const items = notices.slice(0, MOST).map((notice) => element("li", {}, sentence(notice, words)));
  if (notices.length > MOST) items.push(element("li", {}, "…"));
  const list = element(
    "div",
    { class: "notice" },
    element("strong", {}, words.notices.heading),
    element("ul", {}, ...items),
    button(words.notices.dismiss, () => list.remove(), { class: "quiet" }),
  );
  return list;
}

function sentence(notice: Notice, { notices: words, reason }: Messages): string {
  switch (notice.kind) {
    case "repaired":
      return words.repaired(quoted(notice.key), quoted(notice.given), quoted(notice.used));
    case "conflict":
      return words.conflict(reason(notice.reason), notice.used);
    case "unknown":
      return words.unknown(quoted(notice.key));
    case "repeated":
      return words.repeated(quoted(notice.key));
    case "version":
      return words.version(quoted(notice.given));
    case "long":
      return words.long(notice.given);
  }
}
