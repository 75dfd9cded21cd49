// The note of a call: kept as it is typed, over the version it was written on, so that two windows lose nothing.
// What is not kept yet is held by this tab, and sent again after a reload or when the desk is back.

import { base, send } from "./assist_net.js";

const SOON = 500;
const AGAIN = 3000;

export class Note {
  constructor(field, state, version) {
    this.field = field;
    this.state = state;
    this.version = version;
    this.kept = field.value;
    this.held = `koujing-note:${base}`;
    this.timer = 0;
    this.sending = null;
    field.addEventListener("input", () => this.#changed());
    field.addEventListener("blur", () => this.save());
    addEventListener("pagehide", () => this.#last());
    this.#restore();
  }

  /** What another window or this one kept. */
  learn({ text, version }) {
    if (version <= this.version || this.sending) return;
    if (this.field.value === this.kept) this.#show(text);
    else return void this.save();
    this.kept = text;
    this.version = version;
  }

  async save() {
    clearTimeout(this.timer);
    if (this.sending || this.field.readOnly || this.field.value === this.kept) return this.sending;
    const text = this.field.value;
    this.sending = send("note", { base: this.version, text });
    try {
      this.#saved(text, await this.sending);
    } catch (failure) {
      this.state.textContent = `未保存：${failure.message}`;
      if (failure.down || failure.status === 401) this.timer = setTimeout(() => this.save(), AGAIN);
    } finally {
      this.sending = null;
    }
    if (this.field.value !== this.kept && !this.timer) this.#changed();
    return undefined;
  }

  #saved(sent, { text, version }) {
    const typed = this.field.value;
    this.timer = 0;
    this.version = version;
    this.kept = text;
    // What was typed meanwhile comes after what was sent; elsewhere than at the end it waits for the next merging.
    if (typed === sent) this.#show(text);
    else if (typed.startsWith(sent)) this.#show(text + typed.slice(sent.length));
    if (this.field.value === this.kept) sessionStorage.removeItem(this.held);
    this.state.textContent = `已保存 ${new Date().toLocaleTimeString("zh-CN", { hour12: false })}`;
  }

  #show(text) {
    if (this.field.value === text) return;
    const { selectionStart: start, selectionEnd: end } = this.field;
    this.field.value = text;
    if (document.activeElement === this.field) this.field.setSelectionRange(start, end);
  }

  #changed() {
    sessionStorage.setItem(this.held, JSON.stringify({ base: this.version, text: this.field.value }));
    this.state.textContent = "…";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SOON);
  }

  #restore() {
    const held = JSON.parse(sessionStorage.getItem(this.held) ?? "null");
    if (!held || held.text === this.kept) return void sessionStorage.removeItem(this.held);
    this.version = held.base;
    this.field.value = held.text;
    this.kept = null;
    this.save();
  }

  #last() {
    if (this.field.value === this.kept || this.field.readOnly) return;
    const body = JSON.stringify({ base: this.version, text: this.field.value });
    fetch(`${base}/note`, {
      method: "POST", keepalive: true, credentials: "same-origin", headers: { "Content-Type": "application/json" }, body,
    }).catch(() => {});
  }
}
