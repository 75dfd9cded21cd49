import { all, button, h, icon, put, set } from './dom.js';
import { t, why } from './strings.js';

/** In 长者模式 no more than this many choices at a time. */
const FEW = 3;
const REASONS = ['unclear', 'wrong', 'not_my_question', 'incomplete', 'other'];

/**
 * A labelled list of buttons that stay. After one is used it is marked and all lose their function, but none leaves or
 * is disabled under the focus.
 * @param {{id: string, label: string}[]} list
 * @param {string} label
 * @param {{few: boolean, entry: {used: ?string, live: boolean}, choose: Function}} given
 * @returns {HTMLElement}
 */
export function options(list, label, given) {
  const node = h('ul.options', { 'aria-label': label }, list.map((option) => h('li', button(option.label, (event) => {
    if (!event.currentTarget.hasAttribute('aria-disabled')) given.choose(option);
  }, { part: 'option', 'data-option': option.id, 'data-label': option.label }))));
  settle(node, given.entry);
  if (given.few) few(node);
  return node;
}

/** Show which option was used, and whether they still do something. @param {Element} root @param {{used: ?string, live: boolean}} entry */
export function settle(root, { used, live }) {
  all(root, '[data-option]').forEach((one) => {
    if (one.getAttribute('data-option') === used && !one.hasAttribute('aria-pressed')) {
      put(set(one, { 'aria-pressed': 'true' }), h('span', t('chosen')));
    }
    set(one, { 'aria-disabled': live && !used ? null : 'true' });
  });
}

function few(node) {
  const rest = Array.from(node.children).slice(FEW);
  const hide = (item, hidden) => { item.hidden = hidden; };
  if (!rest.length) return;
  rest.forEach((item) => hide(item, true));
  const more = button(t('moreOptions', rest.length), () => {
    const next = rest.splice(0, FEW);
    next.forEach((item) => hide(item, false));
    more.textContent = t('moreOptions', rest.length);
    next[0].querySelector('button').focus();
    if (!rest.length) more.parentNode.remove();
  });
  node.append(h('li', more));
}

/** A state by shape, colour and words. @param {string} state @param {string} words @returns {HTMLElement} */
export function mark(state, words) {
  return h(`span.mark.${state}`, icon(state), words);
}

/** Listed matters with how each stands, and a button to go on with one. @param {Object[]} list @param {Object} given as for options */
export function items(list, given) {
  return h('ul.items', list.map((item) => h('li',
    h('div.item', h('b', item.name), mark(item.verdict, item.verdict_text)),
    h('small', item.summary),
    item.option && options([item.option], item.name, given))));
}

/**
 * 有用 / 没用; for 没用 a reason may be chosen and a note added. Each is told at once and replaces what was told before.
 * @param {{told: ?Object}} entry
 * @param {Function} send takes {useful, reason, note}; a promise
 * @returns {HTMLElement[]} the two buttons, what is said of it, and the form
 */
export function feedback(entry, send) {
  const said = h('span', { role: 'status' });
  const pressed = (one, on) => set(one, { 'aria-pressed': String(on) });
  const yes = button(t('useful'), () => tell({ useful: true }));
  const no = button(t('useless'), () => tell({ useful: false }));
  const reasons = REASONS.map((reason) => button(t(reason), () => tell({ useful: false, reason })));
  const note = h('input', { maxlength: 300, 'aria-label': t('note'), placeholder: t('note') });
  const form = h('form.why', {
    onsubmit: (event) => {
      event.preventDefault();
      tell(Object.assign({}, entry.told, note.value.trim() && { note: note.value.trim() }));
    }
  }, h('p', t('why')), h('div.options', reasons), h('div.row', note, button(t('submit'), null, { type: 'submit' })));

  function show() {
    const { useful, reason } = entry.told || {};
    pressed(yes, useful === true);
    pressed(no, useful === false);
    form.hidden = useful !== false;
    reasons.forEach((one, n) => pressed(one, reason === REASONS[n]));
  }

  async function tell(told) {
    try {
      await send(told);
      entry.told = told;
      show();
      said.textContent = t('thanks');
    } catch (error) {
      said.textContent = t('failed', why(error));
    }
  }

  show();
  return [h('span', { role: 'group', 'aria-label': t('feedback') }, yes, no), said, form];
}
