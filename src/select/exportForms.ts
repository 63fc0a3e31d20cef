/** The forms of rows that tools for fine-tuning read. */
export const exportForms = ["messages", "prompt-completion", "alpaca"] as const;
export type ExportForm = (typeof exportForms)[number];

interface Example {
  prompt: string;
  completion: string;
  system?: string;
}

/**
 * A kept row in one of the forms, as a line of JSON: `messages` as chat APIs, TRL and Axolotl read it, `prompt-completion`
 * as TRL, `alpaca` with the names of the Stanford Alpaca file, and `system` as LLaMA-Factory adds it.
 */
export function exported(form: ExportForm, { prompt, completion, system }: Example): string {
  if (form === "messages") {
    const messages = [
      { role: "user", content: prompt },
      { role: "assistant", content: completion },
    ];
    return line({ messages: system === undefined ? messages : [{ role: "system", content: system }, ...messages] });
  }
  if (form === "prompt-completion") return line({ prompt, completion });
  return line({ instruction: prompt, input: "", output: completion, ...(system === undefined ? {} : { system }) });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
