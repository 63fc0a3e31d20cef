import type { Reason } from "../../src/index.js";

/** What a link said that the page could not take as it stood. */
export type Notice =
  | { kind: "repaired"; key: string; given: string; used: string }
  | { kind: "conflict"; reason: Reason; used: string }
  | { kind: "unknown" | "repeated"; key: string }
  | { kind: "version" | "long"; given: string };

export type Report = (notice: Notice) => void;

/** Text of a link as a notice may quote it: short, on one line, without control characters. */
export function quoted(text: string): string {
  const plain = text.replace(/\p{C}/gu, "�");
  return plain.length > 40 ? `${plain.slice(0, 40)}…` : plain;
}
