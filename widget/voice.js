import { fill, h } from './dom.js';

/** Reading aloud by the machine's own voices. A voice that lives on somebody's server is never used: it would send the words away. */
export class Speech {
  /** @param {?SpeechSynthesis} synth @param {Function} changed told whether reading aloud is possible */
  constructor(synth, changed) {
    this.synth = synth;
    const look = () => changed(Boolean(this.voice()));
    if (synth && synth.addEventListener) synth.addEventListener('voiceschanged', look);
    look();
  }

  voice() {
    const local = (this.synth ? this.synth.getVoices() : []).filter((voice) => /^(zh|cmn)/i.test(voice.lang) && voice.localService);
    return local.filter((voice) => /CN/.test(voice.lang))[0] || local[0];
  }

  /** Read, or stop what this button is reading. @param {string} words @param {Element} button @param {number} rate */
  toggle(words, button, rate) {
    const mine = this.button === button;
    this.stop();
    if (mine) return;
    const spoken = new window.SpeechSynthesisUtterance(words);
    spoken.voice = this.voice();
    Object.assign(spoken, { lang: spoken.voice.lang, rate, onend: () => this.button === button && this.stop() });
    this.button = button;
    button.setAttribute('aria-pressed', 'true');
    this.synth.speak(spoken);
  }

  /** Be silent. */
  stop() {
    if (!this.button) return;
    this.button.setAttribute('aria-pressed', 'false');
    this.button = null;
    this.synth.cancel();
  }
}

/**
 * Says things to screen readers: two polite regions taking turns, so that the same words are read twice; one alert.
 */
export class Live {
  constructor() {
    const region = () => h('div', { 'aria-live': 'polite' });
    this.polite = [region(), region()];
    this.alert = h('div', { role: 'alert' });
    this.node = h('div.hidden', this.polite, this.alert);
  }

  /** @param {string} words */
  say(words) {
    fill(this.polite[0]);
    fill(this.polite.reverse()[0], words);
  }

  /** @param {string} words */
  warn(words) {
    fill(this.alert, words);
  }
}
