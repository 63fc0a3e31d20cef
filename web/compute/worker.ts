import { expose, transferHandlers } from "comlink";
import { PstarError } from "../../src/index.js";
import { Calculator } from "./calculator.js";

// An error crosses to the page with its name, message and stack; code and params are what the page words it by.
const thrown = transferHandlers.get("throw");
if (thrown) {
  transferHandlers.set("throw", {
    ...thrown,
    serialize: (error: { value: unknown }) => {
      const [plain, transferables] = thrown.serialize(error) as [{ value: object }, Transferable[]];
      if (!(error.value instanceof PstarError)) return [plain, transferables];
      const { code, params } = error.value;
      return [{ ...plain, value: { ...plain.value, code, params } }, transferables];
    },
  });
}

expose(new Calculator());
