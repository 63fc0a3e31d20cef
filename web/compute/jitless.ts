import * as z from "zod/mini";

// A page under a content security policy may not make code from text. Imported before the schema is made.
z.config({ jitless: true });
