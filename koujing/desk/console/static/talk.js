// One conversation: its pieces are fetched anew when an event says that something moved; what is being written stays.

const talk = document.getElementById("talk");
const failure = document.getElementById("failure");
const path = talk.dataset.path;
const DRAFT = `koujing-talk:${path}`;
const PICKED = ["matter", "aspect", "topic", "text"];
const NEAR = 80;

let fetching = null;
let stale = false;
let drafted = "";

const piece = (name) => talk.querySelector(`[data-piece="${name}"]`);
const composer = () => talk.querySelector("[data-composer]");
const lines = () => piece("lines");

function told(message, hint) {
  failure.replaceChildren();
  if (!message) return;
  const box = document.createElement("div");
  box.className = "error";
  box.setAttribute("role", "alert");
  const strong = document.createElement("strong");
  strong.textContent = message;
  const words = document.createElement("p");
  words.append(strong, ` ${hint || ""}`);
  box.append(words);
  failure.append(box);
}

// --- what is written, kept over reloads and over what moves

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFT)) || {};
  } catch {
    return {};
  }
}

function keep() {
  const form = composer();
  const values = { note: document.getElementById("note")?.value || "" };
  if (form) Object.assign(values, { text: form.elements.text.value, drafted, pick: picked(form) });
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify({ ...kept(), ...values }));
  } catch {
    // Without storage the page itself keeps it.
  }
}

function picked(form) {
  return Object.fromEntries(PICKED.map((name) => [name, form.elements[`pick_${name}`].value]));
}

function pick(form, values) {
  PICKED.forEach((name) => { form.elements[`pick_${name}`].value = values?.[name] || ""; });
}

function restore() {
  const values = kept();
  const form = composer();
  const note = document.getElementById("note");
  if (note && !note.value && values.note) note.value = values.note;
  if (form && !form.elements.text.value && values.text) {
    form.elements.text.value = values.text;
    drafted = values.drafted || "";
    pick(form, values.pick);
  }
  mark();
}

// Approved words that were changed are one's own.
function mark() {
  const form = composer();
  if (!form) return;
  const approved = drafted && form.elements.text.value.trim() === drafted.trim();
  const badge = document.getElementById("mark");
  badge.className = `badge ${approved ? "caliber" : "pending"}`;
  badge.textContent = approved ? "核准口径" : "自己的话";
}

// --- what moves

// Who reads the newest line goes on reading it, whatever changes its place.
let newest = true;

function settle() {
  if (newest) lines().scrollTop = lines().scrollHeight;
}

function put(name, html) {
  const node = piece(name);
  if (name === "lines") {
    node.innerHTML = html;
    settle();
    return;
  }
  const busy = node.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
  if (name === "side" && busy) return;
  const focused = node.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...node.querySelectorAll("details")].map((one) => one.open);
  node.innerHTML = html;
  node.querySelectorAll("details").forEach((one, n) => { one.open = Boolean(open[n]); });
  if (focused) document.getElementById(focused)?.focus();
}

async function fetched() {
  const response = await fetch(`${path}/parts`, { headers: { Accept: "application/json" } });
  if (response.status === 401) return location.reload();
  if (response.status === 404) return gone();
  if (!response.ok) return null;
  const { parts, mode } = await response.json();
  const same = mode === talk.dataset.mode;
  keep();
  put("head", parts.head);
  put("lines", parts.lines);
  put("side", parts.side);
  // While one writes only the line above the field is new.
  if (same && mode === "mine") room(parts.acts);
  else {
    put("acts", parts.acts);
    dress();
  }
  talk.dataset.mode = mode;
  restore();
  return null;
}

function room(html) {
  const shown = document.createElement("div");
  shown.innerHTML = html;
  const now = shown.querySelector(".room");
  const before = piece("acts").querySelector(".room");
  if (now && before && now.textContent !== before.textContent) before.replaceWith(now);
}

function refresh() {
  if (fetching) {
    stale = true;
    return fetching;
  }
  fetching = fetched().catch(() => null).finally(() => {
    fetching = null;
    if (stale) {
      stale = false;
      refresh();
    }
  });
  return fetching;
}

function gone() {
  events.close();
  told("市民已清除这个会话。", "对话内容已删除，不能再看。");
  ["head", "lines", "side", "acts"].forEach((name) => piece(name).replaceChildren());
  try {
    sessionStorage.removeItem(DRAFT);
  } catch {
    // Nothing was kept.
  }
}

