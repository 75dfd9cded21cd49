// Tickets. In the list J and K go from one to the next. On a ticket what is being written stays over a reload, until it
// was taken; sent forms cannot be sent twice by a second press.

const FIELDS = "textarea[name], input[type=text][name]";
const DONE = new URLSearchParams(location.search).get("done");

function step(by) {
  const links = [...document.querySelectorAll("#rows .said a")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  links[Math.max(0, Math.min(links.length - 1, at < 0 && by < 0 ? 0 : at + by))].focus();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, textarea, select")) return;
  if (event.key !== "j" && event.key !== "k") return;
  if (!document.getElementById("rows")) return;
  event.preventDefault();
  step(event.key === "j" ? 1 : -1);
});

const named = (act) => `koujing-ticket:${location.pathname}:${act}`;
const name = (form) => named(form.dataset.keep);

function values(form) {
  const found = {};
  for (const field of form.querySelectorAll(FIELDS)) {
    if (field.value !== field.defaultValue) found[field.name] = field.value;
  }
  return found;
}

function keep(form) {
  try {
    const written = values(form);
    if (Object.keys(written).length) sessionStorage.setItem(name(form), JSON.stringify(written));
    else sessionStorage.removeItem(name(form));
  } catch {
    // Without storage the page itself keeps it.
  }
}

function restore(form) {
  try {
    const written = JSON.parse(sessionStorage.getItem(name(form))) ?? {};
    for (const field of form.querySelectorAll(FIELDS)) {
      // What the page itself brings back goes first.
      if (written[field.name] && (!field.defaultValue || form.dataset.keep === "edit")) {
        field.value = written[field.name];
        field.closest("details")?.setAttribute("open", "");
      }
    }
  } catch {
    // Nothing was kept.
  }
}

// What was taken is kept no longer, though its form may be gone from the page.
try {
  if (DONE) sessionStorage.removeItem(named(DONE));
} catch {
  // Nothing was kept.
}
for (const form of document.querySelectorAll("form[data-keep]")) {
  restore(form);
  form.addEventListener("input", () => keep(form));
}
// The server does each form once; this only spares the second request.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
// Going back shows the page as it was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
// A reload must not say again what was done before.
if (DONE) history.replaceState(null, "", location.pathname);
