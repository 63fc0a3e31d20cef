import type { AuditResult, Interval } from "../../src/audit.js";
import type { Messages } from "../words/messages.js";
import { fixed } from "./curveNumbers.js";
import { picture, sheet } from "./picture.js";

const RATES = ["errorRate", "breakdown", "margin", "phi", "psi", "keptPrecision", "keepRate"] as const;

/** The estimates and intervals of an audit, each on its axis. */
export function auditPicture(result: AuditResult, title: string, sentence: string, { data }: Messages): Promise<Blob> {
  return picture(title, sentence, ({ context, theme, write }) => {
    const [left, right] = [330, sheet.width - sheet.margin - 270];
    const line = (from: number, to: number, y: number, width: number, color: string) => {
      context.fillStyle = color;
      context.fillRect(from, y - width / 2, to - from, width);
    };
    RATES.forEach((name, i) => {
      const y = 180 + i * 76;
      const { estimate, low, high }: Interval = result[name];
      // A margin has its place between −1 and 1.
      const from = name === "margin" ? -1 : 0;
      const at = (value: number) => left + ((right - left) * (value - from)) / (1 - from);
      write(data.rates[name], sheet.margin, y + 6);
      line(left, right, y, 1.5, theme.grid);
      for (const end of from < 0 ? [-1, 0, 1] : [0, 0.5, 1]) {
        context.fillStyle = theme.reference;
        context.fillRect(at(end) - 0.75, y - 6, 1.5, 12);
        write(String(end).replace("-", "−"), at(end), y + 26, { size: 13, color: theme.muted, align: "center" });
      }
      line(at(low), at(high), y, 5, theme.series[0] ?? theme.ink);
      if (estimate !== null) {
        context.fillStyle = theme.series[0] ?? theme.ink;
        context.beginPath();
        context.arc(at(estimate), y, 8, 0, 2 * Math.PI);
        context.fill();
      }
      write(fixed(estimate, 3), right + 90, y + 6, { weight: 600, align: "right" });
      const span = low === high ? "" : `${fixed(low, 3)} – ${fixed(high, 3)}`;
      write(span, sheet.width - sheet.margin, y + 6, { color: theme.muted, align: "right" });
    });
  });
}
