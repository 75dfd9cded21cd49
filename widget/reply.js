import { feedback, items, mark, options } from './choices.js';
import { button, h, icon, link } from './dom.js';
import { t } from './strings.js';

const FOLD_AFTER = 12;
const WINDOWS = { open: 'eligible', closed: 'ineligible', not_yet: 'need_info' };
const MARKS = { true: 'eligible', false: 'ineligible', null: 'need_info' };

/** What is said of a link: it opens a new window, and whether the page is a government's own. @param {boolean} official */
export function notes(official) {
  return [!official && t('foreign'), t('newWindow')];
}

function section(key, content) {
  return h('section', h('h3', t(key)), content);
}

// The verdict, or what kind of answer this is: shape, words and colour together.
function head({ badge, label }) {
  if (!badge) return h('p.kind', label);
  const kind = label !== badge.text && h('span', label);
  return h(`div.verdict.${badge.verdict}`, { part: 'badge' }, icon(badge.verdict), h('b', h('span.hidden', t('verdict')), badge.text), kind);
}

// The approved text, or in 长者模式 its simpler variant with the whole text folded below.
function words({ text, plain, status, items: list }, elder) {
  const all = (elder && plain) || text;
  // Where matters are listed one by one the long sentence that lists them is folded.
  const shown = list.length ? all.slice(0, 1) : all;
  const said = (list) => list.map((one) => h('p', one));
  return [
    shown.length > 0 && h(`div.words.${status}`, { part: 'text' }, said(shown)),
    text.length > 0 && shown.join() !== text.join() && h('details', h('summary', t('whole')), said(text))
  ];
}

function amounts(list) {
  return list.length > 0 && section('amounts', h('dl', list.map((one) =>
    h('div', h('dt', one.label), h('dd', h('b', one.value), h('small', one.formula))))));
}

function reason(one) {
  const under = [one.said && t('said') + one.said, one.referred_to, one.clause && t('clauseOf', one.clause)];
  return h('li', mark(one.referred_to ? 'referred' : MARKS[one.holds], one.mark),
    h('div', one.condition, h('small', under.filter(Boolean).join('　'))));
}

// Conditions with how each stands; folded where there are many or the verdict is still open.
function reasons({ reasons: list, status, badge, windows: when }) {
  const decided = status === 'determined';
  const missed = list.filter((one) => one.holds === false);
  // Where the verdict is 符合 all the same, they belong to another way to it.
  const aside = badge && badge.verdict === 'eligible' ? missed : [];
  const shown = missed.concat(list.filter((one) => one.holds !== false)).slice(aside.length);
  const counts = new Map();
  shown.forEach((one) => counts.set(one.mark, (counts.get(one.mark) || 0) + 1));
  const rows = (some) => h('ul.reasons', some.map(reason));
  return list.length > 0 && h('details', { open: decided && list.length <= FOLD_AFTER },
    h('summary', t('reasons'), h('small', Array.from(counts, (pair) => pair.join(' ')).join(' · '))),
    rows(shown),
    aside.length > 0 && h('details', h('summary', t('aside', aside.length)), rows(aside)),
    !decided && windows(when));
}

function changes(list) {
  return list.length > 0 && section('changes', h('ul.points', list.map((one) =>
    h('li', one.text, one.earliest && h('small', t('earliest', one.earliest))))));
}

// Windows with how they stand: 受理中, 已截止. The words of the state stand out where they are.
function windows(list) {
  const seen = list.filter((one, n) => list.findIndex((other) => other.text === one.text) === n);
  return seen.length > 0 && section('windows', h('ul.windows', seen.map(({ text, state, state_text: words }) => {
    const [before, ...after] = text.split(words);
    const name = WINDOWS[state];
    return h('li', h(`span.${name}`, icon(name)), h('span', before, h(`b.${name}`, words), after.join(words)));
  })));
}

