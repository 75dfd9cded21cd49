import { button, fill, h, set } from './dom.js';
import { t } from './strings.js';

/** The counter shows from this share of the limit. */
const SHOWN_FROM = 0.8;

/** Where one writes. `given` has limit(), submit(text) → whether it was taken, changed(text). */
export class Composer {
  /** @param {Object} given */
  constructor(given) {
    this.given = given;
    this.input = h('textarea', {
      id: 'input', rows: 1, enterkeyhint: 'send', autocomplete: 'off', part: 'input', 'aria-describedby': 'count',
      oninput: () => this.typed(), onkeydown: (event) => this.key(event)
    });
    this.label = h('label.hidden', { for: 'input' });
    this.count = h('p.count', { id: 'count' });
    this.button = button('', null, { type: 'submit', class: 'main', part: 'send' });
    this.node = h('form.composer', {
      part: 'composer',
      onsubmit: (event) => {
        event.preventDefault();
        this.submit();
      }
    }, this.label, this.count, h('div.row', this.input, this.button));
  }

  /** @param {string} text */
  set(text) {
    this.input.value = text;
    this.typed();
  }

  get text() {
    return this.input.value;
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  /** The keyboard that fits the open question, and what may be typed. @param {?Object} ask */
  hint(ask) {
    const { mode, unit } = (ask && ask.input) || {};
    const figure = mode === 'numeric' || mode === 'decimal';
    const placeholder = figure ? t('numberHint') + (unit ? t('unit', unit) : '') : t(mode === 'date' ? 'dateHint' : 'placeholder');
    set(this.input, { inputmode: figure ? mode : 'text', placeholder });
  }

  /** Set the words, in the script in use. @param {?Object} ask */
  words(ask) {
    fill(this.label, t('input'));
    fill(this.button, t('send'));
    this.hint(ask);
    this.typed();
  }

  get over() {
    return Array.from(this.text).length - this.given.limit();
  }

  typed() {
    const { over } = this;
    const near = over > this.given.limit() * (SHOWN_FROM - 1);
    fill(this.count, over > 0 ? t('over', over) : near && t('left', -over));
    this.count.classList.toggle('bad', over > 0);
    set(this.input, { 'aria-invalid': over > 0 && 'true' });
    set(this.button, { 'aria-disabled': over > 0 && 'true' });
    this.grow();
    this.given.changed(this.text);
  }

  /** As high as what is written. */
  grow() {
    const { style, scrollHeight } = this.input;
    style.setProperty('height', 'auto');
    if (scrollHeight) style.setProperty('height', `${this.input.scrollHeight + 2}px`);
  }

  key(event) {
    // Enter that ends a composition of an input method belongs to the input method.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const text = this.text.trim();
    if (text && this.over <= 0 && this.given.submit(text)) this.set('');
    this.focus();
  }
}
