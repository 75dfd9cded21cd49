// The page of a call. What it shows is made by the desk; here are the keys, the box, and what is sent.

import { copied } from "./assist_copy.js";
import { dialogs } from "./assist_dialogs.js";
import { PickList } from "./assist_list.js";
import { Failure, base, get, say, send, tell, text } from "./assist_net.js";
import { Note } from "./assist_note.js";
import { apply } from "./assist_parts.js";

const root = document.getElementById("call");
const question = document.getElementById("question");
const cards = document.getElementById("part-cards");
const held = `koujing-question:${base}`;
let revision = Number(root.dataset.revision);
let places = null;
let asking = null;

const note = new Note(document.getElementById("note"), document.getElementById("note-state"), Number(root.dataset.noteVersion));

function take(state) {
  if (state.revision < revision) return;
  revision = state.revision;
  apply(state.parts);
  note.learn(state.note);
  wirePlace();
}

/** Sends and shows what came of it; whether it went well. */
async function act(path, body) {
  try {
    take(await send(path, body));
    tell();
    return true;
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    tell(failure.message, failure.hint);
    if (failure.status === 409 || failure.status === 422) refresh();
    return false;
  }
}

async function refresh() {
  try {
    take(await get(`${base}/state`));
  } catch {
    // The stream tries again.
  }
}

// --- asking