// The line of the basis, and every source folded under 文号＋条款 with its exact words.
function sources({ basis, citations }, reach) {
  return [
    basis && h('p.basis', basis),
    citations.length > 0 && h('details', h('summary', t('sources', citations.length)),
      citations.map((one) => h('figure',
        h('figcaption', h('b', one.notice, one.clause_label), one.heading !== one.clause_label && h('small', one.heading)),
        h('blockquote', one.quote),
        h('small', one.url ? link(one.url, t('original'), notes(one.official)) : t('noOriginal')))),
      h('small', reach))
  ];
}

function contacts(list) {
  return list.length > 0 && section('contacts', h('ul.contacts', list.map((one) => h('li', one.name, h('small', one.hours),
    one.tel && link(one.tel, t('call', one.phone)), one.url && link(one.url, t('site'), notes(one.official))))));
}

function ask(question, given) {
  return question && h('section.ask', { part: 'ask' }, h('p', h('b', question.question), h('small', question.why)),
    question.options.length > 0 && options(question.options, t('options'), given));
}

function about(view) {
  return [view.region, view.citations.length > 0 && t('dateAt', view.on), view.receipt && t('receipt', view.receipt)].filter(Boolean).join(' · ');
}

function foot(view, given) {
  const speak = button(t('speak'), () => given.speak(lines(view, given.few && view.plain).filter(Boolean).join('\n'), speak), { class: 'speak', 'aria-pressed': 'false' });
  const [group, said, form] = view.feedback ? feedback(given.entry, (told) => given.tell(view.receipt, told)) : [];
  return h('footer',
    h('p.meta', about(view), view.citations.length > 0 && [' · ', t('official'), ' · ', link('tel:12345', '12345')]),
    h('div.tools', group, button(t('copy'), () => given.copy(asText(view))), speak, said),
    form);
}

/**
 * A reply on the screen. It words nothing: everything about policies stands in the View.
 * @param {Object} view
 * @param {{entry: Object, few: boolean, reach: string, choose: Function, tell: Function, copy: Function, speak: Function, callback: Function}} given `few` is the elder mode
 * @returns {HTMLElement}
 */
export function card(view, given) {
  const listed = view.reasons.length > 0;
  return h('article.card', { part: 'reply' }, head(view),
    h('div.body',
      words(view, given.few),
      amounts(view.amounts),
      !listed && view.points.length > 0 && section('points', h('ol.points', view.points.map((text) => h('li', text)))),
      view.items.length > 0 && section('items', items(view.items, given)),
      ask(view.ask, given),
      reasons(view),
      changes(view.changes),
      (!listed || view.status === 'determined') && windows(view.windows),
      contacts(view.contacts),
      view.handoff && view.handoff.hours && h('p.meta', view.handoff.hours),
      view.handoff && view.handoff.state === 'offered' && button(t('callback'), given.callback, { class: 'main' }),
      sources(view, given.reach),
      foot(view, given)),
    view.suggestions.length > 0 && section('suggestions', options(view.suggestions, t('suggestions'), given)));
}

// What is said and asked, line by line.
function lines({ badge, text, ask: question }, said) {
  return [badge && badge.text].concat(said || text, question ? [question.question].concat(question.options.map((one) => one.label)) : []);
}

/** The answer as text, with what proves it. @param {Object} view @returns {string} */
export function asText(view) {
  return lines(view).concat(
    view.amounts.map((one) => `${one.label}：${one.value}`),
    view.reasons.length ? view.reasons.map((one) => `${one.mark}：${one.condition}`) : view.points,
    view.windows.map((one) => one.text), view.contacts.map((one) => `${one.name} ${one.phone || one.url}`),
    view.basis, about(view), t('official')
  ).filter(Boolean).join('\n');
}

/** What a screen reader is told of a reply: its summary, the question and how many options. @param {Object} view @returns {string} */
export function heard({ badge, summary, ask: question, items: list, suggestions }) {
  const asked = question && summary.indexOf(question.question) < 0 && question.question;
  const count = (question ? question.options.length : 0) + list.filter((one) => one.option).length + suggestions.length;
  const said = [badge && badge.text, summary, asked].filter(Boolean).join(' ');
  return count ? t('announced', said, count) : said;
}
