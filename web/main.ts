import "./compute/jitless.js";
import { yieldToBrowser } from "./view/elements.js";

// A canvas does not wait for a font, and draws with another one what it has not got yet.
document.fonts.load("1em Star", "⋆").catch(() => {
  // Then the star is as small as the machine's fonts have it.
});

// In steps, so that no single task holds the page up: the model, then the charts, then what uses both.
await import("../src/model/scenario.js");
await yieldToBrowser();
const { warmUp } = await import("./view/plot.js");
await yieldToBrowser();
const { App } = await import("./app.js");
await yieldToBrowser();
await App.start(document.querySelector("#app") as HTMLElement);
await warmUp();

// Once everything stands: from now on the page opens without a network too.
if ("serviceWorker" in navigator && location.protocol !== "file:") {
  const register = () =>
    navigator.serviceWorker.register("offline.js").catch(() => {
      // Without one the page works as well, while there is a network.
    });
  if (document.readyState === "complete") void register();
  else addEventListener("load", register);
}
