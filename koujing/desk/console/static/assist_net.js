// Talks to the desk for the page of a call. A failure is told once, in words, where screen readers hear it.

const root = document.getElementById("call");
export const base = `/console/assist/${root.dataset.id}`;
const wrong = document.getElementById("wrong");
const did = document.getElementById("did");
let quiet = 0;

/** Says what went wrong; with nothing, takes it back. */
export function tell(message = "", hint = "") {
  wrong.hidden = !message;
  wrong.textContent = message ? `${message} ${hint}` : "";
}

/** Says what was done, for a short while. */
export function say(message) {
  did.textContent = message;
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    did.textContent = "";
  }, 4000);
}

/** An error that the desk tells, or that it cannot be reached (`down`). */
export class Failure extends Error {
  constructor(message, hint, status) {
    super(message);
    this.hint = hint;
    this.status = status;
    this.down = status === 0 || status >= 500;
  }
}

async function answered(response) {
  if (response.ok) return response.json();
  let error = {};
  try {
    error = (await response.json()).error ?? {};
  } catch {
    // A proxy may answer with something else.
  }
  if (response.status === 401) error.hint = "请在新窗口重新登录，再回到这里继续；这一页的内容还在。";
  throw new Failure(error.message ?? "服务出错。", error.hint ?? "请稍后再试。", response.status);
}

async function reach(address, options) {
  try {
    return await fetch(address, { credentials: "same-origin", ...options });
  } catch {
    throw new Failure("连不上服务，", "刚才的操作没有保存，恢复后请再试。", 0);
  }
}

export async function get(address, options = {}) {
  return answered(await reach(address, options));
}

export async function send(path, body, options = {}) {
  const headers = { "Content-Type": "application/json" };
  return answered(await reach(`${base}/${path}`, { method: "POST", headers, body: JSON.stringify(body), ...options }));
}

export async function text(address) {
  const response = await reach(address, {});
  if (!response.ok) throw new Failure("取不到内容。", "请稍后再试。", response.status);
  return response.text();
}
