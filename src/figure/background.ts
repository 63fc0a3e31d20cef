import type { ChartType, Plugin } from "chart.js";

/**
 * Fills the whole canvas before anything is drawn: without it a saved PNG is transparent, and black in many viewers. Of the type
 * of its chart: whether a plugin of any chart passes for that depends on the order in which files are checked.
 */
export function background<Type extends ChartType = ChartType>(color: string): Plugin<Type> {
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
