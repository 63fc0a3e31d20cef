import "./compute/jitless.js";
import { App } from "./app.js";

new App(document.querySelector("#app") as HTMLElement);

// Once everything stands: from now on the page opens without a network too.
if ("serviceWorker" in navigator && location.protocol !== "file:") {
  addEventListener("load", () => {
    navigator.serviceWorker.register("offline.js").catch(() => {
      // Without one the page works as well, while there is a network.
    });
  });
}
