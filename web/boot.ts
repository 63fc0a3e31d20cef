// The first script of the page, and small: whatever of the others is missing or fails, it says so and offers to reload.
// If this one is missing itself, the style sheet shows the same after a while.

const root = document.querySelector("#app") as HTMLElement;
const chinese = navigator.language.toLowerCase().startsWith("zh");

function explain(error: unknown): void {
  const text = chinese
    ? ["页面的脚本未能加载，或运行出错。", "重新加载"]
    : ["The page's script could not be loaded, or has failed.", "Reload"];
  const box = document.createElement("div");
  box.className = "fault";
  box.setAttribute("role", "alert");
  const [says = "", label = ""] = text;
  const paragraph = (content: string) => {
    const made = document.createElement("p");
    made.textContent = content;
    return made;
  };
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = label;
  again.addEventListener("click", () => location.reload());
  box.append(paragraph(says), paragraph(error instanceof Error ? error.message : String(error)), again);
  root.replaceChildren(box);
}

// Not awaited: other scripts import what they share with this one, and would wait for it as it for them.
import("./main.js").catch(explain);

export {};
