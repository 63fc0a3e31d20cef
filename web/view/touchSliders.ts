/** Pixels that a finger moves before it is known what it is about. */
const SLOP = 8;

/**
 * A finger that comes down on a slider may be about to scroll. Browsers set the slider at once; here its value stays until the
 * finger has moved sideways, and comes back if it moves up or down.
 */
export function guardSliders(root: HTMLElement): void {
  let touch: { slider: HTMLInputElement; value: string; x: number; y: number; slides: boolean } | undefined;
  const sliderOf = (event: Event) => {
    const { target } = event;
    return target instanceof HTMLInputElement && target.type === "range" ? target : undefined;
  };
  root.addEventListener(
    "touchstart",
    (event) => {
      const slider = sliderOf(event);
      const [first] = event.touches;
      touch = slider && first && { slider, value: slider.value, x: first.clientX, y: first.clientY, slides: false };
    },
    { capture: true, passive: true },
  );
  root.addEventListener(
    "touchmove",
    (event) => {
      const [first] = event.touches;
      if (!touch || touch.slides || !first) return;
      const [across, along] = [Math.abs(first.clientX - touch.x), Math.abs(first.clientY - touch.y)];
      if (across > SLOP && across > along) touch.slides = true;
      else if (along > SLOP) back();
    },
    { capture: true, passive: true },
  );
  const back = () => {
    if (touch && !touch.slides) touch.slider.value = touch.value;
  };
  for (const type of ["touchend", "touchcancel"] as const) {
    root.addEventListener(
      type,
      () => {
        back();
        const ended = touch;
        // The change that a browser announces comes after the end of the touch.
        setTimeout(() => {
          if (touch === ended) touch = undefined;
        }, 0);
      },
      { capture: true, passive: true },
    );
  }
  for (const type of ["input", "change"] as const) {
    root.addEventListener(
      type,
      (event) => {
        if (!touch || touch.slides || sliderOf(event) !== touch.slider) return;
        event.stopImmediatePropagation();
        touch.slider.value = touch.value;
      },
      { capture: true },
    );
  }
}
