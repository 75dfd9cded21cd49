// Keys of the page. An element says its key itself: data-key="/" presses or focuses it, data-key="g a" is two keys one
// after the other, "Alt+1" and "Ctrl+Enter" work while typing too. data-key-shown only lists a key that is handled
// elsewhere. `?` lists them all. Keys of one character can be switched off (WCAG 2.1.4); this is remembered.

const OFF = "koujing-console-keys-off";
const SEQUENCE_MS = 1200;
const FIELDS = "input, textarea, select, [contenteditable]";
const PRESSED = new Set(["checkbox", "radio", "button", "submit", "reset"]);

const help = document.createElement("dialog");
let begun = "";
let begunAt = 0;

function off() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function remember(isOff) {
  try {
    localStorage.setItem(OFF, isOff ? "1" : "0");
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** The key as it is written in data-key: "a", "?", "Ctrl+Enter", "Alt+1". Shift only shows in what it types. */
export function named(event) {
  const key = event.key === " " ? "Space" : event.key;
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && key.length > 1) parts.push("Shift");
  parts.push(key.length === 1 ? key.toLowerCase() : key);
  return parts.join("+");
}

function typing(target) {
  if (!(target instanceof Element)) return false;
  const field = target.closest(FIELDS);
  return field !== null && !(field instanceof HTMLInputElement && PRESSED.has(field.type));
}

function visible(element) {
  return element.checkVisibility ? element.checkVisibility() : element.getClientRects().length > 0;
}

function scope() {
  return document.querySelector("dialog[open]") ?? document;
}

function listed(root = document) {
  return [...root.querySelectorAll("[data-key], [data-key-shown]")].filter(visible);
}

function label(element) {
  const own = element.dataset.keyLabel || element.getAttribute("aria-label");
  if (own) return own;
  const copy = element.cloneNode(true);
  copy.querySelectorAll?.("kbd, .hidden").forEach((part) => part.remove());
  return copy.textContent.trim() || element.labels?.[0]?.textContent.trim() || element.placeholder || "";
}

function press(element) {
  const field = element.matches("textarea, select, input") && !PRESSED.has(element.type);
  element.focus();
  if (field) element.select?.();
  else element.click();
}

/** The element whose key was pressed, or null. */
function wanted(name) {
  const all = listed(scope()).filter((element) => element.dataset.key);
  const find = (key) => all.find((element) => element.dataset.key.toLowerCase() === key.toLowerCase());
  const second = begun && Date.now() - begunAt < SEQUENCE_MS ? find(`${begun} ${name}`) : undefined;
  begun = "";
  if (second) return second;
  if (all.some((element) => element.dataset.key.toLowerCase().startsWith(`${name.toLowerCase()} `))) {
    begun = name;
    begunAt = Date.now();
  }
  return find(name) ?? null;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.repeat) return;
  const name = named(event);
  const plain = !/^(Ctrl|Alt)\+/.test(name) && !/^F\d+$/.test(name);
  if (plain && typing(event.target)) return;
  if (plain && name.length === 1 && off() && name !== "?") return;
  const element = wanted(name);
  if (!element) return;
  event.preventDefault();
  press(element);
});

function shown(key) {
  const span = document.createElement("span");
  key.split(" ").forEach((one, index) => {
    if (index) span.append(" 再按 ");
    one.split("+").forEach((part, nth, parts) => {
      const kbd = document.createElement("kbd");
      // "+" itself is a key.
      kbd.textContent = part || "+";
      if (part || nth === parts.length - 1) span.append(nth ? " + " : "", kbd);
    });
  });
  return span;
}

function fill() {
  const list = help.querySelector("dl");
  list.replaceChildren();
  const seen = new Set();
  for (const element of listed()) {
    const key = element.dataset.key || element.dataset.keyShown;
    if (seen.has(key) || help.contains(element)) continue;
    seen.add(key);
    const row = document.createElement("div");
    const what = document.createElement("dt");
    const keys = document.createElement("dd");
    what.textContent = label(element);
    keys.append(shown(key));
    row.append(what, keys);
    list.append(row);
  }
  help.querySelector("input").checked = !off();
}

function build() {
  help.className = "keys";
  help.setAttribute("aria-labelledby", "keys-title");
  const title = document.createElement("h2");
  title.id = "keys-title";
  title.textContent = "快捷键";
  const choice = document.createElement("label");
  choice.className = "choice";
  const box = document.createElement("input");
  box.type = "checkbox";
  choice.append(box, "使用单个字母和符号的快捷键（? 总是可用）");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "primary";
  close.textContent = "关闭";
  const acts = document.createElement("p");
  acts.className = "acts";
  acts.append(close);
  help.append(title, choice, document.createElement("dl"), acts);
  document.body.append(help);
  box.addEventListener("change", () => remember(!box.checked));
  close.addEventListener("click", () => help.close());
}

build();
const button = document.getElementById("show-keys");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    fill();
    help.showModal();
  });
}
