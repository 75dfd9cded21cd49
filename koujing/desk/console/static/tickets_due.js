// How many of my tickets are due, in the head of every page; asked for now and then, which keeps no session alive.

const EVERY_MS = 120000;
const link = document.querySelector('.nav a[href="/console/tickets"]');

function show(due) {
  const count = due.mine.overdue + due.mine.today;
  let mark = link.querySelector(".count");
  if (!count) {
    mark?.remove();
    return;
  }
  if (!mark) {
    mark = document.createElement("span");
    mark.className = "count";
    link.append(mark);
  }
  mark.textContent = count;
  const words = `该我办的：超期 ${due.mine.overdue} 张，今天到期 ${due.mine.today} 张`;
  mark.title = words;
  mark.setAttribute("aria-label", words);
  mark.setAttribute("role", "img");
}

async function ask() {
  try {
    const response = await fetch("/console/tickets/due.json", { headers: { Accept: "application/json" } });
    if (response.ok) show(await response.json());
  } catch {
    // The desk is away; the next time tells.
  }
}

if (link) {
  ask();
  setInterval(() => { if (!document.hidden) ask(); }, EVERY_MS);
}
