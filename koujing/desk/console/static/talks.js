// The lists of conversations, kept up to date: an event says that something moved, the list is fetched and put in place.

const list = document.getElementById("list");
const live = document.getElementById("live");
let fetching = false;
let again = false;

function place(element) {
  const link = element && list.contains(element) ? element.closest("a") : null;
  return link && link.getAttribute("href");
}

async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    const response = await fetch(list.dataset.list + location.search, { headers: { Accept: "application/json" } });
    if (response.status === 401) location.reload();
    if (response.ok) {
      const at = place(document.activeElement);
      list.innerHTML = await response.text();
      if (at) list.querySelector(`a[href="${CSS.escape(at)}"]`)?.focus();
    }
  } catch {
    // The stream says when the desk is back.
  }
  fetching = false;
  if (again) {
    again = false;
    refresh();
  }
}

const events = new EventSource(list.dataset.events);
events.addEventListener("moved", refresh);
events.onopen = () => { live.textContent = ""; };
events.onerror = () => { live.textContent = "连接断开了，正在重连；恢复后自动更新。"; };
// How long somebody waits goes on by itself.
setInterval(refresh, 60000);
addEventListener("pagehide", () => events.close());
