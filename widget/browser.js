import { h } from './dom.js';

/**
 * Values under one key of a Storage, or in memory where storage is shut. Preferences live in localStorage; what belongs
 * to a conversation (token, draft, messages not yet sent) only in sessionStorage.
 */
export class Kept {
  /** @param {Function} storage gives a Storage; may throw @param {string} key */
  constructor(storage, key) {
    this.write = () => storage().setItem(key, JSON.stringify(this.values));
    this.values = {};
    try {
      this.values = JSON.parse(storage().getItem(key)) || {};
    } catch (error) {
      this.shut = true;
    }
  }

  /** @param {string} name @returns {*} */
  get(name) {
    return this.values[name];
  }

  /** @param {string} name @param {*} value undefined removes it */
  set(name, value) {
    this.values[name] = value;
    try {
      this.write();
    } catch (error) {
      this.shut = true;
    }
  }

  /** Forget everything. */
  clear() {
    this.values = {};
    this.set('v', 1);
  }
}

/** A random UUID; crypto.randomUUID is missing in old engines and on plain http. @returns {string} */
export function uuid() {
  const random = () => window.crypto.getRandomValues(new Uint8Array(1))[0] & 15;
  return 'xxxxxxxx-xxxx-4xxx-Nxxx-xxxxxxxxxxxx'.replace(/[xN]/g, (sign) => (sign === 'N' ? (random() & 3) | 8 : random()).toString(16));
}

/** Let the browser save a file. @param {Blob} blob @param {string} download its name @param {Node} root */
export function saveFile(blob, download, root) {
  const href = URL.createObjectURL(blob);
  const anchor = h('a', { href, download, hidden: true });
  root.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(href), 60000);
}

/** Put text on the clipboard, also by the old way. @param {string} text @param {Element} root @returns {Promise<*>} */
export function copy(text, root) {
  const { clipboard } = navigator;
  if (clipboard) return clipboard.writeText(text);
  const active = root.getRootNode().activeElement;
  const box = h('textarea.hidden', text);
  root.append(box);
  box.select();
  document.execCommand('copy');
  box.remove();
  active.focus();
  return Promise.resolve();
}

const ALONE = '@media print{body>*:not(koujing-chat){display:none!important}}';

/**
 * Print the conversation with everything unfolded; a page that the window is embedded in stays out.
 * @param {Element[]} folded
 * @param {boolean} alone
 */
export function print(folded, alone) {
  const before = document.adoptedStyleSheets;
  const unfold = (open) => folded.forEach((one) => { one.open = open; });
  unfold(true);
  if (before && alone) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(ALONE);
    document.adoptedStyleSheets = Array.from(before).concat(sheet);
  }
  window.addEventListener('afterprint', () => {
    unfold(false);
    if (before && alone) document.adoptedStyleSheets = before;
  }, { once: true });
  window.print();
}
