/** A row of a sheet as its page has it. */
export interface PageRow {
  key: string;
  weight: string;
  stratum: string;
  /** The cells of the shown columns. */
  cells: string[];
  /** `1`, `0`, `skip` or an empty text. */
  label: string;
}

export interface PageSheet {
  /** Tells sheets apart in the browser's storage. */
  id: string;
  /** The file that is exported. */
  file: string;
  columns: string[];
  rows: PageRow[];
}

/**
 * The program of a sheet's page. Its source text is what the page carries, so it uses nothing from outside but its arguments and
 * the browser.
 */
export function labelPage(csvText: (rows: readonly (readonly string[])[]) => string): void {
  const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
  const sheet: PageSheet = JSON.parse(byId("sheet").textContent ?? "");
  const { rows, columns } = sheet;
  const storageKey = `pstar-labels-${sheet.id}`;
  const known = ["1", "0", "skip", ""];
  let place = 0;
  let done: number[] = [];

  const saved = (() => {
    try {
      return JSON.parse(localStorage.getItem(storageKey) ?? "null");
    } catch {
      return null; // a browser that keeps nothing, or what another program wrote
    }
  })();
  if (Array.isArray(saved?.labels) && saved.labels.length === rows.length) {
    for (const [i, label] of saved.labels.entries()) {
      const row = rows[i];
      if (row && known.includes(label)) row.label = label;
    }
    done = (Array.isArray(saved.done) ? saved.done : []).filter(
      (i: unknown) => Number.isInteger(i) && rows[i as number],
    );
  }
  const open = rows.findIndex(({ label }) => label === "");
  place = open < 0 ? rows.length : open;

  const save = () => {
    try {
      localStorage.setItem(storageKey, JSON.stringify({ labels: rows.map(({ label }) => label), done }));
      byId("unsaved").hidden = true;
    } catch {
      byId("unsaved").hidden = false;
    }
  };

  const show = () => {
    const row = rows[place];
    const labelled = rows.filter(({ label }) => label === "1" || label === "0").length;
    const skipped = rows.filter(({ label }) => label === "skip").length;
    const words = [`${labelled} of ${rows.length} labelled`, ...(skipped > 0 ? [`${skipped} skipped`] : [])];
    byId("progress").textContent = words.join(", ");
    byId<HTMLProgressElement>("bar").value = labelled + skipped;
    byId("row").replaceChildren(
      ...columns.flatMap((column, i) => {
        const text = row?.cells[i] ?? "";
        if (text === "") return [];
        const [term, value] = [document.createElement("dt"), document.createElement("dd")];
        term.textContent = column;
        value.textContent = text;
        value.dir = "auto";
        return [term, value];
      }),
    );
    byId("place").textContent = row ? `Row ${place + 1} of ${rows.length}` : "";
    byId("finished").hidden = row !== undefined;
    for (const id of ["right", "wrong", "skip"]) {
      const button = byId<HTMLButtonElement>(id);
      button.disabled = row === undefined;
      button.setAttribute("aria-pressed", String(row !== undefined && row.label === button.value));
    }
    byId<HTMLButtonElement>("undo").disabled = done.length === 0;
  };

  const next = () => {
    const after = rows.findIndex(({ label }, i) => i > place && label === "");
    const open = after < 0 ? rows.findIndex(({ label }) => label === "") : after;
    place = open < 0 ? rows.length : open;
  };

  const answer = (label: string) => {
    const row = rows[place];
    if (row === undefined) return;
    row.label = label;
    done.push(place);
    next();
    save();
    show();
  };

  const undo = () => {
    const last = done.pop();
    const row = last === undefined ? undefined : rows[last];
    if (last === undefined || row === undefined) return;
    row.label = "";
    place = last;
    save();
    show();
  };

  const download = () => {
    const lines = rows.map(({ key, weight, stratum, cells, label }) => [key, weight, stratum, ...cells, label]);
    const text = csvText([["key", "weight", "stratum", ...columns, "label"], ...lines]);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = sheet.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  const keys: Record<string, () => void> = {
    "1": () => answer("1"),
    "0": () => answer("0"),
    s: () => answer("skip"),
    u: undo,
    Backspace: undo,
    e: download,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  for (const id of ["right", "wrong", "skip"]) {
    const button = byId<HTMLButtonElement>(id);
    button.addEventListener("click", () => answer(button.value));
  }
  byId("undo").addEventListener("click", undo);
  byId("export").addEventListener("click", download);
  show();
}
