const SVG = 'http://www.w3.org/2000/svg';

/**
 * Append children of any depth; nothing is appended for null, false and ''. Text becomes text nodes, never markup.
 * @param {Node} el
 * @param {*} child
 * @returns {Node} the element
 */
export function put(el, child) {
  if (Array.isArray(child)) child.forEach((part) => put(el, part));
  else if (child || child === 0) el.append(child);
  return el;
}

/**
 * Build an element.
 * @param {string} tag with its classes: `p.strip.warn`
 * @param {Object=} attrs attributes; functions become listeners (`onclick`); null, undefined and false are left out
 * @param {...*} children
 * @returns {HTMLElement}
 */
export function h(tag, attrs, ...children) {
  const [name, ...classes] = tag.split('.');
  const el = document.createElement(name);
  if (classes.length) el.className = classes.join(' ');
  if (attrs && Object.getPrototypeOf(attrs) === Object.prototype) set(el, attrs);
  else children.unshift(attrs);
  return put(el, children);
}

/** Set attributes and listeners. @param {Element} el @param {Object} attrs @returns {Element} */
export function set(el, attrs) {
  Object.keys(attrs).forEach((name) => {
    const value = attrs[name];
    if (typeof value === 'function') el.addEventListener(name.slice(2), value);
    else if (value === null || value === undefined || value === false) el.removeAttribute(name);
    else el.setAttribute(name, value === true ? '' : value);
  });
  return el;
}

/** A button. @param {*} label @param {?Function} onclick @param {Object=} attrs @returns {HTMLButtonElement} */
export function button(label, onclick, attrs) {
  return h('button', Object.assign({ type: 'button' }, onclick && { onclick }, attrs), label);
}

/** Replace the children. @param {Node} el @param {*=} child @returns {Node} */
export function fill(el, child) {
  while (el.firstChild) el.removeChild(el.firstChild);
  return put(el, child);
}

/** All that fit a selector. @param {ParentNode} root @param {string} selector @returns {Element[]} */
export function all(root, selector) {
  return Array.from(root.querySelectorAll(selector));
}

// [shape, sign]: every state has a shape of its own, so that colour is never the only cue.
const ICONS = {
  eligible: ['M12 1a11 11 0 100 22 11 11 0 000-22z', 'M7 12.5l3.5 3.5L17 9'],
  ineligible: ['M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z', 'M8 8l8 8M16 8l-8 8'],
  need_info: ['M12 .5L23.5 12 12 23.5.5 12z', 'M12 6v7M12 17v.2'],
  referred: ['M3 2h18v20H3z', 'M8 12h8M12.5 8l4 4-4 4']
};

/** A decorative picture; the words beside it say the same. @param {string} name @returns {SVGElement} */
export function icon(name) {
  const make = (tag, attrs) => set(document.createElementNS(SVG, tag), attrs);
  const [shape, sign] = ICONS[name];
  return put(make('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true', class: 'icon' }), [
    make('path', { d: shape, class: 'shape' }), make('path', { d: sign, class: 'sign' })
  ]);
}

/**
 * A link that opens a new window. @param {string} href @param {string} label @param {string[]} notes what is said after the label
 * @returns {HTMLElement}
 */
export function away(href, label, notes) {
  return h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, label, notes.map((note) => h('small', note)));
}

/**
 * A link, or plain text where the address is none that may be linked. @param {?string} href @param {string} label @param {string[]=} notes
 * @returns {Node|string}
 */
export function link(href, label, notes) {
  if (/^https:/i.test(href)) return away(href, label, notes);
  return /^(tel|mailto):/i.test(href) ? h('a', { href }, label) : label;
}

/** Keep Tab inside an element. @param {KeyboardEvent} event @param {Element} inside */
export function trap(event, inside) {
  const list = reachable(inside);
  const active = inside.getRootNode().activeElement;
  const edges = [list[0], list[list.length - 1]];
  const [from, to] = event.shiftKey ? edges : edges.reverse();
  if (event.key !== 'Tab' || !to || (active !== from && inside.contains(active))) return;
  event.preventDefault();
  to.focus();
}

/** What Tab reaches. @param {Element} root @returns {HTMLElement[]} */
export function reachable(root) {
  return all(root, 'a[href],button,textarea,input,summary,[tabindex="0"]').filter((el) => !el.disabled && el.getClientRects().length);
}