async function ask(words, pick = null) {
  const typed = words.trim();
  if (!typed || document.body.getAttribute("aria-busy") === "true") return;
  // The same question sent again after a failure is the same message: it is answered once.
  const same = asking && asking.text === typed && JSON.stringify(asking.pick) === JSON.stringify(pick);
  asking = same ? asking : { text: typed, pick, message_id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(16).slice(2)}` };
  document.body.setAttribute("aria-busy", "true");
  const went = await act("ask", asking);
  document.body.removeAttribute("aria-busy");
  if (!went) return;
  asking = null;
  question.value = "";
  sessionStorage.removeItem(held);
  toAnswer();
}

/** To the answer, where single keys work. */
function toAnswer() {
  document.querySelector(".middle").scrollTop = 0;
  (cards.querySelector(".card") ?? document.getElementById("main")).focus({ preventScroll: true });
}

async function showClause(id) {
  try {
    document.getElementById("clause-text").innerHTML = await text(`${base}/clauses/${encodeURIComponent(id)}`);
    document.getElementById("clause").showModal();
  } catch (failure) {
    tell(failure.message, failure.hint);
  }
}

function picked(item) {
  question.value = "";
  if (item.clause) showClause(item.clause);
  else ask(item.label, item.pick);
}

const suggestions = new PickList(question, document.getElementById("suggestions"), {
  async find(typed) {
    const region = document.getElementById("region").dataset.id;
    const { found } = await get(`/console/assist/suggest?${new URLSearchParams({ q: typed, region })}`);
    return found.map(({ text: label, detail, clause, ...pick }) => ({
      label, detail, clause, pick, badge: clause ? ["quote", "原文"] : ["pending", "待核"],
    }));
  },
  pick: picked,
  leave: toAnswer,
});

question.value = question.value || sessionStorage.getItem(held) || "";
question.addEventListener("input", () => sessionStorage.setItem(held, question.value));
document.getElementById("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  suggestions.close();
  ask(question.value);
});

// The bar's form is sent by no key: what it holds is kept as it is chosen.
document.addEventListener("submit", (event) => {
  if (event.target.id === "place") event.preventDefault();
});

// --- the caller's facts

async function setFact(fact, value, onwards = false) {
  const went = await act("facts", { fact, value });
  if (went && onwards && !firstMissing()) toAnswer();
}

function firstMissing() {
  const control = document.querySelector(".missing button, .missing input");
  control?.focus();
  return control;
}

function commit(field, onwards) {
  if (field.value === field.defaultValue) return;
  field.defaultValue = field.value;
  setFact(field.dataset.fact, field.value, onwards);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[data-fact]")) commit(event.target, false);
  else if (event.target.matches("select[data-fact]")) setFact(event.target.dataset.fact, event.target.value);
  else if (event.target.id === "as-of") move(document.getElementById("region").dataset.id, event.target.value);
});

// --- where and when

function wirePlace() {
  const field = document.getElementById("region");
  if (places?.field === field) return;
  places = new PickList(field, document.getElementById("region-list"), {
    async find(typed) {
      const { found } = await get(`/console/assist/regions?${new URLSearchParams({ q: typed })}`);
      return found.map(({ id, name, covered }) => ({ label: name, id, detail: covered ? "" : "未收录" }));
    },
    pick: (item) => move(item.id),
    leave: () => question.focus(),
    eager: true,
  });
}

async function move(region, day = document.getElementById("as-of").value) {
  const today = document.getElementById("as-of").dataset.today;
  document.activeElement?.blur();
  if (!(await act("place", { region: region || null, as_of: day === today ? null : day || null }))) return;
  const again = cards.querySelector("[data-reask]");
  if (again) ask(again.dataset.reask, again.dataset.pick ? JSON.parse(again.dataset.pick) : null);
  else question.focus();
}

// --- cards

function isPlain(card) {
  return card.querySelector("[data-aloud=plain]:not([hidden])") !== null;
}

function togglePlain(card, button) {
  const plain = !isPlain(card);
  card.querySelector("[data-aloud=plain]").hidden = !plain;
  card.querySelector("[data-aloud=text]").hidden = plain;
  button.setAttribute("aria-pressed", String(plain));
}

function approved(card) {
  return isPlain(card) ? card.dataset.plain : card.dataset.text;
}

const acts = {
  async copy(card) {
    const done = await copied(approved(card));
    const kept = await act("said", { key: card.dataset.card, plain: isPlain(card) });
    if (kept) say(done ? "已复制，记为已告知" : "已记为已告知；浏览器不让复制，请选中文字复制");
  },
  async said(card) {
    if (await act("said", { key: card.dataset.card, plain: isPlain(card) })) say("记为已告知");
  },
  plain: togglePlain,
  async deviate(card) {
    const told = await dialogs.deviate(approved(card));
    if (told && (await act("said", { key: card.dataset.card, plain: isPlain(card), ...told }))) say("已记下另有说法");
  },
  async "wrap-up"() {
    const chosen = await dialogs.wrapUp();
    if (!chosen) return;
    await note.save();
    try {
      location.assign((await send("wrap-up", chosen)).location);
    } catch (failure) {
      tell(failure.message, failure.hint);
    }
  },
  async reopen() {
    if (await act("reopen", {})) location.reload();
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { act: name, fact, value, pick, clause, region, answer, strike } = button.dataset;
  if (name) acts[name](button.closest(".card"), button);
  else if (answer === "region") move(value);
  else if (answer === "matter") ask(button.dataset.label);
  else if (answer) setFact(answer, value, true);
  else if (fact) setFact(fact, button.getAttribute("aria-pressed") === "true" ? "" : value, button.closest(".missing") !== null);
  else if (pick) ask(button.dataset.text, JSON.parse(pick));
  else if (clause) showClause(clause);
  else if (region) move(region);
  else if (strike) act(`said/${strike}/strike`, {});
  else if (button.id === "back-today") move(document.getElementById("region").dataset.id, "");
});

// --- keys that an element cannot say by itself

function step(by) {
  const all = [...cards.querySelectorAll(".card")];
  const at = all.indexOf(document.activeElement.closest?.(".card"));
  all[Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (document.querySelector("dialog[open]")) return;
  const target = event.target;
  const field = target.matches("input, textarea, select");
  if (event.key === "Escape" && field) {
    event.preventDefault();
    if (question === target) toAnswer();
    else question.focus();
  } else if (event.key === "Enter" && target.matches("input[data-fact]")) {
    event.preventDefault();
    const changed = target.value !== target.defaultValue;
    if (changed) commit(target, target.closest(".missing") !== null);
  } else if (field) return;
  else if (event.key === "Escape") question.focus();
  else if (/^[1-9]$/.test(event.key) && target.closest(".choices")) {
    target.closest(".choices").querySelectorAll("button")[Number(event.key) - 1]?.click();
    event.preventDefault();
  } else if (event.key === "f" && firstMissing()) event.preventDefault();
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
});

// --- what others change, and the time

let stream = null;
function follow() {
  stream?.close();
  stream = new EventSource(`${base}/events?after=${revision}`);
  stream.addEventListener("changed", (event) => {
    if (Number(event.data) > revision && document.body.getAttribute("aria-busy") !== "true") refresh();
  });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(follow, 3000);
  });
}

function tick() {
  const timer = document.getElementById("timer");
  const until = timer.dataset.to ? new Date(timer.dataset.to) : new Date();
  const seconds = Math.max(0, Math.floor((until - new Date(timer.dataset.from)) / 1000));
  const clock = [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
  timer.textContent = seconds < 6000 ? `已 ${clock}` : "";
}

const lines = document.querySelector(".heard .lines");
if (lines) lines.scrollTop = lines.scrollHeight;
wirePlace();
setInterval(tick, 1000);
tick();
if (!("ended" in root.dataset)) follow();
// What was typed before this ran is searched for as well.
if (document.activeElement === question) suggestions.search();
root.dataset.ready = "";
