// The text for a caller: copied or printed.

import { copied } from "./assist_copy.js";

const message = document.getElementById("message");
document.getElementById("copy-message")?.addEventListener("click", async () => {
  const done = await copied(message.textContent);
  document.getElementById("copied").textContent = done ? "已复制" : "浏览器不让复制，请选中文字复制。";
});
document.getElementById("print")?.addEventListener("click", () => print());
