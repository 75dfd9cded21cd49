import { settle } from './choices.js';
import { all, button, fill, h } from './dom.js';
import { card } from './reply.js';
import { t } from './strings.js';

/** This near the end one is following. */
const NEAR = 96;
/** A message of the history that is younger than this may still be on its way to an answer. */
const YOUNG = 60000;

/** The conversation on the screen. `given` has card(entry) for a card's functions, again(message) and changed(ask). */
export class Log {
  /** @param {Object} given */
  constructor(given) {
    Object.assign(this, { given, entries: [], epoch: 0, waiting: new Set() });
    this.intro = h('div.intro');
    this.list = h('ol');
    this.region = h('div', { role: 'log', 'aria-live': 'off', part: 'log' }, this.list);
    this.thinking = h('p.thinking', { role: 'status' });
    this.jump = button('', () => this.newest(), { class: 'jump', hidden: true });
    this.node = h('div.scroller', { tabindex: '0', role: 'group', onscroll: () => { if (this.near()) this.jump.hidden = true; } },
      this.intro, this.region, this.thinking);
  }

  near() {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  newest() {
    this.reveal(this.entries[this.entries.length - 1]);
    this.node.focus({ preventScroll: true });
  }

  // The beginning of an entry goes to the top: one reads from there.
  reveal(entry) {
    if (entry) this.node.scrollTop += entry.node.getBoundingClientRect().top - this.node.getBoundingClientRect().top - 12;
    this.jump.hidden = true;
  }

  person(id) {
    return this.entries.filter((one) => one.kind === 'person' && one.message_id === id)[0];
  }

  /** A message of this tab that the desk has not confirmed yet. @param {Object} message */
  sending(message) {
    const { message_id, label, text } = message;
    this.entries.filter((one) => one.kind === 'failed' && one.message_id === message_id).forEach((one) => {
      one.node.remove();
      this.entries.splice(this.entries.indexOf(one), 1);
    });
    if (this.person(message_id)) this.mark(message_id, 'sending');
    else this.reveal(this.add({ kind: 'person', message_id, text: label || text, message, state: 'sending' }));
    this.waiting.add(message_id);
    this.think();
  }

  /** How a message stands: sending, waiting, unsent, or null when it has arrived. @param {string} id @param {?string} state */
  mark(id, state) {
    const entry = this.person(id);
    if (!entry || entry.state === state) return;
    entry.state = state;
    this.paint(entry);
    if (state === 'unsent') this.waiting.delete(id);
    this.think();
  }

  /** One event of the desk. @param {Object} event @returns {?Object} the new entry */
  event({ type, id, message_id, text, at, view, retry, name }) {
    const own = type === 'message' && this.person(message_id);
    if (own) {
      Object.assign(own, { id, text, state: null });
      this.paint(own);
      return null;
    }
    if (type !== 'message') this.waiting.delete(message_id);
    else if (Date.now() - Date.parse(at) < YOUNG) this.waiting.add(message_id);
    this.think();
    // A message that is `held` is answered by a person, in their own time.
    const kind = { message: 'person', reply: 'reply', failed: 'failed', notice: 'system', operator: 'operator' }[type];
    return kind ? this.add({ kind, id, message_id, text, view, retry, name }) : null;
  }

  /** A line of the window itself. @param {string} text */
  line(text) {
    this.add({ kind: 'system', text });
  }

  /** What the desk remembers of this session, and what still waits to be sent, in place of what is shown of it. */
  history(events, queue) {
    this.keep((one) => one.epoch !== this.epoch);
    events.forEach((event) => this.event(event));
    queue.forEach((message) => this.sending(message));
    this.reveal(this.entries.filter((one) => one.kind === 'person').pop());
  }

  /** Another session begins; what was said may stay to be read. @param {boolean} keep */
  fresh(keep) {
    this.retire();
    this.keep(() => keep);
    this.epoch += 1;
    this.think();
  }

  keep(which) {
    this.entries = this.entries.filter(which);
    fill(this.list, this.entries.map((one) => one.node));
    this.waiting.clear();
    this.dressed();
  }

  /** Draw everything again: another mode or script. What is being read stays in sight. */
  repaint() {
    const top = this.node.getBoundingClientRect().top;
    const read = this.entries.filter((one) => one.node.getBoundingClientRect().bottom > top)[0];
    this.entries.forEach((entry) => this.paint(entry));
    if (read) this.reveal(read);
    fill(this.jump, t('newest'));
    this.think();
  }

  add(entry) {
    const near = this.near();
    if (entry.kind === 'person') this.retire(entry.text);
    const first = !this.entries.some((one) => one.kind === 'reply' && one.message_id === entry.message_id);
    Object.assign(entry, { epoch: this.epoch, live: entry.kind === 'reply' });
    this.entries.push(entry);
    this.paint(entry);
    this.list.append(entry.node);
    if (near && first) this.reveal(this.person(entry.message_id) || entry);
    else this.jump.hidden = this.near();
    this.dressed();
    return entry;
  }

  dressed() {
    this.intro.classList.toggle('started', this.entries.length > 0);
    this.given.changed(this.ask());
  }

  /** The question that is open. @returns {?Object} */
  ask() {
    const asking = this.entries.filter((one) => one.live && one.view.ask).pop();
    return asking ? asking.view.ask : null;
  }

  // Buttons of earlier turns stay to be seen and do nothing; the one whose words were said is marked.
  retire(words) {
    this.entries.filter((one) => one.live).forEach((one) => {
      const same = all(one.node, '[data-option]').filter((option) => option.getAttribute('data-label') === words)[0];
      if (!one.used && same) one.used = same.getAttribute('data-option');
      one.live = false;
      settle(one.node, one);
    });
  }

  think() {
    const words = this.waiting.size ? t('thinking') : '';
    if (this.thinking.textContent !== words) this.thinking.textContent = words;
  }

  paint(entry) {
    const { kind, view, text, state, retry, name } = entry;
    const who = t({ person: 'you', reply: 'bot' }[kind] || 'system');
    const again = (state === 'unsent' || retry) && button(t('again'), () => this.again(entry));
    const inside = view ? card(view, this.given.card(entry)) : h('div.bubble', { part: kind }, name && h('b', name), h('p', text), state && h('small', t(state)), again);
    const node = h(`li.${kind}`, !name && h('span.hidden', who), inside);
    if (entry.node && entry.node.parentNode) entry.node.parentNode.replaceChild(node, entry.node);
    entry.node = node;
  }

  again({ message_id }) {
    const said = this.person(message_id);
    if (!said) return;
    const message = said.message || { message_id, text: said.text };
    this.given.again(message);
    this.sending(message);
  }
}
