import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { Stage } from "./stage.js";
import { recordProcessorTime } from "./trace.js";

/** Seconds of use, and how many times slower than here the page's own thread computes. */
const SECONDS = 60;
const THROTTLE = 4;
/** Milliseconds from an input to the frame that shows it, past which a frame is lost. */
const LOST = 200;

/** An input: when it came, and when its frame was there, in milliseconds of the page's clock. */
interface Input {
  name: string;
  start: number;
  duration: number;
}

/** Numbers in [0, 1), the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What may be pressed: not what opens a window of the browser's own, hands out a file, or loads the page anew. */
const PRESSED =
  "header nav a, main button:not(:disabled, [data-export], [data-act='load-sheet'], [data-act='calibrate'], [data-act='keep'], [data-act='save-sheet']), " +
  "main summary, main input[type=checkbox]";
const FOCUSED =
  "header a, header select, main button, main input:not([type=file]), main select, main summary, main [tabindex='0']";

/** One of the elements that are in sight, where it is and how it begins; undefined if there is none. */
async function placeOfSome(page: Page, selector: string, random: () => number) {
  const found = await page.evaluate((wanted) => {
    const seen = [...document.querySelectorAll(wanted)].map((one) => {
      const { x, y, width, height, top, bottom } = one.getBoundingClientRect();
      return { x, y, width, height, top, bottom, what: one.outerHTML.slice(0, 100) };
    });
    return seen.filter(
      ({ width, height, top, bottom }) => width > 0 && height > 0 && top >= 0 && bottom <= innerHeight,
    );
  }, selector);
  return found[Math.floor(random() * found.length)];
}

/** Does something, and says with what. */
type Act = (page: Page, random: () => number) => Promise<string | undefined>;

const press: Act = async (page, random) => {
  const place = await placeOfSome(page, PRESSED, random);
  if (place) await page.mouse.click(place.x + place.width / 2, place.y + place.height / 2);
  return place?.what;
};

const drag: Act = async (page, random) => {
  const place = await placeOfSome(
    page,
    "main input[type=range], main .sphere circle, main canvas, main .number",
    random,
  );
  if (!place) return undefined;
  const at = () => [place.x + place.width * random(), place.y + place.height * random()] as const;
  await page.mouse.move(...at());
  await page.mouse.down();
  for (let step = 0; step < 6; step++) await page.mouse.move(...at());
  await page.mouse.up();
  return place.what;
};

const KEYS = ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Home", "End", "Tab", "Space", "PageDown"];

const type: Act = async (page, random) => {
  // only what was reached by the keyboard before: a file field would open a window
  const what = await page.evaluate(
    ([wanted, share]) => {
      const all = [...document.querySelectorAll<HTMLElement>(wanted)].filter((one) => one.checkVisibility());
      const one = all[Math.floor(share * all.length)];
      one?.focus();
      return one?.outerHTML.slice(0, 100);
    },
    [FOCUSED, random()] as const,
  );
  const keys = Array.from({ length: 4 }, () => KEYS[Math.floor(random() * KEYS.length)] as string);
  for (const key of keys) await page.keyboard.press(key);
  return `${keys.join(" ")} in ${what}`;
};

const enter: Act = async (page, random) => {
  const place = await placeOfSome(page, "main input[type=text]", random);
  if (!place) return undefined;
  const text = String(Math.round(100 * random()) / 100);
  await page.mouse.click(place.x + place.width / 2, place.y + place.height / 2, { clickCount: 3 });
  await page.keyboard.type(text);
  await page.keyboard.press("Tab");
  return `${text} in ${place.what}`;
};

const scroll: Act = async (page, random) => {
  await page.mouse.wheel(0, 900 * random() - 300);
  return undefined;
};

const hover: Act = async (page, random) => {
  const place = await placeOfSome(page, "main canvas, main svg", random);
  if (place) await page.mouse.move(place.x + place.width * random(), place.y + place.height * random(), { steps: 4 });
  return place?.what;
};

const open: Act = async (page, random) => {
  const link = await placeOfSome(page, "header nav a", random);
  if (link) await page.mouse.click(link.x + link.width / 2, link.y + link.height / 2);
  return link?.what;
};

