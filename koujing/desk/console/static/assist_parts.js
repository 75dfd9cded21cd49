// The pieces of the page, as the desk makes them after each change. What somebody is typing or reading stays in place.

const shown = new Map();

function sameAs(element) {
  if (!element?.closest) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  const { fact, value, act } = element.dataset;
  const cardKey = element.closest("[data-card]")?.id;
  if (fact !== undefined) return `[data-fact="${CSS.escape(fact)}"][data-value="${CSS.escape(value ?? "")}"]`;
  return act && cardKey ? `#${cardKey} [data-act="${act}"]` : null;
}

function unsaved(place) {
  const field = document.activeElement;
  return place.contains(field) && field.matches("input[data-fact]") && field.value !== field.defaultValue
    ? { value: field.value, start: field.selectionStart, end: field.selectionEnd }
    : null;
}

function opened(place) {
  return new Map([...place.querySelectorAll("details")].map((one) => [one.querySelector("summary").textContent, one.open]));
}

function replace(place, html) {
  const again = place.contains(document.activeElement) ? sameAs(document.activeElement) : null;
  const typed = unsaved(place);
  const open = opened(place);
  const scrolled = place.querySelector("[tabindex='0']")?.scrollTop ?? 0;
  place.innerHTML = html;
  for (const one of place.querySelectorAll("details")) {
    const before = open.get(one.querySelector("summary").textContent);
    if (before !== undefined) one.open = before;
  }
  const list = place.querySelector("[tabindex='0']");
  if (list) list.scrollTop = place.id === "part-heard" ? list.scrollHeight : scrolled;
  const field = again && place.querySelector(again);
  if (!field) return;
  field.focus({ preventScroll: true });
  if (!typed) return;
  field.value = typed.value;
  field.setSelectionRange(typed.start, typed.end);
}

/** Puts the pieces that changed in their places. */
export function apply(parts) {
  for (const [name, html] of Object.entries(parts)) {
    const place = document.getElementById(`part-${name}`);
    // Who is choosing a place or a day is not disturbed by news of another window.
    const busy = name === "place" && place.contains(document.activeElement) && document.activeElement.matches("input");
    if (shown.get(name) === html || busy) continue;
    shown.set(name, html);
    replace(place, html);
  }
}
