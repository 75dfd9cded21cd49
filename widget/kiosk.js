/** Milliseconds of warning. */
const NOTICE = 30000;

/** Clears a public computer after a time without use. `on` has warn(whether) half a minute before, and clear(). */
export class Kiosk {
  /** @param {Object} on */
  constructor(on) {
    this.on = on;
  }

  /** Somebody is there. @param {number=} minutes from now on; 0 clears nothing */
  used(minutes) {
    if (minutes !== undefined) this.ms = minutes * 60000;
    clearTimeout(this.timer);
    this.on.warn(false);
    if (this.ms) this.later(this.ms - NOTICE, () => {
      this.on.warn(true);
      this.later(NOTICE, this.on.clear);
    });
  }

  later(ms, act) {
    this.timer = setTimeout(act, ms);
  }
}
