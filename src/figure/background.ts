import type { Plugin } from "chart.js";

/** Fills the whole canvas before anything is drawn: without it a saved PNG is transparent, and black in many viewers. */
export function background(color: string): Plugin {
  return {
    id: "background",
    beforeDraw({ ctx, width, height }) {
      ctx.save();
      ctx.globalCompositeOperation = "destination-over";
      ctx.fillStyle = color;
      ctx.fillRect(0, 0, width, height);
      ctx.restore();
    },
  };
}
