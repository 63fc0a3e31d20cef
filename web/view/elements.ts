type Attributes = Record<string, string | number | boolean | undefined>;
export type Child = Node | string | null | undefined;

/** An element with its attributes (left out if `undefined` or `false`) and children; text is never read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** The same of an SVG. */
export function drawn<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(made, attributes);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) target.removeAttribute(name);
    else target.setAttribute(name, value === true ? "" : String(value));
  }
}

export function button(text: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", onClick);
  return made;
}

/** A select with its choices as [value, text]. */
export function select(
  choices: readonly (readonly [value: string, text: string])[],
  onChange: (value: string) => void,
  attributes: Attributes = {},
): HTMLSelectElement {
  const made = element("select", attributes, ...choices.map(([value, text]) => element("option", { value }, text)));
  made.addEventListener("change", () => onChange(made.value));
  return made;
}

/** Sets text only where it changed: a live region speaks at every change. */
export function say(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Marks a part whose text and picture are not those of the latest question yet: who reads it, by ear or by program, waits. */
export function markBusy(target: Element, busy: boolean): void {
  if (target.hasAttribute("aria-busy") !== busy) setAttributes(target, { "aria-busy": busy && "true" });
}

let count = 0;

/** An id that no other element has. */
export function uniqueId(prefix: string): string {
  return `${prefix}-${++count}`;
}

/** Lets the browser draw and take input before work goes on: what takes long is done in short tasks. */
export function yieldToBrowser(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Lets the browser draw what was changed before work goes on; a page that nobody sees draws nothing. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve, 0));
    setTimeout(resolve, 100);
  });
}