/** How often each is done, of all. */
const ACTS: readonly (readonly [share: number, act: Act])[] = [
  [0.3, press],
  [0.5, drag],
  [0.65, type],
  [0.75, enter],
  [0.82, scroll],
  [0.88, hover],
  [1, open],
];

/** What came of one minute. */
interface Minute {
  /** What was done, and when. */
  diary: { start: number; view: string; what: string }[];
  /** Inputs that were shown too late by the clock, with the time for which the page's own thread had a processor until then. */
  lost: (Input & { used: number; during: Minute["diary"][number] | undefined })[];
  complaints: string[];
}

async function useAtRandom(stage: Stage, seed: number): Promise<Minute> {
  const random = randomFrom(seed);
  const { page, complaints, close } = await stage.openFresh("#v=1&view=story", {
    viewport: { width: 1280, height: 800 },
    before: (made) =>
      made.addInitScript(() => {
        const inputs: Input[] = [];
        Object.assign(globalThis, { inputs });
        new PerformanceObserver((list) => {
          for (const { name, startTime, duration } of list.getEntries())
            inputs.push({ name, start: startTime, duration });
        }).observe({ type: "event", durationThreshold: 16, buffered: true } as PerformanceObserverInit);
      }),
  });
  await page.locator("main h2").waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: THROTTLE });
  const seen = () => page.evaluate(() => (globalThis as unknown as { inputs: Input[] }).inputs);
  const diary: Minute["diary"] = [];
  const busy = await recordProcessorTime(page, async () => {
    // the measure itself: a frame that is lost on purpose is seen
    await page.evaluate((time) => {
      const block = () => {
        const end = performance.now() + 2 * time;
        while (performance.now() < end);
      };
      addEventListener("keydown", block, { once: true });
    }, LOST);
    await page.keyboard.press("Shift");
    await expect.poll(async () => (await seen()).filter(({ duration }) => duration > LOST).length).toBeGreaterThan(0);
    const end = performance.now() + 1000 * SECONDS;
    while (performance.now() < end) {
      const dice = random();
      const [, act] = ACTS.find(([share]) => dice < share) as (typeof ACTS)[number];
      const start = await page.evaluate(() => performance.now());
      const what = await act(page, random);
      const view = new URL(page.url()).hash.match(/view=(\w+)/)?.[1] ?? "story";
      diary.push({ start, view, what: `${act.name}: ${what}` });
    }
  });
  const [begin = 0] = diary.map(({ start }) => start);
  const lost = (await seen())
    .filter(({ start, duration }) => duration > LOST && start >= begin)
    .map((input) => ({
      ...input,
      used: busy(input.start, input.start + input.duration),
      during: diary.findLast(({ start }) => start <= input.start + 5),
    }));
  await session.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  await close();
  return { diary, lost, complaints };
}

/** The slowing down takes longer where other programs have the processor: the least of some rounds is the page's own. */
const ROUNDS = 4;

export function randomUseTests(stage: () => Stage): void {
  describe("random use", () => {
    it.each([1, 2])(
      `loses no frame of an input for ${LOST} ms in ${SECONDS} s, ${THROTTLE} times slowed down, and ends without an error: seed %i`,
      async (seed) => {
        let late: Minute["lost"] = [];
        for (let round = 0; round < ROUNDS && (round === 0 || late.length > 0); round++) {
          const { diary, lost, complaints } = await useAtRandom(stage(), seed);
          const views = new Set(diary.map(({ view }) => view));
          // by the time in which the page's own thread had a processor: another program only makes a frame come later
          late = lost.filter(({ used }) => used > LOST);
          const slowest = Math.max(0, ...lost.map(({ used }) => used));
          console.log(
            `random use, seed ${seed}: ${diary.length} acts in ${views.size} views, ${lost.length} inputs shown later than ` +
              `${LOST} ms by the clock, the slowest with ${slowest.toFixed(0)} ms of processor time`,
          );
          expect(diary.length).toBeGreaterThan(30);
          expect(views.size).toBeGreaterThan(4);
          expect(complaints).toEqual([]);
        }
        expect(late).toEqual([]);
      },
    );
  });
}
