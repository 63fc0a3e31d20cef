import { it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { accountsForForm, hostileForms } from "../support/hostileForms.js";

const folder = scratchFolder();

// 100,000 rows of each form, plain and packed, are in test/long
it.each(hostileForms)("accounts for every one of 2,000 hostile rows: %s", (form) =>
  accountsForForm(folder, form, 2000),
);