// --- what is posted

talk.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-post]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  const says = form === composer();
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (response.ok) {
      told("");
      sent(form, says);
    } else {
      const { error } = await response.json();
      told(error.message, error.hint);
    }
  } catch {
    told("网络断开了，没有提交。", "内容还在，恢复后请再按一次；不会重复发送。");
  }
  delete form.dataset.sending;
  await refresh();
  const field = document.getElementById("text");
  if (says || form.action.endsWith("/take")) field?.focus();
});

function sent(form, says) {
  form.querySelectorAll("textarea, input[type=text], select").forEach((field) => { field.value = ""; });
  form.elements.key.value = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`.replace(".", "");
  if (says) {
    drafted = "";
    pick(form, null);
  }
  keep();
  mark();
  // How it went is known a moment later.
  if (says) setTimeout(refresh, 2000);
}

// --- approved words

let looking = null;
let chosen = -1;

function options() {
  return [...document.querySelectorAll("#found [role=option]")];
}

function closeFound() {
  const list = document.getElementById("found");
  if (!list) return;
  list.hidden = true;
  list.replaceChildren();
  chosen = -1;
  document.getElementById("find").setAttribute("aria-expanded", "false");
  document.getElementById("find").removeAttribute("aria-activedescendant");
}

function choose(n) {
  const all = options();
  if (!all.length) return;
  chosen = (n + all.length) % all.length;
  all.forEach((one, at) => one.setAttribute("aria-selected", String(at === chosen)));
  document.getElementById("find").setAttribute("aria-activedescendant", all[chosen].id);
}

async function look(find) {
  const typed = find.value.trim();
  if (looking) looking.abort();
  if (!typed) {
    closeFound();
    return;
  }
  looking = new AbortController();
  try {
    const query = new URLSearchParams({ q: typed, region: find.dataset.region });
    const response = await fetch(`/console/conversations/calibers?${query}`, { signal: looking.signal });
    if (!response.ok) return;
    const { found } = await response.json();
    const list = document.getElementById("found");
    list.replaceChildren(...found.map((one, n) => {
      const item = document.createElement("li");
      item.id = `found-${n}`;
      item.setAttribute("role", "option");
      const words = document.createElement("span");
      words.textContent = one.text;
      const detail = document.createElement("small");
      detail.textContent = one.detail;
      item.append(words, detail);
      item.pick = one;
      return item;
    }));
    list.hidden = !found.length;
    find.setAttribute("aria-expanded", String(Boolean(found.length)));
    choose(0);
  } catch {
    // Something else is being typed.
  }
}

async function use(one) {
  const form = composer();
  const how = document.getElementById("how");
  const values = Object.fromEntries(PICKED.map((name) => [name, one[name] || ""]));
  closeFound();
  const response = await fetch(`${path}/draft?${new URLSearchParams(values)}`).catch(() => null);
  if (!response || !response.ok) return;
  const draft = await response.json();
  if (!draft.text) {
    how.textContent = `“${one.text}”没有核准口径（${draft.badge_text}），请用自己的话答复或换一条。`;
    return;
  }
  document.getElementById("find").value = "";
  how.textContent = "原样发送即为核准口径；改动后算自己的话。";
  form.elements.text.value = draft.text;
  drafted = draft.text;
  pick(form, values);
  mark();
  keep();
  form.elements.text.focus();
}

function dress() {
  const form = composer();
  if (!form) return;
  const find = document.getElementById("find");
  let pause = 0;
  find.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => look(find), 120);
  });
  find.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(chosen + step);
    else if (event.key === "Escape") closeFound();
    else if (event.key === "Enter") {
      const one = options()[chosen];
      if (one) use(one.pick);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  find.addEventListener("blur", () => setTimeout(closeFound, 200));
  document.getElementById("found").addEventListener("mousedown", (event) => {
    const item = event.target.closest("[role=option]");
    event.preventDefault();
    if (item) use(item.pick);
  });
}

talk.addEventListener("input", () => {
  keep();
  mark();
});

dress();
restore();
settle();
lines().addEventListener("scroll", () => {
  const { scrollHeight, scrollTop, clientHeight } = lines();
  newest = scrollHeight - scrollTop - clientHeight < NEAR;
});
new ResizeObserver(settle).observe(lines());
const events = new EventSource(`${path}/events`);
events.addEventListener("moved", refresh);
events.addEventListener("gone", gone);
addEventListener("pagehide", () => {
  keep();
  events.close();
});
